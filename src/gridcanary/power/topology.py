"""Which meter hangs under which transformer and feeder, looked up a batch at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

EPOCH = dt.date(1970, 1, 1)
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Topology:
    """Meters in the order of their ids, and the transformers and feeders (together: points) above them.

    Args:
        meter_id: the meters, sorted, each once.
        connected_on: first day of each meter as days since 1970; the smallest int32 where unknown.
        point_id: the transformers, then the feeders.
        transformer: index into point_id for each meter, -1 where the archive names none.
        feeder: the same for the feeder.
    """

    meter_id: pa.Array
    connected_on: np.ndarray
    point_id: pa.Array
    transformer: np.ndarray
    feeder: np.ndarray

    def locate(self, meters: pa.Array) -> np.ndarray:
        """Position of each of a batch's meters in ``meter_id``, -1 where the archive lacks it.

        Only the stretch of the archive between the batch's smallest and largest id is searched, so
        a batch of a sorted day costs what its own length costs, however long the archive is.
        """
        if len(meters) == 0 or len(self.meter_id) == 0:
            return np.full(len(meters), UNKNOWN, dtype=np.int64)
        meters = meters.cast(pa.string())
        bounds = pc.min_max(meters)
        start = _first_not_below(self.meter_id, bounds["min"].as_py())
        stop = _first_not_below(self.meter_id, bounds["max"].as_py()) + 1
        stretch = self.meter_id.slice(start, stop - start)
        if stretch.equals(meters):
            return np.arange(start, start + len(meters), dtype=np.int64)
        found = pc.fill_null(pc.index_in(meters, value_set=stretch), UNKNOWN).to_numpy(zero_copy_only=False)
        return np.where(found >= 0, found.astype(np.int64) + start, UNKNOWN)


def read_topology(customers: pa.Table) -> Topology:
    """Topology from the archive (CUSTOMERS schema); a meter named twice counts once.

    Args:
        customers: needs meter_id and transformer_id; feeder_id and connected_on are used where present.
    """
    meters = customers.column("meter_id").combine_chunks().cast(pa.string())
    order = pc.sort_indices(meters)
    ordered = meters.take(order)
    if len(ordered) > 1:
        first = np.ones(len(ordered), dtype=bool)
        first[1:] = pc.not_equal(ordered.slice(1), ordered.slice(0, len(ordered) - 1)).to_numpy(
            zero_copy_only=False
        )
        order = order.filter(pa.array(first))
        ordered = ordered.filter(pa.array(first))
    transformer, transformer_ids = _coded(customers, "transformer_id", order)
    feeder, feeder_ids = _coded(customers, "feeder_id", order)
    shifted = np.where(feeder >= 0, feeder + len(transformer_ids), UNKNOWN).astype(np.int32)
    points = pa.concat_arrays([transformer_ids, feeder_ids])
    return Topology(ordered, _connected_on(customers, order), points, transformer, shifted)


def _coded(customers: pa.Table, column: str, order: pa.Array) -> tuple[np.ndarray, pa.Array]:
    """Integer codes of a text column in the given order, -1 for null, and what they stand for."""
    if column not in customers.column_names:
        return np.full(len(order), UNKNOWN, dtype=np.int32), pa.array([], pa.string())
    values = customers.column(column).combine_chunks().cast(pa.string()).take(order)
    coded = values.dictionary_encode()
    codes = pc.fill_null(coded.indices, UNKNOWN).to_numpy(zero_copy_only=False).astype(np.int32)
    return codes, coded.dictionary.cast(pa.string())


def _connected_on(customers: pa.Table, order: pa.Array) -> np.ndarray:
    earliest = np.iinfo(np.int32).min
    if "connected_on" not in customers.column_names:
        return np.full(len(order), earliest, dtype=np.int32)
    days = customers.column("connected_on").combine_chunks().take(order).cast(pa.int32())
    return pc.fill_null(days, int(earliest)).to_numpy(zero_copy_only=False)


def _first_not_below(ordered: pa.Array, value: str) -> int:
    """Binary search in a sorted string array (numpy's would copy all of it)."""
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        # Compared as UTF-8 bytes, the order that Arrow sorts in.
        if ordered[middle].as_py().encode() < value.encode():
            low = middle + 1
        else:
            high = middle
    return low
