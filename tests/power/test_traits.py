"""Traits: blind to unit and to whole weeks of time, and seeing a step and its outages."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from gridcanary.power import outline as ol
from gridcanary.power import traits as tr
from gridcanary.power.fold import empty_records, fold
from tests.power.test_fold import MONDAY, matrix

AT = {name: i for i, name in enumerate(tr.NAMES)}


def record_of(kw: NDArray[np.float64], first: int = MONDAY) -> NDArray[np.uint8]:
    record, rows = empty_records(1), matrix(kw)
    for i in range(len(kw)):
        fold(record, np.array([first + i], np.int32), rows[i : i + 1], np.array([24], np.int32))
    return record


def office(days: int = 300) -> NDArray[np.float64]:
    """An office: a floor, working hours, weekends and a little noise [W]."""
    hour, day = np.arange(24), np.arange(days)[:, None]
    open_ = (hour >= 8) & (hour < 18) & (day % 7 < 5)
    return 20_000 + 40_000 * open_ + np.random.default_rng(5).normal(0, 600, (days, 24))


def with_mine(kw: NDArray[np.float64], onset: int, watt: float) -> NDArray[np.float64]:
    mined = kw.copy()
    mined[onset:] += watt
    for day in range(onset + 10, len(kw), 31):
        mined[day, 2:7] -= watt
    return mined


def test_a_constant_load_that_begins_and_fails_is_told() -> None:
    row, mean = (x[0] for x in tr.traits(record_of(with_mine(office(), 150, 25_000))))
    assert row[AT["flat_size"]] * mean == pytest.approx(25_000, rel=0.05)
    assert row[AT["flat_unevenness"]] < 0.1
    assert row[AT["outage_size"]] * mean == pytest.approx(25_000, rel=0.1)
    assert row[AT["outage_alike"]] >= 4
    assert row[AT["flat_outages_alike"]] >= 4
    assert row[AT["flat_outages_before"]] == 0


@pytest.mark.parametrize("onset", range(147, 154))
def test_the_day_a_step_began_is_told_on_every_day_of_the_week(onset: int) -> None:
    record = record_of(with_mine(office(), onset, 25_000))
    weeks = np.empty((ol.WEEKS_SHOWN, ol.FIELDS))
    first = ol.read_outline(record[0], weeks)
    week = int(tr.traits(record)[0][0, AT["flat_week"]])
    assert first + 7 * week + weeks[week, ol.STEP_DAY] == MONDAY + onset


def test_whole_weeks_of_time_change_nothing() -> None:
    kw = with_mine(office(), 150, 25_000)
    now, _ = tr.traits(record_of(kw))
    later, _ = tr.traits(record_of(kw, MONDAY + 7 * 53))
    np.testing.assert_array_equal(now, later)


@pytest.mark.parametrize("factor", [0.1, 3.0, 40.0])
def test_the_unit_changes_no_trait_beyond_the_codes_grain(factor: float) -> None:
    kw = with_mine(office(), 150, 25_000)
    one, _ = tr.traits(record_of(kw))
    other, _ = tr.traits(record_of(kw * factor))
    for name in ("flat_size", "floor", "flatness", "night_day", "load_factor", "outage_size"):
        assert other[0, AT[name]] == pytest.approx(one[0, AT[name]], rel=0.07, abs=0.01), name
    assert other[0, AT["flat_week"]] == one[0, AT["flat_week"]]


def test_missing_days_leave_the_step_where_it_was() -> None:
    kw = with_mine(office(), 150, 25_000)
    kw[np.random.default_rng(3).random(len(kw)) < 0.15] = np.nan
    row, mean = (x[0] for x in tr.traits(record_of(kw)))
    assert row[AT["flat_size"]] * mean == pytest.approx(25_000, rel=0.08)


@pytest.mark.parametrize(
    "kw",
    [
        pytest.param(np.full((60, 24), np.nan), id="nothing seen"),
        pytest.param(np.zeros((60, 24)), id="zeros"),
        pytest.param(np.full((60, 24), -300.0), id="feed-in"),
        pytest.param(np.full((1, 24), 700.0), id="one day"),
    ],
)
def test_no_load_has_no_mean(kw: NDArray[np.float64]) -> None:
    matrix_, mean = tr.traits(record_of(kw))
    assert mean[0] == 0
    assert np.isnan(matrix_[0, AT["flat_clarity"]])


def test_a_constant_load_has_no_step_and_no_outage() -> None:
    row = tr.traits(record_of(np.full((300, 24), 700.0)))[0][0]
    assert row[AT["flatness"]] == pytest.approx(0, abs=0.01)
    assert row[AT["flat_size"]] == pytest.approx(0, abs=0.01)
    assert row[AT["outage_weeks"]] == 0


def test_meters_do_not_see_each_other() -> None:
    a, b = record_of(office()), record_of(with_mine(office(), 150, 25_000))
    both, _ = tr.traits(np.concatenate([a, b]))
    np.testing.assert_array_equal(both, np.concatenate([tr.traits(a)[0], tr.traits(b)[0]]))
