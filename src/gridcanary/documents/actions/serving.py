"""Serving a paper, and the signed scan of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Role, User
from gridcanary.casework import law
from gridcanary.casework.actions.clocks import happened
from gridcanary.casework.journal import note
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.documents.actions.drafting import locked
from gridcanary.documents.models import Document, DocumentFile, FileKind, Service, ServiceWay, State
from gridcanary.documents.papers import keep
from gridcanary.documents.scans import UnreadableScan, scan_type

SERVERS = (Role.OFFICER, Role.APPROVER, Role.CLERK)


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that somebody uploaded: its name as the sender calls it, and its content."""

    name: str
    content: bytes


@transaction.atomic
def add_scan(user: User, paper: Document, scan: Scan) -> DocumentFile:
    """Keep the signed and sealed scan of an issued paper.

    Raises:
        CaseRefused: it isn't issued, the file is no PDF or picture, or the person may not.
    """
    paper = locked(paper)
    post = require_acting(user, paper.case, *SERVERS)
    if not paper.is_in_force:
        raise CaseRefused(_("Only an issued paper has a signed scan."))
    stored = _file(user, paper, FileKind.SIGNED_SCAN, scan)
    note(paper.case, "document.scan_added", user=user, unit=post.unit, document=paper.pk, title=paper.title,
         sha256=stored.sha256, sm3=stored.sm3)  # fmt: skip
    return stored


@transaction.atomic
def serve(
    user: User,
    paper: Document,
    *,
    way: str,
    served_to: str,
    served_at: dt.datetime,
    place: str = "",
    remark: str = "",
    receipt: Scan | None = None,
) -> Service:
    """Record that a paper was served.

    Args:
        user: an officer, approver or clerk of a department that works on the case.
        paper: an issued paper.
        way: one of ServiceWay.
        served_to: who took it.
        served_at: when; not before its issue, not in the future.
        place: where.
        remark: such as why it was left at the premises.
        receipt: the signed receipt; a refusal or public notice may have a remark instead.

    Raises:
        CaseRefused: facts are missing or contradict each other, or the person may not.
    """
    paper = locked(paper)
    post = require_acting(user, paper.case, *SERVERS)
    _check(paper, way, served_to, served_at)
    if receipt is None and not remark.strip():
        raise CaseRefused(_("Add the receipt, or say why there is none."))
    stored = _file(user, paper, FileKind.SERVICE_RECEIPT, receipt) if receipt else None
    service = Service.objects.create(
        document=paper, way=way, served_to=served_to.strip(), served_at=served_at, place=place.strip(),
        note=remark.strip(), receipt=stored, recorded_by=user,
    )  # fmt: skip
    first = paper.state != State.SERVED
    paper.state = State.SERVED
    paper.save(update_fields=["state"])
    note(paper.case, "document.served", user=user, unit=post.unit, document=paper.pk, title=paper.title,
         number=paper.number, way=way, served_at=served_at.isoformat(),
         receipt=stored.sha256 if stored else "")  # fmt: skip
    event = law.pack_of(paper.case).document(paper.code).on_service
    if event and first:
        happened(paper.case, event, user=user, unit=post.unit, at=served_at)
    return service


def _check(paper: Document, way: str, served_to: str, served_at: dt.datetime) -> None:
    if not paper.is_in_force or paper.issued_at is None:
        raise CaseRefused(_("Only an issued paper can be served."))
    if way not in ServiceWay.values:
        raise CaseRefused(_("Choose how the paper was served."))
    if not served_to.strip():
        raise CaseRefused(_("Say who took the paper."))
    if served_at > timezone.now():
        raise CaseRefused(_("The time lies in the future."))
    if served_at < paper.issued_at - dt.timedelta(minutes=1):
        raise CaseRefused(_("The paper can't be served before it was issued."))


def _file(user: User, paper: Document, kind: str, scan: Scan) -> DocumentFile:
    try:
        media_type = scan_type(scan.content)
    except UnreadableScan as fault:
        raise CaseRefused(str(fault)) from fault
    digests = keep(scan.content)
    name = (
        "".join(letter for letter in scan.name if letter.isprintable()).replace("\\", "/").rpartition("/")[2]
    )
    return DocumentFile.objects.create(
        document=paper, kind=kind, name=name[-200:] or str(kind), media_type=media_type, sha256=digests.sha256,
        sm3=digests.sm3, size_bytes=digests.size_bytes, added_by=user,
    )  # fmt: skip
