"""Medians of a few values, for kernels that work on days and weeks."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def median_of(values, n):  # type: ignore[no-untyped-def]
    """Median of the first ``n`` values, sorted in place; NaN for none."""
    if n == 0:
        return np.nan
    for i in range(1, n):
        value = values[i]
        j = i
        while j > 0 and values[j - 1] > value:
            values[j] = values[j - 1]
            j -= 1
        values[j] = value
    return values[n // 2] if n % 2 else 0.5 * (values[n // 2 - 1] + values[n // 2])


@numba.njit(cache=True, nogil=True, inline="always")
def _in_order(values, i, j):  # type: ignore[no-untyped-def]
    low, high = min(values[i], values[j]), max(values[i], values[j])
    values[i] = low
    values[j] = high


@numba.njit(cache=True, nogil=True)
def _sort_seven(values):  # type: ignore[no-untyped-def]
    """Sort a whole week in sixteen comparisons without a branch that the processor would have to guess."""
    _in_order(values, 0, 6)
    _in_order(values, 2, 3)
    _in_order(values, 4, 5)
    _in_order(values, 0, 2)
    _in_order(values, 1, 4)
    _in_order(values, 3, 6)
    _in_order(values, 0, 1)
    _in_order(values, 2, 5)
    _in_order(values, 3, 4)
    _in_order(values, 1, 2)
    _in_order(values, 4, 6)
    _in_order(values, 2, 3)
    _in_order(values, 4, 5)
    _in_order(values, 1, 2)
    _in_order(values, 3, 4)
    _in_order(values, 5, 6)


@numba.njit(cache=True, nogil=True)
def week_median(level, buffer):  # type: ignore[no-untyped-def]
    """Median of a week's days and how many there are; leaves them in order in ``buffer``."""
    n = 0
    for i in range(7):
        if not np.isnan(level[i]):
            buffer[n] = level[i]
            n += 1
    if n == 7:
        _sort_seven(buffer)
        return buffer[3], n
    return median_of(buffer, n), n
