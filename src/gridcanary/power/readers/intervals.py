"""Stamped interval values, however they came, into days of readings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.base import (
    BATCH_ROWS,
    EARLIEST_DAY,
    INT32_MAX,
    ReadOptions,
    Rejects,
    readings_batch,
)
from gridcanary.power.readers.clock import LocalClock, Seconds

DAY_S = 86400
RESOLUTIONS_S = (300, 900, 1800, 3600)
"""The interval lengths that a day's curve can hold [s]: 288, 96, 48 and 24 values."""
OFF_GRID_SHARE = 0.01
"""A meter with more stamps than this beside its own interval is irregular: a few strays are faults of single
rows, more of them mean that the interval was misjudged, and then every value would be wrong."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Interval values in columns, all of the same length; no order is asked for.

    Args:
        meter_ids: whom the values belong to.
        stamps: when [s]; instants of UTC where ``aware``, else wall clock.
        rows: where each stood in the file, 1-based.
        curves: column of the readings to values, NaN where missing; in W, var, permille, mA, mV, or, for the
            names in ``energies``, the interval's energy [Wh, varh].
        energies: which curves are energies.
        aware: whether stamps are instants.
        at_end: whether a stamp marks the end of its interval.
    """

    meter_ids: pa.Array
    stamps: Seconds
    rows: NDArray[np.int64]
    curves: dict[str, NDArray[np.float64]]
    energies: frozenset[str] = frozenset()
    aware: bool = False
    at_end: bool = False

    def take(self, keep: NDArray[np.int64] | NDArray[np.bool_]) -> Intervals:
        """The intervals at some positions, or where a mask is true."""
        picked = pa.array(keep)
        meters = self.meter_ids.filter(picked) if keep.dtype == np.bool_ else self.meter_ids.take(picked)
        return replace(
            self,
            meter_ids=meters,
            stamps=self.stamps[keep],
            rows=self.rows[keep],
            curves={name: values[keep] for name, values in self.curves.items()},
        )


@dataclass(slots=True)
class _Sorted:
    """Intervals by meter and time: names, the code of each row's meter, its interval [s] and its local
    start."""

    names: list[str]
    codes: NDArray[np.int64]
    held: Intervals
    resolution_s: NDArray[np.int64]
    local: Seconds


def day_batches(
    file: Path, intervals: Intervals, clock: LocalClock, options: ReadOptions, rejects: Rejects
) -> Iterator[pa.RecordBatch]:
    """Days of readings from the interval values of whole meters, sorted by meter and day.

    The interval length is each meter's own most frequent distance between stamps. The hour that a clock
    repeats in autumn is averaged, the one that it leaves out in spring stays null, and so does every slot
    without a value.

    Args:
        file: named in errors and rejects.
        intervals: every value of each of the meters in it.
        clock: of the place, for instants and for repeated hours.
        options: first and last day that are accepted, values a day.
        rejects: takes duplicates, stamps out of range and stray stamps.

    Yields:
        Batches of at most BATCH_ROWS meter-days; days of different lengths come in different batches.

    Raises:
        InputError: a meter's values do not come every 60, 30, 15 or 5 minutes.
    """
    finite = _refuse_oversized(file, _midnights_of_their_day(intervals), rejects)
    if not finite.rows.size:
        return
    names, codes, ordered = _by_meter_and_time(finite)
    lengths = _resolutions(file, names, codes, ordered.stamps, options)
    resolution = lengths[codes]
    starts = ordered.stamps - resolution if ordered.at_end else ordered.stamps
    local = clock.to_local(starts) if ordered.aware else starts
    columns = _Sorted(names, codes, ordered, resolution, local)
    kept = _refuse_rows(file, columns, clock, options, rejects)
    for length in RESOLUTIONS_S:
        group = kept if (kept.resolution_s == length).all() else _select(kept, kept.resolution_s == length)
        if group.codes.size:
            yield from _dense_days(group, length)


def _midnights_of_their_day(intervals: Intervals) -> Intervals:
    """Ends at 00:00 that carry the date of the day that ends, moved to the next day.

    Some exports count 00:15, 00:30 ... 23:45, 00:00 under one date. A step back of a day less one interval,
    onto midnight, cannot come about otherwise.
    """
    if intervals.aware or not intervals.at_end or intervals.stamps.size < 2:
        return intervals
    back = np.isin(np.diff(intervals.stamps), [length - DAY_S for length in RESOLUTIONS_S])
    midnight = np.concatenate(([False], back & (intervals.stamps[1:] % DAY_S == 0)))
    return replace(intervals, stamps=intervals.stamps + midnight * DAY_S) if midnight.any() else intervals


def _refuse_oversized(file: Path, intervals: Intervals, rejects: Rejects) -> Intervals:
    keep = np.ones(intervals.rows.size, dtype=np.bool_)
    for name, values in intervals.curves.items():
        # An hour is the longest interval, five minutes the shortest: energy becomes at most twelve times as
        # much power.
        limit = INT32_MAX / 12 if name in intervals.energies else INT32_MAX
        with np.errstate(invalid="ignore"):
            excessive = np.abs(values) > limit
        for index in np.flatnonzero(excessive & keep):
            rejects.add(
                file, int(intervals.rows[index]), name, "number too large", repr(float(values[index]))
            )
        keep &= ~excessive
    return intervals if keep.all() else intervals.take(keep)


def _by_meter_and_time(intervals: Intervals) -> tuple[list[str], NDArray[np.int64], Intervals]:
    encoded = intervals.meter_ids.dictionary_encode()
    found = encoded.dictionary.to_pylist()
    names = sorted(found)
    place = {name: code for code, name in enumerate(names)}
    rank = np.array([place[name] for name in found], dtype=np.int64)
    codes = rank[encoded.indices.to_numpy(zero_copy_only=False)]
    step, later = np.diff(codes), np.diff(intervals.stamps)
    if ((step > 0) | ((step == 0) & (later >= 0))).all():
        return names, codes, intervals
    order = np.lexsort((intervals.stamps, codes))
    return names, codes[order], intervals.take(order)


def _resolutions(
    file: Path, names: list[str], codes: NDArray[np.int64], stamps: Seconds, options: ReadOptions
) -> NDArray[np.int64]:
    """The interval of every meter [s]: shape (meters,)."""
    if options.points is not None:
        return np.full(len(names), DAY_S // options.points, dtype=np.int64)
    steps = np.diff(stamps)
    inside = (np.diff(codes) == 0) & (steps > 0)
    owners, steps = codes[1:][inside], steps[inside]
    kinds = len(RESOLUTIONS_S) + 1
    place = np.searchsorted(RESOLUTIONS_S, steps)
    known = np.isin(steps, RESOLUTIONS_S)
    counts = np.bincount(owners * kinds + np.where(known, place, kinds - 1), minlength=len(names) * kinds)
    table = counts.reshape(len(names), kinds)
    best = table.argmax(axis=1)
    lonely = table.sum(axis=1) == 0
    if lonely.all():
        raise InputError(
            file,
            f"the interval cannot be told: meter {names[0]} has a single value",
            remedy="give the number of values a day (points)",
        )
    best[lonely] = table.sum(axis=0)[: kinds - 1].argmax()
    if (best == kinds - 1).any():
        meter = int(np.flatnonzero(best == kinds - 1)[0])
        usual = float(np.median(steps[owners == meter])) / 60
        raise InputError(
            file,
            f"meter {names[meter]}: values come about every {usual:g} minutes, not 60, 30, 15 or 5",
            remedy="average them to one of these first, or give the number of values a day (points)",
        )
    return np.array(RESOLUTIONS_S, dtype=np.int64)[best]


def _refuse_rows(
    file: Path, columns: _Sorted, clock: LocalClock, options: ReadOptions, rejects: Rejects
) -> _Sorted:
    """Without stamps out of range, stamps beside the meter's own interval, and second values of one
    interval."""
    first = np.datetime64(EARLIEST_DAY, "s").astype(np.int64)
    last = np.datetime64(options.last_day(), "s").astype(np.int64) + DAY_S
    keep = (columns.local >= first) & (columns.local < last)
    _refuse(file, columns, ~keep, "time out of range", rejects)
    stray = keep & (columns.local % columns.resolution_s != 0)
    if stray.any():
        _check_regular(file, columns, stray)
        _refuse(file, columns, stray, "time is not at a multiple of the meter's interval", rejects)
        keep &= ~stray
    columns = columns if keep.all() else _select(columns, keep)
    again = np.zeros(columns.codes.size, dtype=np.bool_)
    again[1:] = (np.diff(columns.codes) == 0) & (np.diff(columns.held.stamps) == 0)
    if again.any() and not columns.held.aware:
        # The first copy of a wall clock time that happens twice is no duplicate; a third value would be.
        third = np.zeros_like(again)
        third[2:] = again[2:] & again[1:-1]
        again &= ~clock.is_repeated(columns.local) | third
    _refuse(file, columns, again, "duplicate meter and time", rejects)
    return _select(columns, ~again) if again.any() else columns


def _check_regular(file: Path, columns: _Sorted, stray: NDArray[np.bool_]) -> None:
    strays = np.bincount(columns.codes[stray], minlength=len(columns.names))
    shares = strays / np.maximum(np.bincount(columns.codes, minlength=len(columns.names)), 1)
    if shares.max() > OFF_GRID_SHARE and strays[shares.argmax()] > 1:
        meter = int(shares.argmax())
        index = int(np.flatnonzero(stray & (columns.codes == meter))[0])
        raise InputError(
            file,
            f"meter {columns.names[meter]} is irregular: {strays[meter]} stamps are not at a multiple of its "
            f"{columns.resolution_s[index] // 60} minutes",
            row=int(columns.held.rows[index]),
            remedy="bring the stamps to whole intervals, and different interval lengths to different files",
        )


def _refuse(file: Path, columns: _Sorted, where: NDArray[np.bool_], reason: str, rejects: Rejects) -> None:
    for index in np.flatnonzero(where):
        stamp = np.datetime64(int(columns.local[index]), "s")
        original = f"{columns.names[columns.codes[index]]} {stamp}"
        rejects.add(file, int(columns.held.rows[index]), "ts", reason, original)


def _select(columns: _Sorted, where: NDArray[np.bool_]) -> _Sorted:
    return _Sorted(
        columns.names,
        columns.codes[where],
        columns.held.take(where),
        columns.resolution_s[where],
        columns.local[where],
    )


def _dense_days(columns: _Sorted, length_s: int) -> Iterator[pa.RecordBatch]:
    slots = DAY_S // length_s
    days = columns.local // DAY_S
    # Codes stay below 2**40, days below 2**20: one integer orders both.
    keys = (columns.codes << 20) + days
    unique, owner = _runs(keys)
    cell = owner * slots + columns.local % DAY_S // length_s
    meters = pa.array([columns.names[code] for code in (unique >> 20).tolist()], pa.string())
    dates = (unique & (2**20 - 1)).astype("datetime64[D]")
    curves = {
        name: _averaged(
            cell, values * (3600 / length_s if name in columns.held.energies else 1.0), unique.size * slots
        )
        for name, values in columns.held.curves.items()
    }
    for start in range(0, unique.size, BATCH_ROWS):
        part = slice(start, start + BATCH_ROWS)
        yield readings_batch(
            meters[part], dates[part], {name: flat.reshape(-1, slots)[part] for name, flat in curves.items()}
        )


def _runs(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Distinct keys, ascending, and the position of each row's key among them."""
    change = np.diff(keys)
    if (change >= 0).all():
        starts = np.concatenate(([True], change > 0))
        return keys[starts], np.cumsum(starts) - 1
    unique, owner = np.unique(keys, return_inverse=True)
    return unique, owner.astype(np.int64)


def _averaged(cell: NDArray[np.int64], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Values at their cells, NaN in cells without any; the mean where a cell has several."""
    flat = np.full(size, np.nan)
    flat[cell] = values
    if cell.size < 2 or (np.diff(cell) > 0).all():
        return flat
    valid = ~np.isnan(values)
    counts = np.bincount(cell[valid], minlength=size)
    sums = np.bincount(cell[valid], weights=values[valid], minlength=size)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
