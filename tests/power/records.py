"""Made meters for tests of what is remembered: curves of watts folded into records."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa

from gridcanary.power import outline as ol
from gridcanary.power import traits as tr
from gridcanary.power.features import feature_matrix
from gridcanary.power.fold import empty_records, fold

MONDAY = dt.date(2026, 1, 5)
HOURS = 24


def working_day(days: int, *, seed: int = 0, mean_w: float = 2_000.0) -> np.ndarray:
    """(days, 24) of a small business: busy by day, noisy, never at nought."""
    rng = np.random.default_rng(seed)
    shape = np.where((np.arange(HOURS) >= 8) & (np.arange(HOURS) < 18), 1.6, 0.45)
    return np.rint(mean_w * shape * np.exp(rng.normal(0, 0.06, (days, HOURS))))


def record_of(watts: np.ndarray, first: dt.date = MONDAY) -> np.ndarray:
    """uint8 [1, 1024] of a meter's days; NaN where a reading is missing, a day of NaN was not read at all."""
    records = empty_records(1)
    for number, curve in enumerate(watts):
        if np.isnan(curve).all():
            continue
        values = pa.array(np.nan_to_num(curve).astype(np.int32), mask=np.isnan(curve))
        lists = pa.ListArray.from_arrays(pa.array([0, len(curve)], pa.int32()), values)
        day = np.array([(first - dt.date(1970, 1, 1)).days + number], np.int32)
        fold(records, day, feature_matrix(lists), np.array([len(curve)], np.int32))
    return records


def outline_of(records: np.ndarray) -> tuple[int, np.ndarray]:
    """First Monday (days since 1970-01-01) and outline [weeks, FIELDS] of one record."""
    weeks = np.empty((ol.WEEKS_SHOWN, ol.FIELDS))
    return int(ol.read_outline(records[0], weeks)), weeks


def traits_of(records: np.ndarray) -> tuple[np.ndarray, float]:
    """Traits and mean load of one record."""
    matrix, mean_w = tr.traits(records)
    return matrix[0], float(mean_w[0])
