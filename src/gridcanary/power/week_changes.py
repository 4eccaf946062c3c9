"""How each block of the day changed at each week: medians of the weeks on either side, and their noise.

A window of weeks that ends before one week begins after another, so every window is told once. A whole window
is sorted for all blocks together, by comparisons that do not depend on what they find.
"""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.power.medians import median_of

WINDOW = 6
"""Weeks looked at on either side of a step: long enough for a median, short enough not to straddle two
seasons."""

LEAST_BEFORE = 2
BLOCKS = 8


@numba.njit(cache=True, nogil=True)
def _window_median(weeks, first, last, block, buffer):  # type: ignore[no-untyped-def]
    """Median and median absolute deviation of a block over weeks first..last-1."""
    n = 0
    for w in range(first, last):
        value = weeks[w, block]
        if not np.isnan(value):
            buffer[n] = value
            n += 1
    if n == 0:
        return np.nan, 0.0
    middle = median_of(buffer, n)
    for i in range(n):
        buffer[i] = abs(buffer[i] - middle)
    return middle, median_of(buffer, n)


@numba.njit(cache=True, nogil=True, inline="always")
def _in_order(rows, i, j):  # type: ignore[no-untyped-def]
    """The lesser of two rows into the first, the greater into the second, block by block."""
    for b in range(BLOCKS):
        one, other = rows[i, b], rows[j, b]
        rows[i, b] = one if one < other else other
        rows[j, b] = other if one < other else one


@numba.njit(cache=True, nogil=True)
def _sort_six(rows):  # type: ignore[no-untyped-def]
    _in_order(rows, 0, 5)
    _in_order(rows, 1, 3)
    _in_order(rows, 2, 4)
    _in_order(rows, 1, 2)
    _in_order(rows, 3, 4)
    _in_order(rows, 0, 3)
    _in_order(rows, 2, 5)
    _in_order(rows, 0, 1)
    _in_order(rows, 2, 3)
    _in_order(rows, 4, 5)
    _in_order(rows, 1, 2)
    _in_order(rows, 3, 4)


@numba.njit(cache=True, nogil=True)
def _whole_window(weeks, first, rows, middle, spread):  # type: ignore[no-untyped-def]
    """As :func:`_window_median` for every block of a window without a gap."""
    for i in range(WINDOW):
        for b in range(BLOCKS):
            rows[i, b] = weeks[first + i, b]
    _sort_six(rows)
    for b in range(BLOCKS):
        middle[b] = 0.5 * (rows[2, b] + rows[3, b])
    for i in range(WINDOW):
        for b in range(BLOCKS):
            rows[i, b] = abs(rows[i, b] - middle[b])
    _sort_six(rows)
    for b in range(BLOCKS):
        spread[b] = 0.5 * (rows[2, b] + rows[3, b])


@numba.njit(cache=True, nogil=True)
def _windows(weeks, middle, spread):  # type: ignore[no-untyped-def]
    """Medians and spreads of the windows that end before week 0, 1, ... and, cut short, after the last."""
    n_weeks = weeks.shape[0]
    rows, buffer = np.empty((WINDOW, BLOCKS)), np.empty(WINDOW)
    whole = 0
    for end in range(middle.shape[0]):
        first, last = max(0, end - WINDOW), min(n_weeks, end)
        if 0 < end <= n_weeks:
            every = True
            for b in range(BLOCKS):
                every &= not np.isnan(weeks[end - 1, b])
            whole = whole + 1 if every else 0
        if end <= n_weeks and whole >= WINDOW:
            _whole_window(weeks, first, rows, middle[end], spread[end])
            continue
        for b in range(BLOCKS):
            middle[end, b], spread[end, b] = _window_median(weeks, first, last, b, buffer)


@numba.njit(cache=True, nogil=True)
def week_changes(weeks, before, change, noise, usable):  # type: ignore[no-untyped-def]
    """Change of each block at each week, the level before it, and the noise.

    Args:
        weeks: float64 [weeks, fields], the blocks first; NaN where missing.
        before, change: float64 [weeks, BLOCKS], written where weeks on both sides may be compared.
        noise: float64 [weeks], written there: mean spread of the blocks from week to week.
        usable: bool [weeks], written: every block is known on both sides.
    """
    n_weeks = weeks.shape[0]
    middle = np.empty((n_weeks + WINDOW + 1, BLOCKS))
    spread = np.empty((n_weeks + WINDOW + 1, BLOCKS))
    _windows(weeks, middle, spread)
    seen = 0
    for w in range(n_weeks):
        usable[w] = False
        if seen >= LEAST_BEFORE and w + 1 < n_weeks:
            total = 0.0
            good = True
            after = w + 1 + WINDOW
            for b in range(BLOCKS):
                before[w, b] = middle[w, b]
                change[w, b] = middle[after, b] - middle[w, b]
                total += 0.5 * (spread[w, b] + spread[after, b]) / BLOCKS
                good = good and not np.isnan(change[w, b])
            noise[w] = total
            usable[w] = good
        if not np.isnan(weeks[w, 0]):
            seen += 1
