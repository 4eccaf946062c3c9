"""Steps of the last days: a load that began two to twelve days ago, sought in the fourteen days kept by the hour.

Every hour is compared with the same hour a week earlier, so that working days stand beside working days. A step
that is ``age`` days old lifts the last ``age`` of these seven differences; one older than a week lifts the first
of them, as the later days then stand beside days that have the load already. The age and the hours that explain
the differences best are taken. Traits of weeks (power.traits) need weeks on both sides of a step; this needs days.
"""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.power import state as st
from gridcanary.power.medians import median_of

DAYS = st.DAYS
PAIRS = 7
"""Days that have a day a week earlier beside them."""

LEAST_AGE, MOST_AGE = 2, 12
"""Days since a step began, the first and the last counted, at which it is sought."""

STARTS = np.array([0, 6, 7, 7, 0, 6, 5])
COUNTS = np.array([8, 5, 3, 6, 6, 4, 5])
"""Blocks of three hours in which a step may run: all day, 18-09, 21-06, 21-15, 00-18, 18-06, 15-06."""

MOST_MISSING = 100
"""Hours of the fortnight that may be missing."""

LEAST_PAIRS = 40
"""Blocks, of 56, that must be known on both days of a pair."""

_B = 8
_BETTER = 1.03
"""A later found fit must be better than the best one by this, so that noise does not choose."""


@numba.njit(cache=True, nogil=True)
def read_fortnight(record, hours):  # type: ignore[no-untyped-def]
    """Read the last fourteen days by the hour.

    Args:
        record: uint8 [1024].
        hours: float64 [336], written: power [W], NaN where missing.

    Returns:
        Hours that are missing; all of them where the meter is younger than a fortnight.
    """
    as_of, first = st.read_i32(record, st.AS_OF), st.read_i32(record, st.FIRST)
    hours[:] = np.nan
    if as_of - DAYS + 1 < first:
        return hours.shape[0]
    missing = 0
    for i in range(DAYS):
        at = st.DAY_RING + ((as_of - DAYS + 1 + i) % DAYS) * st.DAY_BYTES
        known = record[at + st.DAY_SCALE] > 0
        scale = st.SCALES_W[record[at + st.DAY_SCALE]] / st.LEVELS
        for h in range(st.HOURS):
            stored = record[at + st.HOUR0 + h]
            if known and stored != st.ABSENT:
                hours[i * st.HOURS + h] = stored * scale
            else:
                missing += 1
    return missing


@numba.njit(cache=True, nogil=True)
def block_means(hours, blocks):  # type: ignore[no-untyped-def]
    """Means of the blocks of three hours [14, 8] where two of the hours are known, NaN elsewhere."""
    for i in range(DAYS):
        for b in range(_B):
            total, n = 0.0, 0
            for k in range(3):
                value = hours[i * st.HOURS + 3 * b + k]
                if not np.isnan(value):
                    total += value
                    n += 1
            blocks[i, b] = total / n if n >= 2 else np.nan


@numba.njit(cache=True, nogil=True)
def week_on_week(blocks, change):  # type: ignore[no-untyped-def]
    """Change of each block of the last seven days [7, 8] against a week earlier; gives how many are known."""
    known = 0
    for r in range(PAIRS):
        for b in range(_B):
            change[r, b] = blocks[PAIRS + r, b] - blocks[r, b]
            known += not np.isnan(change[r, b])
    return known


@numba.njit(cache=True, nogil=True, inline="always")
def lifted_pairs(age):  # type: ignore[no-untyped-def]
    """First and one past the last of the pairs that a step of this age lifts."""
    return (PAIRS - age, PAIRS) if age <= PAIRS else (0, DAYS - age)


@numba.njit(cache=True, nogil=True)
def _gain(change, age, pattern):  # type: ignore[no-untyped-def]
    """Sum of squares that a rise of this age in these hours explains; 0 for a fall."""
    first, last = lifted_pairs(age)
    total, n = 0.0, 0
    for r in range(first, last):
        for j in range(COUNTS[pattern]):
            value = change[r, (STARTS[pattern] + j) & (_B - 1)]
            if not np.isnan(value):
                total += value
                n += 1
    return total * total / n if total > 0 and n > 0 else 0.0


@numba.njit(cache=True, nogil=True)
def best_fit(change, gains):  # type: ignore[no-untyped-def]
    """The age and hours that explain the changes best.

    Args:
        change: float64 [7, 8], NaN where unknown.
        gains: float64 [14], written: what the best hours explain at each age.

    Returns:
        Age in days and pattern (index into STARTS), 0 and -1 where nothing rose; and the share explained.
    """
    whole = 0.0
    for r in range(PAIRS):
        for b in range(_B):
            if not np.isnan(change[r, b]):
                whole += change[r, b] ** 2
    best, age, pattern = 0.0, 0, -1
    gains[:] = 0.0
    for a in range(LEAST_AGE, MOST_AGE + 1):
        for p in range(STARTS.shape[0]):
            gain = _gain(change, a, p)
            gains[a] = max(gains[a], gain)
            if gain > _BETTER * best:
                best, age, pattern = gain, a, p
    return age, pattern, best / whole if whole > 0 else 0.0


@numba.njit(cache=True, nogil=True)
def weeks_before(record, day, weeks):  # type: ignore[no-untyped-def]
    """Weeks in outline that were over before a day.

    Args:
        record: uint8 [1024].
        day: days since 1970-01-01.
        weeks: float64 [48, 9], the first rows written: block levels and floor [W], oldest first.

    Returns:
        How many there are.
    """
    outlined, first = st.read_i32(record, st.OUTLINED), st.read_i32(record, st.FIRST)
    n = 0
    for i in range(st.WEEKS):
        monday = outlined - 7 * (st.WEEKS - i)
        at = st.WEEK_RING + (st.week_of(monday) % st.WEEKS) * st.WEEK_BYTES
        code = record[at + st.WEEK_SCALE]
        if monday < first or monday + 6 >= day or code == 0:
            continue
        whole = True
        for b in range(_B + 1):
            whole &= record[at + st.BLOCK0 + b] != st.ABSENT
        if whole:
            for b in range(_B + 1):
                weeks[n, b] = record[at + st.BLOCK0 + b] * st.SCALES_W[code] / st.LEVELS
            n += 1
    return n


@numba.njit(cache=True, nogil=True)
def median_change(change, age, b, buffer):  # type: ignore[no-untyped-def]
    """Median change of a block over the pairs that a step of this age lifts."""
    first, last = lifted_pairs(age)
    n = 0
    for r in range(first, last):
        if not np.isnan(change[r, b]):
            buffer[n] = change[r, b]
            n += 1
    return median_of(buffer, n)
