"""The day on which a step began, read from the week in which it was found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridcanary.power import outline as ol
from gridcanary.power import state as st
from gridcanary.power.fold import step_day


def onset_day(week: int, weeks: NDArray[np.float64], first_monday: int, record: NDArray[np.uint8]) -> int:
    """Day of a step (days since 1970-01-01).

    Args:
        week: index of the step's week in the outline.
        weeks: outline of the record [weeks, FIELDS].
        first_monday: first day of the outline.
        record: uint8 [1024]; tells of the weeks that are still kept day by day.
    """
    monday = first_monday + 7 * week
    if monday >= st.read_i32(record, st.OUTLINED):
        return int(monday + step_day(record, monday, st.read_i32(record, st.AS_OF)))
    split = weeks[week, ol.STEP_DAY]
    return int(monday + (split if np.isfinite(split) else 0))
