"""A meter's remembered year as arrays: weeks in order, levels in watts, read back from its record."""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.power import state as st
from gridcanary.power.week import OUTLINED_VALUES, outline_week, step_day, week_scratch

WEEKS_SHOWN = st.WEEKS + 2
"""Weeks in an outline: those in the ring and the two that are still kept day by day."""

BLOCKS = 8
FLOOR, LOWEST, DIP, PEAK, NOTCH, OUTAGE, STRENGTH, DAYS_SEEN, STEP_DAY = range(BLOCKS, BLOCKS + 9)
FIELDS = BLOCKS + 9
"""Columns of an outline: the blocks' medians, the median and the lowest daily floor, the deepest short dip,
the median peak, the deepest notch, depth and strength of the plainest outage [W], the days seen (of a week
in the ring
7 or 3:
enough for a dip or not), and the day of the week that best splits it."""

_MIDDLE_OF_GRID = 0.957
"""A scale is its peak rounded up by 0 to 9 %."""

LEAST_DAYS = 2
"""A week with fewer days seen than this is shown as missing."""


@numba.njit(cache=True, nogil=True)
def _read_week(record, week, out):  # type: ignore[no-untyped-def]
    at = st.WEEK_RING + (week % st.WEEKS) * st.WEEK_BYTES
    code = record[at]
    if code == 0:
        return
    scale = st.SCALES_W[code]
    for i in range(BLOCKS + 1):
        level = record[at + st.BLOCK0 + i]
        if level != st.ABSENT:
            out[i] = level * scale / st.LEVELS
    dips, notch = record[at + st.WEEK_DIPS], record[at + st.WEEK_NOTCH]
    enough = (notch >> 3) & 1
    out[LOWEST] = max(0.0, out[FLOOR] - st.dip_w(dips >> 4, scale))
    if enough:
        out[DIP] = st.dip_w(dips & 15, scale)
    out[PEAK] = scale * _MIDDLE_OF_GRID
    out[NOTCH] = st.dip_w(notch >> 4, scale)
    out[OUTAGE], out[STRENGTH] = st.outage_w(record[at + st.WEEK_OUTAGE], scale)
    out[DAYS_SEEN] = 7 if enough else 3
    out[STEP_DAY] = notch & 7


@numba.njit(cache=True, nogil=True)
def read_outline(record, weeks):  # type: ignore[no-untyped-def]
    """Read a record's weeks.

    Args:
        record: uint8 [1024].
        weeks: float64 [WEEKS_SHOWN, FIELDS], written, oldest first, NaN where missing.

    Returns:
        The Monday (days since 1970-01-01) of the first row.
    """
    weeks[:] = np.nan
    as_of = st.read_i32(record, st.AS_OF)
    outlined = st.read_i32(record, st.OUTLINED)
    first_shown = outlined - 7 * st.WEEKS
    first_seen = st.read_i32(record, st.FIRST)
    for i in range(st.WEEKS):
        monday = first_shown + 7 * i
        if monday + 6 >= first_seen:
            _read_week(record, st.week_of(monday), weeks[i])
    outline, scratch = np.empty(OUTLINED_VALUES), week_scratch()
    for i in range(2):
        monday = outlined + 7 * i
        if monday > as_of:
            break
        outline_week(record, monday, outline, scratch)
        if outline[15] >= LEAST_DAYS:
            weeks[st.WEEKS + i, : DAYS_SEEN + 1] = outline
            weeks[st.WEEKS + i, STEP_DAY] = step_day(record, monday, as_of)
    return first_shown
