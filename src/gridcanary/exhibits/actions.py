"""Evidence in a case: taken, handled, read and exported by those who work on it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from gridcanary.accounts.models import User
from gridcanary.accounts.uploads import UploadRefused, check_upload
from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.contracts.errors import GridcanaryError
from gridcanary.custody import actions as custody
from gridcanary.custody.actions import Handling, Upload
from gridcanary.custody.models import CustodyEvent, EvidenceItem
from gridcanary.documents.papers import files_for_export

TAKEN_GROUPS = ("image", "video", "audio", "document", "table", "capture")


def take(
    user: User,
    case: Case,
    file: UploadedFile[bytes] | None,
    *,
    kind: str,
    description: str,
    handling: Handling,
    announced_sha256: str = "",
) -> EvidenceItem:
    """Take a piece of evidence into a case.

    Args:
        user: works on the case.
        case: the case.
        file: as uploaded; None for a physical object.
        kind: value of ItemKind.
        description: what it is.
        handling: who collected it, where and when, watched by whom.
        announced_sha256: digest that somebody computed on site; compared, never believed.

    Raises:
        CaseRefused: the person doesn't work on the case, the file isn't one that is taken, its digest is another, or
            facts are missing.
    """
    post = require_acting(user, case)
    upload = None
    if file is not None:
        try:
            found = check_upload(file.name or "", file, file.size or 0, TAKEN_GROUPS)  # type: ignore[arg-type]
        except UploadRefused as refused:
            raise CaseRefused(str(refused)) from refused
        upload = Upload(file, file.name or "", found.media_type, announced_sha256 or None)  # type: ignore[arg-type]
    try:
        return custody.take_evidence(
            upload, actor=user, case_ref=case.number, kind=kind, description=description, handling=handling,
            unit_code=post.unit.code,
        )  # fmt: skip
    except GridcanaryError as refused:
        raise CaseRefused(str(refused)) from refused


def handle(user: User, case: Case, item: EvidenceItem, act: str, handling: Handling) -> CustodyEvent:
    """Add a link to an item's chain of custody.

    Raises:
        CaseRefused: the person doesn't work on the case, or facts are missing.
    """
    post = require_acting(user, case)
    try:
        return custody.add_custody(item, act, actor=user, handling=handling, unit_code=post.unit.code)
    except custody.CustodyRefused as refused:
        raise CaseRefused(str(refused)) from refused


def read(user: User, case: Case, item: EvidenceItem, reason: str) -> bytes:
    """An item's content; that it was read, by whom and why is recorded first.

    Raises:
        CaseRefused: no reason, a physical object, the content is missing or was changed, or the person doesn't work
            on the case.
    """
    post = require_acting(user, case, even_closed=True)
    try:
        with custody.open_evidence(item, actor=user, reason=reason, unit_code=post.unit.code) as stream:
            return stream.read()
    except GridcanaryError as refused:
        raise CaseRefused(str(refused)) from refused


def export(user: User, case: Case, reason: str, into: BinaryIO) -> None:
    """Write a case's bag as a ZIP.

    Args:
        user: works on the case.
        case: the case.
        reason: why, or for whom; part of the record.
        into: where to.

    Raises:
        CaseRefused: no reason, evidence that is missing or was changed, or the person doesn't work on the case.
    """
    post = require_acting(user, case, even_closed=True)
    if not reason.strip():
        raise CaseRefused(_("Say why the case is exported, or for whom."))
    with tempfile.TemporaryDirectory() as folder:
        try:
            bag = custody.export_case(
                case.number, Path(folder) / case.number, actor=user, case=case_facts(case),
                documents=files_for_export(case), reason=reason.strip(), unit_code=post.unit.code,
            )  # fmt: skip
        except GridcanaryError as refused:
            raise CaseRefused(str(refused)) from refused
        with ZipFile(into, "w", ZIP_STORED) as archive:
            for file in sorted(path for path in bag.rglob("*") if path.is_file()):
                archive.write(file, file.relative_to(bag.parent).as_posix())


def case_facts(case: Case) -> dict[str, object]:
    """The case as it stands, for ``case.json``; personal data stay out."""
    pack = law.pack_of(case)
    return {
        "number": case.number,
        "title": case.title,
        "summary": case.summary,
        "stage": case.stage,
        "outcome": case.outcome,
        "outcome_note": case.outcome_note,
        "opened_at": case.opened_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "leading_department": case.owner_unit.code,
        "pack": {"id": pack.id, "version": pack.version, "digest": pack.digest},
        "stages": [
            {
                "left": entry.left,
                "entered": entry.entered,
                "at": entry.moved_at.isoformat(),
                "note": entry.note,
            }
            for entry in case.stage_entries.all()
        ],
        "sites": list(
            case.sites.values("premises_id", "meter_id", "transformer_id", "kind", "address", "admin_code")
        ),
        "leads": [
            {
                "source": lead.source,
                "subject": lead.subject_id,
                "score": str(lead.score) if lead.score is not None else None,
                "as_of": lead.as_of.isoformat() if lead.as_of else None,
                "reasons": lead.reasons,
            }
            for lead in case.leads.all()
        ],
        "clocks": [
            {
                "code": clock.code,
                "started_at": clock.started_at.isoformat(),
                "due_at": clock.due_at.isoformat() if clock.due_at else None,
                "state": clock.state,
                "stopped_at": clock.stopped_at.isoformat() if clock.stopped_at else None,
            }
            for clock in case.clocks.all()
        ],
    }
