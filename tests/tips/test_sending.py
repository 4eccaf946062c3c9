"""A tip stands as a whole: words, files as evidence, an event without contents."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest
from django.utils import timezone

from gridcanary.accounts.models import Unit
from gridcanary.custody.models import CustodyEvent, Event, EvidenceItem
from gridcanary.tips.actions import sending
from gridcanary.tips.actions.attachments import start_of_day
from gridcanary.tips.actions.drafts import begin_draft, write_draft
from gridcanary.tips.actions.sending import DraftGone, TipFacts, send_tip
from gridcanary.tips.commitments import is_as_received
from gridcanary.tips.files import NewFile, examined
from gridcanary.tips.models import Attachment, Reporter, Tip, TipDraft
from gridcanary.tips.queries import tip_by_receipt
from tests.tips.conftest import photograph
from tests.tips.test_sounds import FRAME, mp3

WORDS = TipFacts(
    cues=("fan_roar", "cables"), told="北院三号厂房整夜轰鸣", place="兖州区颜店镇", place_kind="town"
)


def picture(**more: Any) -> NewFile:
    content = photograph(**more)
    return examined(io.BytesIO(content), len(content))


@pytest.mark.django_db
def test_a_tip_is_found_by_its_receipt_alone(bureau: Unit) -> None:
    sent = send_tip(WORDS, unit=bureau)
    found = tip_by_receipt(sent.receipt)
    assert found == sent.tip
    assert sent.receipt not in json.dumps(list(Tip.objects.values()), default=str)
    assert not sent.tip.is_named
    assert not Reporter.objects.exists()


@pytest.mark.django_db
def test_files_are_sealed_as_they_came_under_other_names(bureau: Unit) -> None:
    file = picture(place=True)
    tip = send_tip(WORDS, [file], unit=bureau).tip
    (attached,) = tip.attachments.all()
    assert attached.item.sha256 == hashlib.sha256(file.content).hexdigest()
    assert attached.copy.sha256 == hashlib.sha256(file.copy).hexdigest()
    assert b"CanaryCamera" not in file.copy
    assert attached.item.filename == "original.jpg"
    assert (attached.lat, attached.lon) == pytest.approx((35.51, 116.8))
    assert len(attached.picture_hash) == 16


@pytest.mark.django_db
def test_the_log_tells_the_day_and_no_contents(bureau: Unit) -> None:
    sent = send_tip(WORDS, [picture()], unit=bureau)
    events = Event.objects.filter(case_ref=sent.tip.reference)
    assert {event.kind for event in events} == {
        "evidence.taken", "custody.collected", "evidence.derived", "tip.received",
    }  # fmt: skip
    assert {event.occurred_at for event in events} == {start_of_day()}
    assert {item.taken_at for item in EvidenceItem.objects.all()} == {start_of_day()}
    assert {link.happened_at for link in CustodyEvent.objects.all()} == {start_of_day()}
    assert all(event.actor is None for event in events)
    written = "".join(event.entry for event in events)
    assert "轰鸣" not in written
    assert "颜店" not in written
    assert "fan_roar" not in written
    assert sent.leaf == bytes(events.get(kind="tip.received").leaf_hash).hex()


@pytest.mark.django_db
def test_the_log_commits_to_what_was_told(bureau: Unit) -> None:
    tip = send_tip(WORDS, unit=bureau).tip
    stored = Tip.objects.get(pk=tip.pk)
    assert is_as_received(stored)
    Tip.objects.filter(pk=tip.pk).update(cues=["fan_roar"])
    assert not is_as_received(Tip.objects.get(pk=tip.pk))


@pytest.mark.django_db
def test_contacts_are_kept_apart_and_encrypted(bureau: Unit) -> None:
    facts = TipFacts(cues=("talk",), place="兖州", name="王小明", phone="13800001234")
    tip = send_tip(facts, unit=bureau).tip
    assert tip.is_named
    (row,) = Reporter.objects.filter(tip=tip)
    assert row.phone.in_clear() == "13800001234"
    assert "13800001234" not in row.phone.stored


@pytest.mark.django_db
def test_without_hidden_data_no_original_is_kept(bureau: Unit) -> None:
    file = picture(place=True).stripped()
    (attached,) = send_tip(WORDS, [file], unit=bureau).tip.attachments.all()
    assert attached.is_stripped
    assert (attached.lat, attached.lon) == (None, None)
    assert attached.item.sha256 == hashlib.sha256(file.copy).hexdigest()


@pytest.mark.django_db
def test_a_draft_is_sent_once(bureau: Unit) -> None:
    draft = begin_draft()
    send_tip(WORDS, unit=bureau, draft=draft.row)
    with pytest.raises(DraftGone):
        send_tip(WORDS, unit=bureau, draft=TipDraft(pk=draft.row.pk or 1))
    assert Tip.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("at", ["record", "attach", "commitment"])
def test_broken_off_in_the_middle_the_draft_stands_and_no_tip(
    bureau: Unit, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    draft = begin_draft()
    write_draft(draft, {"told": ["x"]}, add=[picture()])

    def broken(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, at, broken)
    with pytest.raises(KeyboardInterrupt):
        send_tip(WORDS, [file for _pk, file in draft.files()], unit=bureau, draft=draft.row)
    assert (Tip.objects.count(), Attachment.objects.count(), Event.objects.count()) == (0, 0, 0)
    assert len(draft.files()) == 1


@pytest.mark.django_db
def test_references_can_be_read_aloud(bureau: Unit) -> None:
    reference = send_tip(WORDS, unit=bureau).tip.reference
    assert reference.startswith(f"T{timezone.localdate():%y}-")
    assert not set(reference[4:]) & set("01OIL")


@pytest.mark.django_db
@pytest.mark.parametrize("strip", [False, True], ids=["original sealed", "no original"])
def test_staff_hear_a_copy_of_a_sound_without_its_tags(bureau: Unit, strip: bool) -> None:
    content = mp3()
    file = examined(io.BytesIO(content), len(content))
    tip = send_tip(WORDS, [file.stripped() if strip else file], unit=bureau).tip
    (attached,) = tip.attachments.all()
    assert attached.copy.parent == attached.item
    assert attached.copy.sha256 == hashlib.sha256(FRAME * 3).hexdigest()
    assert (attached.item.sha256 == hashlib.sha256(content).hexdigest()) is not strip


@pytest.mark.django_db
def test_a_sound_that_cannot_be_read_is_sealed_alone(bureau: Unit) -> None:
    content = b"#!AMR\n" + b"\x48" * 40
    tip = send_tip(WORDS, [examined(io.BytesIO(content), len(content))], unit=bureau).tip
    assert tip.attachments.get().copy is None
