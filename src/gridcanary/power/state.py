"""What is remembered of a meter: one record of 1,024 bytes, fourteen days by the hour and 48 weeks in outline.

    bytes      what
    0..3       as_of, last day seen (days since 1970-01-01, int32)
    4..7       first day seen (int32)
    8..11      outlined, first day that is not yet folded into a week (int32, a Monday)
    12..13     days outlined so far     14..15  of these, days with a stuck stretch
    16..17     days with feed-in        18..19  days with gaps
    20..21     days with zeros only     22..23  slots per day last seen
    24..387    14 day rings of 26 bytes: scale, 24 hours, quality bits
    388..1011  48 week rings of 13 bytes: scale, 8 blocks, floor, outage, dips (lowest floor and one block's,
               four bits each), notch (four bits) with enough days seen (one) and step day (three)
    1012..1023 kept for later, zero

Levels are stored as parts of the day's or week's own scale, 250 steps to the whole; the scale is its peak,
rounded up on a logarithmic grid of 9 %. So a record says the same whatever came before it, and folding in
another order, or again, gives the same bytes.
"""

from __future__ import annotations

import math

import numba
import numpy as np

RECORD_BYTES = 1024
AS_OF, FIRST, OUTLINED = 0, 4, 8
SEEN, STUCK, FEED_IN, GAPS, ZEROS, SLOTS = 12, 14, 16, 18, 20, 22
QUALITY_COUNTS = (SEEN, STUCK, FEED_IN, GAPS, ZEROS)
"""Counters; bit i of a day's quality byte adds one to the i-th when its week is outlined."""

DAYS = 14
HOURS = 24
DAY_BYTES = 26
DAY_RING = 24

WEEKS = 48
WEEK_BYTES = 13
WEEK_RING = DAY_RING + DAYS * DAY_BYTES

DAY_SCALE, HOUR0, DAY_QUALITY = 0, 1, 25
WEEK_SCALE, BLOCK0, WEEK_FLOOR, WEEK_OUTAGE, WEEK_DIPS, WEEK_NOTCH = 0, 1, 9, 10, 11, 12

ABSENT = 255
"""Level code of a value that is missing; a scale of 0 says that the whole day or week is."""

LEVELS = 250
_GRID = 0.0862
"""Natural logarithm of one step of the scale: 250 of them reach from a watt to two gigawatts."""

SCALES_W = np.exp(np.arange(256) * _GRID - _GRID)
"""Scale [W] of each code; code 0 says that there is none."""

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
    """Code of the lowest scale that a peak [W] does not exceed: 1 for a watt or less."""
    if peak_w <= 1.0:
        return 1
    code = min(254, int(np.log(peak_w) / _GRID) + 1)
    return code + 1 if peak_w > SCALES_W[code] else code


@numba.njit(cache=True, nogil=True, inline="always")
def level_code(value_w, scale):  # type: ignore[no-untyped-def]
    """Level of a value as a part of ``scale``: 0..LEVELS; feed-in counts as nothing drawn."""
    if value_w <= 0:
        return np.uint8(0)
    part = int(value_w * LEVELS / scale + 0.5)
    return np.uint8(min(part, LEVELS))


_DIP_GRID = np.log(1.25)
_DIP_PARTS = np.array([0.0, *(math.exp((code - 15) * _DIP_GRID) for code in range(1, 16))])


@numba.njit(cache=True, nogil=True)
def dip_code(depth_w, scale):  # type: ignore[no-untyped-def]
    """Four bits for the depth of a dip: 15 for the whole scale, a quarter less a step down, 0 for none."""
    if not depth_w > 0:
        return 0
    return min(15, max(0, int(np.floor(np.log(depth_w / scale) / _DIP_GRID + 0.5)) + 15))


@numba.njit(cache=True, nogil=True)
def dip_w(code, scale):  # type: ignore[no-untyped-def]
    """Depth [W] of a code that :func:`dip_code` made."""
    return scale * _DIP_PARTS[code]


DEPTH_STEPS = 10.0
"""Depths of an outage to a doubling: 7 % from one to the next, finer than two outages of one load agree."""

_DEPTHS = 50
_GRADES = 5
_DEPTH_PARTS = np.array([2.0 ** ((depth - (_DEPTHS - 1)) / DEPTH_STEPS) for depth in range(_DEPTHS)])


@numba.njit(cache=True, nogil=True)
def outage_code(depth_w, strength_w, scale):  # type: ignore[no-untyped-def]
    """Code of an outage: 50 depths below ``scale`` times five grades of how plainly it stands out; 0 for
    none."""
    if not depth_w > 0:
        return np.uint8(0)
    depth = int(np.floor(np.log2(depth_w / scale) * DEPTH_STEPS + 0.5)) + _DEPTHS - 1
    if depth < 0:
        return np.uint8(0)
    grade = max(0, min(_GRADES - 1, int(strength_w / depth_w * _GRADES)))
    return np.uint8(1 + min(depth, _DEPTHS - 1) * _GRADES + grade)


@numba.njit(cache=True, nogil=True)
def outage_w(code, scale):  # type: ignore[no-untyped-def]
    """Depth and strength [W] of a code that :func:`outage_code` made; zeros for none."""
    if code == 0 or code == ABSENT:
        return 0.0, 0.0
    depth = scale * _DEPTH_PARTS[(code - 1) // _GRADES]
    return depth, depth * ((code - 1) % _GRADES + 0.5) / _GRADES
