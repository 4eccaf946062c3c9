"""Steps of the last days: what is seen of them, and that unit, gaps and age do not change it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gridcanary.power import fresh_traits as ft
from tests.power.records import HOURS, record_of, working_day

DAYS = 100


def mine(age: int, hours: range = range(HOURS), kw: float = 3.0) -> np.ndarray:
    """(DAYS, 24) of a constant load that began ``age`` days before the end, the last day counted."""
    load = np.zeros((DAYS, HOURS))
    load[DAYS - age :, [h % HOURS for h in hours]] = 1000 * kw
    return load


def told(watts: np.ndarray) -> dict[str, float]:
    matrix, seen = ft.fresh_traits(record_of(watts))
    return {name.removeprefix("fresh_"): float(v) for name, v in zip(ft.NAMES, matrix[0], strict=True)} | {
        "seen": float(seen[0])
    }


@pytest.mark.parametrize("age", range(2, 13))
def test_age_and_power_of_a_load_are_found(age: int) -> None:
    found = told(working_day(DAYS) + mine(age))
    assert found["seen"] == 1
    assert found["age"] == age
    assert found["size"] * found["mean_before"] == pytest.approx(3000, rel=0.06)
    assert found["explained"] > 0.9
    assert found["floor_step"] == pytest.approx(1, abs=0.15)
    assert found["weeks_as_high"] == 0


@pytest.mark.parametrize(
    ("hours", "start", "blocks"),
    [
        pytest.param(range(24), 0, 8, id="all day"),
        pytest.param(range(18, 33), 6, 5, id="off in office hours"),
        pytest.param(range(21, 30), 7, 3, id="only at night"),
        pytest.param(range(21, 39), 7, 6, id="off in the evening"),
        pytest.param(range(18), 0, 6, id="off late"),
    ],
)
def test_the_hours_are_found(hours: range, start: int, blocks: int) -> None:
    found = told(working_day(DAYS) + mine(5, hours))
    assert (found["start_block"], found["blocks_on"]) == (start, blocks)
    assert found["spread_hours"] < 0.15
    assert abs(found["elsewhere"]) < 0.1


def test_a_load_that_stopped_is_no_step() -> None:
    found = told(working_day(DAYS) + 3000 - mine(5))
    assert not (found["seen"] and found["explained"] > 0.25)


def test_what_was_there_before_a_break_is_known() -> None:
    watts = working_day(DAYS, mean_w=4000)
    watts[-19:-5] *= 0.4
    back = told(watts)
    assert back["weeks_as_high"] > 0.5
    assert back["pause"] > 0.5


@settings(max_examples=25, deadline=None)
@given(factor=some.floats(0.2, 50), seed=some.integers(0, 9), age=some.integers(2, 12))
def test_another_unit_is_the_same_step(factor: float, seed: int, age: int) -> None:
    watts = working_day(DAYS, seed=seed) + mine(age)
    one, other = told(watts), told(np.rint(watts * factor))
    for name in ("age", "blocks_on", "start_block", "seen"):
        assert one[name] == other[name]
    for name in ("size", "explained", "spread_hours", "floor_to_size"):
        assert one[name] == pytest.approx(other[name], rel=0.1, abs=0.05)


@settings(max_examples=25, deadline=None)
@given(gaps=some.lists(some.integers(0, 14 * HOURS - 1), max_size=60, unique=True))
def test_some_missing_hours_hide_nothing(gaps: list[int]) -> None:
    watts = working_day(DAYS) + mine(6)
    watts[-14:].reshape(-1)[gaps] = np.nan
    found = told(watts)
    assert found["seen"] == 1
    assert found["age"] == 6
    assert found["hours_missing"] == len(gaps)


@pytest.mark.parametrize(
    "watts",
    [
        pytest.param(working_day(13) + 3000, id="younger than a fortnight"),
        pytest.param(working_day(20) + mine(5)[-20:], id="hardly any week before"),
        pytest.param(np.zeros((DAYS, HOURS)), id="no load"),
        pytest.param(np.full((DAYS, HOURS), 500.0), id="nothing changes"),
        pytest.param(np.where(np.arange(DAYS)[:, None] % 2, np.nan, 900.0) * np.ones(HOURS), id="half is missing"),
    ],
)  # fmt: skip
def test_nothing_is_told_of_too_little(watts: np.ndarray) -> None:
    matrix, seen = ft.fresh_traits(record_of(watts))
    assert not seen[0]
    assert np.isnan(matrix).all() or np.isnan(matrix[0, 0])
