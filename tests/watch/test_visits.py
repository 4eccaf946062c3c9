"""The plan of visits, and what closes the watch."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from gridcanary.accounts.models import User
from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.watch.actions.visits import plan_when_watched, record_visit
from gridcanary.watch.models import Return, WatchResult
from gridcanary.watch.queries import no_return, visits_late, watch_incomplete
from tests.casework.conftest import Departments

TODAY = timezone.localdate


def test_a_visit_is_planned_for_each_day_of_the_pack_and_only_once(
    watched: Case, officer: User, departments: Departments
) -> None:
    days = law.pack_of(watched).switches.watch_days
    assert [visit.after_days for visit in watched.watch_visits.all()] == list(days)
    assert [visit.due_on - TODAY() for visit in watched.watch_visits.all()] == [dt.timedelta(d) for d in days]
    plan_when_watched(watched, officer, departments.energy)
    assert watched.watch_visits.count() == len(days)


def test_no_visits_before_the_watch(case: Case, officer: User, departments: Departments) -> None:
    plan_when_watched(case, officer, departments.energy)
    assert not case.watch_visits.exists()


def test_the_watch_is_complete_when_every_visit_was_clean(watched: Case, officer: User) -> None:
    assert watch_incomplete(watched)
    for visit in watched.watch_visits.all():
        record_visit(officer, visit, WatchResult.CLEAN, "load curve of 30 days, rooms empty", TODAY())
    assert watch_incomplete(watched) == ""


@pytest.mark.parametrize(
    ("result", "basis", "days"),
    [
        pytest.param("clean", " ", 0, id="nothing looked at"),
        pytest.param("fine", "x", 0, id="unknown result"),
        pytest.param("clean", "x", 1, id="tomorrow"),
    ],
)
def test_what_is_no_record(watched: Case, officer: User, result: str, basis: str, days: int) -> None:
    visit = watched.watch_visits.earliest("due_on")
    with pytest.raises(CaseRefused):
        record_visit(officer, visit, result, basis, TODAY() + dt.timedelta(days))
    visit.refresh_from_db()
    assert visit.is_open


def test_a_visit_is_recorded_once_and_by_those_who_work_on_the_case(
    watched: Case, officer: User, stranger: User
) -> None:
    visit = watched.watch_visits.earliest("due_on")
    with pytest.raises(CaseRefused):
        record_visit(stranger, visit, WatchResult.CLEAN, "x", TODAY())
    record_visit(officer, visit, WatchResult.CLEAN, "x", TODAY())
    with pytest.raises(CaseRefused):
        record_visit(officer, visit, WatchResult.MINING, "x", TODAY())


def test_mining_found_on_a_visit_is_a_sign_of_return_and_suspicion_asks_for_another_visit(
    watched: Case, officer: User
) -> None:
    first, second = watched.watch_visits.order_by("due_on")[:2]
    assert no_return(watched)
    record_visit(officer, first, WatchResult.SUSPICIOUS, "warm wall", TODAY())
    planned = law.pack_of(watched).switches.watch_days
    assert watched.watch_visits.count() == len(planned)  # the pack's first visit falls on the same day
    record_visit(officer, second, WatchResult.MINING, "60 machines", TODAY())
    assert Return.objects.get(case=watched).kind == "visit"
    assert no_return(watched) == ""


def test_late_visits_are_seen_by_those_who_see_the_case(
    watched: Case, overseer: User, stranger: User
) -> None:
    watched.watch_visits.filter(after_days=30).update(due_on=TODAY() - dt.timedelta(1))
    assert visits_late(overseer).count() == 1
    assert visits_late(stranger).count() == 0
