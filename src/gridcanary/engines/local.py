"""One machine: row groups of Parquet files over threads; the only place in the library that knows of threads.

Decoding and the kernels release the interpreter's lock, so threads are enough. No more row groups are in
flight than twice the threads, so memory does not grow with the files.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from gridcanary.contracts.errors import InputError

Result = TypeVar("Result")
Kernel = Callable[[pa.RecordBatch], pa.RecordBatch]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Some rows of a Parquet file that are read and worked on together.

    Args:
        file: the file.
        index: which row group of it.
        first_row: rows before it in the file and in those named before.
        rows: rows in it.
        footer: the file's metadata, so that it is parsed once and not once a row group.
    """

    file: Path
    index: int
    first_row: int
    rows: int
    footer: pq.FileMetaData = field(repr=False, compare=False)

    def bounds(self, column: str) -> tuple[str, str] | None:
        """Least and greatest value of a text column by the file's own statistics, None where it has none."""
        at = self.footer.schema.names.index(column)
        statistics = self.footer.row_group(self.index).column(at).statistics
        if statistics is None or not statistics.has_min_max:
            return None
        return statistics.min, statistics.max


def default_threads() -> int:
    """Threads that are used where nobody says how many: the processors that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def row_groups(files: Iterable[Path]) -> Iterator[RowGroup]:
    """The row groups of files, in order.

    Raises:
        InputError: a file cannot be read.
    """
    first_row = 0
    for file in files:
        try:
            footer = pq.read_metadata(file)
        except (OSError, pa.ArrowInvalid) as error:
            raise InputError(file, f"cannot be read ({error})") from error
        for index in range(footer.num_row_groups):
            rows = footer.row_group(index).num_rows
            yield RowGroup(file, index, first_row, rows, footer)
            first_row += rows


class _Reader:
    """Open files, one a thread, since an open Parquet file may be read by one thread at a time."""

    def __init__(self, columns: Sequence[str] | None) -> None:
        self._columns = None if columns is None else list(columns)
        self._held = threading.local()

    def read(self, group: RowGroup) -> pa.RecordBatch:
        try:
            table = self._opened(group).read_row_group(group.index, columns=self._columns, use_threads=False)
        except (OSError, pa.ArrowInvalid) as error:
            raise InputError(group.file, f"cannot be read ({error})") from error
        if self._columns is not None:
            table = table.select(self._columns)
        batches = table.combine_chunks().to_batches()
        return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)

    def _opened(self, group: RowGroup) -> pq.ParquetFile:
        if getattr(self._held, "file", None) != group.file:
            self._held.stored = pq.ParquetFile(group.file, metadata=group.footer)
            self._held.file = group.file
        return self._held.stored


def map_groups(
    groups: Iterable[RowGroup],
    kernel: Callable[[RowGroup, pa.RecordBatch], Result],
    *,
    columns: Sequence[str] | None = None,
    threads: int | None = None,
) -> Iterator[Result]:
    """Read row groups and apply a kernel to each.

    Args:
        groups: what to read.
        kernel: called with the row group and its rows, in any thread and any order.
        columns: to read, in this order; None is all.
        threads: how many; None is one a processor.

    Returns:
        What the kernel gave, in the order of the groups.

    Raises:
        InputError: a file cannot be read.
    """
    threads = threads or default_threads()
    reader = _Reader(columns)

    def work(group: RowGroup) -> Result:
        return kernel(group, reader.read(group))

    if threads == 1:
        yield from map(work, groups)
        return
    running: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="gridcanary") as pool:
        try:
            for group in groups:
                running.append(pool.submit(work, group))
                if len(running) >= 2 * threads:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()


def map_batches(
    files: Sequence[Path],
    kernel: Kernel,
    *,
    columns: Sequence[str] | None = None,
    schema: pa.Schema,
    threads: int | None = None,
) -> Iterator[pa.RecordBatch]:
    """Apply a kernel in which every row stands alone to Parquet files.

    Args:
        files: Parquet files of one schema.
        kernel: batch in, batch out.
        columns: to read, in this order; None is all.
        schema: of what the kernel gives.
        threads: how many; None is one a processor.

    Returns:
        Batches of ``schema``, in the order of the files.

    Raises:
        InputError: a file cannot be read.
    """
    groups = row_groups(files)
    for batch in map_groups(groups, lambda _group, read: kernel(read), columns=columns, threads=threads):
        yield batch.cast(schema) if batch.schema != schema else batch
