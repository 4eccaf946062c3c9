"""The product's own tables of balance, customers and weather as Parquet or Arrow, checked on the way in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridcanary.contracts.errors import SchemaMismatch
from gridcanary.contracts.tables import BALANCE, CUSTOMERS, SLOTS_PER_DAY, WEATHER
from gridcanary.power.readers.base import BATCH_ROWS, EARLIEST_DAY, ROW, ReadOptions, Rejects, TableKind
from gridcanary.power.readers.columnar import ColumnarFile, column_names


@dataclass(frozen=True, slots=True)
class StoredTable:
    """One of the tables in contracts/tables.py.

    Args:
        name, title_en, title_zh, table: as in Reader.
        schema: the table's schema; nullable columns may be missing.
        lengths: allowed lengths of a curve.
    """

    name: str
    title_en: str
    title_zh: str
    table: TableKind
    schema: pa.Schema
    lengths: tuple[int, ...] = ()
    whole_days: bool = field(default=True, init=False)

    def sniff(self, path: Path, head: bytes) -> float:
        """Certain where every column that may not be null is there."""
        needed = {item.name for item in self.schema if not item.nullable}
        return 1.0 if needed <= set(column_names(path, head)) else 0.0

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Stream the file, rows with a missing key or an impossible curve refused."""
        file = ColumnarFile(path)
        for item in self.schema:
            if item.name not in file.schema.names and not item.nullable:
                raise SchemaMismatch(path, "is missing", column=item.name)
        row = 1
        wanted = [name for name in self.schema.names if name in file.schema.names]
        for batch in file.batches(wanted, rows_at_a_time=BATCH_ROWS):
            yield self._checked(path, batch, row, options, rejects)
            row += batch.num_rows

    def _checked(
        self, path: Path, batch: pa.RecordBatch, row: int, options: ReadOptions, rejects: Rejects
    ) -> pa.RecordBatch:
        arrays = [self._column(path, batch, item) for item in self.schema]
        rows = np.arange(row, row + batch.num_rows, dtype=np.int64)
        open_schema = pa.schema([pa.field(item.name, item.type) for item in self.schema])
        given = pa.RecordBatch.from_arrays(arrays, schema=open_schema)
        sound = pa.array(self._sound(path, given, rows, options, rejects))
        kept = pa.RecordBatch.from_arrays(given.filter(sound).columns, schema=self.schema)
        return kept.append_column(ROW, pa.array(rows).filter(sound)) if self.table == "balance" else kept

    def _column(self, path: Path, batch: pa.RecordBatch, wanted: pa.Field) -> pa.Array:
        if wanted.name not in batch.schema.names:
            return pa.nulls(batch.num_rows, wanted.type)
        column = batch[wanted.name]
        try:
            return column.cast(wanted.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            first_line = str(error).splitlines()[0][:80]
            problem = f"{column.type} where {wanted.type} should be ({first_line})"
            raise SchemaMismatch(path, problem, column=wanted.name) from error

    def _sound(
        self,
        path: Path,
        batch: pa.RecordBatch,
        rows: NDArray[np.int64],
        options: ReadOptions,
        rejects: Rejects,
    ) -> NDArray[np.bool_]:
        sound = np.ones(batch.num_rows, np.bool_)
        checks = [
            (item.name, batch[item.name].is_null(), "no value") for item in self.schema if not item.nullable
        ]
        if "day" in batch.schema.names:
            low, high = pa.scalar(EARLIEST_DAY), pa.scalar(options.last_day())
            out = pc.or_(pc.less(batch["day"], low), pc.greater(batch["day"], high))
            checks.append(("day", out, "a day out of range"))
        if self.lengths:
            for name in batch.schema.names[2:]:
                known = pc.is_in(pc.list_value_length(batch[name]), pa.array(self.lengths, pa.int32()))
                checks.append(
                    (name, pc.and_(batch[name].is_valid(), pc.invert(known)), "a curve of a wrong length")
                )
        for name, wrong, reason in checks:
            marks = pc.fill_null(wrong, False).to_numpy(zero_copy_only=False)
            for place in np.flatnonzero(marks & sound).tolist():
                rejects.add(path, int(rows[place]), name, reason, str(batch[0][place].as_py()))
            sound &= ~marks
        return sound


STORED_BALANCE = StoredTable(
    "balance",
    "Transformer balance as gridcanary stores it (Parquet, Arrow)",
    "本系统的台区供电量表（Parquet、Arrow）",
    "balance",
    BALANCE,
    (1, *SLOTS_PER_DAY),
)
STORED_CUSTOMERS = StoredTable(
    "customers",
    "Customers as gridcanary stores them (Parquet, Arrow)",
    "本系统的用户档案表（Parquet、Arrow）",
    "customers",
    CUSTOMERS,
)
STORED_WEATHER = StoredTable(
    "weather-table",
    "Weather as gridcanary stores it (Parquet, Arrow)",
    "本系统的气温表（Parquet、Arrow）",
    "weather",
    WEATHER,
    (24,),
)
