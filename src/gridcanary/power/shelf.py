"""Records of meters while days are folded into them, found by the meters' ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridcanary.power import state as st
from gridcanary.power.fold import empty_records
from gridcanary.power.remembered import first_not_before

NO_METERS = pa.array([], pa.string())


@dataclass(slots=True)
class Shelf:
    """Records while they are folded: sorted ids, and what one run gathers beside them."""

    meter_ids: pa.StringArray
    records: NDArray[np.uint8]
    again: list[pa.StringArray] = field(default_factory=list)
    readings: int = 0

    def admit(self, meter_ids: Iterable[pa.StringArray]) -> None:
        """Make room for meters that are new."""
        new = pc.unique(pa.chunked_array([NO_METERS, *meter_ids]))
        if not len(new):
            return
        every = pa.concat_arrays([self.meter_ids, new])
        order = pc.sort_indices(every).to_numpy(zero_copy_only=False)
        known = order < len(self.meter_ids)
        records = empty_records(len(every))
        records[known] = self.records
        self.meter_ids, self.records = every.take(pa.array(order)), records

    def forget_unseen(self) -> None:
        """Drop meters of which no day is left: a correction took away the only ones they had."""
        seen = self.records[:, st.SLOTS : st.SLOTS + 2].any(axis=1)
        if not seen.all():
            self.meter_ids, self.records = self.meter_ids.filter(pa.array(seen)), self.records[seen]


def rows_of(known: pa.StringArray, meter_ids: pa.StringArray, guess: int) -> NDArray[np.int64] | slice:
    """Rows of meters among sorted ids, -1 where unknown.

    Returns:
        A slice where they stand together at ``guess``, as mostly they do.
    """
    n = len(meter_ids)
    if known.slice(guess, n).equals(meter_ids):
        return slice(guess, guess + n)
    ends = pc.min_max(meter_ids)
    first = first_not_before(known, ends["min"].as_py())
    last = first_not_before(known, ends["max"].as_py()) + 1
    found = pc.index_in(meter_ids, known.slice(first, last - first))
    rows = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(rows >= 0, rows + first, -1)
