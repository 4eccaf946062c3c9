"""Hourly curves through the product's own kernels: day features, fold, traits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gridcanary.power.features import WIDTH, day_features
from gridcanary.power.fold import empty_records, fold

HOURS = 24


def day_numbers(year: NDArray[np.int64]) -> NDArray[np.int32]:
    """Days since 1970-01-01 of 1 January of each year."""
    return np.array([(dt.date(int(y), 1, 1) - dt.date(1970, 1, 1)).days for y in year], np.int32)


def fold_days(
    kw: NDArray[np.float32], first_day: NDArray[np.int32]
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Fold curves day by day.

    Args:
        kw: float32 [curves, hours], NaN where missing.
        first_day: days since 1970-01-01 of each curve's first day.

    Yields:
        Days folded so far, and the records (the same array each time, changed in place).
    """
    watts = np.rint(np.nan_to_num(kw, nan=0.0).astype(np.float64) * 1000).astype(np.int32)
    known = np.isfinite(kw)
    curves = len(kw)
    records = empty_records(curves)
    starts = np.arange(curves, dtype=np.int64) * HOURS
    lengths = np.full(curves, HOURS, np.int64)
    slots = np.full(curves, HOURS, np.int32)
    matrix = np.empty((curves, WIDTH), np.int32)
    for day in range(kw.shape[1] // HOURS):
        hours = slice(day * HOURS, (day + 1) * HOURS)
        day_features(
            np.ascontiguousarray(watts[:, hours]).ravel(),
            np.ascontiguousarray(known[:, hours]).ravel(),
            starts,
            lengths,
            matrix,
        )
        late = fold(records, first_day + np.int32(day), matrix, slots)
        if late.any():
            raise RuntimeError("days came in order but some were called late")
        yield day + 1, records


def remember(kw: NDArray[np.float32], first_day: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Records after all days."""
    *_, (_, records) = fold_days(kw, first_day)
    return records
