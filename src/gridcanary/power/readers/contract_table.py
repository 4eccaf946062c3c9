"""The product's own tables (READINGS, BALANCE, WEATHER) as Parquet or Arrow, checked on the way in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridcanary.contracts.errors import SchemaMismatch
from gridcanary.contracts.tables import SLOTS_PER_DAY
from gridcanary.power.readers.base import (
    BATCH_ROWS,
    CURVES,
    EARLIEST_DAY,
    INT32_MAX,
    ReadOptions,
    Rejects,
    TableKind,
    readings_batch,
)
from gridcanary.power.readers.columnar import ColumnarFile, column_names
from gridcanary.power.readers.seen_days import SeenDays


class ContractTable:
    """Reader of tables that already have the shape of READINGS."""

    name = "readings"
    title_en = "Readings as gridcanary stores them (Parquet, Arrow)"
    title_zh = "本系统的负荷数据表（Parquet、Arrow）"
    table: TableKind = "readings"
    whole_days = True

    def sniff(self, path: Path, head: bytes) -> float:
        """1 where meter_id, day and a curve column are there."""
        names = set(column_names(path, head))
        return 1.0 if {"meter_id", "day"} <= names and names & set(CURVES) else 0.0

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """The file's rows, cast to the exact types.

        Args:
            path: the file.
            options: the last day that is accepted, and points.
            rejects: takes rows without a meter or a day, curves of a wrong length, values beyond 32 bits and
                second rows of one meter and day.

        Raises:
            InputError: the file is damaged or a column has another type.
        """
        table = ColumnarFile(path)
        curves = [name for name in CURVES if name in table.schema.names]
        _check_schema(path, table.schema, curves)
        rows, start = _ContractRows(path, options, rejects), 1
        for batch in table.batches(["meter_id", "day", *curves], rows_at_a_time=BATCH_ROWS):
            yield from rows.checked(batch, curves, start)
            start += batch.num_rows


def _check_schema(path: Path, schema: pa.Schema, curves: list[str]) -> None:
    for name in ("meter_id", "day"):
        if name not in schema.names:
            raise SchemaMismatch(
                path, f"has no column {name}", remedy=f"the file has {', '.join(schema.names[:12])}"
            )
    if not curves:
        raise SchemaMismatch(
            path, "has no curve column", remedy="load_w or one of the channels in docs/formats.md"
        )
    meter = schema.field("meter_id").type
    meter = meter.value_type if pa.types.is_dictionary(meter) else meter
    if not (pa.types.is_string(meter) or pa.types.is_large_string(meter)):
        raise SchemaMismatch(path, f"is of type {meter}, not text", column="meter_id")
    if not pa.types.is_date(schema.field("day").type):
        raise SchemaMismatch(path, f"is of type {schema.field('day').type}, not a date", column="day")
    for name in curves:
        kind = schema.field(name).type
        listed = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
        if not listed or not pa.types.is_integer(kind.value_type):
            raise SchemaMismatch(path, f"is of type {kind}, not a list of whole numbers", column=name)


class _ContractRows:
    def __init__(self, path: Path, options: ReadOptions, rejects: Rejects) -> None:
        self._path, self._options, self._rejects = path, options, rejects
        self._seen = SeenDays()

    def checked(self, batch: pa.RecordBatch, curves: list[str], start: int) -> Iterator[pa.RecordBatch]:
        """The fit rows of a batch; ``start`` is the 1-based row of its first."""
        meters = pc.cast(batch["meter_id"], pa.string())
        days = pc.cast(batch["day"], pa.date32(), safe=False)
        fit = np.ones(batch.num_rows, dtype=np.bool_)
        named = pc.fill_null(pc.not_equal(meters, ""), False)
        self._refuse(fit, start, _mask(named), "meter_id", "no meter id")
        numbers = np.asarray(pc.fill_null(pc.cast(days, pa.int32()), -(10**6)).to_numpy(zero_copy_only=False))
        first, last = (
            np.datetime64(day, "D").astype(int) for day in (EARLIEST_DAY, self._options.last_day())
        )
        self._refuse(fit, start, (numbers >= first) & (numbers <= last), "day", "time out of range")
        arrays = {name: self._narrowed(fit, start, name, batch[name]) for name in curves}
        self._check_lengths(fit, start, arrays)
        again = np.zeros(fit.size, dtype=np.bool_)
        again[fit] = self._seen.again(meters.filter(pa.array(fit)), numbers[fit].astype(np.int64))
        self._refuse(fit, start, ~again, "day", "duplicate meter and day")
        if fit.any():
            keep = pa.array(fit)
            yield readings_batch(
                meters.filter(keep),
                days.filter(keep),
                {name: array.filter(keep) for name, array in arrays.items()},
            )

    def _narrowed(self, fit: NDArray[np.bool_], start: int, name: str, column: pa.Array) -> pa.Array:
        """The lists as list<int32>; those with a number beyond 32 bits are refused."""
        values = pc.list_flatten(column)
        wide = pc.cast(values, pa.int64(), safe=False)
        large = pc.fill_null(pc.or_(pc.greater(wide, INT32_MAX), pc.less(wide, -INT32_MAX)), False)
        for index in np.unique(pc.list_parent_indices(column).filter(large).to_numpy(zero_copy_only=False)):
            self._refuse_one(fit, start, int(index), name, "number too large")
        narrow = pc.cast(pc.if_else(large, pa.scalar(None, pa.int64()), wide), pa.int32())
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
        offsets = pa.array(np.concatenate(([0], np.cumsum(lengths))), pa.int32())
        return pa.ListArray.from_arrays(offsets, narrow, mask=pc.is_null(column))

    def _check_lengths(self, fit: NDArray[np.bool_], start: int, arrays: dict[str, pa.Array]) -> None:
        wanted = (self._options.points,) if self._options.points is not None else SLOTS_PER_DAY
        common = np.zeros(fit.size, dtype=np.int64)
        for name, array in arrays.items():
            lengths = np.asarray(pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False))
            given = lengths > 0
            reason = f"a curve of another length than {', '.join(map(str, wanted))}"
            self._refuse(fit, start, ~given | np.isin(lengths, wanted), name, reason)
            clash = given & (common > 0) & (lengths != common)
            self._refuse(fit, start, ~clash, name, "curves of different lengths in one row")
            common = np.where(given & (common == 0), lengths, common)
        self._refuse(fit, start, common > 0, next(iter(arrays)), "no values")

    def _refuse(
        self, fit: NDArray[np.bool_], start: int, sound: NDArray[np.bool_], column: str, reason: str
    ) -> None:
        for index in np.flatnonzero(fit & ~sound):
            self._refuse_one(fit, start, int(index), column, reason)

    def _refuse_one(self, fit: NDArray[np.bool_], start: int, index: int, column: str, reason: str) -> None:
        if fit[index]:
            fit[index] = False
            self._rejects.add(self._path, start + index, column, reason)


def _mask(array: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.bool_)
