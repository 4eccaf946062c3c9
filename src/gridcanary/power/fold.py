"""Fold a day's features into the meters' records: ``fold(records, day features) -> records``.

A record depends on the set of days it has seen and not on their order, as long as a late or corrected day comes
within the fourteen days that are kept in detail. A day that is older is not folded: its row number is handed back, and
the caller folds that meter's history again from an earlier snapshot.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from gridcanary.power import state as st
from gridcanary.power.features import (
    FLOOR,
    NOTCH,
    MISSING,
    NEGATIVE,
    NIGHT_STEP,
    PEAK,
    REPEAT,
    VALID,
    WIDTH,
    ZERO,
)

STUCK_HOURS = 8
"""A non-zero reading that repeats itself for longer than this is a stuck meter (flat loads still move by a watt)."""

DIP_DAYS = 4
"""Days of a week that must be seen before one of them can be called a dip."""

_BLOCKS = 8
_LEVEL_FIELDS = st.DAY_PEAK - st.BLOCK0 + 1


def empty_records(meters: int) -> NDArray[np.uint8]:
    """Records of meters that nothing is known of, uint8 [meters, 1024]."""
    return np.zeros((meters, st.RECORD_BYTES), np.uint8)


@numba.njit(cache=True, nogil=True)
def _write_day(record, day, row, slots):  # type: ignore[no-untyped-def]
    """Put a day into its place of the ring; a day that comes again replaces itself."""
    at = st.DAY_RING + (day % st.DAYS) * st.DAY_BYTES
    record[at + st.DAY_QUALITY] = _quality_bits(row, slots)
    if row[PEAK] == MISSING:
        st.write_u16(record, at, 0)
        return
    code = st.scale_code(float(row[PEAK]))
    scale = st.scale_w(code)
    st.write_u16(record, at, code)
    for b in range(_BLOCKS):
        record[at + st.BLOCK0 + b] = st.ABSENT if row[b] == MISSING else st.level_code(row[b], scale)
    record[at + st.DAY_FLOOR] = st.level_code(row[FLOOR], scale)
    record[at + st.DAY_NOTCH] = st.level_code(row[NOTCH], scale)
    record[at + st.DAY_PEAK] = st.level_code(row[PEAK], scale)
    step = row[NIGHT_STEP]
    record[at + st.DAY_NIGHT_STEP] = st.ABSENT if step == MISSING else st.small_code(float(step), scale)


@numba.njit(cache=True, nogil=True)
def _quality_bits(row, slots):  # type: ignore[no-untyped-def]
    bits = 1
    bits |= 2 if row[REPEAT] > STUCK_HOURS * slots // 24 else 0
    bits |= 4 if row[NEGATIVE] > 0 else 0
    bits |= 8 if row[VALID] < slots else 0
    bits |= 16 if row[VALID] > 0 and row[ZERO] == row[VALID] else 0
    return np.uint8(bits)


@numba.njit(cache=True, nogil=True)
def day_value(record, day, field):  # type: ignore[no-untyped-def]
    """A level [W] of a day in the ring, NaN where missing."""
    at = st.DAY_RING + (day % st.DAYS) * st.DAY_BYTES
    code = st.read_u16(record, at)
    if code == 0 or record[at + field] == st.ABSENT:
        return np.nan
    scale = st.scale_w(code)
    if field == st.DAY_NIGHT_STEP:
        return st.small_w(record[at + field], scale)
    return record[at + field] * scale / st.LEVELS


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


@numba.njit(cache=True, nogil=True)
def _week_levels(record, monday, level):  # type: ignore[no-untyped-def]
    """Levels [W] of a week's days into ``level`` [fields, 7], NaN where missing; a scale is worked out once."""
    for i in range(7):
        at = st.DAY_RING + ((monday + i) % st.DAYS) * st.DAY_BYTES
        code = st.read_u16(record, at)
        scale = st.scale_w(code) if code else np.nan
        for f in range(_LEVEL_FIELDS):
            stored = record[at + st.BLOCK0 + f]
            level[f, i] = np.nan if stored == st.ABSENT else stored * scale / st.LEVELS


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
def _week_median(level, buffer):  # type: ignore[no-untyped-def]
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


@numba.njit(cache=True, nogil=True)
def outline_week(record, monday, out):  # type: ignore[no-untyped-def]
    """Outline a week from the days in the ring.

    Args:
        record: uint8 [1024].
        monday: first day of the week.
        out: float64 [14], written: 8 blocks, median floor, lowest floor, deepest dip, median peak, deepest
            notch, days seen; all [W], NaN where missing.
    """
    buffer = np.empty(7)
    level = np.empty((_LEVEL_FIELDS, 7))
    _week_levels(record, monday, level)
    dip = np.nan
    for b in range(_BLOCKS):
        out[b], n = _week_median(level[b], buffer)
        # A day that fell to nothing is a gap or a blackout of the whole premises and is no dip.
        if n < DIP_DAYS or buffer[0] < 0.02 * buffer[1]:
            continue
        depth = buffer[1] - buffer[0]
        if not dip >= depth:
            dip = depth
    out[8], n = _week_median(level[st.DAY_FLOOR - st.BLOCK0], buffer)
    out[9] = buffer[0] if n > 0 else np.nan
    out[10] = dip
    out[11], _ = _week_median(level[st.DAY_PEAK - st.BLOCK0], buffer)
    _, n_notch = _week_median(level[st.DAY_NOTCH - st.BLOCK0], buffer)
    out[12] = buffer[n_notch - 1] if n_notch > 0 else np.nan
    out[13] = n


@numba.njit(cache=True, nogil=True)
def step_day(record, monday, last_day):  # type: ignore[no-untyped-def]
    """Day of the week (0 Monday .. 6 Sunday) that best splits the week from what was before.

    Uses the night's two blocks, which nearly every way of hiding keeps on; the week before stands in through its
    outline. Only this week's own days count, so that the answer does not depend on when it is asked.
    """
    before, weight = _night_of_week(record, monday - 7)
    seen = min(7, last_day - monday + 1)
    night = np.empty(7)
    for i in range(seen):
        at = st.DAY_RING + ((monday + i) % st.DAYS) * st.DAY_BYTES
        code = st.read_u16(record, at)
        a, b = record[at + st.BLOCK0], record[at + st.BLOCK0 + 1]
        scale = st.scale_w(code) if code and a != st.ABSENT and b != st.ABSENT else np.nan
        night[i] = a * scale / st.LEVELS + b * scale / st.LEVELS
    best = -1.0
    where = 0
    for k in range(7):
        n1, s1 = weight, weight * before
        n2, s2 = 0.0, 0.0
        for i in range(seen):
            if np.isnan(night[i]):
                continue
            if i < k:
                n1 += 1.0
                s1 += 0.5 * night[i]
            else:
                n2 += 1.0
                s2 += 0.5 * night[i]
        if n1 > 0 and n2 > 0:
            gain = (s2 / n2 - s1 / n1) ** 2 * n1 * n2 / (n1 + n2)
            if gain > best:
                best = gain
                where = k
    return where


@numba.njit(cache=True, nogil=True)
def _night_of_week(record, monday):  # type: ignore[no-untyped-def]
    """Night level [W] of an outlined week and its weight in days; weight 0 where there is none."""
    at = st.WEEK_RING + (st.week_of(monday) % st.WEEKS) * st.WEEK_BYTES
    code = st.read_u16(record, at)
    a, b = record[at + st.BLOCK0], record[at + st.BLOCK0 + 1]
    if code == 0 or a == st.ABSENT or b == st.ABSENT:
        return 0.0, 0.0
    return 0.5 * (float(a) + float(b)) * st.scale_w(code) / st.LEVELS, 4.0


@numba.njit(cache=True, nogil=True)
def _store_week(record, monday, last_day, outline):  # type: ignore[no-untyped-def]
    """Write the outline of a week that leaves the day ring."""
    at = st.WEEK_RING + (st.week_of(monday) % st.WEEKS) * st.WEEK_BYTES
    outline_week(record, monday, outline)
    split = step_day(record, monday, last_day)
    for i in range(st.WEEK_BYTES):
        record[at + i] = 0
    top = outline[11]
    if outline[13] < 2 or np.isnan(top):
        return
    for b in range(_BLOCKS):
        if outline[b] > top:
            top = outline[b]
    code = st.scale_code(top)
    scale = st.scale_w(code)
    st.write_u16(record, at, code)
    for b in range(_BLOCKS):
        record[at + st.BLOCK0 + b] = st.ABSENT if np.isnan(outline[b]) else st.level_code(outline[b], scale)
    record[at + st.WEEK_FLOOR] = st.level_code(outline[8], scale)
    record[at + st.WEEK_LOWEST] = st.level_code(outline[9], scale)
    record[at + st.WEEK_DIP] = st.ABSENT if np.isnan(outline[10]) else st.level_code(outline[10], scale)
    record[at + st.WEEK_PEAK] = st.level_code(outline[11], scale)
    record[at + st.WEEK_NOTCH] = st.ABSENT if np.isnan(outline[12]) else st.level_code(outline[12], scale)
    record[at + st.WEEK_STEP_DAY] = np.uint8(split | (int(outline[13]) << 3))


@numba.njit(cache=True, nogil=True)
def _clear_days(record, first, last):  # type: ignore[no-untyped-def]
    for day in range(max(first, last - st.DAYS + 1), last + 1):
        at = st.DAY_RING + (day % st.DAYS) * st.DAY_BYTES
        for i in range(st.DAY_BYTES):
            record[at + i] = 0


@numba.njit(cache=True, nogil=True)
def _clear_week(record, week):  # type: ignore[no-untyped-def]
    at = st.WEEK_RING + (week % st.WEEKS) * st.WEEK_BYTES
    for i in range(st.WEEK_BYTES):
        record[at + i] = 0


@numba.njit(cache=True, nogil=True)
def _advance(record, day, outline):  # type: ignore[no-untyped-def]
    """Move ``as_of`` forward to ``day``: outline the weeks whose first day leaves the ring, forget what is too old."""
    as_of = st.read_i32(record, st.AS_OF)
    outlined = st.read_i32(record, st.OUTLINED)
    while outlined + st.DAYS <= day:
        if outlined <= as_of:
            _store_week(record, outlined, as_of, outline)
            _count_quality(record, outlined, as_of)
        else:
            _clear_week(record, st.week_of(outlined))
        outlined += 7
    _clear_days(record, as_of + 1, day)
    st.write_i32(record, st.OUTLINED, outlined)
    st.write_i32(record, st.AS_OF, day)


@numba.njit(cache=True, nogil=True)
def _count_quality(record, monday, last_day):  # type: ignore[no-untyped-def]
    """Add the quality bits of a week that leaves the ring to the counters."""
    for day in range(monday, min(monday + 7, last_day + 1)):
        bits = record[st.DAY_RING + (day % st.DAYS) * st.DAY_BYTES + st.DAY_QUALITY]
        for i in range(len(st.QUALITY_COUNTS)):
            if bits & (1 << i):
                at = st.QUALITY_COUNTS[i]
                st.write_u16(record, at, min(65535, st.read_u16(record, at) + 1))


@numba.njit(cache=True, nogil=True)
def _start(record, day):  # type: ignore[no-untyped-def]
    st.write_i32(record, st.FIRST, day)
    st.write_i32(record, st.AS_OF, day)
    st.write_i32(record, st.OUTLINED, day - (day - st.EPOCH_MONDAY) % 7)


@numba.njit(cache=True, nogil=True)
def fold_rows(records, days, matrix, slots, too_late):  # type: ignore[no-untyped-def]
    """Fold one row of day features into each record.

    Args:
        records: uint8 [rows, 1024], changed in place.
        days: int32 [rows], the day of each row.
        matrix: int32 [rows, WIDTH], as :func:`features.day_features` fills it.
        slots: int32 [rows], readings that a whole day has.
        too_late: bool [rows], written: the row was older than what is kept in detail and was not folded.
    """
    outline = np.empty(14)
    for i in range(records.shape[0]):
        record = records[i]
        day = days[i]
        too_late[i] = False
        if st.read_u16(record, st.SLOTS) == 0:
            _start(record, day)
        elif day < st.read_i32(record, st.OUTLINED):
            too_late[i] = True
            continue
        if day > st.read_i32(record, st.AS_OF):
            _advance(record, day, outline)
        elif day < st.read_i32(record, st.FIRST):
            st.write_i32(record, st.FIRST, day)
        _write_day(record, day, matrix[i], slots[i])
        st.write_u16(record, st.SLOTS, slots[i])


def fold(
    records: NDArray[np.uint8], days: NDArray[np.int32], matrix: NDArray[np.int32], slots: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Fold a day's features into records, in place.

    Args:
        records: uint8 [rows, 1024].
        days: int32 [rows], days since 1970-01-01.
        matrix: int32 [rows, WIDTH] of day features.
        slots: int32 [rows], length of each day's curve.

    Returns:
        bool [rows]: rows that came too late to be folded and need the meter's history again.
    """
    if matrix.shape != (records.shape[0], WIDTH):
        raise ValueError(f"matrix is {matrix.shape}, expected {(records.shape[0], WIDTH)}")
    too_late = np.zeros(records.shape[0], np.bool_)
    fold_rows(records, days, matrix, slots, too_late)
    return too_late
