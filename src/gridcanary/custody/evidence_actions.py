"""The only writers of evidence items and of their chains of custody."""

from __future__ import annotations

import datetime as dt
import io
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import User
from gridcanary.custody.handling import CustodyRefused, Handling
from gridcanary.custody.items import IN_THE_SYSTEM, Act, CustodyEvent, Derivation, EvidenceItem, ItemKind
from gridcanary.custody.log_actions import record
from gridcanary.custody.places import object_store
from gridcanary.evidence.digests import Digests
from gridcanary.evidence.errors import UnsafePicture
from gridcanary.evidence.pictures import PlainPicture, plain_picture

logger = logging.getLogger(__name__)

ENDING_ACTS = frozenset({Act.RETURNED.value, Act.DISPOSED.value})
FILENAME_LIMIT = 255


@dataclass(frozen=True, slots=True)
class Upload:
    """Content that came in.

    Args:
        stream: read to its end.
        filename: as the sender calls it.
        media_type: as the sender calls it; nothing relies on it.
        announced_sha256: digest that the sender computed; compared, never believed.
    """

    stream: BinaryIO
    filename: str = ""
    media_type: str = ""
    announced_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """Content that lies in the store and is no evidence yet.

    Args:
        upload: where it came from; read to its end already.
        digests: of the content.
        picture: a copy without hidden data; None where it is no picture.
    """

    upload: Upload
    digests: Digests
    picture: PlainPicture | None


def store_content(upload: Upload, kind: str, *, picture: PlainPicture | None = None) -> Stored:
    """Do the slow part of taking evidence, outside any transaction: write the content, decode a picture.

    Args:
        upload: the content.
        kind: one of ``ItemKind``.
        picture: the copy without hidden data, where the caller has it.

    Returns:
        What ``take_evidence`` takes in the place of the upload. Content that is never taken stays in the store
        without a name.

    Raises:
        TooLarge, DigestMismatch: from the store; nothing is kept.
    """
    digests = _put(upload)
    if picture is None and _may_be_picture(upload, kind):
        picture = _plain_copy(digests)
    return Stored(upload, digests, picture)


def take_evidence(
    upload: Upload | Stored | None,
    *,
    actor: User | None,
    case_ref: str,
    kind: str,
    description: str,
    handling: Handling,
    unit_code: str = "",
    at: dt.datetime | None = None,
) -> EvidenceItem:
    """Take a piece of evidence into custody: its content into the store, its beginning into the log.

    A picture gets a copy without hidden data as a derivative; the original stays as it came.

    Args:
        upload: the content, or what ``store_content`` made of it; None for a physical object, and only for it.
        actor: who records it.
        case_ref: the case.
        kind: one of ``ItemKind``.
        description: what it is.
        handling: who collected it, where, when, watched by whom.
        unit_code: unit that the actor acts for.
        at: the time that item and events bear, where the exact one could give somebody away; now, where None.

    Returns:
        The stored item.

    Raises:
        CustodyRefused: facts are missing; the message is for the person who entered them.
        TooLarge, DigestMismatch: from the store; nothing is kept.
    """
    if kind not in ItemKind.values:
        raise CustodyRefused(_("Choose the kind of evidence."))
    if (upload is None) != (kind == ItemKind.PHYSICAL):
        raise CustodyRefused(_("A physical object has no file, and everything else has one."))
    if not description.strip() or not case_ref:
        raise CustodyRefused(_("Describe what it is."))
    handled = handling.checked(Act.COLLECTED)
    stored = store_content(upload, kind) if isinstance(upload, Upload) else upload
    with transaction.atomic():
        item = _add_item(
            stored.upload if stored else None,
            stored.digests if stored else None,
            actor=actor,
            unit_code=unit_code,
            case_ref=case_ref,
            kind=kind,
            description=description.strip(),
            at=at,
        )
        _add_link(item, Act.COLLECTED, handled, actor=actor, unit_code=unit_code, at=at)
        if stored and stored.picture:
            copy = stored.picture
            derive(
                item,
                Upload(io.BytesIO(copy.content), f"{item.ref}{copy.ending}", copy.media_type),
                actor=actor,
                unit_code=unit_code,
                derivation=Derivation.METADATA_REMOVED,
                at=at,
            )
    return item


def derive(
    parent: EvidenceItem,
    upload: Upload,
    *,
    actor: User | None,
    derivation: str,
    description: str = "",
    unit_code: str = "",
    at: dt.datetime | None = None,
) -> EvidenceItem:
    """Store something made from an item: a redacted copy, an extract, the result of an analysis.

    Args:
        parent: what it was made from; it stays as it is.
        upload: the content.
        actor: who made it; None for the system.
        derivation: one of ``Derivation``.
        description: what it is; the parent's where empty.
        unit_code: unit that the actor acts for.
        at: as for ``take_evidence``.

    Returns:
        The stored derivative.

    Raises:
        CustodyRefused: the derivation is none that is known.
        TooLarge, DigestMismatch: from the store.
    """
    if derivation not in Derivation.values:
        raise CustodyRefused(_("Choose how the copy was made."))
    return _add_item(
        upload,
        _put(upload),
        actor=actor,
        unit_code=unit_code,
        case_ref=parent.case_ref,
        kind=parent.kind if parent.kind != ItemKind.PHYSICAL else ItemKind.DIGITAL,
        description=description.strip() or parent.description,
        parent=parent,
        derivation=derivation,
        at=at,
    )


@transaction.atomic
def add_custody(
    item: EvidenceItem, act: str, *, actor: User | None, handling: Handling, unit_code: str = ""
) -> CustodyEvent:
    """Add a link to an item's chain of custody.

    Args:
        item: the item.
        act: one of ``Act``.
        actor: who records it.
        handling: who did it, where, when, watched by whom.
        unit_code: unit that the actor acts for.

    Returns:
        The stored link.

    Raises:
        CustodyRefused: facts are missing, or the item has left custody.
    """
    if act not in Act.values or act == Act.COLLECTED:
        raise CustodyRefused(_("Choose what was done with it."))
    left = item.custody.filter(act__in=ENDING_ACTS).exists()
    if left and act not in IN_THE_SYSTEM:
        raise CustodyRefused(_("It has been returned or disposed of; nothing more can be done with it."))
    return _add_link(item, act, handling.checked(act), actor=actor, unit_code=unit_code)


@contextmanager
def open_evidence(
    item: EvidenceItem, *, actor: User | None, reason: str, unit_code: str = ""
) -> Iterator[BinaryIO]:
    """Read an item's content. That it was consulted, by whom and why is recorded first.

    Args:
        item: with content.
        actor: who reads.
        reason: why.
        unit_code: unit that the actor acts for.

    Raises:
        CustodyRefused: no reason, or a physical object.
        ObjectFault: the content is missing or was changed; nothing of it is given out.
    """
    if not item.sha256:
        raise CustodyRefused(_("A physical object has no file."))
    if not reason.strip():
        raise CustodyRefused(_("Say why you need to see it."))
    add_custody(item, Act.ACCESSED, actor=actor, handling=Handling(note=reason), unit_code=unit_code)
    with object_store().opened(item.sha256) as stream:
        yield stream


def item_facts(item: EvidenceItem) -> dict[str, Any]:
    """What the log says of an item when it is taken."""
    return {
        "item": item.ref,
        "kind": item.kind,
        "description": item.description,
        "filename": item.filename,
        "media_type": item.media_type,
        "sha256": item.sha256,
        "sm3": item.sm3,
        "size_bytes": item.size_bytes,
        "parent": item.parent.ref if item.parent else "",
        "derivation": item.derivation,
    }


def link_facts(link: CustodyEvent) -> dict[str, Any]:
    """What the log says of a link of the chain of custody."""
    names = Handling.__dataclass_fields__
    return {"item": link.item.ref, "act": link.act, **{name: getattr(link, name) for name in names}}


def _add_item(
    upload: Upload | None,
    digests: Digests | None,
    *,
    actor: User | None,
    unit_code: str,
    case_ref: str,
    kind: str,
    description: str,
    parent: EvidenceItem | None = None,
    derivation: str = "",
    at: dt.datetime | None = None,
) -> EvidenceItem:
    item = EvidenceItem(
        ref=uuid.uuid4().hex,
        case_ref=case_ref,
        kind=kind,
        description=description,
        sha256=digests.sha256 if digests else "",
        sm3=digests.sm3 if digests else "",
        size_bytes=digests.size_bytes if digests else None,
        media_type=_printable(upload.media_type)[:100] if upload else "",
        filename=_file_name(upload.filename) if upload else "",
        parent=parent,
        derivation=derivation,
        taken_by=actor,
        taken_at=at or timezone.now(),
    )
    with transaction.atomic():
        kind_of_event = "evidence.derived" if parent else "evidence.taken"
        item.event = record(
            kind_of_event, actor=actor, unit_code=unit_code, case_ref=case_ref, body=item_facts(item), at=at
        )
        item.save()
    return item


def _add_link(
    item: EvidenceItem,
    act: str,
    handled: dict[str, Any],
    *,
    actor: User | None,
    unit_code: str,
    at: dt.datetime | None = None,
) -> CustodyEvent:
    link = CustodyEvent(item=item, act=str(act), recorded_by=actor, **handled)
    link.event = record(
        f"custody.{act}",
        actor=actor,
        unit_code=unit_code,
        case_ref=item.case_ref,
        body=link_facts(link),
        at=at,
    )
    link.save()
    return link


def _put(upload: Upload) -> Digests:
    return object_store().put(upload.stream, announced_sha256=upload.announced_sha256).digests


def _may_be_picture(upload: Upload, kind: str) -> bool:
    return kind == ItemKind.PHOTO_VIDEO or upload.media_type.startswith("image/")


def _plain_copy(digests: Digests) -> PlainPicture | None:
    """A copy without hidden data; None for videos and what else cannot be decoded: the original is what counts."""
    try:
        with object_store().opened(digests.sha256) as stream:
            return plain_picture(stream)
    except UnsafePicture as error:
        logger.warning("no plain copy of %s: %s", digests.sha256, error)
        return None


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _file_name(text: str) -> str:
    return _printable(text.replace("\\", "/").rpartition("/")[2])[-FILENAME_LIMIT:]
