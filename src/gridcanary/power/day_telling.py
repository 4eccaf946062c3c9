"""New days taken down without the records: on most days of a week nothing more has to be done.

At the weekly pace the records are needed on one day of the week. On the others the day's readings are read,
told in 26 bytes a meter and stored beside the records (power.later_days).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from gridcanary.engines.local import RowGroup, map_groups
from gridcanary.power import later_days as later
from gridcanary.power.history import Gauge, Plan, Progress
from gridcanary.power.remembered import Span, first_not_before
from gridcanary.power.shelf import rows_of
from gridcanary.power.snapshot import StoredHistory
from gridcanary.power.state_files import Told
from gridcanary.power.telling import tell_curves

_EPOCH = dt.date(1970, 1, 1)


def can_tell(work: Plan) -> bool:
    """Whether all that is unread comes after what the stored records hold."""
    stored = work.snapshot
    return isinstance(stored, StoredHistory) and all(day > stored.as_of for day in work.unread)


def tell_blocks(
    work: Plan, folder: Path, *, threads: int | None = None, progress: Progress | None = None
) -> Iterator[pa.StringArray]:
    """Take down the unread days block by block.

    Args:
        work: what has to be read, of which :func:`can_tell` is true.
        folder: the state folder.
        threads, progress: as for :func:`gridcanary.power.history.recall`.

    Returns:
        Ids of all meters known, block by block, sorted.
    """
    stored = work.snapshot
    if not isinstance(stored, StoredHistory):
        raise TypeError("only a stored history can be continued by days")
    if not work.unread:
        yield from (stored.meter_ids(span) for span in work.spans())
        return
    spans = work.spans()
    gauge = Gauge.of(work, spans, progress)
    told = Told(max(work.folded), work.folded, stored.newest.name)
    with later.writing(folder, told) as store:
        for span in spans:
            meter_ids = stored.meter_ids(span)
            for day in work.unread:
                groups = [group for group in work.groups[day] if span.overlaps(group)]
                done = map_groups(
                    groups, _TellDay(day, span, meter_ids), columns=["meter_id", "load_w"], threads=threads
                )
                batches = []
                for batch in done:
                    batches.append(batch)
                    gauge.add()
                if rows := pa.Table.from_batches(batches, later.LATER).combine_chunks().to_batches():
                    store(rows[0])
                    meter_ids = later.merged(meter_ids, [rows[0].column(0).filter(rows[0].column(4))])
            yield meter_ids


@dataclass(frozen=True, slots=True)
class _TellDay:
    """Tells the rows of a row group.

    Args:
        day: the day.
        span: the meters that are worked on.
        meter_ids: those of the span that are known.
    """

    day: dt.date
    span: Span
    meter_ids: pa.StringArray

    def __call__(self, _group: RowGroup, batch: pa.RecordBatch) -> pa.RecordBatch:
        meter_ids, load_w = self.span.within(batch).columns
        rows = len(meter_ids)
        told, slots = tell_curves(load_w)
        columns = [
            meter_ids,
            pa.array(np.full(rows, (self.day - _EPOCH).days, np.int32)).cast(pa.date32()),
            pa.array(slots.astype(np.uint16)),
            pa.FixedSizeBinaryArray.from_buffers(later.TOLD, rows, [None, pa.py_buffer(told)]),
            pa.array(self._are_new(meter_ids)),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=later.LATER)

    def _are_new(self, meter_ids: pa.StringArray) -> np.ndarray:
        if not len(meter_ids):
            return np.empty(0, np.bool_)
        found = rows_of(self.meter_ids, meter_ids, first_not_before(self.meter_ids, meter_ids[0].as_py()))
        return np.zeros(len(meter_ids), np.bool_) if isinstance(found, slice) else found < 0
