"""Day features: equal to their slow twin for every length, list kind and kind of gap."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.errors import SchemaMismatch
from gridcanary.power import features as ft
from tests.power import naive

READING = st.one_of(st.integers(-500, 20_000), st.sampled_from([0, 0, 1, 300, ft.ABSURD_W, -ft.ABSURD_W]))
DAY = st.sampled_from([24, 48, 96, 288]).flatmap(
    lambda slots: st.one_of(
        st.lists(READING, min_size=slots, max_size=slots),
        st.lists(st.one_of(st.none(), READING), min_size=slots, max_size=slots),
    )
)


def told(days: list[list[int | None]]) -> list[dict[str, int]]:
    matrix = ft.feature_matrix(pa.array(days, pa.list_(pa.int32())))
    return [dict(zip(ft.COLUMNS, map(int, row), strict=True)) for row in matrix]


@settings(max_examples=150, deadline=None)
@given(DAY)
def test_a_day_is_told_as_the_slow_twin_tells_it(day: list[int | None]) -> None:
    assert told([day]) == [naive.day_features(day)]


@settings(max_examples=30, deadline=None)
@given(st.lists(DAY, min_size=2, max_size=5), st.integers(0, 5))
def test_rows_stand_alone(days: list[list[int | None]], cut: int) -> None:
    assert told(days[:cut]) + told(days[cut:]) == told(days)


DAYS = [[100 + i for i in range(96)], [None] * 96, [None, *range(95)], [-5] * 96]


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(pa.array(DAYS, pa.list_(pa.int32())), id="list"),
        pytest.param(pa.array(DAYS, pa.large_list(pa.int32())), id="large list"),
        pytest.param(pa.array(DAYS, pa.list_(pa.int32(), 96)), id="fixed size list"),
        pytest.param(pa.array([[1] * 24, *DAYS, [2] * 48], pa.list_(pa.int32())).slice(1, 4), id="slice"),
        pytest.param(
            pa.array([[1] * 24, *DAYS, [2] * 48], pa.large_list(pa.int32())).slice(1, 4), id="large slice"
        ),
        pytest.param(
            pa.array([[1] * 96, *DAYS, [2] * 96], pa.list_(pa.int32(), 96)).slice(1, 4), id="fixed slice"
        ),
    ],
)
def test_every_kind_of_list_gives_the_same(column: pa.Array) -> None:
    assert np.array_equal(ft.feature_matrix(column), ft.feature_matrix(pa.array(DAYS, pa.list_(pa.int32()))))


def test_nothing_seen_is_missing_and_not_zero() -> None:
    (row,) = told([[None] * 24])
    assert row["peak_w"] == row["floor_w"] == row["block0_w"] == ft.MISSING
    assert row["valid_slots"] == 0
    assert row["shape0"] == -1


@pytest.mark.parametrize(
    ("column", "says"),
    [
        pytest.param(pa.array([[1] * 95], pa.list_(pa.int32())), "95 values", id="short day"),
        pytest.param(pa.array([[1.5] * 96], pa.list_(pa.float64())), "double", id="fractions"),
    ],
)
def test_an_odd_column_is_refused(column: pa.Array, says: str) -> None:
    with pytest.raises(SchemaMismatch, match=says):
        ft.feature_matrix(column)


def test_a_batch_keeps_its_rows_and_has_the_schema() -> None:
    batch = pa.record_batch(
        {
            "meter_id": pa.array(["b", "a"]),
            "day": pa.array([dt.date(2024, 1, 1)] * 2),
            "load_w": pa.array(DAYS[:2], pa.list_(pa.int32())),
        }
    )
    out = ft.features(batch)
    assert out.schema == ft.DAY_FEATURES
    assert out.column("meter_id").to_pylist() == ["b", "a"]
    assert ft.features(batch.slice(0, 0)).num_rows == 0
