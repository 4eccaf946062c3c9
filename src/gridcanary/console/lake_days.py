"""Days of the lake as matrices in kW."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gridcanary.console.home import Stamp, file_stamp
from gridcanary.power import lake as lakes

Floats = npt.NDArray[np.float32]
USUAL_SLOTS = 96


def lake_days(lake: Path) -> list[dt.date]:
    """Days with readings, sorted; empty where nothing was imported yet."""
    return lakes.days(lake) if lakes.is_lake(lake) else []


def day_files(lake: Path, day: dt.date) -> list[Path]:
    """The files that a day's curves come from: its readings and its balance."""
    return [*lakes.day_parts(lake, day), lake / "balance" / f"{day.isoformat()}.parquet"]


def slots_per_day(lake: Path) -> int:
    """The finest curve that occurs in the lake: 24, 48, 96 or 288 values a day."""
    return max(lakes.open_lake(lake).slots, default=USUAL_SLOTS) if lakes.is_lake(lake) else USUAL_SLOTS


def curve_matrix(column: pa.ListArray, slots: int) -> Floats:
    """Day curves as rows of equal length.

    Args:
        column: list<int32>, one curve a row, of any of the allowed lengths.
        slots: wanted values a day.

    Returns:
        (rows, slots), in the column's unit, NaN where missing. A coarser curve repeats each value, a finer
        one is averaged.
    """
    offsets = column.offsets.to_numpy()
    lengths = np.diff(offsets)
    values = column.values.to_numpy(zero_copy_only=False).astype(np.float32)
    matrix = np.full((len(column), slots), np.nan, np.float32)
    for length in np.unique(lengths[lengths > 0]):
        rows = np.flatnonzero(lengths == length)
        taken = values[offsets[rows][:, None] + np.arange(length)]
        matrix[rows] = _with_slots(taken, slots)
    return matrix


def _with_slots(curves: Floats, slots: int) -> Floats:
    length = curves.shape[1]
    if slots % length == 0:
        return np.repeat(curves, slots // length, axis=1)
    if length % slots == 0:
        return mean_of_present(curves.reshape(len(curves), slots, length // slots), axis=2)
    raise ValueError(f"a curve of {length} values does not fit a day of {slots}")


def mean_of_present(values: Floats, axis: int) -> Floats:
    """Mean of what is not NaN; NaN where nothing is there (numpy's own warns)."""
    present = np.isfinite(values)
    count = present.sum(axis=axis)
    total = np.where(present, values, 0).sum(axis=axis, dtype=np.float64)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def supplied_kw(lake: Path, day: dt.date, transformers: Sequence[str], slots: int) -> Floats:
    """What transformers supplied on a day (transformers, slots) [kW]; NaN where there is no balance."""
    supplied = np.full((len(transformers), slots), np.nan, np.float32)
    table = lakes.read_balance(lake, day).combine_chunks()
    place = {name: row for row, name in enumerate(transformers)}
    rows = [
        (row, place[name]) for row, name in enumerate(table["transformer_id"].to_pylist()) if name in place
    ]
    if rows:
        source, target = map(list, zip(*rows, strict=True))
        column = table["supplied_w"].take(pa.array(source)).combine_chunks()
        supplied[target] = curve_matrix(column, slots) / 1000
    return supplied


@lru_cache(maxsize=64)
def _one_meter(lake: Path, meter_id: str, days: tuple[dt.date, ...], slots: int, _newest: Stamp) -> Floats:
    curves = np.full((len(days), slots), np.nan, np.float32)
    if days:
        found = lakes.meter_readings(lake, meter_id, days[0], days[-1], ["day", "load_w"])
        place = {day: row for row, day in enumerate(days)}
        rows = [place[day] for day in found["day"].to_pylist()]
        curves[rows] = curve_matrix(found["load_w"].combine_chunks(), slots) / 1000
    return curves


def meter_kw(lake: Path, meter_id: str, days: Sequence[dt.date], slots: int) -> Floats:
    """All days of one meter straight from the lake (days, slots) [kW]; slow for long periods, so kept."""
    newest = file_stamp(*day_files(lake, days[-1])) if days else ()
    return _one_meter(lake, meter_id, tuple(days), slots, newest)
