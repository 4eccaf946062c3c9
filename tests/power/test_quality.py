from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.power import outline as ol
from gridcanary.power import quality
from tests.power.records import HOURS, outline_of, record_of, traits_of, working_day

DAYS = 98


def faults_of(watts: np.ndarray) -> list[str]:
    records = record_of(watts)
    return quality.faults(traits_of(records)[0], outline_of(records)[1])


def shifted(watts: np.ndarray, first: int, last: int, hours: int) -> np.ndarray:
    out = watts.copy()
    out[first:last] = np.roll(watts[first:last], hours, axis=1)
    return out


def without(watts: np.ndarray, days: slice, hours: slice) -> np.ndarray:
    out = watts.copy()
    out[days, hours] = np.nan
    return out


def stuck(watts: np.ndarray, days: slice) -> np.ndarray:
    out = watts.copy()
    out[days] = 731.0
    return out


PLAIN = working_day(DAYS)


@pytest.mark.parametrize(
    ("watts", "fault"),
    [
        pytest.param(stuck(PLAIN, slice(0, 40)), "stuck", id="one reading for 40 of 98 days"),
        pytest.param(without(PLAIN, slice(0, 60), slice(3, 4)), "gaps", id="an hour lost on 60 days"),
        pytest.param(PLAIN - 1200, "feed_in", id="negative at night"),
        pytest.param(np.where(np.arange(DAYS)[:, None] < 40, 0.0, PLAIN), "zeros", id="40 days of nought"),
        pytest.param(PLAIN[:21], "short_history", id="three weeks"),
        pytest.param(shifted(PLAIN, 42, 63, 6), "clock_shift", id="six hours off for three weeks"),
        pytest.param(
            PLAIN * np.where(np.arange(DAYS) < 49, 1, 1.5)[:, None], "ct_error", id="half as much again"
        ),
        pytest.param(PLAIN * np.where(np.arange(DAYS) < 49, 1, 0.2)[:, None], "ct_error", id="a fifth"),
    ],
)
def test_a_fault_is_named(watts: np.ndarray, fault: str) -> None:
    assert fault in faults_of(watts)


@pytest.mark.parametrize(
    "watts",
    [
        pytest.param(PLAIN, id="a business"),
        pytest.param(without(PLAIN, slice(0, 20), slice(3, 4)), id="single readings lost on a fifth of days"),
        pytest.param(PLAIN + 3000 * (np.arange(DAYS) >= 49)[:, None], id="a flat mine is no ratio"),
        pytest.param(shifted(PLAIN, 49, DAYS, 6), id="night shifts that stay are no clock"),
        pytest.param(PLAIN * np.linspace(1, 3, DAYS)[:, None], id="growth is no ratio"),
    ],
)
def test_sound_meters_have_no_fault(watts: np.ndarray) -> None:
    assert faults_of(watts) == []


def test_a_constant_meter_is_neither_shifted_nor_scaled() -> None:
    told = faults_of(np.full((DAYS, HOURS), 500.0))
    assert not {"clock_shift", "ct_error"} & set(told)


def test_the_record_of_nothing() -> None:
    weeks = np.full((ol.WEEKS_SHOWN, ol.FIELDS), np.nan)
    assert not quality.clock_shifted(weeks)
    assert quality.changed_ratio(weeks) is None


def naive_changed_ratio(weeks: np.ndarray) -> float | None:
    """The same, a week at a time."""
    shapes = [week[: ol.BLOCKS] for week in weeks if np.isfinite(week[: ol.BLOCKS]).all()]
    for week in range(3, len(shapes) - 2):
        sides = shapes[week - 3 : week], shapes[week + 1 : week + 4]
        before, after = (np.median(side, axis=0) for side in sides)
        means = [[week.mean() for week in side] for side in sides]
        if any(max(side) > quality.STEADY * min(side) for side in means):
            continue
        if before.min() <= 0.02 * before.mean() or before.std() < 0.15 * before.mean():
            continue
        factor = after / before
        usual = float(np.median(factor))
        if usual <= 0 or abs(np.log(max(usual, 1e-6))) <= quality.SCALE_LEAST:
            continue
        if np.abs(factor / usual - 1).max() < quality.SCALE_RANGE:
            return usual
    return None


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**6), seen=st.integers(0, 20), change=st.sampled_from([0.0, 0.3, 0.9, 1.5, 3.0]))
def test_a_changed_ratio_is_what_the_slow_way_finds(seed: int, seen: int, change: float) -> None:
    rng = np.random.default_rng(seed)
    weeks = np.full((ol.WEEKS_SHOWN, ol.FIELDS), np.nan)
    level = np.where(np.arange(seen) >= rng.integers(0, seen + 1), change, 1.0)
    weeks[:seen, : ol.BLOCKS] = (
        rng.uniform(0.2, 1, ol.BLOCKS) * level[:, None] * rng.normal(1, 0.008, (seen, 8))
    )
    assert quality.changed_ratio(weeks) == naive_changed_ratio(weeks)


@settings(max_examples=30, deadline=None)
@given(factor=st.sampled_from([0.1, 10.0, 1000.0]))
def test_the_unit_does_not_matter(factor: float) -> None:
    weeks = outline_of(record_of(shifted(PLAIN, 42, 63, 6)))[1]
    scaled = weeks.copy()
    scaled[:, : ol.DAYS_SEEN] *= factor
    assert quality.clock_shifted(scaled) == quality.clock_shifted(weeks)
    assert quality.changed_ratio(scaled) == quality.changed_ratio(weeks)


def test_a_stuck_meter_is_told_with_its_share() -> None:
    row = traits_of(record_of(stuck(PLAIN, slice(0, 49))))[0]
    reason = quality.stuck_reason(row)
    assert reason.code == "innocent.stuck_meter"
    assert reason.params["share_pct"] == pytest.approx(50, abs=2)
