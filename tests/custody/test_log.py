"""Events are appended in the caller's transaction, numbered without gaps, and never changed."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from gridcanary.accounts.models import User
from gridcanary.custody.actions import EventRefused, record
from gridcanary.custody.append_only import AppendOnly
from gridcanary.custody.events import StoredHashes, TreeNode
from gridcanary.custody.models import Event
from gridcanary.custody.queries import events_of, events_of_kinds, log_size
from gridcanary.custody.triggers import allow_changes, forbid_changes, missing_triggers
from gridcanary.evidence.errors import NotCanonical, ProofFault
from gridcanary.evidence.leaf import NO_PREDECESSOR, Entry, chained
from gridcanary.evidence.merkle import Frontier, check_inclusion, inclusion_proof, leaf_hash, root

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create(username="li.na")


def add(count: int, **more: Any) -> list[Event]:
    return [record("test.added", actor=None, body={"number": number}, **more) for number in range(count)]


def test_an_event_says_who_did_what_when(user: User) -> None:
    before = dt.datetime.now(dt.UTC)
    event = record(
        "case.opened",
        actor=user,
        unit_code="jn-energy",
        case_ref="鲁能查〔2026〕1号",
        body={"premises": ["P1"]},
    )
    stored = Event.objects.get()
    assert stored == event
    assert stored.seq == 0
    assert before <= stored.occurred_at <= dt.datetime.now(dt.UTC)
    assert stored.body == {"premises": ["P1"]}
    entry = Entry.from_bytes(stored.entry.encode())
    assert (entry.actor, entry.unit, entry.case) == ("li.na", "jn-energy", "鲁能查〔2026〕1号")
    assert (entry.kind, entry.seq, entry.prev_sm3) == ("case.opened", 0, NO_PREDECESSOR)
    assert entry.at == stored.occurred_at
    assert bytes(stored.leaf_hash) == leaf_hash(stored.entry.encode())


def test_each_event_carries_the_digest_of_the_one_before() -> None:
    first, second = add(2)
    assert json.loads(second.entry)["prev_sm3"] == chained(first.entry.encode())


def test_an_event_stands_only_with_what_it_tells_of() -> None:
    add(1)

    def fail_after_recording() -> None:
        with transaction.atomic():
            add(2)
            raise LookupError

    with pytest.raises(LookupError):
        fail_after_recording()
    assert log_size() == 1
    assert add(1)[0].seq == 1


@pytest.mark.parametrize("kind", ["", "opened", "Case.opened", "case.", "case opened", "case.opened\n"])
def test_a_kind_has_one_form(kind: str) -> None:
    with pytest.raises(EventRefused):
        record(kind, actor=None, body={})


def test_a_body_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(NotCanonical, match=r"body\.kwh"):
        record("test.added", actor=None, body={"kwh": float("inf")})
    assert log_size() == 0


def test_models_refuse_changes() -> None:
    (event,) = add(1)
    event.kind = "other.kind"
    for change in (event.save, event.delete, Event.objects.all().delete):
        with pytest.raises(AppendOnly, match="record a correction as a new row"):
            change()
    with pytest.raises(AppendOnly):
        Event.objects.update(kind="other.kind")


CHANGES = {
    "update": "UPDATE custody_event SET entry = '{{}}' WHERE seq = 1",
    "delete": "DELETE FROM custody_event WHERE seq = 1",
    "delete the last": "DELETE FROM custody_event WHERE seq = 2",
    "delete all": "DELETE FROM custody_event",
    "leave a gap": "INSERT INTO custody_event (seq, {columns}) SELECT 7, {columns} FROM custody_event LIMIT 1",
    "before the first": "INSERT INTO custody_event (seq, {columns}) SELECT -1, {columns} FROM custody_event LIMIT 1",
}
COLUMNS = "occurred_at, actor_id, unit_code, case_ref, kind, entry, leaf_hash"


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_changes(change: str) -> None:
    add(3)
    before = list(Event.objects.values())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHANGES[change].format(columns=COLUMNS))
    assert list(Event.objects.values()) == before


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has no INSERT OR REPLACE")
@pytest.mark.parametrize("form", ["REPLACE INTO", "INSERT OR REPLACE INTO", "UPDATE OR REPLACE"])
def test_sqlite_refuses_to_replace(form: str) -> None:
    add(3)
    if form.startswith("UPDATE"):
        statement = f"{form} custody_event SET seq = 0 WHERE seq = 1"
    else:
        statement = (
            f"{form} custody_event (seq, {COLUMNS}) SELECT 1, {COLUMNS} FROM custody_event WHERE seq = 2"
        )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert [event.body["number"] for event in Event.objects.all()] == [0, 1, 2]


def test_triggers_that_are_gone_are_missed() -> None:
    assert missing_triggers(connection) == []
    allow_changes(connection)
    assert "custody_event_no_gap" in missing_triggers(connection)
    forbid_changes(connection)
    assert missing_triggers(connection) == []


def test_the_tree_over_stored_events_is_the_tree_over_their_bytes() -> None:
    add(520)
    frontier = Frontier()
    for event in Event.objects.all():
        frontier.append(leaf_hash(event.entry.encode()))
    assert root(StoredHashes(), 520) == frontier.root()
    assert sorted(TreeNode.objects.values_list("level", "number")) == [(8, 0), (8, 1)]
    event = Event.objects.get(seq=300)
    proof = inclusion_proof(StoredHashes(), 300, 520)
    check_inclusion(bytes(event.leaf_hash), 300, 520, proof, frontier.root())
    with pytest.raises(ProofFault, match="lacks hashes"):
        root(StoredHashes(), 521)


def test_an_append_costs_as_much_in_a_long_log_as_in_a_short_one() -> None:
    add(1)
    with CaptureQueriesContext(
        connection,
    ) as short:
        add(1)
    add(60)
    with CaptureQueriesContext(connection) as long:
        add(1)
    assert len(long) == len(short) <= 5


def test_events_are_found_by_case_and_kind() -> None:
    add(2, case_ref="A")
    add(1, case_ref="B")
    record("case.opened", actor=None, body={}, case_ref="B")
    assert [event.seq for event in events_of("A")] == [0, 1]
    assert [event.seq for event in events_of("B")] == [2, 3]
    assert [event.seq for event in events_of_kinds(["case.opened"])] == [3]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_tests_that_commit_leave_an_empty_log_with_its_triggers(time: str) -> None:
    assert missing_triggers(connection) == []
    assert [event.seq for event in add(2)] == [0, 1]
