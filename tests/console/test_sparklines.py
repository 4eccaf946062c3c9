"""Small curves in the list."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gridcanary.console.sparklines import HEIGHT, WIDTH, sparkline

FIRST = dt.date(2026, 1, 1)


def days(count: int) -> list[dt.date]:
    return [FIRST + dt.timedelta(days=i) for i in range(count)]


def test_a_gap_breaks_the_line() -> None:
    curve = sparkline(days(5), np.array([1, 2, np.nan, 3, 4], np.float32), None)
    assert curve is not None
    assert len(curve.segments) == 2
    assert (curve.low_kw, curve.high_kw) == (1, 4)


def test_the_axis_starts_at_zero() -> None:
    curve = sparkline(days(2), np.array([100, 101], np.float32), None)
    assert curve is not None
    heights = [float(point.split(",")[1]) for point in curve.segments[0].split()]
    assert heights[0] - heights[1] < 1


def test_the_onset_is_marked_only_within_the_days() -> None:
    values = np.ones(11, np.float32)
    inside = sparkline(days(11), values, FIRST + dt.timedelta(days=5))
    outside = sparkline(days(11), values, FIRST - dt.timedelta(days=5))
    assert inside is not None
    assert outside is not None
    assert inside.onset_x == WIDTH / 2
    assert outside.onset_x is None


def test_nothing_read_nothing_drawn() -> None:
    assert sparkline(days(3), np.full(3, np.nan, np.float32), None) is None


@given(hnp.arrays(np.float32, st.integers(1, 40), elements=st.floats(-500, 5000, width=32) | st.just(np.nan)))
def test_every_point_lies_in_the_box(values: np.ndarray) -> None:
    curve = sparkline(days(len(values)), values, None)
    for points in curve.segments if curve else ():
        for point in points.split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT
