"""Rows of the archive by meter, made one by one when they are asked for.

A customer as a Python dict is a kilobyte and ten microseconds; of millions only those are told whose curve is
described.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gridcanary.power.remembered import first_not_before


class ArchiveRows(Mapping[str, Mapping[str, Any]]):
    """Rows of CUSTOMERS by meter_id; of several rows of one meter the last one.

    Args:
        archive: CUSTOMERS.
    """

    def __init__(self, archive: pa.Table) -> None:
        self._archive = archive
        self._told: dict[str, Mapping[str, Any]] = {}

    @cached_property
    def _rows(self) -> tuple[pa.StringArray, pa.Array]:
        """The meters, sorted, each once, and their rows."""
        ids = self._archive["meter_id"].combine_chunks().cast(pa.string())
        order = pc.sort_indices(ids)
        ids = ids.take(order)
        differs = pc.not_equal(ids.slice(0, max(0, len(ids) - 1)), ids.slice(1))
        kept = pa.concat_arrays([differs, pa.array([True])]) if len(ids) else differs
        return ids.filter(kept), order.filter(kept)

    def __getitem__(self, meter_id: str) -> Mapping[str, Any]:
        if meter_id not in self._told:
            ids, rows = self._rows
            at = first_not_before(ids, meter_id)
            if at == len(ids) or ids[at].as_py() != meter_id:
                raise KeyError(meter_id)
            self._told[meter_id] = self._archive.slice(rows[at].as_py(), 1).to_pylist()[0]
        return self._told[meter_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows[0].to_pylist())

    def __len__(self) -> int:
        return len(self._rows[0])
