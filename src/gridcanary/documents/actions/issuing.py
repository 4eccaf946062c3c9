"""Issuing a paper under its number, withdrawing it, and keeping its print."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, User
from gridcanary.casework import law
from gridcanary.casework.actions.clocks import happened
from gridcanary.casework.journal import note
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.custody.models import Event
from gridcanary.documents.actions.drafting import add_version, locked, may_issue
from gridcanary.documents.context import PaperFacts
from gridcanary.documents.models import Document, DocumentFile, FileKind, NumberSeries, State
from gridcanary.documents.papers import entries_of, keep, pdf_of, today
from gridcanary.documents.queries import letterhead_of, newest

ISSUERS = (Role.OFFICER, Role.APPROVER, Role.LEGAL_REVIEWER)
PDF = "application/pdf"


def issue(user: User, paper: Document) -> Document:
    """Issue an approved paper: give it its number, fill it for the last time, print it.

    The number is allotted in the same transaction, so that none is lost and none is given twice. The print is made
    after it, because it is the same whenever it is made.

    Raises:
        CaseRefused: it isn't approved, a field is empty, or the person may not.
    """
    issued = _issue(user, paper)
    keep_print(user, issued)
    return issued


@transaction.atomic
def _issue(user: User, paper: Document) -> Document:
    paper = locked(paper)
    post = may_issue(user, paper.case, paper.code)
    if post.unit_id != paper.unit_id:
        raise CaseRefused(_("Only the department that drafted the paper issues it."))
    if paper.state != State.APPROVED:
        raise CaseRefused(_("The paper isn't approved yet."))
    now = timezone.now()
    pack = law.pack_of(paper.case)
    _allot(paper, today(pack, now))
    entries = entries_of(newest(paper), user)
    version = add_version(
        user, paper, entries, _("Issued"),
        PaperFacts(paper.case, paper.code, paper.unit, user, paper.number, today(pack, now), newest(paper).no + 1),
    )  # fmt: skip
    if version.missing:
        raise CaseRefused(_("A field of the paper is empty. Write a new version."))
    paper.state, paper.issued_at, paper.issued_by = State.ISSUED, now, user
    note(paper.case, "document.issued", user=user, unit=post.unit, document=paper.pk, code=paper.code,
         title=paper.title, number=paper.number, version=version.no, sha256=version.sha256,
         sm3=version.sm3)  # fmt: skip
    last = Event.objects.filter(case_ref=paper.case.number, kind="document.issued").order_by("-seq").first()
    paper.event_seq = last.seq if last else None
    paper.save()
    kind = pack.document(paper.code)
    if kind.on_issue:
        happened(paper.case, kind.on_issue, user=user, unit=post.unit, at=now)
    return paper


def _allot(paper: Document, dated: dt.date) -> None:
    """Give the next number of the series; nothing for papers without one."""
    kind = law.pack_of(paper.case).document(paper.code)
    if kind.numbering is None:
        return
    mark = letterhead_of(paper.unit).mark
    # Kinds whose numbers would look the same count together; so the series is the number without its count.
    series = kind.number(unit=mark, year=dated.year, seq=0, case=paper.case.number, code=paper.code)
    NumberSeries.objects.get_or_create(unit=paper.unit, series=series, year=dated.year)
    row = NumberSeries.objects.select_for_update().get(unit=paper.unit, series=series, year=dated.year)
    row.last += 1
    row.save(update_fields=["last"])
    paper.series, paper.year, paper.seq = series, dated.year, row.last
    paper.number = kind.number(
        unit=mark, year=dated.year, seq=row.last, case=paper.case.number, code=paper.code
    )


def keep_print(user: User | None, paper: Document) -> DocumentFile:
    """The print of an issued paper; made and recorded when it isn't there yet."""
    there = paper.files.filter(kind=FileKind.PRINT).order_by("-id").first()
    if there is not None:
        return there
    digests = keep(pdf_of(paper, newest(paper)))
    name = f"{paper.number or paper.title}.pdf".replace("/", "-")
    with transaction.atomic():
        stored = DocumentFile.objects.create(
            document=paper, kind=FileKind.PRINT, name=name, media_type=PDF, sha256=digests.sha256,
            sm3=digests.sm3, size_bytes=digests.size_bytes, added_by=user,
        )  # fmt: skip
        note(paper.case, "document.printed", user=user, unit=paper.unit, document=paper.pk, title=paper.title,
             number=paper.number, sha256=digests.sha256, sm3=digests.sm3)  # fmt: skip
    return stored


@transaction.atomic
def withdraw(user: User, paper: Document, reason: str) -> Document:
    """Withdraw a paper. An issued one keeps its number, and nobody else ever gets it.

    Raises:
        CaseRefused: no reason, withdrawn already, or the person may not.
    """
    paper = locked(paper)
    roles = (Role.APPROVER,) if paper.is_in_force else ISSUERS
    post = require_acting(user, paper.case, *roles)
    if post.unit_id != paper.unit_id:
        raise CaseRefused(_("Only the department that issued the paper withdraws it."))
    if paper.state == State.WITHDRAWN:
        raise CaseRefused(_("The paper is withdrawn already."))
    if not reason.strip():
        raise CaseRefused(_("Say why the paper is withdrawn."))
    kind = law.pack_of(paper.case).documents.get(paper.code)
    revokes = paper.is_in_force and kind is not None and kind.on_issue == "decision_made"
    paper.state, paper.withdrawn_at, paper.withdrawal_reason = State.WITHDRAWN, timezone.now(), reason.strip()
    paper.save(update_fields=["state", "withdrawn_at", "withdrawal_reason"])
    note(paper.case, "document.withdrawn", user=user, unit=post.unit, document=paper.pk, title=paper.title,
         number=paper.number, reason=reason.strip())  # fmt: skip
    if revokes:
        happened(paper.case, "decision_revoked", user=user, unit=post.unit)
    return paper
