"""The course of an endpoint: rates to scale, bands, lanes, days."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest

from gridcanary.endpoints.course import HEADROOM, HEIGHT, MOST_DAYS, WIDTH, course_of, days_of_course
from gridcanary.endpoints.models import EndpointSession
from tests.endpoints.made import DAY, at

DAYS = (DAY, DAY + dt.timedelta(days=1))
OWN, OTHER = 1, 2


def ran(first: float, last: float, endpoint: int = OWN, **told: Any) -> EndpointSession:
    """A session between two hours of DAY."""
    rates: dict[str, Any] = {
        "hashrate_hs": 100.0, "hashrate_low_hs": 80.0, "hashrate_high_hs": 125.0, "algorithm": "randomx", **told,
    }  # fmt: skip
    return EndpointSession(endpoint_id=endpoint, first_seen=at(first), last_seen=at(last), **rates)


@pytest.mark.parametrize(
    ("back", "count"),
    [pytest.param(0, 1, id="one day"), pytest.param(5, 6, id="with days between"),
     pytest.param(400, MOST_DAYS, id="no more than can be told apart")],
)  # fmt: skip
def test_days_follow_each_other(back: int, count: int) -> None:
    days = days_of_course(DAY, DAY - dt.timedelta(days=back))
    assert len(days) == count
    assert days[-1] == DAY
    assert all(later - earlier == dt.timedelta(days=1) for earlier, later in pairwise(days))


def test_a_session_stands_at_its_time_and_rate() -> None:
    course = course_of(DAYS, OWN, [ran(12, 24)])
    (step,) = course.steps
    assert (step.x, step.width) == (WIDTH / 4, WIDTH / 4)
    assert course.top_hs == 125.0
    assert step.band_y == 0.0
    assert step.y == pytest.approx(HEIGHT * (1 - 100 / 125))
    assert step.band_y + step.band_height == pytest.approx(HEIGHT * (1 - 80 / 125))
    assert course.day_lines == (WIDTH / 2,)


def test_a_wide_interval_does_not_press_the_others_down() -> None:
    course = course_of(DAYS, OWN, [ran(0, 5), ran(6, 7, hashrate_high_hs=5_000.0)])
    assert course.top_hs == HEADROOM * 100.0
    assert all(
        0 <= step.band_y <= step.y <= step.band_y + step.band_height <= HEIGHT for step in course.steps
    )


def test_rates_of_another_algorithm_do_not_share_the_scale() -> None:
    course = course_of(DAYS, OWN, [ran(0, 9), ran(10, 11, algorithm="sha256d", hashrate_hs=1e14)])
    assert (course.algorithm, len(course.steps)) == ("randomx", 1)
    assert len(course.lanes[0].bars) == 2


def test_lines_in_step_have_lanes_of_their_own_and_no_rate_here() -> None:
    course = course_of(DAYS, OWN, [ran(3, 4, OTHER), ran(0, 9)])
    assert [lane.name for lane in course.lanes] == [OWN, OTHER]
    assert len(course.steps) == 1


@pytest.mark.parametrize(
    ("first", "last", "bars"),
    [pytest.param(-30, -1, 0, id="before"), pytest.param(48, 50, 0, id="after"),
     pytest.param(-5, 60, 1, id="longer than all days"), pytest.param(47.999, 48, 1, id="a moment at the end")],
)  # fmt: skip
def test_bars_stay_inside(first: float, last: float, bars: int) -> None:
    course = course_of(DAYS, OWN, [ran(first, last)])
    (lane,) = course.lanes
    assert len(lane.bars) == len(course.steps) == bars
    assert all(x >= 0 and x + width <= WIDTH + 0.11 for x, width in lane.bars)


def test_without_rates_there_are_only_lanes() -> None:
    course = course_of(DAYS, OWN, [ran(1, 2, hashrate_hs=None)])
    assert (course.steps, course.algorithm, len(course.lanes[0].bars)) == ((), "", 1)
