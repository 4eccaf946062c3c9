"""What a transformer (台区) loses: its supply less the sum of its meters, hour by hour, a day at a time.

A mine that by-passes its meter or has none shows nowhere but here. Some of a transformer's meters are
missing on most days, so the sum is completed: a missing meter is presumed to follow the hourly shape of its
neighbours at its own usual level. Where more than a fifth of an hour would be presumed, the loss is null.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridcanary.contracts.tables import SLOTS_PER_DAY
from gridcanary.power import lake as lake_store
from gridcanary.power.topology import EPOCH, UNKNOWN, Topology, read_topology

HOURS = 24
MAX_PRESUMED_SHARE = 0.2
"""Above this share of an hour's metered load that is presumed, the loss of that hour is null."""
MIN_HOURS_FOR_LEVEL = 6
"""A meter with fewer hours of the day gets its level from earlier days."""
LEVEL_MEMORY = 8
"""The usual level of a meter moves by one eighth a day towards the day's own."""

LOSSES = pa.schema(
    [
        pa.field("transformer_id", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("supplied_w", pa.list_(pa.int32()), nullable=False),
        pa.field("metered_w", pa.list_(pa.int32()), nullable=False),
        pa.field("loss_w", pa.list_(pa.int32()), nullable=False),
        pa.field("missing_meters", pa.int32(), nullable=False),
    ]
)
"""A row per transformer or feeder and local day: 24 hourly mean powers [W] each of what went in, what the
meters below sum to (completed for missing ones) and the difference; null where unknown. missing_meters:
meters of the archive without a usable reading that day."""


@dataclass(slots=True)
class _DaySums:
    """Running sums of one day over its batches, per point and per meter."""

    present_w: np.ndarray
    present_level: np.ndarray
    total_level: np.ndarray
    read_meters: np.ndarray
    seen: np.ndarray
    level_w: np.ndarray

    @classmethod
    def empty(cls, topology: Topology) -> _DaySums:
        points, meters = len(topology.point_id), len(topology.meter_id)
        return cls(
            np.zeros((points, HOURS), dtype=np.int64),
            np.zeros((points, HOURS), dtype=np.int64),
            np.zeros(points, dtype=np.int64),
            np.zeros(points, dtype=np.int64),
            np.zeros(meters, dtype=bool),
            np.full(meters, UNKNOWN, dtype=np.int32),
        )


def losses(
    lake: Path, customers: pa.Table, first: dt.date | None = None, last: dt.date | None = None
) -> pa.Table:
    """Losses of every transformer that the lake has a balance for.

    Args:
        lake: folder of readings and balance.
        customers: the archive (CUSTOMERS), for which meter hangs where.
        first: first day, the lake's own where None.
        last: last day, included.

    Returns:
        A LOSSES table ordered by day, then by transformer.
    """
    tables = list(iter_losses(lake, customers, first, last))
    return pa.concat_tables(tables).combine_chunks() if tables else LOSSES.empty_table()


def iter_losses(
    lake: Path, customers: pa.Table, first: dt.date | None = None, last: dt.date | None = None
) -> Iterator[pa.Table]:
    """The same a day at a time, with the memory of one day."""
    topology = read_topology(customers)
    usual_w = unknown_levels(topology)
    read_days = set(lake_store.days(lake))
    for day in sorted(set(lake_store.balance_days(lake)) & read_days):
        if (first is not None and day < first) or (last is not None and day > last):
            continue
        batches = lake_store.read_day(lake, day, ["meter_id", "load_w"])
        table, usual_w = day_losses(day, batches, lake_store.read_balance(lake, day), topology, usual_w)
        yield table


def unknown_levels(topology: Topology) -> np.ndarray:
    """Usual level per meter [W] before any day was seen: -1 everywhere."""
    return np.full(len(topology.meter_id), UNKNOWN, dtype=np.int32)


def day_losses(
    day: dt.date,
    batches: Iterable[pa.RecordBatch],
    balance: pa.Table,
    topology: Topology,
    usual_w: np.ndarray,
) -> tuple[pa.Table, np.ndarray]:
    """One day's losses and the meters' usual levels after it.

    Args:
        day: the local day of all batches.
        batches: readings (meter_id, load_w); a batch may be split anywhere with the same result.
        balance: that day's BALANCE rows.
        topology: from :func:`gridcanary.power.topology.read_topology`.
        usual_w: usual mean absolute load per meter [W], int32, -1 where unknown; not changed in place.

    Returns:
        LOSSES rows in the order of transformer_id, and the new usual levels.
    """
    sums = _DaySums.empty(topology)
    for batch in batches:
        _add_batch(sums, batch, topology, usual_w)
    expected = topology.connected_on <= (day - EPOCH).days
    _add_absent(sums, topology, usual_w, expected)
    metered, known = _completed(sums)
    missing = _counts(topology, expected & ~sums.seen)
    table = _loss_table(day, balance, topology, metered, known, missing)
    return table, _moved_levels(usual_w, sums.level_w)


def hourly_watts(lists: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Hourly means of day curves of any allowed length.

    Args:
        lists: list<int32>, 24, 48, 96 or 288 slots a row [W].

    Returns:
        int64 watts (rows, 24), zero where missing, and bool (rows, 24): at least half the slots are there.
    """
    if isinstance(lists, pa.ChunkedArray):
        lists = lists.combine_chunks()
    rows = len(lists)
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    watts = np.zeros((rows, HOURS), dtype=np.int64)
    present = np.zeros((rows, HOURS), dtype=bool)
    for slots in np.unique(lengths):
        if slots not in SLOTS_PER_DAY:
            continue
        chosen = np.flatnonzero(lengths == slots)
        some = lists if len(chosen) == rows else lists.take(pa.array(chosen))
        watts[chosen], present[chosen] = _hour_means(some.flatten(), len(chosen), int(slots))
    return watts, present


def _hour_means(values: pa.Array, rows: int, slots: int) -> tuple[np.ndarray, np.ndarray]:
    per_hour = slots // HOURS
    filled = values if values.null_count == 0 else pc.fill_null(values, 0)
    cube = filled.to_numpy(zero_copy_only=False).reshape(rows, HOURS, per_hour)
    # Strided adds are three times faster here than a sum over a short last axis.
    total = cube[:, :, 0].astype(np.int64)
    for slot in range(1, per_hour):
        total += cube[:, :, slot]
    if values.null_count == 0:
        return (2 * total + per_hour) // (2 * per_hour), np.ones((rows, HOURS), dtype=bool)
    valid = values.is_valid().to_numpy(zero_copy_only=False).reshape(rows, HOURS, per_hour)
    count = valid.sum(axis=2)
    present = 2 * count >= per_hour
    count = np.maximum(count, 1)
    return np.where(present, (2 * total + count) // (2 * count), 0), present


def _add_batch(sums: _DaySums, batch: pa.RecordBatch, topology: Topology, usual_w: np.ndarray) -> None:
    place = topology.locate(batch.column("meter_id"))
    watts, present = hourly_watts(batch.column("load_w"))
    hours = present.sum(axis=1)
    usable = np.flatnonzero((place >= 0) & (hours > 0))
    # A meter twice in a day counts once: the lake keeps meter-days unique, other callers may not.
    usable = usable[~sums.seen[place[usable]]]
    usable = usable[np.unique(place[usable], return_index=True)[1]]
    place, watts, present, hours = place[usable], watts[usable], present[usable], hours[usable]
    own = np.abs(watts).sum(axis=1) // np.maximum(hours, 1)
    enough = hours >= MIN_HOURS_FOR_LEVEL
    level = np.where(enough | (usual_w[place] < 0), own, usual_w[place].astype(np.int64))
    sums.seen[place] = True
    sums.level_w[place] = np.where(enough, own, UNKNOWN)
    for points in (topology.transformer[place], topology.feeder[place]):
        _add_by_point(sums, points, watts, present, level)


def _add_by_point(
    sums: _DaySums, points: np.ndarray, watts: np.ndarray, present: np.ndarray, level: np.ndarray
) -> None:
    order = np.argsort(points, kind="stable")
    order = order[points[order] >= 0]
    if len(order) == 0:
        return
    ordered = points[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    target = ordered[starts]
    sums.present_w[target] += np.add.reduceat(watts[order], starts, axis=0)
    leveled = present[order] * level[order, None]
    sums.present_level[target] += np.add.reduceat(leveled, starts, axis=0)
    sums.total_level[target] += np.add.reduceat(level[order], starts)
    sums.read_meters[target] += np.diff(np.r_[starts, len(ordered)])


def _counts(topology: Topology, chosen: np.ndarray) -> np.ndarray:
    """How many of the chosen meters each point has."""
    points = len(topology.point_id)
    count = np.zeros(points, dtype=np.int64)
    for above in (topology.transformer, topology.feeder):
        picked = above[chosen]
        count += np.bincount(picked[picked >= 0], minlength=points)
    return count


def _add_absent(sums: _DaySums, topology: Topology, usual_w: np.ndarray, expected: np.ndarray) -> None:
    """Add the presumed level of meters without a reading: their own, else their neighbours' mean."""
    absent = expected & ~sums.seen
    if not absent.any():
        return
    mean_level = sums.total_level // np.maximum(sums.read_meters, 1)
    for above in (topology.transformer, topology.feeder):
        meters = np.flatnonzero(absent & (above >= 0))
        points = above[meters]
        level = np.where(usual_w[meters] >= 0, usual_w[meters], mean_level[points])
        np.add.at(sums.total_level, points, level)


def _completed(sums: _DaySums) -> tuple[np.ndarray, np.ndarray]:
    """Metered power per point and hour [W] completed for missing meters, and where it can be trusted."""
    total = sums.total_level[:, None]
    ratio = total / np.maximum(sums.present_level, 1)
    known = (sums.present_level >= (1.0 - MAX_PRESUMED_SHARE) * total) & (sums.read_meters[:, None] > 0)
    complete = sums.present_level == total
    metered = np.where(complete, sums.present_w, np.rint(sums.present_w * ratio).astype(np.int64))
    return metered, known


def _moved_levels(usual_w: np.ndarray, level_w: np.ndarray) -> np.ndarray:
    moved = usual_w + (level_w - usual_w) // LEVEL_MEMORY
    fresh = np.where(usual_w < 0, level_w, moved)
    return np.where(level_w < 0, usual_w, fresh).astype(np.int32)


def _loss_table(
    day: dt.date,
    balance: pa.Table,
    topology: Topology,
    metered: np.ndarray,
    known: np.ndarray,
    missing: np.ndarray,
) -> pa.Table:
    balance = balance.sort_by("transformer_id").combine_chunks()
    names = balance.column("transformer_id").combine_chunks()
    point = pc.fill_null(pc.index_in(names, value_set=topology.point_id), UNKNOWN).to_numpy(
        zero_copy_only=False
    )
    rows = np.flatnonzero(point >= 0)
    point = point[rows]
    lists = balance.column("supplied_w").combine_chunks().take(pa.array(rows))
    metered, known = metered[point], known[point]
    supplied, there = hourly_watts(lists)
    daily = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False) == 1
    if daily.any():
        _spread_daily(lists, daily, metered, known, supplied, there)
    columns = [
        names.take(pa.array(rows)),
        pa.array(np.full(len(rows), (day - EPOCH).days, dtype=np.int32)).cast(pa.date32()),
        _lists(supplied, there),
        _lists(metered, known),
        _lists(supplied - metered, there & known),
        pa.array(missing[point], pa.int32()),
    ]
    return pa.Table.from_arrays(columns, schema=LOSSES)


def _spread_daily(
    lists: pa.Array,
    daily: np.ndarray,
    metered: np.ndarray,
    known: np.ndarray,
    supplied: np.ndarray,
    there: np.ndarray,
) -> None:
    """Where only the day's energy is known, spread the day's loss evenly over its hours (in place)."""
    for row in np.flatnonzero(daily):
        mean_w = lists[int(row)][0].as_py()
        if mean_w is None or not known[row].all():
            continue
        supplied[row] = metered[row] + (mean_w - round(float(metered[row].mean())))
        there[row] = True


def _lists(values: np.ndarray, known: np.ndarray) -> pa.Array:
    flat = pa.array(values.ravel().astype(np.int32), mask=~known.ravel())
    return pa.ListArray.from_arrays(pa.array(np.arange(len(values) + 1, dtype=np.int32) * HOURS), flat)
