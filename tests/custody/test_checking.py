"""Reading everything again finds what was changed behind the system's back, and names it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from gridcanary.accounts.models import User
from gridcanary.custody.actions import LogBroken, NothingToSign, checkpoint, cosign, record, stamp
from gridcanary.custody.checking import LogReport, verify_all
from gridcanary.custody.models import Checkpoint, Event, EvidenceItem, TreeNode
from gridcanary.custody.queries import cosigned_size, latest_checkpoint
from gridcanary.custody.triggers import allow_changes, forbid_changes
from gridcanary.evidence.errors import EvidenceError
from gridcanary.evidence.leaf import Entry
from gridcanary.evidence.merkle import leaf_hash
from tests.custody.conftest import take

pytestmark = pytest.mark.django_db


def sql(statement: str, *values: object) -> None:
    """What somebody with the database's password and without its triggers could do."""
    allow_changes(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    forbid_changes(connection)


def places(report: LogReport) -> set[str]:
    return {fault.place for fault in report.faults}


@pytest.fixture
def item(user: User) -> EvidenceItem:
    """A log of some length, signed and stamped, with an item in it."""
    for number in range(300):
        record("test.added", actor=user, case_ref="A", body={"number": number})
    taken = take(b"content", actor=user)
    stamp(checkpoint())
    record("test.added", actor=None, body={})
    checkpoint()
    return taken


def test_an_untouched_log_is_intact(item: EvidenceItem) -> None:
    told: list[tuple[str, int]] = []
    report = verify_all(lambda what, count: told.append((what, count)))
    assert report.intact, report.faults
    assert (report.events, report.checkpoints, report.objects, report.object_bytes) == (303, 2, 1, 7)
    assert report.root == bytes(Checkpoint.objects.get(size=303).root)
    assert ("objects", 1) in told
    assert verify_all(objects=False).objects == 0


def rewrite(seq: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Change an event so that its own hash fits again."""
    facts = json.loads(Event.objects.get(seq=seq).entry)
    change(facts)
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    sql(
        "UPDATE custody_event SET entry = %s, leaf_hash = %s WHERE seq = %s",
        text,
        leaf_hash(text.encode()),
        seq,
    )
    Entry.from_bytes(text.encode())


def test_a_changed_event_is_named(item: EvidenceItem) -> None:
    sql("UPDATE custody_event SET entry = REPLACE(entry, '\"number\":7}', '\"number\":8}') WHERE seq = 7")
    assert {"event 7", "event 8", "checkpoint 302"} <= places(verify_all())


def test_a_changed_event_with_a_new_hash_breaks_tree_chain_and_signature(item: EvidenceItem) -> None:
    rewrite(7, lambda facts: facts["body"].update(number=8))
    found = places(verify_all())
    assert {"event 8", "tree node 8/0", "checkpoint 302", "checkpoint 303"} <= found
    assert "event 7" not in found


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        pytest.param("UPDATE custody_event SET kind = 'x.y' WHERE seq = 5", "event 5", id="column"),
        pytest.param("UPDATE custody_event SET actor_id = NULL WHERE seq = 5", "event 5", id="actor"),
        pytest.param("UPDATE custody_event SET entry = 'x' WHERE seq = 5", "event 5", id="no event"),
        pytest.param("DELETE FROM custody_event WHERE seq = 150", "event 151", id="one removed"),
        pytest.param("DELETE FROM custody_event WHERE seq = 302", "checkpoint 303", id="the last removed"),
        pytest.param("DELETE FROM custody_treenode", "tree node 8/0", id="node removed"),
        pytest.param(
            "UPDATE custody_checkpoint SET size = 301 WHERE size = 302", "checkpoint 301", id="size"
        ),
    ],
)
def test_what_was_changed_in_the_database_is_named(item: EvidenceItem, statement: str, place: str) -> None:
    sql(statement)
    assert place in places(verify_all())


def test_changed_items_links_notes_and_stamps_are_named(item: EvidenceItem) -> None:
    sql("UPDATE custody_evidenceitem SET description = 'x'")
    sql("UPDATE custody_custodyevent SET witness = 'x'")
    sql("UPDATE custody_checkpoint SET note_text = REPLACE(note_text, '302', '301')")
    sql("UPDATE custody_checkpointmark SET content = %s", b"x")
    found = places(verify_all())
    assert {f"item {item.ref}", f"custody of {item.ref}, collected", "checkpoint 302"} <= found


def test_missing_triggers_are_a_fault(item: EvidenceItem) -> None:
    allow_changes(connection)
    assert "trigger custody_event_no_gap" in places(verify_all())


def test_changed_and_missing_objects_are_named_and_strangers_noted(item: EvidenceItem, home: Path) -> None:
    store = home / "evidence" / "objects"
    other = take(b"other")
    (store / other.sha256[:2] / other.sha256).unlink()
    file = store / item.sha256[:2] / item.sha256
    file.chmod(0o600)
    file.write_bytes(b"conTent")
    (store / "xx").mkdir()
    (store / "xx" / "notes.txt").write_text("?")
    (store / ("0" * 2)).mkdir(exist_ok=True)
    report = verify_all()
    assert {f"object {item.sha256}", f"object {other.sha256}"} <= places(report)
    assert any("notes.txt" in note for note in report.notes)


def test_an_object_whose_recording_failed_is_noted_and_no_fault(item: EvidenceItem) -> None:
    import io

    from gridcanary.custody.places import object_store

    sha256 = object_store().put(io.BytesIO(b"orphan")).digests.sha256
    report = verify_all()
    assert report.intact
    assert any(sha256 in note for note in report.notes)


def test_nothing_is_signed_on_top_of_a_changed_log(item: EvidenceItem) -> None:
    rewrite(7, lambda facts: facts["body"].update(number=8))
    sql("DELETE FROM custody_treenode")
    with pytest.raises(LogBroken, match="303 events"):
        checkpoint()
    sql("DELETE FROM custody_event WHERE seq = 302")
    with pytest.raises(LogBroken):
        checkpoint()


def test_a_checkpoint_is_made_once_for_a_size(item: EvidenceItem) -> None:
    before = latest_checkpoint()
    assert checkpoint() == before
    record("test.added", actor=None, body={})
    assert checkpoint().size == 304


def test_an_empty_log_is_not_signed() -> None:
    with pytest.raises(NothingToSign):
        checkpoint()
    with pytest.raises(NothingToSign):
        cosign("")
    assert verify_all().intact


def test_a_cosignature_of_a_stranger_is_not_kept(item: EvidenceItem) -> None:
    with pytest.raises(EvidenceError, match="known witness"):
        cosign(str(checkpoint().note))
    assert cosigned_size("police.jining.example/witness", 303) == 0
    assert TreeNode.objects.count() == 1
