"""Fold a day's features into the meters' records: ``fold(records, day features) -> records``.

A record depends on the set of days it has seen and not on their order, as long as a late or corrected day
comes within the fourteen days that are kept in detail. A day that is older is not folded: its row number is
handed back, and the caller folds that meter's history again from an earlier snapshot.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from gridcanary.power import state as st
from gridcanary.power.features import (
    MISSING,
    NEGATIVE,
    PEAK,
    REPEAT,
    SHAPE0,
    VALID,
    WIDTH,
    ZERO,
)
from gridcanary.power.week import DIP_DAYS, OUTLINED_VALUES, outline_week, step_day, week_scratch

STUCK_HOURS = 8
"""A non-zero reading that repeats itself for longer than this is a stuck meter (flat loads still move by a
watt)."""

_BLOCKS = 8


def empty_records(meters: int) -> NDArray[np.uint8]:
    """Records of meters that nothing is known of, uint8 [meters, 1024]."""
    return np.zeros((meters, st.RECORD_BYTES), np.uint8)


@numba.njit(cache=True, nogil=True)
def tell_day(row, slots, told):  # type: ignore[no-untyped-def]
    """The bytes that a record keeps of a day, from its features: scale, hours, quality."""
    told[st.DAY_QUALITY] = _quality_bits(row, slots)
    if row[PEAK] == MISSING:
        for i in range(st.DAY_QUALITY):
            told[i] = 0
        return
    told[st.DAY_SCALE] = st.scale_code(float(row[PEAK]))
    for i in range(st.HOURS // 4):
        four = row[SHAPE0 + i]
        for j in range(4):
            told[st.HOUR0 + 4 * i + j] = (four >> (8 * j)) & 255


@numba.njit(cache=True, nogil=True)
def _quality_bits(row, slots):  # type: ignore[no-untyped-def]
    bits = 1
    bits |= 2 if row[REPEAT] > STUCK_HOURS * slots // 24 else 0
    bits |= 4 if row[NEGATIVE] > 0 else 0
    bits |= 8 if row[VALID] < slots else 0
    bits |= 16 if row[VALID] > 0 and row[ZERO] == row[VALID] else 0
    return np.uint8(bits)


@numba.njit(cache=True, nogil=True)
def _store_week(record, monday, last_day, outline, scratch):  # type: ignore[no-untyped-def]
    """Write the outline of a week that leaves the day ring."""
    at = st.WEEK_RING + (st.week_of(monday) % st.WEEKS) * st.WEEK_BYTES
    outline_week(record, monday, outline, scratch)
    split = step_day(record, monday, last_day)
    for i in range(st.WEEK_BYTES):
        record[at + i] = 0
    top = outline[11]
    if outline[15] < 2 or np.isnan(top):
        return
    for b in range(_BLOCKS):
        if outline[b] > top:
            top = outline[b]
    code = st.scale_code(top)
    scale = st.SCALES_W[code]
    record[at] = code
    for b in range(_BLOCKS):
        record[at + st.BLOCK0 + b] = st.ABSENT if np.isnan(outline[b]) else st.level_code(outline[b], scale)
    record[at + st.WEEK_FLOOR] = st.level_code(outline[8], scale)
    record[at + st.WEEK_OUTAGE] = st.outage_code(outline[13], outline[14], scale)
    lowest = st.dip_code(outline[8] - outline[9], scale)
    record[at + st.WEEK_DIPS] = lowest << 4 | st.dip_code(outline[10], scale)
    enough = 8 if outline[15] >= DIP_DAYS else 0
    record[at + st.WEEK_NOTCH] = st.dip_code(outline[12], scale) << 4 | enough | split


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
def _advance(record, day, outline, scratch):  # type: ignore[no-untyped-def]
    """Move ``as_of`` forward to ``day``: outline weeks whose first day leaves the ring, forget what is old."""
    as_of = st.read_i32(record, st.AS_OF)
    outlined = st.read_i32(record, st.OUTLINED)
    # days that were never seen still hold what stood there a fortnight earlier: it must not be outlined as theirs
    _clear_days(record, as_of + 1, min(day, outlined + st.DAYS - 1))
    while outlined + st.DAYS <= day:
        if outlined <= as_of:
            _store_week(record, outlined, as_of, outline, scratch)
            _count_quality(record, outlined, as_of)
        else:
            _clear_week(record, st.week_of(outlined))
        outlined += 7
    _clear_days(record, as_of + 1, day)
    st.write_i32(record, st.OUTLINED, outlined)
    st.write_i32(record, st.AS_OF, day)


@numba.njit(cache=True, nogil=True)
def stand_at(record, sunday, outline, scratch):  # type: ignore[no-untyped-def]
    """Make a record, in place, what it was when the week that ends with a Sunday was over.

    On every day of the week after, whether the meter was read on it or not, this gives the same bytes.

    Args:
        record: uint8 [1024], of which no more than a week after the Sunday is known.
        sunday: days since 1970-01-01.
        outline, scratch: room as :func:`week.outline_week` needs it.
    """
    if st.read_u16(record, st.SLOTS) == 0:
        return
    if st.read_i32(record, st.AS_OF) <= sunday:
        _advance(record, sunday + 1, outline, scratch)
    # the week after takes the places of one that has been outlined, day by day
    _clear_days(record, sunday + 1, sunday + 7)
    st.write_i32(record, st.AS_OF, sunday)


@numba.njit(cache=True, nogil=True)
def _stand_at(records, sunday):  # type: ignore[no-untyped-def]
    outline, scratch = np.empty(OUTLINED_VALUES), week_scratch()
    for i in range(records.shape[0]):
        stand_at(records[i], sunday, outline, scratch)


def stand_all_at(records: NDArray[np.uint8], sunday: int) -> None:
    """Make records what they were at the end of a week, see :func:`stand_at`."""
    _stand_at(records, sunday)


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
def _come_to(record, day, outline, scratch):  # type: ignore[no-untyped-def]
    """Make a record ready to take a day; False where the day is older than what is kept in detail."""
    if st.read_u16(record, st.SLOTS) == 0:
        _start(record, day)
    elif day < st.read_i32(record, st.OUTLINED):
        return False
    if day > st.read_i32(record, st.AS_OF):
        _advance(record, day, outline, scratch)
    elif day < st.read_i32(record, st.FIRST):
        st.write_i32(record, st.FIRST, day)
    return True


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
    outline, scratch = np.empty(OUTLINED_VALUES), week_scratch()
    for i in range(records.shape[0]):
        record = records[i]
        day = days[i]
        too_late[i] = not _come_to(record, day, outline, scratch)
        if too_late[i]:
            continue
        # a day that comes again replaces itself
        at = st.DAY_RING + (day % st.DAYS) * st.DAY_BYTES
        tell_day(matrix[i], slots[i], record[at : at + st.DAY_BYTES])
        st.write_u16(record, st.SLOTS, slots[i])


@numba.njit(cache=True, nogil=True)
def _fold_told(records, days, told, slots):  # type: ignore[no-untyped-def]
    outline, scratch = np.empty(OUTLINED_VALUES), week_scratch()
    late = 0
    # all days of a record before the next one, while it is in the cache
    for i in range(records.shape[0]):
        record = records[i]
        for d in range(days.shape[0]):
            if slots[d, i] == 0:
                continue
            if not _come_to(record, days[d], outline, scratch):
                late += 1
                continue
            at = st.DAY_RING + (days[d] % st.DAYS) * st.DAY_BYTES
            for j in range(st.DAY_BYTES):
                record[at + j] = told[d, i, j]
            st.write_u16(record, st.SLOTS, slots[d, i])
    return late


def fold_told(
    records: NDArray[np.uint8], days: NDArray[np.int32], told: NDArray[np.uint8], slots: NDArray[np.uint16]
) -> None:
    """Fold days that were told by :func:`tell_days` into records, in place.

    Args:
        records: uint8 [meters, 1024].
        days: int32 [days], days since 1970-01-01, ascending.
        told: uint8 [days, meters, 26].
        slots: uint16 [days, meters], length of each curve; 0 where a meter has none on the day.

    Raises:
        ValueError: a day is older than what a record keeps in detail.
    """
    if _fold_told(records, days, told, slots):
        raise ValueError("days that were told must come after what the records hold")


@numba.njit(cache=True, nogil=True)
def _tell_days(matrix, slots, told):  # type: ignore[no-untyped-def]
    for i in range(matrix.shape[0]):
        tell_day(matrix[i], slots[i], told[i])


def tell_days(matrix: NDArray[np.int32], slots: NDArray[np.int32]) -> NDArray[np.uint8]:
    """All that folding keeps of days, so that they can be folded later without their readings.

    Args:
        matrix: int32 [rows, WIDTH] of day features.
        slots: int32 [rows], length of each day's curve.

    Returns:
        uint8 [rows, 26].
    """
    told = np.empty((len(matrix), st.DAY_BYTES), np.uint8)
    _tell_days(matrix, slots, told)
    return told


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
