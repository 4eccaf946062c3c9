"""A history on disk: a folder of Arrow files, one a run, of which the newest is read and a few older are
kept.

    history-2024-03-01-00017.arrow    meter_id, record (1,024 bytes), uncompressed, a batch a block of meters

Days that came after it may stand beside it (power.later_days) and are folded in when it is read. The files'
metadata tells what they hold and which kernels made them. A file is written beside its place and put there in
one step.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.contracts.errors import LakeError
from gridcanary.power import later_days
from gridcanary.power import state as st
from gridcanary.power import state_files as files
from gridcanary.power.fold import empty_records
from gridcanary.power.lake import written_whole
from gridcanary.power.remembered import BLOCK_METERS, History, Span
from gridcanary.power.shelf import NO_METERS

KEPT = 3
"""Snapshots that stay, the newest included: enough to go back before a bad import."""


def write(path: Path, history: History, *, keep: int = KEPT) -> Path:
    """Store a history as the newest one.

    Args:
        path: the folder; made where it is missing.
        history: what to store.
        keep: how many to leave, this one included.

    Returns:
        The file written.
    """
    with writing(path, history.as_of, history.folded, keep=keep) as (target, store):
        for first in range(0, len(history.meter_ids), BLOCK_METERS):
            last = first + BLOCK_METERS
            ids, records = history.meter_ids[first:last], history.records[first:last]
            store(replace(history, meter_ids=ids, records=records))
    return target


@contextlib.contextmanager
def writing(
    path: Path, as_of: dt.date, folded: Mapping[dt.date, str], *, keep: int = KEPT
) -> Iterator[tuple[Path, Callable[[History], None]]]:
    """Store a history block by block; it becomes the newest one when all is written, or not at all.

    Args:
        path: the folder; made where it is missing.
        as_of, folded: of the whole history.
        keep: how many to leave, this one included.

    Returns:
        The file, and what stores a block; blocks come in the order of their meters.
    """
    path = Path(path)
    target = files.next_path(path, files.HISTORY, as_of)
    schema = _SCHEMA.with_metadata(files.Told(as_of, folded).metadata())
    with written_whole(target) as partial, pa.ipc.new_file(str(partial), schema) as writer:

        def store(block: History) -> None:
            if not len(block.meter_ids):
                return
            rows = pa.py_buffer(np.ascontiguousarray(block.records))
            record = pa.FixedSizeBinaryArray.from_buffers(
                _SCHEMA.field(1).type, len(block.meter_ids), [None, rows]
            )
            writer.write_batch(pa.RecordBatch.from_arrays([block.meter_ids, record], schema=schema))

        yield target, store
    _forget(path, keep)


def _forget(path: Path, keep: int) -> None:
    """Delete what was written before the oldest snapshot that stays."""
    stored = files.stored(path)
    kept = [one.number for one in stored if one.kind == files.HISTORY][-keep:]
    for old in stored:
        if old.number < kept[0]:
            old.path.unlink()


_SCHEMA = pa.schema(
    [
        pa.field("meter_id", pa.string(), nullable=False),
        pa.field("record", pa.binary(st.RECORD_BYTES), nullable=False),
    ]
)


def exists(path: Path) -> bool:
    """Whether a folder holds a history."""
    return any(one.kind == files.HISTORY for one in files.stored(Path(path)))


@dataclass(slots=True)
class Room:
    """Memory that one block's records after another are read into: fresh memory costs more than reading."""

    _held: NDArray[np.uint8] = field(default_factory=lambda: empty_records(0))

    def of(self, meters: int) -> NDArray[np.uint8]:
        """Room for so many records; what was there before is lost."""
        if len(self._held) < meters:
            self._held = np.empty((meters, st.RECORD_BYTES), np.uint8)
        return self._held[:meters]


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """A history on disk, of which one block is read at a time.

    Args:
        path: the file of the records.
        as_of, folded: as in :class:`gridcanary.power.remembered.History`, later days included.
        blocks: batches of meters and records, mapped into memory.
        later: days that came after the records.
        room: where records are read to; None takes fresh memory each time.
    """

    path: Path
    as_of: dt.date
    folded: Mapping[dt.date, str]
    blocks: tuple[pa.RecordBatch, ...]
    later: tuple[later_days.LaterDays, ...]
    room: Room | None = None

    @property
    def newest(self) -> Path:
        """The file that a next one follows."""
        return self.later[-1].path if self.later else self.path

    def starts(self) -> list[str]:
        """First meter of every block but the first."""
        return [block.column(0)[0].as_py() for block in self.blocks[1:]]

    def meter_ids(self, span: Span) -> pa.StringArray:
        """Meters of a span, sorted."""
        known = [_cut(block.column(0), span) for block in self._within(span)]
        told = known[0] if len(known) == 1 else pa.concat_arrays([NO_METERS, *known])
        return later_days.merged(told, later_days.new_meters(self.later, span))

    def between(self, span: Span) -> tuple[pa.StringArray, NDArray[np.uint8]]:
        """Meters of a span and their records, read into memory, with the later days folded in.

        With a ``room`` the records of the span before are lost.
        """
        return later_days.fold_later(*self._stored_between(span), self.later, span)

    def _within(self, span: Span) -> list[pa.RecordBatch]:
        """Blocks that may hold some of a span's meters."""
        firsts = [block.column(0)[0].as_py() for block in self.blocks]
        return [
            block
            for block, first, end in zip(self.blocks, firsts, [*firsts[1:], None], strict=True)
            if (span.high is None or first < span.high)
            and (span.low is None or end is None or end > span.low)
        ]

    def _stored_between(self, span: Span) -> tuple[pa.StringArray, NDArray[np.uint8]]:
        """The same as they were stored."""
        parts = [_parts(*span.within(block).columns) for block in self._within(span)]
        if not parts:
            return NO_METERS, empty_records(0)
        meters = sum(len(ids) for ids, _ in parts)
        records = self.room.of(meters) if self.room is not None else empty_records(meters)
        first = 0
        for _, stored in parts:
            records[first : first + len(stored)] = stored
            first += len(stored)
        return pa.concat_arrays([ids for ids, _ in parts]) if len(parts) > 1 else parts[0][0], records


def _cut(meter_ids: pa.StringArray, span: Span) -> pa.StringArray:
    return span.within(pa.RecordBatch.from_arrays([meter_ids], ["meter_id"])).column(0)


def open_stored(path: Path, room: Room | None = None) -> StoredHistory:
    """The newest history of a folder, of which nothing is read yet.

    Args:
        path: as for :func:`read`, errors too.
        room: where records will be read to, one block after another; None takes fresh memory each time.
    """
    newest, after = _newest(Path(path))
    batches, told = files.mapped(newest, _SCHEMA)
    later, before = [], newest
    for file in after:
        days, told = files.mapped(file, later_days.LATER)
        if told.after != before.name:
            raise files.SnapshotError(file, f"follows {told.after}, which is missing")
        later.append(later_days.LaterDays(file, days))
        before = file
    blocks = tuple(batch for batch in batches if batch.num_rows)
    return StoredHistory(newest, told.as_of, told.folded, blocks, tuple(later), room)


def read(path: Path) -> History:
    """The newest history of a folder; records that were stored as one block are mapped, not loaded.

    Args:
        path: the folder, or a file of records in it, which then counts without later days.

    Raises:
        LakeError: there is none, or it is damaged.
        SnapshotError: another version of the kernels or of the layout wrote it.
    """
    stored = open_stored(path)
    if stored.later:
        meter_ids, records = stored.between(Span())
    else:
        table = pa.Table.from_batches(files.mapped(stored.path, _SCHEMA)[0], _SCHEMA)
        meter_ids, records = _parts(*(_one(table.column(name)) for name in _SCHEMA.names))
    return History(meter_ids, records, stored.as_of, len(stored.folded), 0, stored.folded)


def _newest(path: Path) -> tuple[Path, Sequence[Path]]:
    """The newest file of records, and those of the days after it."""
    if not path.is_dir():
        return path, []
    stored = files.stored(path)
    histories = [one for one in stored if one.kind == files.HISTORY]
    if not histories:
        raise LakeError(path, "holds no history")
    return histories[-1].path, [one.path for one in stored if one.number > histories[-1].number]


def _parts(meter_ids: pa.StringArray, record: pa.Array) -> tuple[pa.StringArray, NDArray[np.uint8]]:
    whole = np.frombuffer(record.buffers()[1] or b"", np.uint8)
    start = record.offset * st.RECORD_BYTES
    records = whole[start : start + len(record) * st.RECORD_BYTES].reshape(-1, st.RECORD_BYTES)
    return meter_ids, records


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
