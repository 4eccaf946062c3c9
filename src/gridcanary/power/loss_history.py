"""A transformer's losses as arrays, a row per calendar day, ready for the detectors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridcanary.power.balance import HOURS
from gridcanary.power.topology import EPOCH

MAX_DAYS = 400
"""A history is cut to its last 400 days: a year to compare with, and the weeks around it."""


@dataclass(frozen=True, slots=True)
class LossHistory:
    """Hourly balance of one transformer or feeder, days without a row filled with NaN.

    Args:
        transformer_id: whose it is.
        first_day: days since 1970 of row 0.
        supplied_w: (days, 24) [W], NaN where missing; the same for metered_w and loss_w.
        missing_meters: (days,) meters without a reading, NaN where the day has no row.
    """

    transformer_id: str
    first_day: int
    supplied_w: np.ndarray
    metered_w: np.ndarray
    loss_w: np.ndarray
    missing_meters: np.ndarray

    @property
    def days(self) -> int:
        return len(self.loss_w)

    def date(self, row: int) -> dt.date:
        """Calendar day of a row."""
        return EPOCH + dt.timedelta(days=self.first_day + int(row))


def histories(losses: pa.Table) -> Iterator[LossHistory]:
    """Histories of all transformers in a LOSSES table of any row order; a repeated day counts as the later
    row."""
    if losses.num_rows == 0:
        return
    names = losses.column("transformer_id").combine_chunks().dictionary_encode()
    if isinstance(names, pa.ChunkedArray):
        names = names.combine_chunks()
    codes = names.indices.to_numpy(zero_copy_only=False)
    days = losses.column("day").cast(pa.int32()).to_numpy()
    order = np.lexsort((days, codes))
    starts = np.flatnonzero(np.r_[True, np.diff(codes[order]) != 0])
    curves = {name: losses.column(name).combine_chunks() for name in ("supplied_w", "metered_w", "loss_w")}
    missing = losses.column("missing_meters").to_numpy()
    for start, stop in zip(starts, np.r_[starts[1:], len(order)], strict=True):
        rows = order[start:stop]
        rows = rows[days[rows] > days[rows[-1]] - MAX_DAYS]
        yield _history(names.dictionary[int(codes[rows[0]])].as_py(), rows, days, curves, missing)


def _history(
    name: str, rows: np.ndarray, days: np.ndarray, curves: dict[str, pa.Array], missing: np.ndarray
) -> LossHistory:
    first = int(days[rows[0]])
    count = int(days[rows[-1]]) - first + 1
    position = days[rows] - first
    filled = {}
    for column, lists in curves.items():
        grid = np.full((count, HOURS), np.nan)
        grid[position] = curve_matrix(lists.take(pa.array(rows)))
        filled[column] = grid
    gaps = np.full(count, np.nan)
    gaps[position] = missing[rows]
    return LossHistory(name, first, **filled, missing_meters=gaps)


def curve_matrix(lists: pa.Array) -> np.ndarray:
    """(rows, 24) float64 of hourly list<int32>, NaN where null."""
    values = pc.cast(lists.flatten(), pa.float64())
    return values.to_numpy(zero_copy_only=False).reshape(len(lists), HOURS)
