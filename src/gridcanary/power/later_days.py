"""Days that came after the records were stored: 26 bytes a meter instead of the whole record.

    days-2024-03-05-00018.arrow    meter_id, day, slots, told (26 bytes), new; a batch a block of meters and day

``told`` is all that folding keeps of a day (power.fold.tell_days), so the days can be folded into the records
when these are next needed, and give the bytes that folding them at once would have given. ``new`` marks meters
that neither the records nor an earlier such file have.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridcanary.power import state as st
from gridcanary.power import state_files as files
from gridcanary.power.fold import fold_told
from gridcanary.power.lake import written_whole
from gridcanary.power.remembered import Span, first_not_before
from gridcanary.power.shelf import NO_METERS, Shelf, rows_of

TOLD = pa.binary(st.DAY_BYTES)

LATER = pa.schema(
    [
        pa.field("meter_id", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("slots", pa.uint16(), nullable=False),
        pa.field("told", TOLD, nullable=False),
        pa.field("new", pa.bool_(), nullable=False),
    ]
)
"""Rows of one batch are of one day, sorted by meter."""


@dataclass(frozen=True, slots=True)
class LaterDays:
    """Days of one file, mapped into memory.

    Args:
        path: the file.
        batches: of LATER.
    """

    path: Path
    batches: Sequence[pa.RecordBatch]

    def of(self, span: Span) -> Iterator[pa.RecordBatch]:
        """Rows of a span's meters."""
        cut = (span.within(batch) for batch in self.batches if batch.num_rows)
        return (batch for batch in cut if batch.num_rows)


@contextlib.contextmanager
def writing(folder: Path, told: files.Told) -> Iterator[Callable[[pa.RecordBatch], None]]:
    """Store days batch by batch; they are known when all is written, or not at all.

    Args:
        folder: the state folder.
        told: what is known with them, and after which file.

    Returns:
        What stores a batch of LATER.
    """
    target = files.next_path(folder, files.DAYS, told.as_of)
    schema = LATER.with_metadata(told.metadata())
    with written_whole(target) as partial, pa.ipc.new_file(str(partial), schema) as writer:
        yield lambda batch: writer.write_batch(batch.replace_schema_metadata(schema.metadata))


def new_meters(later: Iterable[LaterDays], span: Span) -> list[pa.StringArray]:
    """Meters of a span that the days brought."""
    return [batch.column(0).filter(batch.column(4)) for one in later for batch in one.of(span)]


def merged(meter_ids: pa.StringArray, new: Iterable[pa.StringArray]) -> pa.StringArray:
    """Sorted ids with new ones among them."""
    brought = pa.chunked_array([NO_METERS, *new])
    if not len(brought):
        return meter_ids
    every = pa.concat_arrays([meter_ids, *brought.chunks])
    return every.take(pc.sort_indices(every))


def fold_later(
    meter_ids: pa.StringArray, records: NDArray[np.uint8], later: Sequence[LaterDays], span: Span
) -> tuple[pa.StringArray, NDArray[np.uint8]]:
    """Fold the days into a span's records.

    Args:
        meter_ids, records: of the span, as stored before the days; changed in place.
        later: the files, in order.
        span: the meters.

    Returns:
        The same, with the meters that the days brought.
    """
    batches = [batch for one in later for batch in one.of(span)]
    if not batches:
        return meter_ids, records
    shelf = Shelf(meter_ids, records)
    shelf.admit(new_meters(later, span))
    numbers = [int(batch.column(1)[0].value) for batch in batches]
    days = np.unique(numbers).astype(np.int32)
    told = np.zeros((len(days), len(shelf.meter_ids), st.DAY_BYTES), np.uint8)
    slots = np.zeros(told.shape[:2], np.uint16)
    for number, batch in zip(numbers, batches, strict=True):
        at = int(np.searchsorted(days, number))
        ids = batch.column(0)
        rows = rows_of(shelf.meter_ids, ids, first_not_before(shelf.meter_ids, ids[0].as_py()))
        told[at, rows] = _bytes_of(batch.column(3))
        slots[at, rows] = batch.column(2).to_numpy(zero_copy_only=False)
    fold_told(shelf.records, days, told, slots)
    return shelf.meter_ids, shelf.records


def _bytes_of(told: pa.FixedSizeBinaryArray) -> NDArray[np.uint8]:
    whole = np.frombuffer(told.buffers()[1], np.uint8)
    first = told.offset * st.DAY_BYTES
    return whole[first : first + len(told) * st.DAY_BYTES].reshape(-1, st.DAY_BYTES)
