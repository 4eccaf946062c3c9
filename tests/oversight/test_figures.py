"""The figures of supervision, reckoned by hand beside."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from gridcanary.accounts.models import User
from gridcanary.casework.actions import clocks
from gridcanary.casework.actions.cases import open_case
from gridcanary.casework.models import Case, CaseClock, StageEntry
from gridcanary.oversight import figures
from gridcanary.oversight.period import Period
from gridcanary.watch.models import Return
from tests.casework.conftest import Departments

DAY = dt.timedelta(days=1)


@pytest.fixture
def period() -> Period:
    return Period.asked("", "")


def stay(case: Case, user: User, unit: object, left: str, entered: str, when: dt.datetime) -> None:
    StageEntry.objects.create(case=case, left=left, entered=entered, unit=unit, moved_by=user, moved_at=when)
    Case.objects.filter(pk=case.pk).update(stage=entered, stage_since=when)


@pytest.fixture
def three(officer: User, departments: Departments) -> list[Case]:
    """Opened ten days ago; moved on after 2, 4 and 9 days; the third is still there, the others went no further."""
    made = []
    for number, days in enumerate((2, 4, None)):
        case = open_case(officer, departments.energy, f"case {number}")
        opened = timezone.now() - 10 * DAY
        first = StageEntry.objects.filter(case=case)
        first._raw_delete("default")
        StageEntry.objects.create(
            case=case, entered="lead", unit=departments.energy, moved_by=officer, moved_at=opened
        )
        if days is not None:
            stay(case, officer, departments.energy, "lead", "discover", opened + days * DAY)
        made.append(case)
    return made


def test_the_funnel_counts_each_case_once_a_stage(three: list[Case], overseer: User, period: Period) -> None:
    steps = {
        step.code: (step.reached, step.now)
        for step in figures.funnel(Case.objects.visible_to(overseer), period)
    }
    assert steps["lead"] == (3, 1)
    assert steps["discover"] == (2, 2)
    assert steps["closed"] == (0, 0)


def test_time_in_stage_is_of_finished_stays_and_of_those_that_last(
    three: list[Case], overseer: User, period: Period, departments: Departments
) -> None:
    rows = {row.stage: row for row in figures.time_in_stage(Case.objects.visible_to(overseer), period)}
    (lead,) = [row for row in rows.values() if row.stays]
    assert (lead.unit, lead.stays, lead.waiting) == (departments.energy.name, 2, 1)
    assert lead.median_days == pytest.approx(3.0)
    assert lead.longest_days == pytest.approx(4.0)
    assert lead.waiting_longest_days == pytest.approx(10.0, abs=0.01)


def test_lateness_counts_what_is_late_and_what_was_met_too_late(
    three: list[Case], officer: User, overseer: User, period: Period, departments: Departments
) -> None:
    for number, case in enumerate(three):
        clock = clocks.start(case, "penalty_decision", user=officer, unit=departments.energy)
        assert clock is not None
        past = timezone.now() - DAY
        if number > 0:
            CaseClock.objects.filter(pk=clock.pk).update(due_at=past)
        if number == 1:
            CaseClock.objects.filter(pk=clock.pk).update(state="stopped", stopped_at=timezone.now())
    (row,) = figures.lateness(Case.objects.visible_to(overseer), period)
    assert (row.late_now, row.met, row.met_late) == (1, 1, 1)


def test_recurrence_counts_a_case_once(three: list[Case], overseer: User) -> None:
    Case.objects.filter(pk__in=[case.pk for case in three[:2]]).update(
        stage="closed", closed_at=timezone.now(), outcome="confirmed"
    )
    for number in range(2):
        Return.objects.create(case=three[0], kind="premises", sign=f"meter:{number}", state="reopened")
    Return.objects.create(case=three[1], kind="premises", sign="meter:9")
    found = figures.recurrence(Case.objects.visible_to(overseer))
    assert (found.watched, found.returned, found.undecided) == (2, 1, 1)
    assert found.rate == 0.5


def test_a_stranger_gets_nothing(three: list[Case], stranger: User, period: Period) -> None:
    cases = Case.objects.visible_to(stranger)
    assert all((step.reached, step.now) == (0, 0) for step in figures.funnel(cases, period))
    assert figures.time_in_stage(cases, period) == []
    assert figures.lateness(cases, period) == []
    assert figures.money(cases) == []
    assert figures.outcomes(cases, period) == []
    assert figures.recurrence(cases).rate is None


@pytest.mark.parametrize("text", ["", "nonsense", "2026-13-01"])
def test_a_period_that_can_not_be_read_is_the_last_year(text: str) -> None:
    assert Period.asked(text, text) == Period(timezone.localdate() - 365 * DAY, timezone.localdate())
