"""Attaching dossiers to a case, and verifying them again: the only writers of this room."""

from __future__ import annotations

import datetime as dt
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Membership, User
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, require_acting
from gridcanary.chain.dossier import Verdict, verify_dossier
from gridcanary.chain.kinds import KINDS
from gridcanary.contracts.errors import GridcanaryError
from gridcanary.custody import actions as custody
from gridcanary.custody.actions import Handling, Upload
from gridcanary.custody.items import ItemKind
from gridcanary.custody.log_actions import record
from gridcanary.custody.places import object_store
from gridcanary.wallets.archives import DossierRefused, pack, unpack
from gridcanary.wallets.contents import Contents, contents_of
from gridcanary.wallets.income_book import IncomeBook
from gridcanary.wallets.models import Dossier, DossierAddress, DossierKind
from gridcanary.wallets.named_address import Named
from gridcanary.wallets.trace_book import TraceBook

UNPACKED_TIMES = 4
"""How much larger a dossier may be unpacked than the largest ZIP."""
FAULTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Arrival:
    """A dossier that was verified: its folder, what was found, and what it says of itself."""

    folder: Path
    verdict: Verdict
    network: str
    tip_height: int
    tip_time: int


def attach_upload(
    user: User, case: Case, archive: BinaryIO, name: str, title: str, handling: Handling
) -> Dossier:
    """Verify an uploaded dossier and put it into a case.

    Args:
        user: works on the case.
        case: the case.
        archive: a ZIP of the dossier's folder.
        name: of the file.
        title: how lists call it.
        handling: who brought it.

    Raises:
        CaseRefused: the person doesn't work on the case, or the dossier doesn't hold; the reason is named.
    """
    post = require_acting(user, case)
    with _unpacked(archive) as arrival:
        archive.seek(0)
        return _attach(user, post, case, arrival, Upload(archive, name, "application/zip"), title, handling)


def attach_folder(user: User, case: Case, name: str, title: str, handling: Handling) -> Dossier:
    """Verify a dossier that lies in the server's folder of the person's department, and put it into a case.

    Args:
        user: works on the case.
        case: the case.
        name: of the dossier's folder, one of :func:`waiting_folders`.
        title: how lists call it.
        handling: who brought it.

    Raises:
        CaseRefused: as attach_upload, or there is no such folder.
    """
    post = require_acting(user, case)
    if name not in waiting_folders(post):
        raise CaseRefused(_("There is no such folder on the server."))
    with tempfile.TemporaryFile() as packed:
        pack(_folder_of(post) / name, packed)
        return attach_upload(user, case, packed, f"{name}.zip", title, handling)


def waiting_folders(post: Membership | None) -> list[str]:
    """Names of the dossiers that lie on the server for a department, below GRIDCANARY_DOSSIERS/<its code>."""
    if post is None or not _folder_of(post).is_dir():
        return []
    return sorted(path.parent.name for path in _folder_of(post).glob("*/dossier.json"))


def _folder_of(post: Membership) -> Path:
    return Path(settings.GRIDCANARY_DOSSIERS) / post.unit.code


def verify_again(user: User, dossier: Dossier) -> Verdict:
    """Verify a stored dossier once more; that it was done, and how it ended, is recorded.

    Raises:
        CaseRefused: the person doesn't work on the case, or the stored file is missing or was changed.
    """
    post = require_acting(user, dossier.case, even_closed=True)
    try:
        with (
            object_store().opened(dossier.item.sha256) as stream,
            _unpacked(io.BytesIO(stream.read()), refuse=False) as found,
        ):
            verdict = found.verdict
    except GridcanaryError as refused:
        raise CaseRefused(str(refused)) from refused
    record(
        "dossier.verified",
        actor=user,
        unit_code=post.unit.code,
        case_ref=dossier.case.number,
        body={
            "item": dossier.item.ref,
            "title": dossier.title,
            "seal": verdict.seal,
            "faults": [str(one) for one in verdict.faults],
        },
    )
    return verdict


@contextmanager
def _unpacked(archive: BinaryIO, *, refuse: bool = True) -> Iterator[Arrival]:
    """A dossier in a folder of its own while it is looked at; CaseRefused where it doesn't hold."""
    limit = settings.GRIDCANARY_UPLOAD_MB["dossier"] << 20
    with tempfile.TemporaryDirectory() as made:
        try:
            folder = unpack(archive, Path(made), UNPACKED_TIMES * limit)
            verdict = verify_dossier(folder, KINDS)
            sheet = json.loads((folder / "dossier.json").read_bytes())
            tip = sheet["tip"]
            arrival = Arrival(folder, verdict, sheet["network"], int(tip["height"]), int(tip["time"]))
        except (DossierRefused, GridcanaryError) as refused:
            raise CaseRefused(str(refused)) from refused
        except (ValueError, KeyError, TypeError) as error:
            raise CaseRefused(_("The dossier's sheet can't be read.")) from error
        if refuse and not verdict.holds:
            raise CaseRefused(refusal(verdict))
        yield arrival


def refusal(verdict: Verdict) -> str:
    """Why a dossier is not taken: its first faults by file and place."""
    faults = "; ".join(str(one) for one in verdict.faults[:FAULTS_SHOWN])
    more = len(verdict.faults) - FAULTS_SHOWN
    told = _("The dossier doesn't hold and is not taken: %(faults)s") % {"faults": faults}
    return told + (_(" – and %(more)s more") % {"more": more} if more > 0 else "")


@transaction.atomic
def _attach(
    user: User, post: Membership, case: Case, arrival: Arrival, upload: Upload, title: str, handling: Handling
) -> Dossier:
    verdict = arrival.verdict
    if verdict.kind not in DossierKind.values:
        raise CaseRefused(_("Dossiers of the kind %(kind)s are not shown here.") % {"kind": verdict.kind})
    if Dossier.objects.filter(case=case, seal=verdict.seal).exists():
        raise CaseRefused(_("This dossier is in the case already."))
    try:
        item = custody.take_evidence(
            upload, actor=user, case_ref=case.number, kind=ItemKind.CHAIN_RECORD, description=title,
            handling=handling, unit_code=post.unit.code,
        )  # fmt: skip
    except GridcanaryError as refused:
        raise CaseRefused(str(refused)) from refused
    dossier: Dossier = Dossier.objects.create(
        case=case,
        item=item,
        kind=verdict.kind,
        title=title,
        network=arrival.network,
        seal=verdict.seal,
        written_by=verdict.written_by,
        checked_by=verdict.checked_by,
        file_count=verdict.files,
        transaction_count=verdict.transactions,
        header_count=verdict.headers,
        recomputed_count=verdict.recomputed,
        told_output_count=verdict.told_outputs,
        work=str(verdict.work),
        tip_height=arrival.tip_height,
        tip_at=dt.datetime.fromtimestamp(arrival.tip_time, dt.UTC),
        attached_by=user,
        attached_at=timezone.now(),
    )
    _name_addresses(dossier, _named(dossier.kind, contents_of(item.sha256)))
    facts = {"item": item.ref, "title": title, "kind": verdict.kind, "seal": verdict.seal}
    record("dossier.attached", actor=user, unit_code=post.unit.code, case_ref=case.number, body=facts)
    return dossier


def _named(kind: str, contents: Contents) -> Iterator[Named]:
    """Every address that a dossier of a kind names."""
    book = (TraceBook if kind == DossierKind.TRACE else IncomeBook).of(contents)
    if book is not None:
        yield from book.named()


def record_export(user: User, dossier: Dossier, table: str) -> None:
    """Record that a list of a dossier is taken out.

    Raises:
        CaseRefused: the person doesn't work on the case; who only reads it takes nothing along.
    """
    post = require_acting(user, dossier.case, even_closed=True)
    record(
        "dossier.exported",
        actor=user,
        unit_code=post.unit.code,
        case_ref=dossier.case.number,
        body={"item": dossier.item.ref, "title": dossier.title, "table": table},
    )


def _name_addresses(dossier: Dossier, named: Iterable[Named]) -> None:
    once = {(one.address, one.role): one for one in named}
    DossierAddress.objects.bulk_create(
        [
            DossierAddress(dossier=dossier, address=one.address[:128], role=one.role, label=one.label[:200])
            for one in once.values()
        ],
        batch_size=1000,
    )
