"""Curves of mixed lengths become rows of one length."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from gridcanary.console.lake_days import curve_matrix, lake_days, mean_of_present, meter_kw, slots_per_day
from gridcanary.power import lake as lakes

CURVE = pa.list_(pa.int32())


def test_coarse_curves_repeat_fine_ones_are_averaged_missing_stays_missing() -> None:
    hourly = list(range(24))
    five_minutes = [value for value in range(24) for _ in range(12)]
    gappy: list[int | None] = [None, *hourly[1:]]
    column = pa.array([hourly, five_minutes, gappy], CURVE)
    matrix = curve_matrix(column, 24)
    assert matrix[0].tolist() == hourly
    assert matrix[1].tolist() == hourly
    assert np.isnan(matrix[2, 0])
    assert matrix[2, 1:].tolist() == hourly[1:]
    assert curve_matrix(column, 96)[0].tolist() == [hour for hour in hourly for _ in range(4)]


def test_a_slice_of_a_column_is_read_at_its_own_place() -> None:
    column = pa.array([[1] * 24, [2] * 24, [3] * 24], CURVE).slice(1, 1)
    assert curve_matrix(column, 24).tolist() == [[2.0] * 24]


def test_lengths_that_do_not_divide_are_refused() -> None:
    with pytest.raises(ValueError, match="36"):
        curve_matrix(pa.array([[1] * 36], CURVE), 24)


def test_mean_of_nothing_is_nothing() -> None:
    values = np.array([[1, np.nan, 3], [np.nan] * 3], np.float32)
    means = mean_of_present(values, axis=1)
    assert means[0] == 2
    assert np.isnan(means[1])


def test_a_folder_without_a_lake_has_no_days(tmp_path: Path) -> None:
    assert lake_days(tmp_path) == []
    assert slots_per_day(tmp_path) == 96


def test_one_meter_is_the_same_as_in_the_lake(county_home: Path) -> None:
    lake = county_home / "lake"
    days = lake_days(lake)
    meter = lakes.read_customers(lake)["meter_id"][7].as_py()
    stored = {
        row["day"]: row["load_w"] for row in lakes.meter_readings(lake, meter, days[0], days[-1]).to_pylist()
    }
    curve = meter_kw(lake, meter, [*days, days[-1] + dt.timedelta(days=1)], 96)
    assert np.isnan(curve[-1]).all()
    for row, day in zip(curve, days, strict=False):
        expected = [np.nan if w is None else w / 1000 for w in stored.get(day, [None] * 96)]
        np.testing.assert_allclose(row, expected, rtol=1e-6)
