"""Papers as files: filled from the case, kept in the evidence store, printed from there."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from gridcanary.accounts.models import PersonalDataRead, Unit, User
from gridcanary.accounts.unmask_actions import open_for_document
from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.custody.places import object_store
from gridcanary.documents.context import CITED, PaperFacts, language_of, values_for
from gridcanary.documents.fields import FIELDS, Field, asked
from gridcanary.documents.models import Document, DocumentVersion, State
from gridcanary.documents.paper import Frame, fill, names_used, read_paper, typeset, typeset_pages
from gridcanary.documents.queries import letterhead_of, unit_template
from gridcanary.documents.wording import FRAME_WORDS, MARKS
from gridcanary.evidence import Digests
from gridcanary.packs import Pack

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
"""Endings of files by their type."""


@dataclass(frozen=True, slots=True)
class Template:
    """The template that a unit uses for a kind of paper: the pack's, or its own."""

    name: str
    content: bytes
    is_own: bool


@dataclass(frozen=True, slots=True)
class FilledPaper:
    """A filled DOCX.

    Args:
        content: the file.
        template: from which it was filled.
        missing: names of fields that are still empty and must not be.
    """

    content: bytes
    template: Template
    missing: tuple[str, ...]


def template_for(pack: Pack, code: str, unit: Unit) -> Template:
    """The unit's own template where it has one, else the pack's."""
    own = unit_template(unit, pack.id, code)
    if own is not None:
        return Template(own.name, stored(own.sha256), is_own=True)
    return Template(pack.document(code).template, pack.template(code), is_own=False)


def fields_of(template: Template) -> list[Field]:
    """What the officer writes into a paper of this template, in its order."""
    return asked(names_used(template.content, template.name))


def filled(paper: PaperFacts, entries: Mapping[str, str]) -> FilledPaper:
    """Fill a paper from its case and what the officer wrote.

    Raises:
        TemplateFault: the template names something that has no value.
    """
    template = template_for(law.pack_of(paper.case), paper.code, paper.unit)
    missing = [
        field.name
        for field in fields_of(template)
        if not field.optional and not str(entries.get(field.name, "")).strip()
    ]
    names = names_used(template.content, template.name)
    content = fill(template.content, values_for(paper, entries, names), template.name)
    return FilledPaper(content, template, tuple(missing))


def keep(content: bytes) -> Digests:
    """Put a file into the evidence store."""
    return object_store().put(io.BytesIO(content)).digests


def stored(sha256: str) -> bytes:
    """A file from the evidence store, checked against its digest."""
    return b"".join(object_store().pieces(sha256))


def split(entries: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Entries apart: those that may lie open, and those of people as JSON for the encrypted field."""
    said = {name: value for name, value in entries.items() if (name in FIELDS or name == CITED) and value}
    personal = {name: value for name, value in said.items() if name in FIELDS and FIELDS[name].personal}
    plain = {name: value for name, value in said.items() if name not in personal}
    return plain, json.dumps(personal, ensure_ascii=False, sort_keys=True) if personal else ""


def entries_of(version: DocumentVersion, user: User) -> dict[str, str]:
    """Everything that was written into a version; reading the personal part is recorded."""
    personal = open_for_document(user, version, "personal", str(version.document)) if version.personal else ""
    return {**version.entries, **(json.loads(personal) if personal else {})}


def note_reading(version: DocumentVersion, user: User, *, once_in: dt.timedelta | None = None) -> None:
    """Record that somebody opened a version that tells of people.

    Args:
        version: what was opened.
        user: by whom.
        once_in: record it only where the last reading by the same person is longer ago; None records it anyway.
    """
    lately = PersonalDataRead.objects.filter(
        user=user, model=version._meta.label_lower, object_id=str(version.pk), at__gt=timezone.now() - once_in
    ) if once_in else PersonalDataRead.objects.none()  # fmt: skip
    if version.personal and not lately.exists():
        open_for_document(user, version, "personal", str(version.document))


def frame_of(document: Document, version: DocumentVersion) -> Frame:
    """What stands around the print of a version."""
    pack = law.pack_of(document.case)
    language = language_of(pack)
    draft, void = MARKS.get(language, MARKS["en"])
    mark = void if document.state == State.WITHDRAWN else "" if document.is_in_force else draft
    return Frame(
        title=document.title,
        unit=letterhead_of(document.unit).name,
        case_number=document.case.number,
        number=document.number,
        version=version.no,
        sha256=version.sha256,
        sm3=version.sm3,
        event=document.event_seq,
        mark=mark,
        language=language,
        words=FRAME_WORDS.get(language, FRAME_WORDS["en"]),
        made_at=version.made_at.astimezone(pack.switches.zone),
    )


def pdf_of(document: Document, version: DocumentVersion) -> bytes:
    """Print a version to PDF."""
    name = version.template_name
    return typeset(read_paper(stored(version.sha256), name), frame_of(document, version))


def pages_of(document: Document, version: DocumentVersion) -> list[bytes]:
    """Draw a version for the screen, one PNG a page."""
    name = version.template_name
    return typeset_pages(read_paper(stored(version.sha256), name), frame_of(document, version))


def today(pack: Pack, at: dt.datetime | None = None) -> dt.date:
    """The day in the pack's time zone."""
    return (at or timezone.now()).astimezone(pack.switches.zone).date()


def files_for_export(case: Case) -> dict[str, bytes]:
    """Files of every paper that was ever issued in a case, by name, for an export of the case."""
    found: dict[str, bytes] = {}
    for paper in Document.objects.filter(case=case, issued_at__isnull=False).order_by("issued_at", "id"):
        name = f"{paper.pk}-{paper}"
        for version in paper.versions.order_by("-no")[:1]:
            found[f"{name}.docx"] = stored(version.sha256)
        for file in paper.files.all():
            found[f"{name}-{file.pk}-{file.kind}.{ENDINGS.get(file.media_type, 'bin')}"] = stored(file.sha256)
    return found
