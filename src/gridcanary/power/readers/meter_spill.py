"""Interval values set aside by meter, on disk where they are many."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc

from gridcanary.power.readers.intervals import Intervals


class MeterSpill:
    """Splits a stream of intervals into parts that hold whole meters each.

    With one part everything stays in memory; with more, each part is a file in a temporary folder that goes
    with the context.

    Args:
        parts: number of parts wanted; fewer than two mean memory.

    Example:
        >>> with MeterSpill(parts=1) as spill:
        ...     list(spill.parts())
        []
    """

    def __init__(self, parts: int) -> None:
        self._count = max(1, parts)
        self._kept: list[Intervals] = []
        self._form: Intervals | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._writers: dict[int, ipc.RecordBatchStreamWriter] = {}

    def __enter__(self) -> MeterSpill:
        if self._count > 1:
            self._folder = tempfile.TemporaryDirectory(prefix="gridcanary-")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close_writers()
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, intervals: Intervals) -> None:
        """Set intervals aside; all must have the same curves."""
        self._form = intervals
        if self._count == 1:
            self._kept.append(intervals)
            return
        encoded = intervals.meter_ids.dictionary_encode()
        homes = np.array(
            [zlib.crc32(name.encode()) % self._count for name in encoded.dictionary.to_pylist()],
            dtype=np.int64,
        )
        home = homes[encoded.indices.to_numpy(zero_copy_only=False)]
        for part in np.unique(homes):
            alone = homes.size == 1 or bool((homes == part).all())
            self._write(int(part), intervals if alone else intervals.take(home == part))

    def parts(self) -> Iterator[Intervals]:
        """Each part once; every meter lies whole in one of them."""
        form = self._form
        if form is None:
            return
        if self._count == 1:
            pieces, self._kept = self._kept, []
            yield _joined(form, [_as_batch(piece) for piece in pieces])
            return
        self._close_writers()
        for part in range(self._count):
            path = self._path(part)
            if path.exists():
                with pa.memory_map(str(path)) as source, ipc.open_stream(source) as reader:
                    batches = list(reader)
                yield _joined(form, batches)
                path.unlink()

    def _write(self, part: int, intervals: Intervals) -> None:
        batch = _as_batch(intervals)
        if part not in self._writers:
            options = ipc.IpcWriteOptions(compression="lz4")
            self._writers[part] = ipc.new_stream(str(self._path(part)), batch.schema, options=options)
        self._writers[part].write_batch(batch)

    def _path(self, part: int) -> Path:
        return Path(self._folder.name if self._folder is not None else "") / f"part-{part}.arrows"

    def _close_writers(self) -> None:
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()


def _as_batch(intervals: Intervals) -> pa.RecordBatch:
    curves = {name: pa.array(values) for name, values in intervals.curves.items()}
    keys = {
        "meter_id": intervals.meter_ids,
        "stamp": pa.array(intervals.stamps),
        "row": pa.array(intervals.rows),
    }
    return pa.RecordBatch.from_pydict({**keys, **curves})


def _joined(form: Intervals, batches: list[pa.RecordBatch]) -> Intervals:
    table = pa.Table.from_batches(batches).combine_chunks()
    # A whole part has less than 2 GB of meter names, so one chunk is left, or none.
    meters = table["meter_id"].combine_chunks()
    if isinstance(meters, pa.ChunkedArray):
        meters = pa.concat_arrays(meters.chunks)
    return replace(
        form,
        meter_ids=meters,
        stamps=np.asarray(table["stamp"].to_numpy()),
        rows=np.asarray(table["row"].to_numpy()),
        curves={name: np.asarray(table[name].to_numpy()) for name in form.curves},
    )
