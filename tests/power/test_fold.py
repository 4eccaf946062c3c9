"""The memory of a meter: a pure function of the days it saw."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gridcanary.power import outline as ol
from gridcanary.power import state
from gridcanary.power.features import MISSING, PEAK, WIDTH, day_features, feature_matrix
from gridcanary.power.fold import empty_records, fold
from tests.power import naive

MONDAY = 19_723  # 2024-01-01


def matrix(kw: NDArray[np.float64]) -> NDArray[np.int32]:
    """Day features of hourly watts [days, 24], NaN where missing."""
    flat = np.nan_to_num(kw).astype(np.int32).ravel()
    out = np.empty((len(kw), WIDTH), np.int32)
    starts = np.arange(len(kw), dtype=np.int64) * 24
    day_features(flat, ~np.isnan(kw).ravel(), starts, np.full(len(kw), 24, np.int64), out)
    return out


def folded(rows: NDArray[np.int32], order: list[int]) -> tuple[NDArray[np.uint8], list[int]]:
    """One meter's record after the days of ``order``, and the days that came too late."""
    record, late = empty_records(1), []
    for i in order:
        if fold(record, np.array([MONDAY + i], np.int32), rows[i : i + 1], np.array([24], np.int32))[0]:
            late.append(i)
    return record[0], late


def noisy_days(seed: int, days: int = 40) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    kw = rng.integers(-200, 5000, (days, 24)).astype(float)
    kw[rng.random((days, 24)) < 0.1] = np.nan
    kw[rng.random(days) < 0.1] = np.nan
    return kw


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.randoms(use_true_random=False))
def test_days_in_any_order_within_a_week_and_again_give_the_same_bytes(seed: int, random) -> None:  # type: ignore[no-untyped-def]
    rows = matrix(noisy_days(seed))
    order = sorted(range(1, 40), key=lambda i: i + random.uniform(0, 7))
    order += random.sample(range(35, 40), 3)
    expected, _ = folded(rows, list(range(40)))
    record, late = folded(rows, [0, *order])
    assert late == []
    assert record.tobytes() == expected.tobytes()


def test_a_corrected_day_replaces_itself() -> None:
    kw = noisy_days(1)
    wrong = kw.copy()
    wrong[35] = 9999.0
    rows, wrongs = matrix(kw), matrix(wrong)
    record, _ = folded(wrongs, list(range(40)))
    late = fold(record[None, :], np.array([MONDAY + 35], np.int32), rows[35:36], np.array([24], np.int32))
    assert not late[0]
    assert record.tobytes() == folded(rows, list(range(40)))[0].tobytes()


def test_a_day_that_left_the_ring_is_handed_back_and_changes_nothing() -> None:
    rows = matrix(noisy_days(2))
    before, _ = folded(rows, list(range(40)))
    after, late = folded(rows, [*range(40), 3])
    assert late == [3]
    assert after.tobytes() == before.tobytes()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_an_outline_is_the_slow_twins_within_the_codes_grain(seed: int) -> None:
    kw = noisy_days(seed, 21)
    record, _ = folded(matrix(kw), list(range(21)))
    weeks = np.empty((ol.WEEKS_SHOWN, ol.FIELDS))
    ol.read_outline(record, weeks)
    told = naive.week([[None if np.isnan(v) else int(v) for v in day] for day in kw[:7]])
    # one code of a day's scale and one of the week's, each rounded up by 9 % at most
    grain = 2 * 5000 * 1.09 / state.LEVELS
    row = weeks[state.WEEKS - 1]
    for b in range(8):
        assert row[b] == pytest.approx(told[f"block{b}"], abs=grain, nan_ok=True)
    assert row[ol.FLOOR] == pytest.approx(told["floor"], abs=grain)
    assert row[ol.PEAK] == pytest.approx(told["peak"], rel=0.06)


@pytest.mark.parametrize(
    "kw",
    [
        pytest.param(np.full((40, 24), np.nan), id="nothing seen"),
        pytest.param(np.full((40, 24), 0.0), id="zeros"),
        pytest.param(np.full((40, 24), -300.0), id="feed-in all day"),
        pytest.param(np.full((1, 24), 700.0), id="one day"),
    ],
)
def test_odd_histories_leave_a_sound_record(kw: NDArray[np.float64]) -> None:
    record, late = folded(matrix(kw), list(range(len(kw))))
    weeks = np.empty((ol.WEEKS_SHOWN, ol.FIELDS))
    assert ol.read_outline(record, weeks) % 7 == state.EPOCH_MONDAY % 7
    assert late == []
    assert not (weeks[:, :8] < 0).any()


def test_a_matrix_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        fold(empty_records(1), np.zeros(1, np.int32), np.zeros((1, 3), np.int32), np.zeros(1, np.int32))


def test_the_layout_fits() -> None:
    assert state.WEEK_RING + state.WEEKS * state.WEEK_BYTES <= state.RECORD_BYTES
    assert matrix(np.full((1, 24), np.nan))[0, PEAK] == MISSING


def test_a_week_with_unseen_days_is_outlined_without_what_stood_there_before() -> None:
    """A meter that falls silent for weeks: its last week must not borrow the days of a fortnight earlier."""
    low, high = 1000, 5000
    monday = 19723 - (19723 - state.EPOCH_MONDAY) % 7
    days = [*range(monday, monday + 14), *range(monday + 14, monday + 16), monday + 60]
    watts = [low] * 14 + [high] * 2 + [high]
    records = empty_records(1)
    for day, level in zip(days, watts, strict=True):
        matrix = feature_matrix(pa.array([[level] * 24], pa.list_(pa.int32())))
        assert not fold(records, np.array([day], np.int32), matrix, np.array([24], np.int32)).any()
    weeks = np.empty((ol.WEEKS_SHOWN, ol.FIELDS))
    first = int(ol.read_outline(records[0], weeks))
    silent = weeks[(monday + 14 - first) // 7]
    assert silent[0] == pytest.approx(high, rel=0.02)
