"""The numbers behind the charts of a premises page."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest

from gridcanary.console import charts
from gridcanary.console.chart_tables import CHARTS, chart_table
from gridcanary.console.charts import DayRange
from gridcanary.console.findings import ListedFinding
from gridcanary.console.subjects import Balance, Subject

FIRST = dt.date(2026, 1, 1)
DAY = dt.timedelta(days=1)


def finding(mode: str, onset: dt.date | None) -> ListedFinding:
    return ListedFinding(
        "meter", "M1", 0.8, 1, True, mode, onset, 40.0, 50.0, 60.0, 12, 18, {}, {}, None, (), FIRST
    )


def subject(
    mode: str = "A", onset_day: int | None = 60, days: int = 120, missing: int | None = None
) -> Subject:
    """10 kW, 60 kW from the onset on; in mode B the meter stays at 10 kW and the loss rises instead."""
    dates = tuple(FIRST + DAY * i for i in range(days))
    step = np.zeros((days, 96), np.float32)
    if onset_day is not None:
        step[onset_day:] = 50
    load = np.full((days, 96), 10, np.float32) + (0 if mode == "B" else step)
    if missing is not None:
        load[missing] = np.nan
    metered = load + 90
    supplied = metered + 5 + (step if mode == "B" else 0)
    balance = Balance("T1", supplied, metered, np.ones(days, bool))
    onset = None if onset_day is None else FIRST + DAY * onset_day
    return Subject("meter", "M1", finding(mode, onset), None, dates, load, balance)


def whole(of: Subject) -> DayRange:
    return charts.clipped_range(of, None, None)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param(None, None, (0, 119), id="nothing asked"),
        pytest.param(5, 9, (5, 9), id="within"),
        pytest.param(9, 5, (5, 9), id="the wrong way round"),
        pytest.param(-50, 500, (0, 119), id="beyond both ends"),
        pytest.param(300, 400, (119, 119), id="after the end"),
    ],
)
def test_range_stays_within_the_days(first: int | None, last: int | None, expected: tuple[int, int]) -> None:
    asked = [None if offset is None else FIRST + DAY * offset for offset in (first, last)]
    shown = charts.clipped_range(subject(), *asked)
    assert (shown.first, shown.last) == tuple(FIRST + DAY * offset for offset in expected)


def test_short_ranges_show_every_quarter_hour() -> None:
    chart = charts.curve(subject(), DayRange(FIRST, FIRST + DAY))
    assert chart["resolution"] == "slot"
    assert chart["minutes"] == 15
    assert len(chart["kw"]) == 192


def test_long_ranges_show_days_and_the_step() -> None:
    of = subject(missing=3)
    chart = charts.curve(of, whole(of))
    assert chart["resolution"] == "day"
    assert chart["kw"][3] is None
    assert chart["low"][3] is None
    assert (chart["level_before"], chart["level_after"]) == (10, 60)


def test_holidays_do_not_move_the_level() -> None:
    of = subject()
    of.load_kw[40:54] = 1
    assert charts.curve(of, whole(of))["level_before"] == 10


def test_a_by_passed_meter_shows_its_step_in_the_loss() -> None:
    of = subject("B")
    shown = whole(of)
    assert charts.curve(of, shown)["level_before"] is None
    loss = charts.loss(of, shown)
    assert loss is not None
    assert (loss["level_before"], loss["level_after"]) == (5, 55)
    assert charts.profile(of, shown)["after"] == [55.0] * 96
    assert charts.carpet(of, shown)["kw"][0][-1] == 55.0


def test_profile_without_an_onset_shows_the_last_weeks_alone() -> None:
    of = subject(onset_day=None)
    chart = charts.profile(of, whole(of))
    assert chart["before"] is None
    assert chart["after"] == [10.0] * 96
    assert chart["without_onset"]


def test_carpet_has_an_hour_a_row_and_a_day_a_column() -> None:
    of = subject()
    chart = charts.carpet(of, whole(of))
    assert np.array(chart["kw"]).shape == (24, 120)


def test_loss_change_is_a_share_of_the_supply() -> None:
    change = charts.loss_change(subject("B"))
    assert change is not None
    assert change.before == pytest.approx(5 / 105)
    assert change.after == pytest.approx(55 / 155)
    assert not change.is_negative


def test_days_on_which_meters_were_silent_show_no_loss() -> None:
    of = subject()
    assert of.balance is not None
    of.balance.complete[:] = False
    assert np.isnan(of.balance.loss_kw).all()
    assert charts.loss_change(of) is None


def test_more_metered_than_supplied_is_pointed_out() -> None:
    of = subject()
    assert of.balance is not None
    of.balance.metered_kw[:30] += 20
    change = charts.loss_change(of)
    assert change is not None
    assert change.is_negative


def test_no_balance_no_loss_chart() -> None:
    of = subject()
    without = Subject(of.kind, of.subject_id, of.finding, None, of.days, of.load_kw, None)
    assert charts.loss(without, whole(of)) is None
    assert charts.loss_change(without) is None
    assert chart_table("loss", without, whole(of)).rows == []


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("days", [pytest.param(2, id="short"), pytest.param(100, id="long")])
def test_charts_are_json_and_tables_have_a_cell_for_each_column(name: str, days: int) -> None:
    of = subject(missing=1)
    shown = DayRange(FIRST, FIRST + DAY * (days - 1))
    assert json.loads(json.dumps(charts.BUILDERS[name](of, shown), allow_nan=False))
    table = chart_table(name, of, shown)
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.columns)}


def test_a_lake_with_a_hole_keeps_the_calendar() -> None:
    of = subject()
    holed = Subject(
        of.kind,
        of.subject_id,
        of.finding,
        None,
        (*of.days[:5], *of.days[8:]),
        np.delete(of.load_kw, [5, 6, 7], 0),
        None,
    )
    rows = charts.dense_days(holed, holed.load_kw, DayRange(FIRST, FIRST + 9 * DAY))
    assert np.isnan(rows[5:8]).all()
    assert np.isfinite(rows[[4, 8]]).all()
