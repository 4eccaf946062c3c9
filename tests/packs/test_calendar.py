"""The working calendar: the State Council's tables, and properties of its arithmetic."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary import packs
from gridcanary.packs.calendar import WorkCalendar
from gridcanary.packs.clock import ClockRun, due
from gridcanary.packs.schema.clocks import Clock, Limit

DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2026, 10, 1))


@cache
def china() -> WorkCalendar:
    return packs.load("cn").calendar


@cache
def seven_days() -> Clock:
    return packs.load("cn").clock("preservation")


@pytest.mark.parametrize(("year", "working"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year_are_those_published(year: int, working: int) -> None:
    assert china().working_days(dt.date(year - 1, 12, 31), dt.date(year, 12, 31)) == working


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        pytest.param("2026-02-14", True, id="Saturday before Spring Festival"),
        pytest.param("2026-02-15", False, id="Sunday, first day off"),
        pytest.param("2026-02-16", False, id="Monday off"),
        pytest.param("2026-02-28", True, id="Saturday after Spring Festival"),
        pytest.param("2026-09-20", True, id="Sunday worked for National Day"),
        pytest.param("2026-10-10", True, id="Saturday worked for National Day"),
        pytest.param("2026-10-11", False, id="an ordinary Sunday"),
        pytest.param("2025-01-26", True, id="Sunday before Spring Festival 2025"),
        pytest.param("2024-09-14", True, id="Saturday before Mid-Autumn 2024"),
    ],
)
def test_swapped_weekends(day: str, worked: bool) -> None:
    assert china().is_working(dt.date.fromisoformat(day)) is worked


def test_only_years_of_the_table_are_known() -> None:
    assert [china().knows(dt.date(year, 6, 1)) for year in (2023, 2024, 2026, 2027)] == [
        False, True, True, False,
    ]  # fmt: skip


def slow_end(start: dt.date, amount: int) -> dt.date:
    """The obvious way: list the worked days after the start and take the n-th."""
    later = [start + dt.timedelta(days=step) for step in range(1, 400)]
    return [day for day in later if china().is_working(day)][amount - 1]


def end_after(start: dt.date, **limit: int) -> dt.date:
    clock = seven_days().model_copy(update={"limit": Limit(**limit)})
    started = dt.datetime.combine(start, dt.time(9), china().zone)
    return due(ClockRun(clock, started), china()).day


@settings(deadline=None)  # the first example loads a pack
@given(DAYS, st.integers(1, 60))
def test_working_days_agree_with_the_obvious_way(start: dt.date, amount: int) -> None:
    assert end_after(start, working_days=amount) == slow_end(start, amount)


@settings(deadline=None)  # the first example loads a pack
@given(DAYS, st.integers(1, 60))
def test_the_end_is_worked_and_as_many_days_lie_between(start: dt.date, amount: int) -> None:
    ends = end_after(start, working_days=amount)
    assert china().is_working(ends)
    assert china().working_days(start, ends) == amount


@settings(deadline=None)  # the first example loads a pack
@given(DAYS, st.integers(1, 30), st.integers(1, 30))
def test_working_days_add_up(start: dt.date, first: int, then: int) -> None:
    assert end_after(end_after(start, working_days=first), working_days=then) == end_after(
        start, working_days=first + then
    )


@settings(deadline=None)  # the first example loads a pack
@given(DAYS, DAYS, st.integers(1, 20))
def test_a_later_start_never_ends_earlier(one: dt.date, other: dt.date, amount: int) -> None:
    early, late = sorted((one, other))
    assert end_after(early, working_days=amount) <= end_after(late, working_days=amount)


@settings(deadline=None)  # the first example loads a pack
@given(DAYS, DAYS)
def test_counting_backwards_is_counting_forwards_negated(one: dt.date, other: dt.date) -> None:
    assert china().working_days(one, other) == -china().working_days(other, one)


@settings(deadline=None)  # the first example loads a pack
@given(DAYS)
def test_next_and_previous_working_day_embrace_the_day(day: dt.date) -> None:
    before, after = china().previous_working(day), china().next_working(day)
    assert before <= day <= after
    assert china().is_working(before)
    assert china().is_working(after)
    assert (before == after == day) is china().is_working(day)


@settings(deadline=None)  # the first example loads a pack
@given(DAYS, st.integers(1, 12))
def test_months_end_on_the_same_day_of_the_month_or_its_last(start: dt.date, months: int) -> None:
    ends = end_after(start, months=months)
    assert (ends.year * 12 + ends.month) - (start.year * 12 + start.month) == months
    assert ends.day == start.day or (ends.day < start.day and (ends + dt.timedelta(days=1)).day == 1)
