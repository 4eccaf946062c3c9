"""Clocks in cases: started and stopped by what happens, suspended, extended once, never silently late."""

from __future__ import annotations

import datetime as dt
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from gridcanary.accounts.models import User
from gridcanary.casework import law
from gridcanary.casework.actions import clocks
from gridcanary.casework.case_queries import CaseSearch, find_cases, running_clocks
from gridcanary.casework.clock_view import clock_rows
from gridcanary.casework.clock_words import EVENTS
from gridcanary.casework.models import Case, CaseClock, ClockState
from gridcanary.casework.sharing import CaseRefused
from gridcanary.packs.schema.vocabulary import Event
from tests.casework.conftest import Departments, browser

ZONE = ZoneInfo("Asia/Shanghai")


def at(day: str, hour: int = 10) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), ZONE)


@pytest.fixture
def preservation(case: Case, officer: User, departments: Departments) -> CaseClock:
    """Seven working days from a Thursday: over a swapped weekend and the days off around National Day of 2025."""
    clock = clocks.start(
        case, "preservation", user=officer, unit=departments.energy, at=at("2025-09-25"), subject="measure:1"
    )
    assert clock is not None
    return clock


def test_working_days_skip_the_holiday_and_count_the_swapped_weekend(preservation: CaseClock) -> None:
    # 26, 28 (Sunday, worked), 29, 30 September; 9, 10, 11 (Saturday, worked) October.
    assert preservation.due_at is not None
    assert preservation.due_at.astimezone(ZONE).date() == dt.date(2025, 10, 11)
    assert not preservation.provisional


def test_what_happens_stops_the_clock_of_the_same_subject_alone(
    case: Case, preservation: CaseClock, officer: User, departments: Departments
) -> None:
    clocks.happened(
        case, "measure_ended", user=officer, unit=departments.energy, at=at("2025-09-29"), subject="measure:2"
    )
    preservation.refresh_from_db()
    assert preservation.state == ClockState.RUNNING
    clocks.happened(
        case, "measure_ended", user=officer, unit=departments.energy, at=at("2025-09-29"), subject="measure:1"
    )
    preservation.refresh_from_db()
    assert preservation.state == ClockState.STOPPED
    assert not preservation.is_late


def test_one_event_starts_a_clock_once(case: Case, officer: User, departments: Departments) -> None:
    expected = set(law.pack_of(case).clocks_started_by("decision_served"))
    assert expected
    for _ in range(2):
        clocks.happened(case, "decision_served", user=officer, unit=departments.energy)
    assert sorted(case.clocks.values_list("code", flat=True)) == sorted(expected)


def test_a_late_clock_is_found_by_everybody_who_sees_the_case(
    case: Case, preservation: CaseClock, officer: User, overseer: User
) -> None:
    assert clock_rows([preservation])[0].urgency == "late"
    assert list(find_cases(overseer, CaseSearch(state="late"))) == [case]
    assert preservation in running_clocks(officer, "department")
    page = browser(officer).get(reverse("casework:work")).content.decode()
    assert "late by" in page


def test_a_clock_is_suspended_only_for_the_laws_reasons(
    case: Case, officer: User, departments: Departments
) -> None:
    code, rule = next(
        (c, r) for c, r in law.pack_of(case).clocks.items() if r.suspend_reasons and r.extension is None
    )
    clock = clocks.start(case, code, user=officer, unit=departments.energy)
    assert clock is not None
    with pytest.raises(CaseRefused):
        clocks.pause(officer, clock, "holiday_of_the_officer")
    clocks.pause(officer, clock, rule.suspend_reasons[0])
    with pytest.raises(CaseRefused):
        clocks.pause(officer, clock, rule.suspend_reasons[0])
    clocks.unpause(officer, clock)
    assert clock.pauses.count() == 1
    with pytest.raises(CaseRefused):
        clocks.unpause(officer, clock)


def test_a_limit_is_extended_once_by_its_approver(
    case: Case, officer: User, approver: User, departments: Departments
) -> None:
    code = next(c for c, rule in law.pack_of(case).clocks.items() if rule.extension is not None)
    clock = clocks.start(case, code, user=officer, unit=departments.energy)
    assert clock is not None
    before = clock.due_at
    with pytest.raises(CaseRefused):
        clocks.prolong(officer, clock, "complex")
    with pytest.raises(CaseRefused):
        clocks.prolong(approver, clock, "")
    clocks.prolong(approver, clock, "complex")
    assert before is not None
    assert clock.due_at is not None
    assert clock.due_at > before
    with pytest.raises(CaseRefused):
        clocks.prolong(approver, clock, "again")


def test_a_clock_is_cancelled_with_a_reason_and_not_twice(preservation: CaseClock, officer: User) -> None:
    with pytest.raises(CaseRefused):
        clocks.cancel(officer, preservation, "")
    clocks.cancel(officer, preservation, "the notice was void")
    with pytest.raises(CaseRefused):
        clocks.cancel(officer, preservation, "again")
    with pytest.raises(CaseRefused):
        clocks.meet(officer, preservation)


def test_every_event_of_the_packs_has_a_name() -> None:
    assert set(EVENTS) == set(get_args(Event))


def test_what_happened_outside_is_reported_with_what_shows_it(
    case: Case, officer: User, stranger: User
) -> None:
    now = timezone.now()
    for who, event, when, remark in (
        (officer, "measure_started", now, "x"),
        (officer, "case_filed", now + dt.timedelta(days=1), "x"),
        (officer, "case_filed", now, " "),
        (stranger, "case_filed", now, "x"),
    ):
        with pytest.raises(CaseRefused):
            clocks.report(who, case, event, at=when, remark=remark)
    assert not case.clocks.filter(code="penalty_decision").exists()
    clocks.report(officer, case, "case_filed", at=now, remark="filing form no. 3")
    assert case.clocks.filter(code="penalty_decision", state=ClockState.RUNNING).exists()
