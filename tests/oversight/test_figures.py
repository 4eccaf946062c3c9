"""The figures of supervision, reckoned by hand beside."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from random import Random
from statistics import median

import pytest
from django.utils import timezone

from gridcanary.accounts.models import User
from gridcanary.casework import law
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


def plainly(
    cases: Iterable[Case], period: Period, now: dt.datetime
) -> dict[tuple[str, str], tuple[object, ...]]:
    """Time in stage by code and department, entry by entry."""
    ended, lasting = defaultdict(list), defaultdict(list)
    for case in cases:
        entries = list(StageEntry.objects.filter(case=case).order_by("id"))
        for entry, after in zip(entries, [*entries[1:], None], strict=True):
            key = (entry.entered, entry.unit.name)
            if entry.entered == "closed":
                continue
            if after is None:
                lasting[key].append((now - entry.moved_at) / DAY)
            elif period.begins_at <= after.moved_at < period.ends_at:
                ended[key].append((after.moved_at - entry.moved_at) / DAY)
    return {
        key: (
            len(ended[key]), median(ended[key]) if ended[key] else None, max(ended[key], default=None),
            len(lasting[key]), max(lasting[key], default=None),
        )
        for key in {**ended, **lasting}
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_the_database_reckons_what_a_plain_reckoning_gives(
    officer: User, overseer: User, stranger: User, departments: Departments, seed: int
) -> None:
    random = Random(seed)
    units = (departments.energy, departments.police, departments.utility)
    pack = law.pack_for_new_cases()
    names = {stage.name.of(law.language()): code for code, stage in pack.stages.items()}
    for number in range(14):
        case = open_case(officer, departments.energy, f"case {number}")
        StageEntry.objects.filter(case=case)._raw_delete("default")
        at, left = timezone.now() - random.randint(20, 700) * DAY, ""
        for _step in range(random.randint(1, 6)):
            entered = random.choice([*pack.stages])
            stay(case, officer, random.choice(units), left, entered, at)
            at, left = at + random.random() * 60 * DAY, entered
            if at > timezone.now():
                break
    today = timezone.localdate()
    period = Period(
        today - dt.timedelta(days=random.randint(30, 500)), today - dt.timedelta(days=random.randint(0, 29))
    )
    found = figures.time_in_stage(Case.objects.visible_to(overseer), period)
    expected = plainly(Case.objects.visible_to(overseer), period, timezone.now())
    assert len(found) == len(expected) > 0
    for row in found:
        told = (row.stays, row.median_days, row.longest_days, row.waiting, row.waiting_longest_days)
        for one, other in zip(told, expected[names[row.stage], row.unit], strict=True):
            assert one == other or one == pytest.approx(other, abs=1e-4)
    assert figures.time_in_stage(Case.objects.visible_to(stranger), period) == []


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
    assert figures.time_in_stage(Case.objects.none(), period) == []
    assert figures.lateness(cases, period) == []
    assert figures.money(cases) == []
    assert figures.outcomes(cases, period) == []
    assert figures.recurrence(cases).rate is None


@pytest.mark.parametrize("text", ["", "nonsense", "2026-13-01"])
def test_a_period_that_can_not_be_read_is_the_last_year(text: str) -> None:
    assert Period.asked(text, text) == Period(timezone.localdate() - 365 * DAY, timezone.localdate())
