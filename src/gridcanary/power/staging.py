"""Where an import waits until it is whole: rows sorted by day and key, in memory or spilled within the lake.

Rows are gathered up to a budget, sorted and written as one run; a day is then read from all runs together, in
ranges of keys where it is too large for the memory. One pass over the file, whatever the order of its rows.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gridcanary.power.lake import ROW_GROUP_ROWS

PREFIX = ".staging-"
BUDGET_BYTES = 256 << 20
"""Rows kept in memory before they are sorted and spilled; sorting takes the same again."""

_SEQUENCE = "sequence"


class Staging:
    """Rows of one import.

    Use as a context manager: the folder is gone afterwards, whatever happened.

    Args:
        lake: the lake's folder.
        key: the column that, with the day, rows are sorted by.
        budget_bytes: see BUDGET_BYTES.
    """

    def __init__(self, lake: Path, key: str, budget_bytes: int = BUDGET_BYTES) -> None:
        self.folder = lake / f"{PREFIX}{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._key, self._budget = key, budget_bytes
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_bytes, self.rows = 0, 0
        self._runs: list[_Run] = []
        self.columns: set[str] = set()
        """Names of the columns that occurred."""

    def __enter__(self) -> Staging:
        self.folder.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        self._runs.clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows in, in the order of the file."""
        sequence = pa.array(np.arange(self.rows, self.rows + batch.num_rows, dtype=np.int64))
        self._waiting.append(batch.append_column(_SEQUENCE, sequence))
        self._waiting_bytes += batch.nbytes
        self.columns.update(batch.schema.names)
        self.rows += batch.num_rows
        if self._waiting_bytes > self._budget:
            path = self.folder / f"run-{len(self._runs)}.parquet"
            pq.write_table(self._sorted(), path, row_group_size=ROW_GROUP_ROWS, compression="lz4")
            self._runs.append(_FileRun(path, self._key))

    def close(self) -> None:
        """Say that the file is at its end; after that days can be read."""
        if self._waiting:
            self._runs.append(_MemoryRun(self._sorted(), self._key))

    def days(self) -> list[dt.date]:
        """The days that occur, ascending."""
        return sorted({day for run in self._runs for day in run.days()})

    def day(self, day: dt.date, bounds: list[str]) -> Iterator[tuple[str | None, str | None, pa.Table]]:
        """A day's rows in ranges of keys.

        Args:
            day: one of :meth:`days`.
            bounds: keys at which to cut, ascending.

        Returns:
            Lower bound, upper bound (excluded) and rows, maybe none, sorted by key and then as in the file.
        """
        edges: list[str | None] = [None, *bounds, None]
        for low, high in itertools.pairwise(edges):
            parts = [run.read(day, low, high) for run in self._runs]
            parts = [part for part in parts if part.num_rows]
            if not parts:
                yield low, high, pa.table({self._key: pa.array([], pa.string())})
                continue
            if len(parts) > 1:
                table = pa.concat_tables(parts, promote_options="default")
                parts = [table.sort_by([(self._key, "ascending"), (_SEQUENCE, "ascending")])]
            yield low, high, parts[0].drop_columns(_SEQUENCE)

    def marks(self, day: dt.date) -> list[str]:
        """About every ROW_GROUP_ROWS-th key of a day's rows, in no order."""
        return [mark for run in self._runs for mark in run.marks(day)]

    def _sorted(self) -> pa.Table:
        batches = [pa.Table.from_batches([batch]) for batch in self._waiting]
        self._waiting, self._waiting_bytes = [], 0
        table = pa.concat_tables(batches, promote_options="default").combine_chunks()
        keys = [("day", "ascending"), (self._key, "ascending"), (_SEQUENCE, "ascending")]
        return table.take(pc.sort_indices(table, sort_keys=keys)).combine_chunks()


class _Run:
    """Rows sorted by day and key."""

    def days(self) -> set[dt.date]:
        raise NotImplementedError

    def marks(self, day: dt.date) -> list[str]:
        """A key every ROW_GROUP_ROWS rows of the day."""
        raise NotImplementedError

    def read(self, day: dt.date, low: str | None, high: str | None) -> pa.Table:
        raise NotImplementedError


class _MemoryRun(_Run):
    def __init__(self, table: pa.Table, key: str) -> None:
        self._table, self._key = table, key
        numbers = table["day"].combine_chunks().cast(pa.int32()).to_numpy()
        found, firsts, counts = np.unique(numbers, return_index=True, return_counts=True)
        self._spans = {
            dt.date.fromordinal(number + _EPOCH): (first, count)
            for number, first, count in zip(found.tolist(), firsts.tolist(), counts.tolist(), strict=True)
        }

    def days(self) -> set[dt.date]:
        return set(self._spans)

    def marks(self, day: dt.date) -> list[str]:
        keys = self._day(day)[self._key]
        return [keys[i].as_py() for i in range(0, len(keys), ROW_GROUP_ROWS)]

    def read(self, day: dt.date, low: str | None, high: str | None) -> pa.Table:
        return _between(self._day(day), self._key, low, high)

    def _day(self, day: dt.date) -> pa.Table:
        return self._table.slice(*self._spans.get(day, (0, 0)))


class _FileRun(_Run):
    def __init__(self, path: Path, key: str) -> None:
        self._path, self._key = path, key
        self._file = pq.ParquetFile(path)
        names = self._file.schema_arrow.names
        groups = [self._file.metadata.row_group(i) for i in range(self._file.num_row_groups)]
        day, key_at = names.index("day"), names.index(key)
        # Leaf columns and fields have the same place, because key and day come before any list.
        self._spans = [(g.column(day).statistics, g.column(key_at).statistics) for g in groups]
        self._cached: tuple[int, pa.Table] | None = None

    def days(self) -> set[dt.date]:
        found: set[dt.date] = set()
        for group, (span, _) in enumerate(self._spans):
            if span.min == span.max:
                found.add(span.min)
            else:
                found.update(pc.unique(self._group(group)["day"]).to_pylist())
        return found

    def marks(self, day: dt.date) -> list[str]:
        return [keys.min for span, keys in self._spans if span.min == span.max == day]

    def read(self, day: dt.date, low: str | None, high: str | None) -> pa.Table:
        parts = [self._file.schema_arrow.empty_table()]
        for group, (span, keys) in enumerate(self._spans):
            if not span.min <= day <= span.max:
                continue
            one_day = span.min == span.max
            if one_day and ((low is not None and keys.max < low) or (high is not None and keys.min >= high)):
                continue
            table = self._group(group)
            table = table if one_day else table.filter(pc.field("day") == pa.scalar(day))
            parts.append(_between(table, self._key, low, high))
        return pa.concat_tables(parts)

    def _group(self, group: int) -> pa.Table:
        # Days come in order, and a group may hold many: keep the last one read.
        if self._cached is None or self._cached[0] != group:
            self._cached = (group, self._file.read_row_group(group))
        return self._cached[1]


_EPOCH = dt.date(1970, 1, 1).toordinal()


def _between(table: pa.Table, key: str, low: str | None, high: str | None) -> pa.Table:
    if low is not None:
        table = table.filter(pc.field(key) >= low)
    return table if high is None else table.filter(pc.field(key) < high)
