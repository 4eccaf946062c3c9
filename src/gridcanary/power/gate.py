"""Gate: which meters' records are worth describing and scoring today; a cheap look that drops most of them.

A mine that runs draws as much as a machine and makes the days of its meter alike, and either its night rose at
some time of the year by more than nights otherwise move from week to week, or its load hardly ever falls (a
mine that is older than the data). A meter that shows neither does not get a high score, so nothing more is
worked out for it. The answer depends on the record alone, so a scan that continues from a snapshot and one
that reads the whole history leave out the same meters.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from gridcanary.power import state as st
from gridcanary.power.fold import stand_at
from gridcanary.power.week import OUTLINED_VALUES, week_scratch

UNLIKE_DAYS = 0.45
"""Mean change of a block from day to day, over the mean load of the last fortnight, above which days are
not alike; five in a thousand of the mines that score high lie above it."""

CLEAR_RISE = 1.3
"""Rise of the night, over the usual week-to-week change and two parts in a hundred of the mean load."""

STEADY_FLOOR = 0.66
"""Mean part of the week's scale (its peak, rounded up by at most 9 %) that its floor reaches from which a load counts
as steady without any rise."""

LEAST_W = 600.0
"""Power [W] below which no rise and no steady load counts: half of what the smallest machine draws, less than
which is told as no mine (machine_classes.LEAST_KW)."""

LEAST_WEEKS = 3
"""Weeks seen below which no step can be told and no meter passes."""

SPAN = 4
"""Weeks averaged before and after a possible rise."""

_B = 8
_SPAN_HOURS = st.HOURS // _B
_MARGIN = 0.02
_SHOWN = st.WEEKS + 2
_PARTS = np.array([0.0, *(1.0 / n for n in range(1, SPAN + 1))])


@numba.njit(cache=True, nogil=True)
def _large_enough(record, last_day):  # type: ignore[no-untyped-def]
    """Whether half a machine has room below the highest level of some week or of some day not yet outlined."""
    highest = 0
    for i in range(st.WEEKS):
        highest = max(highest, record[st.WEEK_RING + i * st.WEEK_BYTES + st.WEEK_SCALE])
    for day in range(st.read_i32(record, st.OUTLINED), min(last_day, st.read_i32(record, st.AS_OF)) + 1):
        highest = max(highest, record[st.DAY_RING + (day % st.DAYS) * st.DAY_BYTES + st.DAY_SCALE])
    return st.SCALES_W[highest] >= LEAST_W


@numba.njit(cache=True, nogil=True)
def _day_levels(record, day, level):  # type: ignore[no-untyped-def]
    """A day's blocks [W] into ``level``; False where an hour is missing."""
    at = st.DAY_RING + (day % st.DAYS) * st.DAY_BYTES
    code = record[at + st.DAY_SCALE]
    if code == 0:
        return False
    scale = st.SCALES_W[code] / st.LEVELS / _SPAN_HOURS
    whole = True
    for b in range(_B):
        total = 0
        for h in range(_SPAN_HOURS):
            stored = record[at + st.HOUR0 + b * _SPAN_HOURS + h]
            whole &= stored != st.ABSENT
            total += stored
        level[b] = total * scale
    return whole


@numba.njit(cache=True, nogil=True)
def unlikeness(record, level):  # type: ignore[no-untyped-def]
    """Mean change of a block from day to day over the mean load of the last fortnight; NaN if unseen.

    Args:
        record: uint8 [1024].
        level: float64 [2, 8], scratch.
    """
    as_of = st.read_i32(record, st.AS_OF)
    total, change, days, pairs = 0.0, 0.0, 0, 0
    last = -9
    for i in range(st.DAYS):
        now, before = level[i & 1], level[1 - (i & 1)]
        if not _day_levels(record, as_of - st.DAYS + 1 + i, now):
            continue
        for b in range(_B):
            total += now[b]
        days += 1
        if last == i - 1:
            for b in range(_B):
                change += abs(now[b] - before[b])
            pairs += 1
        last = i
    if pairs == 0 or total <= 0:
        return np.nan
    return (change / pairs) / (total / days)


@numba.njit(cache=True, nogil=True)
def _add_week(sums, i, early, late):  # type: ignore[no-untyped-def]
    """Carry the sums of both night blocks, weeks seen and changes from week to week on to week ``i``."""
    n = sums[2, i]
    change = abs(early - sums[4, 0]) + abs(late - sums[4, 1]) if n > 0 else 0.0
    sums[3, i + 1] = sums[3, i] + change
    sums[4, 0] = early
    sums[4, 1] = late
    sums[0, i + 1] = sums[0, i] + early
    sums[1, i + 1] = sums[1, i] + late
    sums[2, i + 1] = n + 1.0


@numba.njit(cache=True, nogil=True)
def _skip_week(sums, i):  # type: ignore[no-untyped-def]
    for row in range(4):
        sums[row, i + 1] = sums[row, i]


@numba.njit(cache=True, nogil=True)
def _sum_weeks(record, sums):  # type: ignore[no-untyped-def]
    """Sum up the weeks that are told in outline; gives the sums of mean load, of floor over peak and of floor."""
    outlined = st.read_i32(record, st.OUTLINED)
    first_seen = st.read_i32(record, st.FIRST)
    total, steady, floor_w = 0.0, 0.0, 0.0
    at_week = (st.week_of(outlined) - st.WEEKS) % st.WEEKS
    for i in range(st.WEEKS):
        at = st.WEEK_RING + at_week * st.WEEK_BYTES
        at_week = at_week + 1 if at_week + 1 < st.WEEKS else 0
        code = record[at + st.WEEK_SCALE]
        early, late = record[at + st.BLOCK0], record[at + st.BLOCK0 + 1]
        unseen = outlined - 7 * (st.WEEKS - i) + 6 < first_seen
        if code == 0 or unseen or early == st.ABSENT or late == st.ABSENT:
            _skip_week(sums, i)
            continue
        scale = st.SCALES_W[code] / st.LEVELS
        _add_week(sums, i, early * scale, late * scale)
        part = 0
        for b in range(_B):
            part += record[at + st.BLOCK0 + b]
        total += part * scale / _B
        steady += record[at + st.WEEK_FLOOR] / st.LEVELS
        floor_w += record[at + st.WEEK_FLOOR] * scale
    return total, steady, floor_w


@numba.njit(cache=True, nogil=True)
def _sum_recent(record, sums, level):  # type: ignore[no-untyped-def]
    """Sum up the two weeks that are still kept day by day; one with fewer than two days is skipped."""
    outlined, as_of = st.read_i32(record, st.OUTLINED), st.read_i32(record, st.AS_OF)
    for i in range(2):
        early, late, n = 0.0, 0.0, 0
        for day in range(outlined + 7 * i, min(outlined + 7 * i + 7, as_of + 1)):
            if _day_levels(record, day, level):
                early += level[0]
                late += level[1]
                n += 1
        if n < 2:
            _skip_week(sums, st.WEEKS + i)
        else:
            _add_week(sums, st.WEEKS + i, early / n, late / n)


@numba.njit(cache=True, nogil=True)
def _greatest_rise(sums):  # type: ignore[no-untyped-def]
    """Greatest rise, at any week, of the night block that rose less [W]; 0 where none did."""
    greatest = 0.0
    for w in range(1, _SHOWN - 1):
        first, last = max(0, w - SPAN), min(_SHOWN, w + 1 + SPAN)
        n1 = sums[2, w] - sums[2, first]
        n2 = sums[2, last] - sums[2, w + 1]
        if n1 > 0 and n2 > 0:
            part1, part2 = _PARTS[int(n1)], _PARTS[int(n2)]
            early = (sums[0, last] - sums[0, w + 1]) * part2 - (sums[0, w] - sums[0, first]) * part1
            late = (sums[1, last] - sums[1, w + 1]) * part2 - (sums[1, w] - sums[1, first]) * part1
            greatest = max(greatest, min(early, late))
    return greatest


@numba.njit(cache=True, nogil=True)
def look(record, level, sums):  # type: ignore[no-untyped-def]
    """What the gate sees of a record's weeks.

    Args:
        record: uint8 [1024].
        level: float64 [2, 8], scratch.
        sums: float64 [5, 51], scratch.

    Returns:
        The clearness of the night's rise and its power [W], the mean floor over peak and its power [W], and the
        weeks seen.
    """
    for row in range(4):
        sums[row, 0] = 0.0
    total, steady, floor_w = _sum_weeks(record, sums)
    outlined_weeks = sums[2, st.WEEKS]
    _sum_recent(record, sums, level[0])
    seen = sums[2, _SHOWN]
    if outlined_weeks == 0 or total <= 0:
        return 0.0, 0.0, 0.0, 0.0, seen
    usual = 0.5 * sums[3, _SHOWN] / max(1.0, seen - 1.0)
    rise_w = _greatest_rise(sums)
    rise = rise_w / (_MARGIN * total / outlined_weeks + usual)
    return rise, rise_w, steady / outlined_weeks, floor_w / outlined_weeks, seen


@numba.njit(cache=True, nogil=True)
def _judge(record, level, sums):  # type: ignore[no-untyped-def]
    if unlikeness(record, level) > UNLIKE_DAYS:
        return False
    rise, rise_w, steady, floor_w, seen = look(record, level, sums)
    rose = rise >= CLEAR_RISE and rise_w >= LEAST_W
    lasts = steady >= STEADY_FLOOR and floor_w >= LEAST_W
    return seen >= LEAST_WEEKS and (rose or lasts)


@numba.njit(cache=True, nogil=True)
def _passes(records, out):  # type: ignore[no-untyped-def]
    level = np.empty((2, _B))
    sums = np.zeros((5, _SHOWN + 1))
    for i in range(records.shape[0]):
        as_of = st.read_i32(records[i], st.AS_OF)
        out[i] = _large_enough(records[i], as_of) and _judge(records[i], level, sums)


@numba.njit(cache=True, nogil=True)
def _passed(records, sunday, out):  # type: ignore[no-untyped-def]
    level = np.empty((2, _B))
    sums = np.zeros((5, _SHOWN + 1))
    record = np.empty(st.RECORD_BYTES, np.uint8)
    outline, scratch = np.empty(OUTLINED_VALUES), week_scratch()
    for i in range(records.shape[0]):
        out[i] = False
        # what has not been outlined yet has another scale afterwards, so only then is this look final
        if st.read_i32(records[i], st.AS_OF) > sunday and not _large_enough(records[i], sunday):
            continue
        record[:] = records[i]
        stand_at(record, sunday, outline, scratch)
        out[i] = _large_enough(record, sunday) and _judge(record, level, sums)


def passes(records: NDArray[np.uint8], sunday: int | None = None) -> NDArray[np.bool_]:
    """Whether records are worth describing.

    Args:
        records: uint8 [meters, 1024].
        sunday: as they stood at the end of that week (days since 1970-01-01), at most a week ago; None is as
            they are.

    Returns:
        bool [meters].
    """
    out = np.empty(len(records), np.bool_)
    if sunday is None:
        _passes(records, out)
    else:
        _passed(records, sunday, out)
    return out
