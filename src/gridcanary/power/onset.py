"""The day on which a step began, read from the weeks around the one in which it was found.

A week's outline is the median of its days: a step on Monday to Thursday already lifts its own week, a later one only
the next. So the first lifted week and the days that split it and the week before tell the day.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from gridcanary.power import outline as ol
from gridcanary.power import state as st
from gridcanary.power.week import step_day

SEARCH_WEEKS = 3
"""How far the first lifted week may lie from the week at which the step was clearest."""

AROUND = 4
"""Weeks on either side whose median says what before and after are."""

LATE_SPLIT = 4
"""First day of the week (Friday) from which a step does not lift its own week's median."""


def onset_day(
    week: int,
    start_block: int,
    blocks_on: int,
    weeks: NDArray[np.float64],
    first_monday: int,
    record: NDArray[np.uint8],
) -> int:
    """Day of a step (days since 1970-01-01).

    Args:
        week: index of the step's week in the outline.
        start_block, blocks_on: hours in which the stepped load runs.
        weeks: outline of the record [weeks, FIELDS].
        first_monday: first day of the outline.
        record: uint8 [1024]; tells of the weeks that are still kept day by day.
    """
    chosen = [(start_block + i) % ol.BLOCKS for i in range(blocks_on)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        level = np.sort(weeks[:, chosen], axis=1)[:, blocks_on // 3]
        lifted = _first_lifted(level, week)
    split = _split(lifted, weeks, first_monday, record)
    if split == 0 and lifted > 0:
        earlier = _split(lifted - 1, weeks, first_monday, record)
        if earlier >= LATE_SPLIT:
            lifted, split = lifted - 1, earlier
    # weeks are split by their nights, and a load that first shows at night was mostly switched on the day before
    return first_monday + 7 * lifted + split - 1


def _first_lifted(level: NDArray[np.float64], week: int) -> int:
    """First week around ``week`` that lies nearer to what came after than to what was before."""
    before = np.nanmedian(level[max(0, week - SEARCH_WEEKS - AROUND) : max(1, week - 1)])
    after = np.nanmedian(level[week + 1 : week + 1 + SEARCH_WEEKS + AROUND])
    middle = 0.5 * (before + after)
    for w in range(max(1, week - SEARCH_WEEKS), min(len(level), week + SEARCH_WEEKS + 1)):
        if level[w] > middle and not np.nanmin(level[w : w + 3]) < middle:
            return w
    return week


def _split(week: int, weeks: NDArray[np.float64], first_monday: int, record: NDArray[np.uint8]) -> int:
    monday = first_monday + 7 * week
    if monday >= st.read_i32(record, st.OUTLINED):
        return int(step_day(record, monday, st.read_i32(record, st.AS_OF)))
    split = weeks[week, ol.STEP_DAY]
    return int(split) if np.isfinite(split) else 0
