"""Decisions are only added; the state follows from the last one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from gridcanary.accounts.models import User
from gridcanary.casework.actions import DecidedSubject, DecisionRefused, dismiss, mark_for_inspection, undo
from gridcanary.casework.models import AppendOnly, DismissalReason, TriageDecision
from gridcanary.casework.queries import DISMISSED, MARKED, OPEN, history, latest_decision, state_after, states

SUBJECT = DecidedSubject("meter", "M1", "370102", 0.83, "A", dt.date(2026, 4, 19))

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create(username="li.na")


def state(subject: DecidedSubject = SUBJECT) -> str:
    return state_after(latest_decision(subject.kind, subject.subject_id))


def test_state_follows_the_last_decision(user: User) -> None:
    assert state() == OPEN
    marked = mark_for_inspection(user, SUBJECT)
    assert state() == MARKED
    dismissed = dismiss(user, SUBJECT, DismissalReason.COLD_STORAGE, seen=marked.pk)
    assert state() == DISMISSED
    undone = undo(user, SUBJECT, seen=dismissed.pk)
    assert state() == OPEN
    assert undone.undoes == dismissed
    assert [d.kind for d in history(user, "meter", "M1")] == ["undone", "dismissed", "marked"]


def test_a_decision_keeps_what_the_person_saw(user: User) -> None:
    decision = mark_for_inspection(user, SUBJECT, note=" look at the shed ")
    decision.refresh_from_db()
    assert (decision.finding_score, decision.finding_mode, decision.finding_as_of) == (
        0.83,
        "A",
        SUBJECT.as_of,
    )
    assert decision.note == "look at the shed"
    assert decision.decided_by == user


@pytest.mark.parametrize(
    ("reason", "note"),
    [
        pytest.param("", "", id="no reason"),
        pytest.param("because", "", id="unknown reason"),
        pytest.param(DismissalReason.OTHER, "  ", id="other without a note"),
    ],
)
def test_dismissing_needs_a_reason(user: User, reason: str, note: str) -> None:
    with pytest.raises(DecisionRefused):
        dismiss(user, SUBJECT, reason, note=note)
    assert not TriageDecision.objects.exists()


def test_a_decision_that_was_overtaken_is_refused(user: User) -> None:
    mark_for_inspection(user, SUBJECT)
    with pytest.raises(DecisionRefused):
        dismiss(user, SUBJECT, DismissalReason.HEATING, seen=None)
    assert state() == MARKED


def test_the_same_decision_twice_is_refused(user: User) -> None:
    first = mark_for_inspection(user, SUBJECT)
    with pytest.raises(DecisionRefused):
        mark_for_inspection(user, SUBJECT, seen=first.pk)


def test_nothing_to_undo_is_refused(user: User) -> None:
    with pytest.raises(DecisionRefused):
        undo(user, SUBJECT)


def test_outside_the_area_is_refused_and_unseen(user: User) -> None:
    stranger = User.objects.create(username="wang", area_prefix="44")
    with pytest.raises(DecisionRefused):
        mark_for_inspection(stranger, SUBJECT)
    mark_for_inspection(user, SUBJECT)
    assert states(user) == {("meter", "M1"): MARKED}
    assert states(stranger) == {}
    assert not history(stranger, "meter", "M1").exists()


def test_an_inactive_person_sees_nothing(user: User) -> None:
    mark_for_inspection(user, SUBJECT)
    assert not TriageDecision.objects.visible_to(User(username="gone", is_active=False)).exists()


def test_stored_decisions_can_neither_change_nor_vanish(user: User) -> None:
    decision = mark_for_inspection(user, SUBJECT)
    decision.note = "changed"
    for attempt in (
        decision.save,
        decision.delete,
        lambda: TriageDecision.objects.update(note="changed"),
        TriageDecision.objects.all().delete,
    ):
        with pytest.raises(AppendOnly):
            attempt()
    assert TriageDecision.objects.get().note == ""


def test_the_database_itself_refuses_a_dismissal_without_reason(user: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TriageDecision.objects.create(
            subject_kind="meter", subject_id="M1", kind="dismissed", decided_by=user
        )


def test_a_person_with_decisions_cannot_be_deleted(user: User) -> None:
    mark_for_inspection(user, SUBJECT)
    with pytest.raises(Exception, match="protected"):
        user.delete()
