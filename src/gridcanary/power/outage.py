"""The plainest outage of a week: some hours in which a part of the load that otherwise never stops is gone.

A load that runs day and night cannot be told from its premises' own floor, until it fails. Then the curve
falls within an hour, stays low by the same depth and comes back within two, at an hour at which no other day
of the week does.
"""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.power.medians import median_of

HOURS = 24
FIRST = 8
"""Where a week's hours begin in their array: before them stands NaN, as nothing is known of what was."""

END = FIRST + 7 * HOURS

LEAST_DEPTH = 0.04
"""Of the week's mean: shallower falls are anybody's."""

LEAST_LEFT = 0.03
"""Of the week's mean: where less than this runs on, the whole premises were without power or readings."""

LONGEST_HOURS = 60
OTHER_DAYS = 4
"""Days of the week, besides the outage's own, that must say what the hour is usually like."""


LOWEST, LOWEST_DAY, SECOND, SEEN, SUM, STEEPEST, FALL, BOUND = range(8)
LEAST, LEAST_DAY, LESSER = range(8, 11)
TABLES = 11
"""Rows of the tables that the search reads, a column an hour of the day.

LOWEST, SECOND: the two lowest levels of the week [W]. SEEN: days that have the hour. SUM: their sum [W].
STEEPEST: the greatest fall into the hour on other days than the lowest. FALL: that day's beyond it. BOUND: the
strength that an outage which begins there has at most. LEAST, LESSER: the two least falls into the hour (a
rise is a negative fall). *_DAY: the day of the first of each pair."""


@numba.njit(cache=True, nogil=True, inline="always")
def _less(a, b):  # type: ignore[no-untyped-def]
    return a if a < b else b


@numba.njit(cache=True, nogil=True, inline="always")
def _more(a, b):  # type: ignore[no-untyped-def]
    return b if a < b else a


@numba.njit(cache=True, nogil=True, inline="always")
def _two_least(a, b, c, d, e, f, g):  # type: ignore[no-untyped-def]
    """The two least of seven values, without a branch; a missing one must be infinite."""
    low1, high1 = _less(a, b), _more(a, b)
    low2, high2 = _less(c, d), _more(c, d)
    low3, high3 = _less(e, f), _more(e, f)
    low4, high4 = _less(low1, low2), _less(_more(low1, low2), _less(high1, high2))
    low5, high5 = _less(low3, g), _less(_more(low3, g), high3)
    return _less(low4, low5), _less(_more(low4, low5), _less(high4, high5))


@numba.njit(cache=True, nogil=True, inline="always")
def _day_of(value, a, b, c, d, e, f):  # type: ignore[no-untyped-def]
    """The first of seven days that has a value, the last one where no other has."""
    day = 5.0 if f == value else 6.0
    day = 4.0 if e == value else day
    day = 3.0 if d == value else day
    day = 2.0 if c == value else day
    day = 1.0 if b == value else day
    return 0.0 if a == value else day


@numba.njit(cache=True, nogil=True, inline="always")
def _or_else(value, otherwise):  # type: ignore[no-untyped-def]
    return value if value == value else otherwise


@numba.njit(cache=True, nogil=True, inline="always")
def _known(value):  # type: ignore[no-untyped-def]
    return 1.0 if value == value else 0.0


@numba.njit(cache=True, nogil=True)
def _tabulate_levels(hours, tables):  # type: ignore[no-untyped-def]
    """The two lowest levels of each hour of the day, the days seen, and their sum."""
    for h in range(HOURS):
        at = FIRST + h
        a, b, c = hours[at], hours[at + HOURS], hours[at + 2 * HOURS]
        d, e, f, g = (
            hours[at + 3 * HOURS],
            hours[at + 4 * HOURS],
            hours[at + 5 * HOURS],
            hours[at + 6 * HOURS],
        )
        seen = _known(a) + _known(b) + _known(c) + _known(d) + _known(e) + _known(f) + _known(g)
        tables[SEEN, h] = seen
        total = _or_else(a, 0.0) + _or_else(b, 0.0) + _or_else(c, 0.0) + _or_else(d, 0.0)
        tables[SUM, h] = total + _or_else(e, 0.0) + _or_else(f, 0.0) + _or_else(g, 0.0)
        a, b, c, d = _or_else(a, np.inf), _or_else(b, np.inf), _or_else(c, np.inf), _or_else(d, np.inf)
        e, f, g = _or_else(e, np.inf), _or_else(f, np.inf), _or_else(g, np.inf)
        lowest, second = _two_least(a, b, c, d, e, f, g)
        tables[LOWEST, h] = lowest
        tables[SECOND, h] = second
        tables[LOWEST_DAY, h] = _day_of(lowest, a, b, c, d, e, f)


@numba.njit(cache=True, nogil=True)
def _tabulate_falls(falls, tables):  # type: ignore[no-untyped-def]
    """The two least falls into each hour of the day (so the two greatest rises), and the two greatest."""
    for h in range(HOURS):
        at = FIRST + h
        a, b, c = falls[at], falls[at + HOURS], falls[at + 2 * HOURS]
        d, e, f, g = (
            falls[at + 3 * HOURS],
            falls[at + 4 * HOURS],
            falls[at + 5 * HOURS],
            falls[at + 6 * HOURS],
        )
        a, b, c, d = _or_else(a, np.inf), _or_else(b, np.inf), _or_else(c, np.inf), _or_else(d, np.inf)
        e, f, g = _or_else(e, np.inf), _or_else(f, np.inf), _or_else(g, np.inf)
        least, lesser = _two_least(a, b, c, d, e, f, g)
        tables[LEAST, h] = least
        tables[LESSER, h] = lesser
        tables[LEAST_DAY, h] = _day_of(least, a, b, c, d, e, f)
    for h in range(HOURS):
        at = FIRST + h
        a, b, c = -falls[at], -falls[at + HOURS], -falls[at + 2 * HOURS]
        d, e, f = -falls[at + 3 * HOURS], -falls[at + 4 * HOURS], -falls[at + 5 * HOURS]
        g = -falls[at + 6 * HOURS]
        a, b, c, d = _or_else(a, np.inf), _or_else(b, np.inf), _or_else(c, np.inf), _or_else(d, np.inf)
        e, f, g = _or_else(e, np.inf), _or_else(f, np.inf), _or_else(g, np.inf)
        least, lesser = _two_least(a, b, c, d, e, f, g)
        same = _day_of(least, a, b, c, d, e, f) == tables[LOWEST_DAY, h]
        tables[STEEPEST, h] = _more(-lesser if same else -least, 0.0)


@numba.njit(cache=True, nogil=True)
def _bound(falls, tables):  # type: ignore[no-untyped-def]
    """What an outage that begins at an hour's lowest level can be at most."""
    for h in range(HOURS):
        fall = falls[FIRST + int(tables[LOWEST_DAY, h]) * HOURS + h] - tables[STEEPEST, h]
        bound = _less(fall, tables[SECOND, h] - tables[LOWEST, h])
        tables[FALL, h] = fall
        # into the week's first hour nothing is known to have fallen
        tables[BOUND, h] = bound if tables[SEEN, h] > OTHER_DAYS and fall == fall else 0.0


@numba.njit(cache=True, nogil=True, inline="always")
def _hour_of(i):  # type: ignore[no-untyped-def]
    return (i - FIRST) % HOURS


@numba.njit(cache=True, nogil=True, inline="always")
def _day_number(i):  # type: ignore[no-untyped-def]
    return (i - FIRST) // HOURS


@numba.njit(cache=True, nogil=True)
def _usual_fall(hours, i):  # type: ignore[no-untyped-def]
    """Median fall into place ``i`` on the other days."""
    falls = np.empty(7)
    n = 0
    for d in range(7):
        j = FIRST + d * HOURS + _hour_of(i)
        if j == i:
            continue
        fall = hours[j - 1] - hours[j]
        if not np.isnan(fall):
            falls[n] = fall
            n += 1
    return median_of(falls, n) if n > 0 else 0.0


@numba.njit(cache=True, nogil=True)
def _steepest_rise(tables, i):  # type: ignore[no-untyped-def]
    """Least fall into place ``i`` on the other days, so negative; 0 where it never rose."""
    h = _hour_of(i)
    other = tables[LESSER, h] if tables[LEAST_DAY, h] == _day_number(i) else tables[LEAST, h]
    return min(other, 0.0)


@numba.njit(cache=True, nogil=True)
def _depth_at(hours, i, tables):  # type: ignore[no-untyped-def]
    """How far place ``i`` lies below the same hour of every other day [W]."""
    h = _hour_of(i)
    other = tables[SECOND, h] if tables[LOWEST_DAY, h] == _day_number(i) else tables[LOWEST, h]
    return other - hours[i]


@numba.njit(cache=True, nogil=True)
def _unusual_rise(hours, i, tables):  # type: ignore[no-untyped-def]
    """How far the load rose into hour ``i``, or into it and the next, beyond what other days do [W]."""
    unusual = hours[i] - hours[i - 1] + _steepest_rise(tables, i)
    if i + 1 < END:
        both = hours[i + 1] - hours[i - 1]
        unusual = max(unusual, both + _steepest_rise(tables, i) + _steepest_rise(tables, i + 1))
    return unusual


@numba.njit(cache=True, nogil=True)
def _whole_rise(hours, i):  # type: ignore[no-untyped-def]
    """As :func:`_unusual_rise`, beyond what other days mostly do [W]."""
    usual = _usual_fall(hours, i)
    whole = hours[i] - hours[i - 1] + usual
    if i + 1 < END:
        whole = max(whole, hours[i + 1] - hours[i - 1] + usual + _usual_fall(hours, i + 1))
    return whole


@numba.njit(cache=True, nogil=True)
def _return_of(hours, start, fall, tables):  # type: ignore[no-untyped-def]
    """Follow an outage to its end: (first hour after, unusual rise, least depth); end 0 if there is none."""
    least = _depth_at(hours, start, tables)
    for i in range(start + 1, min(END, start + LONGEST_HOURS + 1)):
        rise = hours[i] - hours[i - 1]
        if rise > 0.25 * fall or (i + 1 < END and hours[i + 1] - hours[i - 1] > 0.6 * fall):
            unusual = _unusual_rise(hours, i, tables)
            if unusual > 0.6 * fall:
                return i, unusual, least
        depth = _depth_at(hours, i, tables)
        if not depth > 0.3 * fall:
            return 0, 0.0, 0.0
        least = min(least, depth)
    return 0, 0.0, 0.0


@numba.njit(cache=True, nogil=True)
def _greatest_bound(tables):  # type: ignore[no-untyped-def]
    greatest = tables[BOUND, 0]
    for h in range(1, HOURS):
        greatest = tables[BOUND, h] if tables[BOUND, h] > greatest else greatest
    for h in range(HOURS):
        if tables[BOUND, h] == greatest:
            return h
    return 0


@numba.njit(cache=True, nogil=True)
def plainest_outage(hours, falls, tables):  # type: ignore[no-untyped-def]
    """Depth and strength of the week's plainest outage.

    Args:
        hours: float64 [END], hourly power of one week [W] from FIRST on, NaN where missing and before it.
        falls: float64 [END], scratch.
        tables: float64 [TABLES, 24], scratch.

    Returns:
        Depth [W] of what was gone, and strength [W]: the least of the unusual fall, the unusual rise and how
        far the load stayed below every other day. Zeros where there is none.
    """
    _tabulate_levels(hours, tables)
    total, n = 0.0, 0.0
    for h in range(HOURS):
        total += tables[SUM, h]
        n += tables[SEEN, h]
    if n == 0 or total <= 0:
        return 0.0, 0.0
    deep = LEAST_DEPTH * (total / n)
    least_left = LEAST_LEFT * (total / n)
    for i in range(FIRST, END):
        falls[i] = hours[i - 1] - hours[i]
    _tabulate_falls(falls, tables)
    _bound(falls, tables)
    depth_w, strength_w, at = 0.0, 0.0, HOURS
    while True:
        h = _greatest_bound(tables)
        if not tables[BOUND, h] > deep or tables[BOUND, h] < strength_w:
            return depth_w, strength_w
        tables[BOUND, h] = 0.0
        start = FIRST + int(tables[LOWEST_DAY, h]) * HOURS + h
        end, rise, least = _return_of(hours, start, tables[FALL, h], tables)
        strength = min(tables[FALL, h], rise, least)
        # of two outages as plain as each other the earlier hour of the day counts
        if end == 0 or not strength > deep or strength < strength_w or (strength == strength_w and h > at):
            continue
        if hours[start:end].mean() > least_left:
            strength_w, at = strength, h
            usual = _usual_fall(hours, start)
            depth_w = 0.5 * (hours[start - 1] - hours[start] - usual + _whole_rise(hours, end))
