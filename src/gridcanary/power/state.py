"""What is remembered of a meter: one record of 1,024 bytes, fourteen days in detail and forty-nine weeks in outline.

    bytes      what
    0..3       as_of, last day seen (days since 1970-01-01, int32)
    4..7       first day seen (int32)
    8..11      outlined, first day that is not yet folded into a week (int32, a Monday)
    12..13     days outlined so far     14..15  of these, days with a stuck stretch
    16..17     days with feed-in        18..19  days with gaps
    20..21     days with zeros only     22..23  slots per day last seen
    24..29     kept for later, zero
    30..239    14 day rings of 15 bytes: scale (uint16), 8 blocks, floor, notch, peak, night step, quality bits
    240..1023  49 week rings of 16 bytes: scale (uint16), 8 blocks, floor, lowest floor, dip, peak, notch, step day

Levels are stored as parts of the day's or week's own scale (its peak), 250 steps to the whole; the scale is stored on
a logarithmic grid of 0.04 %. So a record says the same whatever came before it, and folding in another order, or
again, gives the same bytes.
"""

from __future__ import annotations

import numba
import numpy as np

RECORD_BYTES = 1024
AS_OF, FIRST, OUTLINED = 0, 4, 8
SEEN, STUCK, FEED_IN, GAPS, ZEROS, SLOTS = 12, 14, 16, 18, 20, 22
QUALITY_COUNTS = (SEEN, STUCK, FEED_IN, GAPS, ZEROS)
"""Counters; bit i of a day's quality byte adds one to the i-th when its week is outlined."""

DAYS = 14
DAY_BYTES = 15
DAY_RING = 30

WEEKS = 49
WEEK_BYTES = 16
WEEK_RING = DAY_RING + DAYS * DAY_BYTES

BLOCK0, DAY_FLOOR, DAY_NOTCH, DAY_PEAK, DAY_NIGHT_STEP, DAY_QUALITY = 2, 10, 11, 12, 13, 14
WEEK_FLOOR, WEEK_LOWEST, WEEK_DIP, WEEK_PEAK, WEEK_NOTCH, WEEK_STEP_DAY = 10, 11, 12, 13, 14, 15

ABSENT = 255
"""Level code of a value that is missing; a scale of 0 says that the whole day or week is."""

LEVELS = 250
_GRID = 2500.0
EPOCH_MONDAY = 4
"""1970-01-05 was a Monday: (day - EPOCH_MONDAY) // 7 counts weeks from Monday to Sunday."""


@numba.njit(cache=True, nogil=True, inline="always")
def week_of(day):  # type: ignore[no-untyped-def]
    """Number of the week (Monday to Sunday) that holds ``day``."""
    return (day - EPOCH_MONDAY) // 7


@numba.njit(cache=True, nogil=True)
def read_i32(record, at):  # type: ignore[no-untyped-def]
    """Little-endian int32 at byte ``at``."""
    value = np.int64(record[at]) | np.int64(record[at + 1]) << 8 | np.int64(record[at + 2]) << 16
    value |= np.int64(record[at + 3]) << 24
    return value - (np.int64(1) << 32) if value >= (np.int64(1) << 31) else value


@numba.njit(cache=True, nogil=True)
def write_i32(record, at, value):  # type: ignore[no-untyped-def]
    """Little-endian int32 at byte ``at``."""
    value = np.int64(value)
    for i in range(4):
        record[at + i] = np.uint8((value >> (8 * i)) & 255)


@numba.njit(cache=True, nogil=True, inline="always")
def read_u16(record, at):  # type: ignore[no-untyped-def]
    """Little-endian uint16 at byte ``at``."""
    return np.int64(record[at]) | np.int64(record[at + 1]) << 8


@numba.njit(cache=True, nogil=True, inline="always")
def write_u16(record, at, value):  # type: ignore[no-untyped-def]
    """Little-endian uint16 at byte ``at``."""
    record[at] = np.uint8(value & 255)
    record[at + 1] = np.uint8((value >> 8) & 255)


@numba.njit(cache=True, nogil=True)
def scale_code(peak_w):  # type: ignore[no-untyped-def]
    """Code of a scale [W]: 1 for a watt or less, then a logarithmic grid of 0.04 %."""
    if peak_w <= 1.0:
        return 1
    return min(65535, int(np.floor(np.log(peak_w) * _GRID + 0.5)) + 1)


@numba.njit(cache=True, nogil=True)
def scale_w(code):  # type: ignore[no-untyped-def]
    """Scale [W] of a code."""
    return np.exp((code - 1) / _GRID)


@numba.njit(cache=True, nogil=True, inline="always")
def level_code(value_w, scale):  # type: ignore[no-untyped-def]
    """Level of a value as a part of ``scale``: 0..LEVELS; feed-in counts as nothing drawn."""
    if value_w <= 0:
        return np.uint8(0)
    part = int(value_w * LEVELS / scale + 0.5)
    return np.uint8(min(part, LEVELS))


@numba.njit(cache=True, nogil=True)
def small_code(value_w, scale):  # type: ignore[no-untyped-def]
    """Code of a small change beside ``scale``: logarithmic, 20 steps to a doubling, from scale/4096 up."""
    part = value_w / scale * 4096.0
    if part <= 1.0:
        return np.uint8(0)
    return np.uint8(min(250, int(np.log2(part) * 20.0 + 0.5)))


@numba.njit(cache=True, nogil=True)
def small_w(code, scale):  # type: ignore[no-untyped-def]
    """Change [W] of a code that :func:`small_code` made."""
    return 2.0 ** (code / 20.0) / 4096.0 * scale
