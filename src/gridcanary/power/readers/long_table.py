"""The long form: a row per meter and interval, as CSV, Parquet or Arrow, under any column names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.base import ReadOptions, Rejects, TableKind
from gridcanary.power.readers.clock import clock_of
from gridcanary.power.readers.columnar import ColumnarFile, column_names, is_columnar
from gridcanary.power.readers.intervals import Intervals, day_batches
from gridcanary.power.readers.key_columns import DAY_NAMES, METER_NAMES, STAMP_NAMES, TIME_NAMES
from gridcanary.power.readers.meter_spill import MeterSpill
from gridcanary.power.readers.quantities import QUANTITIES, Quantity, quantity_names, scale_to_primary
from gridcanary.power.readers.stamps import StampColumn
from gridcanary.power.readers.text import (
    TextTable,
    locate_columns,
    read_head,
    require_columns,
    sniffed_header,
)
from gridcanary.power.readers.text_columns import block_columns, numbers

ROWS_IN_MEMORY = 1_000_000
"""Values of whole meters held at a time; some 200 MB with what sorting needs."""
LEAST_BYTES_A_ROW = 24
"""A row of text has at least a short meter id, a stamp of 16 characters and a value; errs towards more,
smaller parts."""


KEYS: tuple[str, ...] = ("meter_id", "ts", "day", "time")


class LongTable:
    """Reader of ``meter_id, ts, kw`` or ``kwh`` and their like."""

    name = "long"
    title_en = "Long table: a row per meter and interval (CSV, Parquet, Arrow)"
    title_zh = "长表：每个电表每个时段一行（CSV、Parquet、Arrow）"
    table: TableKind = "readings"
    whole_days = False

    def sniff(self, path: Path, head: bytes) -> float:
        """0.8 where meter, time and value columns go by names that are known."""
        header = {name.casefold() for name in column_names(path, head) or sniffed_header(head)}
        values = {alias.casefold() for known in quantity_names().values() for alias in known}
        has_time = header & set(STAMP_NAMES) or (header & set(DAY_NAMES) and header & set(TIME_NAMES))
        return 0.8 if header & set(METER_NAMES) and has_time and header & values else 0.0

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Days of readings, meter by meter; the file's order does not matter.

        Values are first set aside by meter (on disk where they are many), so that every meter's interval is
        found from all its values and memory stays bounded for any order of rows.

        Args:
            path: the file.
            options: timezone, stamp, columns, unit, points, factor, factors, meters, encoding and delimiter.
            rejects: takes rows without a meter, a readable time or a number, duplicates and times out of
                range.

        Raises:
            InputError: a column is missing, a time has no known form, or a meter is irregular.
        """
        clock = clock_of(path, options.timezone)
        if is_columnar(read_head(path)):
            file = ColumnarFile(path)
            count, rows = file.row_count, LongRows(path, file.schema.names, options, rejects)
            pieces = _columnar(file, rows)
        else:
            text = TextTable(path, options)
            count, rows = (
                path.stat().st_size // LEAST_BYTES_A_ROW,
                LongRows(path, text.header, options, rejects),
            )
            pieces = _delimited(text, rows)
        with MeterSpill(parts=-(-count // ROWS_IN_MEMORY)) as spill:
            for piece in pieces:
                spill.add(piece)
            for held in spill.parts():
                yield from day_batches(path, held, clock, options, rejects)


class LongRows:
    """What the columns of one long file mean, and the rows that are fit to be read.

    Args:
        path: the file.
        header: its column names.
        options: columns and unit are used.
        rejects: takes the rows that are not fit.
    """

    def __init__(self, path: Path, header: Sequence[str], options: ReadOptions, rejects: Rejects) -> None:
        self.path, self.rejects, self._options = path, rejects, options
        given = dict(options.columns)
        self._form = StampColumn(path, given.pop("ts_format", None))
        self.constant = given["meter_id"][1:] if given.get("meter_id", "").startswith("=") else None
        if self.constant is not None:
            del given["meter_id"]
        names = {"meter_id": METER_NAMES, "ts": STAMP_NAMES, "day": DAY_NAMES, "time": TIME_NAMES}
        found = locate_columns(path, header, {**names, **quantity_names(), "value": ("value",)}, given)
        if "ts" in found or "time" not in found:
            found = {ours: place for ours, place in found.items() if ours != "time"}
            found["ts"] = found.get("ts", found.pop("day", -1))
        if found.get("ts") == -1:
            del found["ts"]
        needed = (["meter_id"] if self.constant is None else []) + ([] if "time" in found else ["ts"])
        require_columns(path, header, found, needed)
        self.keys: dict[str, str] = {key: header[found[key]] for key in KEYS if key in found}
        self.values = self._measured(header, found)

    def _measured(self, header: Sequence[str], found: Mapping[str, int]) -> dict[str, Quantity]:
        """File column to quantity, one for each curve."""
        measured: dict[str, Quantity] = {}
        taken: set[str] = set()
        # What the user mapped goes before what a name was only taken for.
        for name, quantity in sorted(
            QUANTITIES.items(), key=lambda item: item[0] not in self._options.columns
        ):
            if name in found and quantity.curve not in taken and header[found[name]] not in measured:
                measured[header[found[name]]] = quantity
                taken.add(quantity.curve)
        if "value" in found and "load_w" not in taken and self._options.unit in QUANTITIES:
            measured[header[found["value"]]] = QUANTITIES[self._options.unit or "kw"]
        if not measured:
            require_columns(self.path, header, {}, ["kw or kwh"])
        return measured

    def intervals(
        self, lines: NDArray[np.int64], keys: Mapping[str, pa.Array], values: Mapping[str, pa.Array]
    ) -> Intervals:
        """The fit rows of some.

        Args:
            lines: where each row stands in the file.
            keys: meter_id, ts (or day and time) as they stand in the file, text trimmed.
            values: file column to its values, numbers or trimmed text.
        """
        meters = self._meters(lines, keys)
        if "ts" in keys:
            stamps, unread = self._form.seconds(keys["ts"])
            shown = keys["ts"]
        else:
            shown = pc.binary_join_element_wise(_text(keys["day"]), _clock_text(keys["time"]), " ")
            stamps, unread = self._form.seconds(shown)
        fit = np.asarray(
            pc.fill_null(pc.not_equal(meters, ""), False).to_numpy(zero_copy_only=False), dtype=np.bool_
        )
        self._refuse(lines, ~fit, self.keys.get("meter_id"), "no meter id", None)
        self._refuse(lines, fit & unread, self.keys.get("ts", "ts"), "no readable time", shown)
        fit &= ~unread
        curves = {}
        for column, quantity in self.values.items():
            found, wrong = self._numeric(values[column])
            self._refuse(lines, fit & wrong, column, "text where a number should be", values[column])
            fit &= ~wrong
            curves[quantity.curve] = found * quantity.scale
        meters, curves = scale_to_primary(pc.fill_null(meters, ""), curves, self._options)
        energies = frozenset(quantity.curve for quantity in self.values.values() if quantity.energy)
        at_end = self._options.stamp == "end"
        piece = Intervals(meters, stamps, lines, curves, energies, self._form.aware, at_end)
        return piece if fit.all() else piece.take(fit)

    def _numeric(self, column: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            return numbers(_text(column))
        try:
            cast = pc.cast(column, pa.float64(), safe=False)
        except pa.ArrowException as error:
            raise InputError(self.path, f"values are of type {column.type}", remedy="use numbers") from error
        found = np.asarray(pc.fill_null(cast, np.nan).to_numpy(zero_copy_only=False), dtype=np.float64)
        infinite = np.isinf(found)
        return np.where(infinite, np.nan, found), infinite

    def _meters(self, lines: NDArray[np.int64], keys: Mapping[str, pa.Array]) -> pa.Array:
        if self.constant is not None:
            return pa.array([self.constant], pa.string()).take(pa.array(np.zeros(lines.size, dtype=np.int64)))
        return _text(keys["meter_id"])

    def _refuse(
        self,
        lines: NDArray[np.int64],
        where: NDArray[np.bool_],
        column: str | None,
        reason: str,
        shown: pa.Array | None,
    ) -> None:
        for index in np.flatnonzero(where):
            original = "" if shown is None else str(shown[int(index)].as_py() or "")
            self.rejects.add(self.path, int(lines[index]), column, reason, original)


def _delimited(table: TextTable, rows: LongRows) -> Iterator[Intervals]:
    wanted = [*rows.keys.values(), *rows.values]
    positions = [table.header.index(name) for name in wanted]
    for block in table.blocks():
        lines, columns = block_columns(block, positions, rows.rejects)
        keys = dict(zip(rows.keys, columns, strict=False))
        yield rows.intervals(lines, keys, dict(zip(rows.values, columns[len(keys) :], strict=True)))


def _columnar(table: ColumnarFile, rows: LongRows) -> Iterator[Intervals]:
    start = 1
    for batch in table.batches(list(dict.fromkeys([*rows.keys.values(), *rows.values]))):
        lines = np.arange(start, start + batch.num_rows, dtype=np.int64)
        start += batch.num_rows
        keys = {key: _plain(batch[name]) for key, name in rows.keys.items()}
        yield rows.intervals(lines, keys, {name: _plain(batch[name]) for name in rows.values})


def _plain(column: pa.Array) -> pa.Array:
    column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    return pc.utf8_trim_whitespace(column) if pa.types.is_string(column.type) else column


def _text(column: pa.Array) -> pa.Array:
    return column if pa.types.is_string(column.type) else pc.cast(column, pa.string())


def _clock_text(column: pa.Array) -> pa.Array:
    """Times of day as text; a bare hour gets its minutes."""
    texts = _text(column)
    return pc.if_else(
        pc.match_substring_regex(texts, r"^\d{1,2}$"), pc.binary_join_element_wise(texts, "00", ":"), texts
    )
