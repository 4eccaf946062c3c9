"""A week told from its days in the ring: levels of its blocks, floor, peak, dips, notch, outage and step day.

The loops run over neighbours in memory and without a branch: a missing hour is NaN, and no comparison with it
holds.
"""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.power import state as st
from gridcanary.power.features import NIGHT_HOURS
from gridcanary.power.outage import END, FIRST, TABLES, plainest_outage

DIP_DAYS = 4
"""Days of a week that must be seen before one of them can be called a dip."""

CLEAR_SPLIT = 0.6
"""Share of the nights' variance that a split must explain; seven equal nights by chance seldom give as
much."""

OUTLINED_VALUES = 16
"""Values that tell a week, see :func:`outline_week`."""

DAYS = 7
_BLOCKS = 8
_FLOOR, _PEAK, _NOTCH, _KINDS = _BLOCKS, _BLOCKS + 1, _BLOCKS + 2, _BLOCKS + 4


@numba.njit(cache=True, nogil=True)
def week_scratch():  # type: ignore[no-untyped-def]
    """Room that :func:`outline_week` works in: hours, falls, levels by day, days seen, outage tables."""
    hours = np.full(END, np.nan)
    level = np.full((DAYS, _KINDS), np.nan)
    return hours, np.empty(END), level, np.empty(_KINDS), np.empty((TABLES, st.HOURS))


@numba.njit(cache=True, nogil=True)
def _read_hours(record, monday, hours):  # type: ignore[no-untyped-def]
    """Hourly levels [W] of a week in the ring, NaN where missing."""
    for d in range(DAYS):
        at = st.DAY_RING + ((monday + d) % st.DAYS) * st.DAY_BYTES
        step = st.SCALES_W[record[at]] / st.LEVELS if record[at] else np.nan
        at += st.HOUR0
        first = FIRST + d * st.HOURS
        for h in range(st.HOURS):
            stored = record[at + h]
            value = stored * step
            hours[first + h] = np.nan if stored == st.ABSENT else value


@numba.njit(cache=True, nogil=True)
def _block_levels(hours, level):  # type: ignore[no-untyped-def]
    """Mean of each block of each day where two of its three hours are known."""
    for d in range(DAYS):
        for b in range(_BLOCKS):
            at = FIRST + d * st.HOURS + 3 * b
            one, two, three = hours[at], hours[at + 1], hours[at + 2]
            seen = 1.0 if one == one else 0.0
            seen += 1.0 if two == two else 0.0
            seen += 1.0 if three == three else 0.0
            total = one if one == one else 0.0
            total += two if two == two else 0.0
            total += three if three == three else 0.0
            level[d, b] = total / seen if seen >= 2.0 else np.nan


@numba.njit(cache=True, nogil=True)
def _extreme_levels(hours, level):  # type: ignore[no-untyped-def]
    """Floor, peak and notch of each day.

    The notch is the deepest sudden fall within the day that a sudden rise answers, the lesser of the two.
    """
    for d in range(DAYS):
        first = FIRST + d * st.HOURS
        low, high, last, fall, notch = np.inf, -np.inf, np.nan, 0.0, 0.0
        for i in range(first, first + st.HOURS):
            value = hours[i]
            rise = value - last
            low = value if value < low else low
            high = value if value > high else high
            answered = fall if fall < rise else rise
            notch = answered if answered > notch else notch
            fall = -rise if -rise > fall else fall
            last = value if value == value else last
        some = high >= low
        level[d, _FLOOR] = low if some else np.nan
        level[d, _PEAK] = high if some else np.nan
        level[d, _NOTCH] = notch if some else np.nan


@numba.njit(cache=True, nogil=True, inline="always")
def _in_order(level, i, j):  # type: ignore[no-untyped-def]
    for k in range(_KINDS):
        one, other = level[i, k], level[j, k]
        level[i, k] = one if one < other else other
        level[j, k] = other if one < other else one


@numba.njit(cache=True, nogil=True)
def _sort_days(level, seen):  # type: ignore[no-untyped-def]
    """Sort each kind of level over the days in sixteen comparisons, the missing last; count the others."""
    for k in range(_KINDS):
        seen[k] = 0.0
    for d in range(DAYS):
        for k in range(_KINDS):
            known = level[d, k] == level[d, k]
            seen[k] += 1.0 if known else 0.0
            level[d, k] = level[d, k] if known else np.inf
    _in_order(level, 0, 6)
    _in_order(level, 2, 3)
    _in_order(level, 4, 5)
    _in_order(level, 0, 2)
    _in_order(level, 1, 4)
    _in_order(level, 3, 6)
    _in_order(level, 0, 1)
    _in_order(level, 2, 5)
    _in_order(level, 3, 4)
    _in_order(level, 1, 2)
    _in_order(level, 4, 6)
    _in_order(level, 2, 3)
    _in_order(level, 4, 5)
    _in_order(level, 1, 2)
    _in_order(level, 3, 4)
    _in_order(level, 5, 6)


@numba.njit(cache=True, nogil=True)
def _median(level, kind, n):  # type: ignore[no-untyped-def]
    """Median of a kind of level of which the first ``n`` days in order are known."""
    if n == 0:
        return np.nan
    if n % 2:
        return level[n // 2, kind]
    return 0.5 * (level[n // 2 - 1, kind] + level[n // 2, kind])


@numba.njit(cache=True, nogil=True)
def outline_week(record, monday, out, scratch):  # type: ignore[no-untyped-def]
    """Outline a week from the days in the ring.

    Args:
        record: uint8 [1024].
        monday: first day of the week.
        out: float64 [OUTLINED_VALUES], written: 8 blocks, median floor, lowest floor, deepest dip, median peak,
            deepest notch, depth and strength of the plainest outage [W], NaN where missing; and days seen.
        scratch: what :func:`week_scratch` gives, overwritten.
    """
    hours, falls, level, seen, tables = scratch
    _read_hours(record, monday, hours)
    _block_levels(hours, level)
    _extreme_levels(hours, level)
    _sort_days(level, seen)
    dip = np.nan
    for b in range(_BLOCKS):
        n = int(seen[b])
        out[b] = _median(level, b, n)
        # A day that fell to nothing is a gap or a blackout of the whole premises and is no dip.
        if n < DIP_DAYS or level[0, b] < 0.02 * level[1, b]:
            continue
        depth = level[1, b] - level[0, b]
        if not dip >= depth:
            dip = depth
    n = int(seen[_FLOOR])
    out[8] = _median(level, _FLOOR, n)
    out[9] = level[0, _FLOOR] if n > 0 else np.nan
    out[10] = dip
    out[11] = _median(level, _PEAK, n)
    out[12] = level[n - 1, _NOTCH] if n > 0 else np.nan
    out[13], out[14] = plainest_outage(hours, falls, tables)
    out[15] = n


@numba.njit(cache=True, nogil=True)
def _night_of_day(record, day):  # type: ignore[no-untyped-def]
    """Mean of the hours 00-06 of a day in the ring [W], NaN where none is known."""
    at = st.DAY_RING + (day % st.DAYS) * st.DAY_BYTES
    if record[at] == 0:
        return np.nan
    total, n = 0, 0
    for h in range(NIGHT_HOURS):
        stored = int(record[at + st.HOUR0 + h])
        if stored != st.ABSENT:
            total += stored
            n += 1
    return total * st.SCALES_W[record[at]] / (n * st.LEVELS) if n else np.nan


@numba.njit(cache=True, nogil=True)
def step_day(record, monday, last_day):  # type: ignore[no-untyped-def]
    """First day (0 Monday .. 6 Sunday) of a higher load that splits the week from what was before; 7: none.

    Uses the hours 00-06, which nearly every way of hiding keeps on; the week before stands in through its
    outline. Only this week's own days count, so that the answer does not depend on when it is asked.
    """
    before, weight = _night_of_week(record, monday - 7)
    seen = min(7, last_day - monday + 1)
    night = np.empty(7)
    for i in range(seen):
        night[i] = _night_of_day(record, monday + i)
    n, total, squares = weight, weight * before, weight * before * before
    for i in range(seen):
        if not np.isnan(night[i]):
            n += 1.0
            total += night[i]
            squares += night[i] * night[i]
    best = CLEAR_SPLIT * (squares - total * total / max(n, 1.0))
    where = 7
    n1, s1 = weight, weight * before
    for k in range(seen):
        n2, s2 = n - n1, total - s1
        if n1 > 0 and n2 > 0 and s2 / n2 > s1 / n1:
            gain = (s2 / n2 - s1 / n1) ** 2 * n1 * n2 / n
            if gain > best:
                best = gain
                where = k
        if not np.isnan(night[k]):
            n1 += 1.0
            s1 += night[k]
    return where


@numba.njit(cache=True, nogil=True)
def _night_of_week(record, monday):  # type: ignore[no-untyped-def]
    """Night level [W] of an outlined week and its weight in days; weight 0 where there is none."""
    at = st.WEEK_RING + (st.week_of(monday) % st.WEEKS) * st.WEEK_BYTES
    code = record[at]
    a, b = record[at + st.BLOCK0], record[at + st.BLOCK0 + 1]
    if code == 0 or a == st.ABSENT or b == st.ABSENT:
        return 0.0, 0.0
    return 0.5 * (float(a) + float(b)) * st.SCALES_W[code] / st.LEVELS, 4.0
