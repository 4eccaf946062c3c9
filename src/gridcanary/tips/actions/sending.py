"""Taking a tip: everything of it stands, or nothing does."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from gridcanary.accounts.models import Unit, User
from gridcanary.contracts.errors import GridcanaryError
from gridcanary.custody.actions import record
from gridcanary.tips.actions.attachments import attach, put_file, start_of_day
from gridcanary.tips.actions.settling import settle
from gridcanary.tips.clocks import latest_answer
from gridcanary.tips.commitments import commitment, told_contents
from gridcanary.tips.files import NewFile
from gridcanary.tips.models import Channel, PlaceKind, Reporter, Tip, TipDraft
from gridcanary.tips.receipt_digests import digest_of
from gridcanary.tips.receipts import new_receipt

REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are taken for others when read aloud or copied by hand."""
REFERENCE_LENGTH = 6


class DraftGone(GridcanaryError):
    """The draft was sent already, or is too old."""

    def __init__(self) -> None:
        super().__init__("the draft of this report was sent already, or is too old")


@dataclass(frozen=True, slots=True)
class TipFacts:
    """What a reporter tells.

    Args:
        cues: of ``Cue``.
        told: in their words.
        place_kind: of ``PlaceKind``.
        place: address, description or town, as told.
        lat, lon: WGS-84, where they gave a point.
        seen_first, seen_last: days.
        hours: codes of ``TimeOfDay`` with commas between.
        language: ``zh`` or ``en``, in which they are answered.
        name, phone, contact: empty for anonymous tips.
    """

    cues: tuple[str, ...] = ()
    told: str = ""
    place_kind: str = PlaceKind.ADDRESS
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    seen_first: dt.date | None = None
    seen_last: dt.date | None = None
    hours: str = ""
    language: str = "zh"
    name: str = ""
    phone: str = ""
    contact: str = ""

    @property
    def is_named(self) -> bool:
        """Whether they said who they are or how to reach them."""
        return bool(self.name or self.phone or self.contact)


@dataclass(frozen=True, slots=True)
class Sent:
    """A tip that stands.

    Args:
        tip: as stored.
        receipt: 16 digits, which are known to nobody but the reporter from now on.
        leaf: hash of its event in the log, in hexadecimal.
    """

    tip: Tip
    receipt: str
    leaf: str


def send_tip(
    facts: TipFacts,
    files: Sequence[NewFile] = (),
    *,
    unit: Unit,
    channel: str = Channel.WEB,
    draft: TipDraft | None = None,
    entered_by: User | None = None,
) -> Sent:
    """Take a tip: its words, its files as evidence, and its beginning in the log, in one transaction.

    Args:
        facts: what was told.
        files: photographs and sounds.
        unit: who receives it.
        channel: of ``Channel``.
        draft: what it was before; gone when the tip stands.
        entered_by: the officer who typed it in for somebody on the telephone.

    Returns:
        The tip and its receipt.

    Raises:
        DraftGone: the draft was sent before.
    """
    receipt = new_receipt()
    digest = digest_of(receipt)
    stored = [(file, put_file(file)) for file in files]
    with transaction.atomic():
        if draft is not None and not TipDraft.objects.filter(pk=draft.pk).delete()[0]:
            raise DraftGone
        tip = _add_tip(facts, unit, channel, digest, entered_by)
        items = [attach(tip, file, content, unit=unit, actor=entered_by).item for file, content in stored]
        tip.event = record(
            "tip.received",
            actor=entered_by,
            unit_code=unit.code,
            case_ref=tip.reference,
            body={
                "tip": tip.reference,
                "told_sha256": commitment(tip.reference, told_contents(tip)),
                "files_sha256": [commitment(tip.reference, {"file": item.sha256}) for item in items],
            },
            at=start_of_day(),
        )
        tip.save(update_fields=["event"])
        # The tip stands whatever comes of comparing it with others.
        transaction.on_commit(lambda: settle(tip), robust=True)
    return Sent(tip, receipt, bytes(tip.event.leaf_hash).hex())


def _add_tip(facts: TipFacts, unit: Unit, channel: str, digest: str, entered_by: User | None) -> Tip:
    tip = Tip.objects.create(
        reference=_free_reference(),
        channel=channel,
        language=facts.language,
        unit=unit,
        cues=list(facts.cues),
        told=facts.told,
        place_kind=facts.place_kind,
        place=facts.place,
        lat=facts.lat,
        lon=facts.lon,
        seen_first=facts.seen_first,
        seen_last=facts.seen_last,
        hours=facts.hours,
        is_named=facts.is_named,
        receipt_digest=digest,
        entered_by=entered_by,
    )
    if facts.is_named:
        Reporter.objects.create(
            tip=tip,
            name=facts.name,
            phone=facts.phone,
            contact=facts.contact,
            answer_due=latest_answer(tip.received_on),
        )
    return tip


def _free_reference() -> str:
    while True:
        letters = "".join(secrets.choice(REFERENCE_LETTERS) for _number in range(REFERENCE_LENGTH))
        reference = f"T{timezone.localdate():%y}-{letters}"
        if not Tip.objects.filter(reference=reference).exists():
            return reference
