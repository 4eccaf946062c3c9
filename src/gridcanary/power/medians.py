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
