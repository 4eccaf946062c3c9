from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from gridcanary.simulator.county_calendar import NO_FESTIVAL, CountyCalendar


@pytest.mark.parametrize(
    ("day", "workday"),
    [
        pytest.param(dt.date(2026, 1, 1), False, id="new year"),
        pytest.param(dt.date(2026, 1, 5), True, id="a monday"),
        pytest.param(dt.date(2026, 1, 10), False, id="a saturday"),
        pytest.param(dt.date(2026, 2, 17), False, id="spring festival"),
        pytest.param(dt.date(2026, 2, 23), False, id="last day of the festival week"),
        pytest.param(dt.date(2026, 2, 24), True, id="after the festival"),
        pytest.param(dt.date(2026, 10, 5), False, id="national day week"),
    ],
)
def test_workdays(day: dt.date, workday: bool) -> None:
    assert bool(CountyCalendar(day, 1, 96).workday[0]) is workday


def test_closing_is_per_business() -> None:
    calendar = CountyCalendar(dt.date(2026, 2, 10), 20, 96)
    shut = calendar.closed_around_festival(np.array([0, 5]), np.array([3, 10]))
    assert shut.sum(axis=1).tolist() == [2, 14]


def test_a_year_without_an_entry_has_no_festival() -> None:
    assert CountyCalendar(dt.date(2019, 2, 5), 1, 96).days_from_festival[0] == NO_FESTIVAL
