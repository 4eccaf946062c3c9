from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from gridcanary.contracts.tables import WEATHER
from gridcanary.power.detectors import season
from gridcanary.power.spring_festival import NEW_YEAR, festival_weeks

WEEKS = 24
MONDAY = dt.date(2025, 12, 1)
FIRST = (MONDAY - dt.date(1970, 1, 1)).days
FESTIVAL = 11
"""The week of 16 February 2026, New Year being on the 17th."""


def works(*, pause: float = 0.2, step: int | None = None, step_w: float = 0.0) -> np.ndarray:
    """Weekly level of a works [W] that pauses, with perhaps a mine from the week after ``step``."""
    level = np.full(WEEKS, 10_000.0)
    level[FESTIVAL] *= pause
    if step is not None:
        level[step + 1 :] += step_w
    return level


def told(
    level: np.ndarray, tariff: str | None, found_w: float, week: int | None = None
) -> tuple[float, list[str], list[str]]:
    llr, reasons, innocent = season.weigh(level, FIRST, week, None, tariff, found_w)
    return llr, [r.code for r in reasons], [r.code for r in innocent]


def weather_of(degrees: np.ndarray, first: dt.date = MONDAY) -> pa.Table:
    """WEATHER with one temperature a day; NaN is missing."""
    curves = [[None if np.isnan(c) else round(100 * c)] * 24 for c in degrees]
    days = [first + dt.timedelta(days=i) for i in range(len(curves))]
    return pa.Table.from_pydict({"day": days, "temp_centi_c": curves}, schema=WEATHER)


@pytest.mark.parametrize("year", range(2010, 2031))
def test_new_year_is_a_new_moon_in_late_winter(year: int) -> None:
    (day,) = (day for day in NEW_YEAR if day.year == year)
    assert (day.month, day.day) >= (1, 21)
    assert (day.month, day.day) <= (2, 20)
    # mean synodic month, from the new moon of 6 January 2000, 18:14 UT
    noon = dt.datetime.combine(day, dt.time(4), dt.UTC)
    moons = (noon - dt.datetime(2000, 1, 6, 18, 14, tzinfo=dt.UTC)) / dt.timedelta(days=29.530589)
    assert abs(moons - round(moons)) < 0.05


def test_the_week_of_the_festival() -> None:
    assert festival_weeks(MONDAY, WEEKS) == [FESTIVAL]
    assert festival_weeks(MONDAY, FESTIVAL) == []


@pytest.mark.parametrize(
    ("level", "tariff", "found_w", "expected"),
    [
        pytest.param(
            works(), "large_industrial", 8_000.0, (-1.5, [], ["innocent.holiday_pause"]), id="paused"
        ),
        pytest.param(
            works(pause=1.0), "large_industrial", 8_000.0, (0.5, ["load.no_holiday"], []), id="ran on"
        ),
        pytest.param(works(pause=0.75), "large_industrial", 8_000.0, (0.0, [], []), id="half and half"),
        pytest.param(
            works(), "large_industrial", 1_500.0, (0.0, [], []), id="what is left could be the mine"
        ),
        pytest.param(works(pause=1.0), "commercial", 8_000.0, (0.0, [], []), id="a shop is open anyway"),
        pytest.param(
            works(), "commercial", 8_000.0, (-1.5, [], ["innocent.holiday_pause"]), id="a shop that closed"
        ),
        pytest.param(works(), "residential", 8_000.0, (0.0, [], []), id="a home"),
        pytest.param(works(), None, 8_000.0, (0.0, [], []), id="no archive"),
    ],
)
def test_the_holiday(
    level: np.ndarray, tariff: str | None, found_w: float, expected: tuple[float, list[str], list[str]]
) -> None:
    assert told(level, tariff, found_w) == expected


def test_a_pause_before_the_mine_came_does_not_clear_it() -> None:
    level = works(step=FESTIVAL + 2, step_w=20_000.0)
    assert told(level, "large_industrial", 20_000.0, week=FESTIVAL + 2) == (0.0, [], [])


def test_a_mine_that_runs_on_in_closed_works_is_not_cleared() -> None:
    level = works(pause=0.05, step=4, step_w=3_000.0)
    assert told(level, "large_industrial", 3_000.0, week=4) == (0.0, [], [])


def heated(step: int, step_w: float) -> tuple[np.ndarray, np.ndarray]:
    """Level that follows the cold, and a weekly temperature that falls after ``step``."""
    rng = np.random.default_rng(4)
    temperature = np.where(np.arange(WEEKS) > step, 2.0, 14.0) + rng.normal(0, 3, WEEKS)
    level = 1_000 + 300 * np.maximum(0, 15 - temperature) + rng.normal(0, 50, WEEKS)
    level[step + 1 :] += step_w
    return level, temperature


def test_heating_explains_its_step() -> None:
    level, temperature = heated(10, 0.0)
    assert season.weather_share(level, temperature, 10) > 0.85
    llr, _, innocent = season.weigh(level, FIRST, 10, temperature, None, 3_000.0)
    assert (llr, innocent[0].code) == (season.WEATHER_LLR, "innocent.weather")


def test_a_mine_in_a_cold_week_is_not_explained() -> None:
    level, temperature = heated(10, 20_000.0)
    assert season.weather_share(level, temperature, 10) < season.EXPLAINED


def test_the_unit_does_not_matter() -> None:
    level, temperature = heated(10, 2_000.0)
    plain = season.weather_share(level, temperature, 10)
    assert season.weather_share(1000 * level, temperature, 10) == pytest.approx(plain)


@pytest.mark.parametrize(
    "level",
    [
        pytest.param(np.full(WEEKS, np.nan), id="all missing"),
        pytest.param(np.full(WEEKS, 500.0), id="constant curve"),
        pytest.param(np.where(np.arange(WEEKS) < 5, 500.0, np.nan), id="short history"),
        pytest.param(np.where(np.arange(WEEKS) == 3, 500.0, np.nan), id="one week"),
        pytest.param(np.zeros(WEEKS), id="noughts"),
    ],
)
def test_nothing_to_explain(level: np.ndarray) -> None:
    _, temperature = heated(10, 0.0)
    assert season.weather_share(level, temperature, 10) == 0.0
    llr, reasons, innocent = season.weigh(level, FIRST, 10, temperature, "large_industrial", 300.0)
    assert innocent == []
    assert llr == season.NO_PAUSE_LLR * len(reasons)


def test_temperature_of_weeks() -> None:
    degrees = np.repeat([3.0, np.nan, -5.0], 7)
    degrees[:4] = np.nan
    weekly = season.weekly_temperature(weather_of(degrees), FIRST - 7, 4)
    assert weekly is not None
    np.testing.assert_allclose(weekly, [np.nan, 3.0, np.nan, -5.0])


@pytest.mark.parametrize(
    "weather", [pytest.param(None, id="none"), pytest.param(WEATHER.empty_table(), id="empty")]
)
def test_no_weather(weather: pa.Table | None) -> None:
    assert season.weekly_temperature(weather, FIRST, 4) is None
