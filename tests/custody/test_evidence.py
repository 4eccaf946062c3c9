"""Evidence is taken with its digests and its officers, and each step after is a link that stays."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from PIL import Image

from gridcanary.accounts.models import User
from gridcanary.custody.actions import (
    CustodyRefused,
    Handling,
    Upload,
    add_custody,
    derive,
    open_evidence,
    take_evidence,
)
from gridcanary.custody.append_only import AppendOnly
from gridcanary.custody.evidence_actions import item_facts, link_facts
from gridcanary.custody.models import Act, CustodyEvent, Derivation, Event, EvidenceItem
from gridcanary.custody.places import object_store
from gridcanary.custody.queries import custody_of, items_of
from gridcanary.evidence.canonical import plain
from gridcanary.evidence.digests import digest_bytes
from gridcanary.evidence.errors import DigestMismatch, KeyFault, ObjectFault, TooLarge
from gridcanary.evidence.keys import FileKeys
from tests.custody.conftest import CASE, TWO_OFFICERS, take

pytestmark = pytest.mark.django_db


def test_evidence_is_stored_with_its_digests_and_begins_its_chain(user: User) -> None:
    item = take(b"content", actor=user, unit_code="jn-energy", filename="C:\\data\\曲线\x00.csv")
    digests = digest_bytes(b"content")
    assert (item.sha256, item.sm3, item.size_bytes) == (digests.sha256, digests.sm3, 7)
    assert item.filename == "曲线.csv"
    assert b"".join(object_store().pieces(item.sha256)) == b"content"
    (link,) = custody_of(item)
    assert (link.act, link.officer, link.second_officer) == ("collected", "李娜 SD-0417", "王强 SD-0418")
    assert [event.kind for event in Event.objects.all()] == ["evidence.taken", "custody.collected"]
    assert item.event.body == item_facts(item)
    assert link.event.body == plain(link_facts(link), "") | {"happened_at": link.event.body["happened_at"]}
    assert {event.case_ref for event in Event.objects.all()} == {CASE}
    assert {event.unit_code for event in Event.objects.all()} == {"jn-energy"}
    assert list(items_of(CASE)) == [item]


def test_a_physical_object_has_no_file_and_everything_else_has_one(user: User) -> None:
    facts: dict[str, Any] = {
        "actor": user,
        "case_ref": CASE,
        "description": "蚂蚁矿机 S19 一台",
        "handling": TWO_OFFICERS,
    }
    item = take_evidence(None, kind="physical", **facts)
    assert (item.sha256, item.size_bytes) == ("", None)
    with pytest.raises(CustodyRefused):
        take_evidence(None, kind="digital", **facts)
    with pytest.raises(CustodyRefused):
        take_evidence(Upload(io.BytesIO(b"x")), kind="physical", **facts)
    with pytest.raises(CustodyRefused), open_evidence(item, actor=user, reason="看"):
        pytest.fail("opened a machine")


@pytest.mark.parametrize(
    ("changes", "act"),
    [
        pytest.param({"officer": ""}, Act.SEALED, id="no officer"),
        pytest.param({"second_officer": ""}, Act.SEALED, id="one officer without a reason"),
        pytest.param({"second_officer": "李娜 SD-0417"}, Act.SEALED, id="the same officer twice"),
        pytest.param({"witness": "  "}, Act.SEALED, id="no witness, no reason"),
        pytest.param({"seal_number": ""}, Act.SEALED, id="a seal without a number"),
        pytest.param({"from_holder": "甲"}, Act.TRANSFERRED, id="a handover to nobody"),
        pytest.param({"happened_at": dt.datetime(2100, 1, 1, tzinfo=dt.UTC)}, Act.SEALED, id="in the future"),
        pytest.param({}, Act.COLLECTED, id="collected twice"),
        pytest.param({}, "eaten", id="no such act"),
    ],
)
def test_a_link_without_its_facts_is_refused(changes: dict[str, Any], act: str) -> None:
    item = take()
    facts = TWO_OFFICERS.texts() | {"seal_number": "F-17"} | changes
    with pytest.raises(CustodyRefused):
        add_custody(item, act, actor=None, handling=Handling(**facts))
    assert custody_of(item).count() == 1


def test_reasons_stand_for_a_missing_officer_and_witness() -> None:
    item = take()
    alone = Handling(
        officer="李娜 SD-0417", one_officer_reason="另一名执法人员在门口警戒", no_witness_reason="全程录像",
        from_holder="李娜", to_holder="物证室", happened_at=timezone.now() - dt.timedelta(hours=3),
    )  # fmt: skip
    link = add_custody(item, Act.TRANSFERRED, actor=None, handling=alone)
    assert CustodyEvent.objects.get(pk=link.pk).no_witness_reason == "全程录像"


def test_nothing_is_done_with_an_item_that_was_returned() -> None:
    item = take()
    add_custody(item, Act.RETURNED, actor=None, handling=TWO_OFFICERS)
    with pytest.raises(CustodyRefused):
        add_custody(item, Act.DISPOSED, actor=None, handling=TWO_OFFICERS)
    add_custody(item, Act.EXPORTED, actor=None, handling=Handling(note="复制件"))


def test_the_database_wants_officers_and_witness_too() -> None:
    item = take()
    good = {"item": item, "act": "sealed", "happened_at": timezone.now(), "event": item.event}
    for people in (
        {"witness": "w"},
        {"officer": "a", "witness": "w"},
        {"officer": "a", "second_officer": "b"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CustodyEvent(**good, **people).save()


def test_consulting_is_recorded_with_its_reason(user: User) -> None:
    item = take(b"secret")
    with open_evidence(item, actor=user, reason="制作笔录") as stream:
        assert stream.read() == b"secret"
    link = custody_of(item).last()
    assert link is not None
    assert (link.act, link.note, link.recorded_by) == ("accessed", "制作笔录", user)
    with pytest.raises(CustodyRefused), open_evidence(item, actor=user, reason=" "):
        pytest.fail("opened without a reason")


def test_a_changed_file_is_not_given_out(user: User, home: Path) -> None:
    item = take(b"secret")
    file = home / "evidence" / "objects" / item.sha256[:2] / item.sha256
    file.chmod(0o600)
    file.write_bytes(b"secreT")
    with pytest.raises(ObjectFault), open_evidence(item, actor=user, reason="制作笔录"):
        pytest.fail("gave out a changed file")


@pytest.mark.parametrize("table", ["custody_evidenceitem", "custody_custodyevent"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET event_id = event_id", "DELETE FROM {}"])
def test_items_and_links_cannot_be_changed(table: str, statement: str) -> None:
    item = take()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
    with pytest.raises(AppendOnly):
        item.save()
    with pytest.raises(AppendOnly):
        EvidenceItem.objects.all().delete()


def test_what_the_sender_announces_is_only_compared(settings: Any) -> None:
    with pytest.raises(DigestMismatch):
        take_evidence(
            Upload(io.BytesIO(b"x"), announced_sha256="0" * 64),
            actor=None, case_ref=CASE, kind="digital", description="d", handling=TWO_OFFICERS,
        )  # fmt: skip
    settings.GRIDCANARY_UPLOAD_LIMIT_MB = 0
    with pytest.raises(TooLarge):
        take(b"x")
    assert Event.objects.count() == 0


def photograph(*, mode: str = "RGB") -> bytes:
    picture = Image.new(mode, (40, 20), (200, 30, 30) if mode == "RGB" else (200, 30, 30, 100))
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[2] = (35.0, 30.0, 0.0)
    raw = io.BytesIO()
    picture.save(raw, "JPEG" if mode == "RGB" else "PNG", exif=exif)
    return raw.getvalue()


@pytest.mark.parametrize(("mode", "media_type"), [("RGB", "image/jpeg"), ("RGBA", "image/png")])
def test_a_photograph_gets_a_copy_without_hidden_data(mode: str, media_type: str) -> None:
    original = photograph(mode=mode)
    item = take(original, kind="photo_video", filename="IMG_1.jpg", media_type="image/jpeg")
    assert b"".join(object_store().pieces(item.sha256)) == original
    (copy,) = item.derivatives.all()
    assert (copy.derivation, copy.media_type, copy.parent) == (Derivation.METADATA_REMOVED, media_type, item)
    content = b"".join(object_store().pieces(copy.sha256))
    assert b"SecretCamera" in original
    assert b"SecretCamera" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert not picture.getexif()
        assert picture.size == (20, 40)


def test_a_video_is_kept_without_a_copy() -> None:
    item = take(
        b"\0\0\0\x18ftypmp42 not decoded here", kind="photo_video", filename="a.mp4", media_type="video/mp4"
    )
    assert item.derivatives.count() == 0


def test_a_derivative_names_its_parent() -> None:
    item = take()
    copy = derive(item, Upload(io.BytesIO(b"redacted")), actor=None, derivation=Derivation.REDACTED)
    assert copy.parent == item
    assert copy.event.kind == "evidence.derived"
    assert copy.event.body["parent"] == item.ref
    with pytest.raises(CustodyRefused):
        derive(item, Upload(io.BytesIO(b"x")), actor=None, derivation="")


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_evidence_is_encrypted_where_keys_are_set(
    settings: Any, tmp_path: Path, home: Path, cipher: str
) -> None:
    FileKeys.add(tmp_path / "objects.keys")
    settings.GRIDCANARY_EVIDENCE_KEYS = str(tmp_path / "objects.keys")
    settings.GRIDCANARY_EVIDENCE_CIPHER = cipher
    item = take(b"readable words" * 10)
    (file,) = (home / "evidence" / "objects").rglob("*.enc")
    assert b"readable" not in file.read_bytes()
    assert b"".join(object_store().pieces(item.sha256)) == b"readable words" * 10
    settings.GRIDCANARY_EVIDENCE_CIPHER = "rot13"
    with pytest.raises(KeyFault, match="aes or sm4"):
        object_store()
