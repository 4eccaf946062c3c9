"""Day features: one row of readings in, one row of integers out; the only place that looks at raw curves.

Every row stands alone, so the kernel runs unchanged in any engine and a batch may be cut anywhere.
Everything is integer watts: results do not depend on the CPU's vector width and compare exactly.
"""

from __future__ import annotations

import numba
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.contracts.errors import SchemaMismatch
from gridcanary.contracts.tables import SLOTS_PER_DAY
from gridcanary.power import state as st

BLOCKS = 8
"""Blocks of three hours that a day is told in."""

MISSING = np.int32(-(2**31))
"""Stands for a value that too few readings support (fewer than half of the interval's slots)."""

COLUMNS = (
    *(f"block{b}_w" for b in range(BLOCKS)),
    "floor_w",
    "notch_w",
    "peak_w",
    "night_step_w",
    "valid_slots",
    "longest_repeat",
    "negative_slots",
    "zero_slots",
    *(f"shape{i}" for i in range(6)),
)
"""block*_w: mean power of each three-hour block [W]. floor_w, peak_w: lowest and highest hourly mean [W].
notch_w: the deepest sudden fall that a sudden rise answers later in the day, the lesser of the two [W].
night_step_w: median absolute change between the hours 00-06 [W]. valid_slots: readings present.
longest_repeat: longest run of one identical non-zero reading [slots]. negative_slots, zero_slots: counts.
shape0..shape5: the 24 hourly means as parts of the day's scale (state.scale_code of peak_w), four to an
integer, a byte each, the earliest lowest; 255 where missing."""

FLOOR, NOTCH, PEAK, NIGHT_STEP, VALID, REPEAT, NEGATIVE, ZERO, SHAPE0 = range(BLOCKS, BLOCKS + 9)
WIDTH = len(COLUMNS)

ABSURD_W = 2**30 - 1
"""A gigawatt: up to it no difference of two levels leaves int32."""

HOURS = 24
NIGHT_HOURS = 6

DAY_FEATURES = pa.schema(
    [
        pa.field("meter_id", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        *(pa.field(name, pa.int32(), nullable=False) for name in COLUMNS),
    ]
)
"""What :func:`features` gives: a row per meter-day; MISSING where readings do not support a value."""


@numba.njit(cache=True, nogil=True)
def count_slots(values, valid, start, slots, every_valid, out):  # type: ignore[no-untyped-def]
    """Valid, repeated, negative and zero slots of one day, into ``out``."""
    n_valid = 0
    negative = 0
    zero = 0
    run = 0
    longest = 0
    last = np.int32(0)
    for i in range(start, start + slots):
        value = values[i]
        if not every_valid and not valid[i]:
            run = 0
            continue
        n_valid += 1
        negative += value < 0
        zero += value == 0
        run = run + 1 if (run > 0 and value == last) else 1
        last = value
        if value != 0 and run > longest:
            longest = run
    out[VALID] = n_valid
    out[REPEAT] = longest
    out[NEGATIVE] = negative
    out[ZERO] = zero


@numba.njit(cache=True, nogil=True)
def hourly_means(values, valid, start, slots, every_valid, hour):  # type: ignore[no-untyped-def]
    """Mean power of each hour [W], floor division so that integers stay integers; MISSING where half is
    absent."""
    per_hour = slots // HOURS
    for h in range(HOURS):
        total = np.int64(0)
        n = 0
        first = start + h * per_hour
        for i in range(first, first + per_hour):
            if every_valid or valid[i]:
                total += values[i]
                n += 1
        hour[h] = np.int32(total // n) if 2 * n >= per_hour and n > 0 else MISSING


@numba.njit(cache=True, nogil=True)
def extremes(hour, out):  # type: ignore[no-untyped-def]
    """Lowest and highest hour, and the deepest notch: a fall between two hours that a later rise answers."""
    low, high = np.int32(2**31 - 1), MISSING
    notch, fall = np.int64(0), np.int64(0)
    last = MISSING
    for h in range(HOURS):
        value = hour[h]
        if value == MISSING:
            continue
        high = max(high, value)
        low = min(low, value)
        if last != MISSING:
            change = np.int64(value) - last
            if change < 0:
                fall = max(fall, -change)
            else:
                notch = max(notch, min(fall, change))
        last = value
    out[FLOOR] = low if high != MISSING else MISSING
    out[NOTCH] = min(notch, 2**31 - 1)
    out[PEAK] = high


@numba.njit(cache=True, nogil=True)
def _night_step(hour, change):  # type: ignore[no-untyped-def]
    """Median absolute change between neighbouring night hours [W]; the lower one of two middles."""
    n = 0
    for h in range(1, NIGHT_HOURS):
        if hour[h] == MISSING or hour[h - 1] == MISSING:
            continue
        value = abs(hour[h] - hour[h - 1])
        j = n
        while j > 0 and change[j - 1] > value:
            change[j] = change[j - 1]
            j -= 1
        change[j] = value
        n += 1
    return change[(n - 1) // 2] if n > 0 else MISSING


@numba.njit(cache=True, nogil=True)
def _blocks(hour, out):  # type: ignore[no-untyped-def]
    span = HOURS // BLOCKS
    for b in range(BLOCKS):
        total = np.int64(0)
        n = 0
        for h in range(b * span, (b + 1) * span):
            if hour[h] != MISSING:
                total += hour[h]
                n += 1
        out[b] = np.int32(total // n) if 2 * n >= span else MISSING


@numba.njit(cache=True, nogil=True)
def shape(hour, out):  # type: ignore[no-untyped-def]
    """The hours as bytes beside the day's own scale, four to an integer."""
    if out[PEAK] == MISSING:
        for i in range(HOURS // 4):
            out[SHAPE0 + i] = np.int32(-1)
        return
    step = st.LEVELS / st.SCALES_W[st.scale_code(float(out[PEAK]))]
    for i in range(HOURS // 4):
        four = np.uint32(0)
        for j in range(4):
            value = hour[4 * i + j]
            part = st.ABSENT
            if value != MISSING:
                part = min(int(max(value, 0) * step + 0.5), st.LEVELS)
            four |= np.uint32(part) << np.uint32(8 * j)
        out[SHAPE0 + i] = np.int32(four)


@numba.njit(cache=True, nogil=True)
def _longest_repeat(day):  # type: ignore[no-untyped-def]
    """Longest run of one identical non-zero reading [slots] of a day without a gap."""
    run = 0
    longest = 0
    last = np.int32(0)
    for value in day:
        run = run + 1 if value == last else 1
        last = value
        if value != 0 and run > longest:
            longest = run
    return longest


@numba.njit(cache=True, nogil=True)
def count_whole(day, out):  # type: ignore[no-untyped-def]
    """As :func:`count_slots` where every reading is there: first in loops that the compiler vectorises."""
    slots = day.shape[0]
    low = day[0]
    for i in range(slots):
        low = min(low, day[i])
    before, after = day[:-1], day[1:]
    repeats = False
    for i in range(slots - 1):
        repeats |= before[i] == after[i]
    negative = 0
    zero = 0
    if low <= 0:
        for i in range(slots):
            negative += day[i] < 0
            zero += day[i] == 0
    out[VALID] = slots
    out[NEGATIVE] = negative
    out[ZERO] = zero
    out[REPEAT] = 1 if zero < slots else 0
    if repeats and zero < slots:
        out[REPEAT] = _longest_repeat(day)


@numba.njit(cache=True, nogil=True)
def _quarter_hours(day, hour):  # type: ignore[no-untyped-def]
    for h in range(HOURS):
        early = np.int64(day[4 * h]) + day[4 * h + 1]
        late = np.int64(day[4 * h + 2]) + day[4 * h + 3]
        hour[h] = np.int32((early + late) >> 2)


@numba.njit(cache=True, nogil=True)
def _half_hours(day, hour):  # type: ignore[no-untyped-def]
    for h in range(HOURS):
        hour[h] = np.int32((np.int64(day[2 * h]) + day[2 * h + 1]) >> 1)


@numba.njit(cache=True, nogil=True)
def whole_hours(day, hour):  # type: ignore[no-untyped-def]
    """As :func:`hourly_means` where every reading is there; a shift costs a tenth of a division."""
    if day.shape[0] == 96:
        _quarter_hours(day, hour)
    elif day.shape[0] == 48:
        _half_hours(day, hour)
    else:
        per_hour = day.shape[0] // HOURS
        for h in range(HOURS):
            total = np.int64(0)
            for i in range(h * per_hour, (h + 1) * per_hour):
                total += day[i]
            hour[h] = np.int32(total // per_hour)


@numba.njit(cache=True, nogil=True)
def _whole_extremes(hour, out):  # type: ignore[no-untyped-def]
    """As :func:`extremes` where every hour is there, without a branch."""
    low, high = hour[0], hour[0]
    for h in range(HOURS):
        low = min(low, hour[h])
        high = max(high, hour[h])
    notch, fall, last = np.int64(0), np.int64(0), np.int64(hour[0])
    for h in range(1, HOURS):
        change = np.int64(hour[h]) - last
        last = np.int64(hour[h])
        answered = change if change < fall else fall
        notch = answered if answered > notch else notch
        fall = -change if -change > fall else fall
    out[FLOOR] = low
    out[NOTCH] = np.int32(notch)
    out[PEAK] = high


@numba.njit(cache=True, nogil=True)
def _whole_night_step(hour):  # type: ignore[no-untyped-def]
    """As :func:`_night_step` where every hour is there: the middle one of five without sorting."""
    a = abs(np.int64(hour[1]) - hour[0])
    b = abs(np.int64(hour[2]) - hour[1])
    c = abs(np.int64(hour[3]) - hour[2])
    d = abs(np.int64(hour[4]) - hour[3])
    e = abs(np.int64(hour[5]) - hour[4])
    low = max(min(a, b), min(c, d))
    high = min(max(a, b), max(c, d))
    return np.int32(max(min(low, high), min(max(low, high), e)))


@numba.njit(cache=True, nogil=True)
def _whole_blocks(hour, out):  # type: ignore[no-untyped-def]
    for b in range(BLOCKS):
        out[b] = np.int32((np.int64(hour[3 * b]) + hour[3 * b + 1] + hour[3 * b + 2]) // 3)


@numba.njit(cache=True, nogil=True)
def _whole_day(day, hour, out):  # type: ignore[no-untyped-def]
    """Features of a day without a gap; False where a level is so absurd that only the careful way is
    exact."""
    whole_hours(day, hour)
    _whole_extremes(hour, out)
    if out[FLOOR] < -ABSURD_W or out[PEAK] > ABSURD_W:
        return False
    count_whole(day, out)
    out[NIGHT_STEP] = _whole_night_step(hour)
    _whole_blocks(hour, out)
    shape(hour, out)
    return True


@numba.njit(cache=True, nogil=True)
def every(valid, start, slots):  # type: ignore[no-untyped-def]
    """Whether every reading of a day is there."""
    whole = True
    for i in range(start, start + slots):
        whole &= valid[i]
    return whole


@numba.njit(cache=True, nogil=True)
def day_features(values, valid, starts, lengths, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` [rows, WIDTH] from flat readings.

    Args:
        values: int32 [W], all days one after the other.
        valid: bool per reading; length 0 says that every reading is there.
        starts: int64 [rows], first reading of each day.
        lengths: int64 [rows], readings of each day, one of SLOTS_PER_DAY.
        out: int32 [rows, WIDTH], written.
    """
    hour = np.empty(HOURS, np.int32)
    change = np.empty(NIGHT_HOURS, np.int32)
    every_valid = valid.shape[0] == 0
    for row in range(starts.shape[0]):
        start = starts[row]
        slots = lengths[row]
        target = out[row]
        whole = every_valid or every(valid, start, slots)
        if whole and _whole_day(values[start : start + slots], hour, target):
            continue
        count_slots(values, valid, start, slots, every_valid, target)
        hourly_means(values, valid, start, slots, every_valid, hour)
        extremes(hour, target)
        target[NIGHT_STEP] = _night_step(hour, change)
        _blocks(hour, target)
        shape(hour, target)


def _list_parts(
    column: pa.Array,
) -> tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
    """Flat values, validity, starts and lengths of a list column, whatever list type the engine hands
    over."""
    if pa.types.is_fixed_size_list(column.type):
        size = column.type.list_size
        child = column.values
        starts = (np.arange(len(column), dtype=np.int64) + column.offset) * size
        lengths = np.full(len(column), size, np.int64)
    else:
        child = column.values
        offsets = column.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
        starts, lengths = offsets[:-1], np.diff(offsets)
    if child.type != pa.int32():
        raise SchemaMismatch("readings", f"load_w holds {child.type}, expected int32", column="load_w")
    if child.null_count:
        valid = child.is_valid().to_numpy(zero_copy_only=False)
        child = child.fill_null(0)
    else:
        valid = np.empty(0, np.bool_)
    return child.to_numpy(zero_copy_only=False), valid, starts, lengths


def checked_days(
    load_w: pa.Array,
) -> tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
    """What :func:`day_features` takes, of a list column: values, validity, starts and lengths.

    Raises:
        SchemaMismatch: a day has a length that is not in SLOTS_PER_DAY, or the values are not int32.
    """
    values, valid, starts, lengths = _list_parts(load_w)
    odd = ~np.isin(lengths, SLOTS_PER_DAY)
    if odd.any():
        row = int(np.argmax(odd))
        raise SchemaMismatch(
            "readings",
            f"a day has {lengths[row]} values, expected one of {SLOTS_PER_DAY}",
            row=row + 1,
            column="load_w",
        )
    return values, valid, starts, lengths


def feature_matrix(load_w: pa.Array) -> NDArray[np.int32]:
    """Day features of a list column.

    Args:
        load_w: list<int32>, mean power [W] per slot, each of a length in SLOTS_PER_DAY.

    Returns:
        int32 [rows, WIDTH], columns as in COLUMNS.

    Raises:
        SchemaMismatch: a day has a length that is not in SLOTS_PER_DAY, or the values are not int32.
    """
    values, valid, starts, lengths = checked_days(load_w)
    out = np.empty((len(load_w), WIDTH), np.int32)
    day_features(values, valid, starts, lengths, out)
    return out


def features(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Day features of a batch of readings; the kernel that every engine runs.

    Args:
        batch: rows of contracts.tables.READINGS; further columns are passed over.

    Returns:
        A batch of DAY_FEATURES with the same rows in the same order.
    """
    matrix = feature_matrix(batch.column("load_w"))
    columns = [pa.array(np.ascontiguousarray(matrix[:, i])) for i in range(WIDTH)]
    meter = batch.column("meter_id").cast(pa.string())
    return pa.RecordBatch.from_arrays([meter, batch.column("day"), *columns], schema=DAY_FEATURES)
