"""What folding keeps of a day, told from the readings at once: 26 bytes, without the features in between."""

from __future__ import annotations

import numba
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.power import features as fe
from gridcanary.power import state as st
from gridcanary.power.fold import tell_day


@numba.njit(cache=True, nogil=True)
def _peak_of_whole(hour):  # type: ignore[no-untyped-def]
    """Highest hour; MISSING where a level is so absurd that only the careful way is exact."""
    low, high = hour[0], hour[0]
    for h in range(fe.HOURS):
        low = min(low, hour[h])
        high = max(high, hour[h])
    return fe.MISSING if low < -fe.ABSURD_W or high > fe.ABSURD_W else high


@numba.njit(cache=True, nogil=True)
def _tell_curves(values, valid, starts, lengths, told):  # type: ignore[no-untyped-def]
    hour, row = np.empty(fe.HOURS, np.int32), np.empty(fe.WIDTH, np.int32)
    every_valid = valid.shape[0] == 0
    for i in range(starts.shape[0]):
        start, slots = starts[i], lengths[i]
        if every_valid or fe.every(valid, start, slots):
            day = values[start : start + slots]
            fe.whole_hours(day, hour)
            row[fe.PEAK] = _peak_of_whole(hour)
            if row[fe.PEAK] != fe.MISSING:
                fe.count_whole(day, row)
                fe.shape(hour, row)
                tell_day(row, slots, told[i])
                continue
        fe.count_slots(values, valid, start, slots, every_valid, row)
        fe.hourly_means(values, valid, start, slots, every_valid, hour)
        fe.extremes(hour, row)
        fe.shape(hour, row)
        tell_day(row, slots, told[i])


def tell_curves(load_w: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """What folding keeps of a list column's days.

    Args:
        load_w: as for :func:`gridcanary.power.features.feature_matrix`, errors too.

    Returns:
        uint8 [rows, 26], what :func:`gridcanary.power.fold.tell_days` gives of the features; and int32 [rows], the
        lengths of the days.
    """
    values, valid, starts, lengths = fe.checked_days(load_w)
    told = np.empty((len(load_w), st.DAY_BYTES), np.uint8)
    _tell_curves(values, valid, starts, lengths, told)
    return told, lengths.astype(np.int32)
