"""The wide form: a row per meter and day (and channel) with 24, 48, 96 or 288 values, as CSV, Parquet or
Arrow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError, SchemaMismatch
from gridcanary.contracts.tables import SLOTS_PER_DAY
from gridcanary.power.readers.base import (
    BATCH_ROWS,
    EARLIEST_DAY,
    INT32_MAX,
    ReadOptions,
    Rejects,
    TableKind,
    readings_batch,
)
from gridcanary.power.readers.columnar import ColumnarFile, column_names, is_columnar
from gridcanary.power.readers.key_columns import DAY_NAMES, METER_NAMES
from gridcanary.power.readers.numbers import NumberRows, read_numbers
from gridcanary.power.readers.quantities import QUANTITIES, Quantity, quantity_called, scale_to_primary
from gridcanary.power.readers.seen_days import SeenDays
from gridcanary.power.readers.stamps import StampColumn
from gridcanary.power.readers.text import (
    TextTable,
    locate_columns,
    read_head,
    require_columns,
    sniffed_header,
)

CHANNEL_NAMES = ("unit", "units", "uom", "channel", "measure", "quantity", "量", "数据类型", "单位")
_NUMBERED = re.compile(r"(?:[A-Za-z]+[_ ]?)?(\d{1,3})")
_CLOCK = re.compile(r"(?:[A-Za-z]+[_ ]?)?(\d{1,2}):(\d{2})(?::00)?(?:\s*[-~–]\s*\d{1,2}:\d{2}(?::00)?)?")
_CLOCK_DIGITS = re.compile(r"(?:[A-Za-z]+[_ ]?)?([0-2]\d)([0-5]\d)")


@dataclass(frozen=True, slots=True)
class ValueColumns:
    """The value columns of a wide file.

    Args:
        names: in the order of the day.
        first_minute: clock time in the first one's name [min]; None where the names only count.
    """

    names: tuple[str, ...]
    first_minute: int | None


class WideTable:
    """Reader of rows with a whole day each."""

    name = "wide"
    title_en = "Wide table: a row per meter and day with 24, 48, 96 or 288 values (CSV, Parquet, Arrow)"
    title_zh = "宽表：每个电表每天一行，含 24、48、96 或 288 个点（CSV、Parquet、Arrow）"
    table: TableKind = "readings"
    # Values stamped 00:00 as an end belong to the day before, so a file may begin or end within a day.
    whole_days = False

    def sniff(self, path: Path, head: bytes) -> float:
        """0.7 where there are a meter, a day and a day's worth of value columns."""
        header = column_names(path, head) or sniffed_header(head)
        folded = {name.casefold() for name in header}
        if not (folded & set(METER_NAMES) and folded & set(DAY_NAMES)):
            return 0.0
        return 0.7 if _longest_run(header) is not None else 0.0

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Days of readings in the file's order.

        Args:
            path: the file.
            options: first_point, stamp, columns, unit, points, factor, factors, meters, encoding and
                delimiter.
            rejects: takes short rows, text in a number, days out of range and second rows of one meter, day
                and channel.

        Raises:
            InputError: a column is missing, or the value columns are not 24, 48, 96 or 288.
        """
        if is_columnar(read_head(path)):
            table = ColumnarFile(path)
            rows = WideRows(path, table.schema.names, options, rejects)
            pieces = _columnar(table, rows)
        else:
            text = TextTable(path, options)
            rows = WideRows(path, text.header, options, rejects)
            pieces = _delimited(text, rows)
        for piece in pieces:
            yield from rows.batches(piece)


class WideRows:
    """What the columns of one wide file mean, and its rows as readings.

    Args:
        path: the file.
        header: its column names.
        options: as for :meth:`WideTable.read`.
        rejects: takes the rows that are not fit.

    Raises:
        InputError: a column is missing, the values are not a day's, or their unit is unknown.
    """

    def __init__(self, path: Path, header: Sequence[str], options: ReadOptions, rejects: Rejects) -> None:
        self.path, self.rejects, self._options = path, rejects, options
        given = dict(options.columns)
        self._form = StampColumn(path, given.pop("ts_format", None))
        meter = given.get("meter_id", "")
        self._constant = meter[1:] if meter.startswith("=") else None
        if self._constant is not None:
            del given["meter_id"]
        names = {"meter_id": METER_NAMES, "day": DAY_NAMES, "channel": CHANNEL_NAMES}
        found = locate_columns(path, header, names, given)
        require_columns(path, header, found, ["day"] if self._constant is not None else ["meter_id", "day"])
        self.texts = {ours: header[place] for ours, place in found.items()}
        self.values = find_value_columns(path, header, set(self.texts.values()), options.points)
        self._slots = len(self.values.names)
        self._shift = self._slot_shift()
        self._seen = SeenDays()

    def _slot_shift(self) -> int:
        first = self.values.first_minute
        if first is None:
            options = self._options
        else:
            options = replace(self._options, first_point=f"{first // 60:02d}:{first % 60:02d}")
        try:
            return options.slot_shift(self._slots)
        except ValueError as error:
            raise InputError(self.path, str(error), row=1, remedy="check --first-point") from error

    def batches(self, piece: NumberRows) -> Iterator[pa.RecordBatch]:
        """Readings of some rows, a batch for each kind of channel."""
        days, unread = self._form.seconds(pa.array(piece.texts["day"], pa.string()))
        dates = days // 86400
        fit = self._refused(piece, ~unread, "day", "no readable date")
        first = np.datetime64(EARLIEST_DAY, "D").astype(np.int64)
        last = np.datetime64(self._options.last_day(), "D").astype(np.int64)
        fit &= self._refused(piece, unread | ((dates >= first) & (dates <= last)), "day", "time out of range")
        if "meter_id" in piece.texts:
            named = np.array([bool(meter) for meter in piece.texts["meter_id"]], dtype=np.bool_)
            fit &= self._refused(piece, named, "meter_id", "no meter id")
            meters = piece.texts["meter_id"]
        else:
            meters = [self._constant or ""] * piece.rows.size
        kinds = self._quantities(piece)
        for kind in dict.fromkeys(kinds):
            mine = np.array([other is kind for other in kinds], dtype=np.bool_) & fit
            if kind is not None and mine.any():
                yield from self._one_kind(piece, mine, meters, dates, kind)

    def _one_kind(
        self,
        piece: NumberRows,
        mine: NDArray[np.bool_],
        meters: list[str],
        dates: NDArray[np.int64],
        kind: Quantity,
    ) -> Iterator[pa.RecordBatch]:
        with np.errstate(invalid="ignore"):
            power = piece.values * kind.scale * (self._slots / 24 if kind.energy else 1.0)
        ids, curves = scale_to_primary(pa.array(meters, pa.string()), {kind.curve: power}, self._options)
        with np.errstate(invalid="ignore"):
            large = (np.abs(curves[kind.curve]) > INT32_MAX).any(axis=1)
        mine = mine & self._refused(piece, ~large | ~mine, None, "number too large")
        again = np.zeros(mine.size, dtype=np.bool_)
        again[mine] = self._seen.again(ids.filter(pa.array(mine)), dates[mine], kind.curve)
        mine = mine & self._refused(piece, ~again, None, "duplicate meter and day")
        kept, days = ids.filter(pa.array(mine)), dates[mine]
        for start in range(0, days.size, BATCH_ROWS):
            part = slice(start, start + BATCH_ROWS)
            rows = curves[kind.curve][mine][part]
            yield from _shifted(kept[part], days[part], kind.curve, rows, self._shift)

    def _quantities(self, piece: NumberRows) -> list[Quantity | None]:
        """What each row measures; None for a channel that the readings have no place for."""
        unit = QUANTITIES.get(self._options.unit or "")
        if "channel" not in piece.texts:
            if unit is None:
                raise InputError(
                    self.path, "the unit of the values is not known", remedy="give --unit kw or --unit kwh"
                )
            return [unit] * piece.rows.size
        known = {name: quantity_called(name) for name in set(piece.texts["channel"])}
        if unit is not None and not any(known.values()):
            known = dict.fromkeys(known, unit)
        fit = np.array([known[name] is not None for name in piece.texts["channel"]], dtype=np.bool_)
        self._refused(
            piece, fit, "channel", "a channel that is neither power, energy nor another known quantity"
        )
        return [known[name] for name in piece.texts["channel"]]

    def _refused(
        self, piece: NumberRows, fit: NDArray[np.bool_], ours: str | None, reason: str
    ) -> NDArray[np.bool_]:
        for index in np.flatnonzero(~fit):
            shown = piece.texts[ours][index] if ours in piece.texts else ""
            column = self.texts.get(ours, ours) if ours else None
            self.rejects.add(self.path, int(piece.rows[index]), column, reason, shown)
        return fit


def find_value_columns(path: Path, header: Sequence[str], keys: set[str], points: int | None) -> ValueColumns:
    """The columns with a day's values: numbered (P1 to P96, h0 to h23) or named by clock times (0:05 to
    24:00).

    Raises:
        SchemaMismatch: there is no run of 24, 48, 96 or 288 of them (or of ``points``).
    """
    found = _longest_run([name for name in header if name not in keys])
    if found is None or (points is not None and len(found.names) != points):
        wanted = str(points) if points is not None else "24, 48, 96 or 288"
        raise SchemaMismatch(
            path,
            f"has no run of {wanted} value columns",
            row=1,
            remedy="value columns are numbered (P1, P2 ...) or named by clock times (00:00, 00:15 ...)",
        )
    return found


def _longest_run(header: Sequence[str]) -> ValueColumns | None:
    for pattern in (_CLOCK, _CLOCK_DIGITS):
        clocks = {name: 60 * int(hit[1]) + int(hit[2]) for name in header if (hit := pattern.fullmatch(name))}
        run = _evenly_spaced(clocks)
        if run is not None:
            return run
    families: dict[str, dict[int, str]] = {}
    for name in header:
        if hit := _NUMBERED.fullmatch(name):
            families.setdefault(name[: hit.start(1)].upper(), {})[int(hit[1])] = name
    for family in families.values():
        for slots in sorted(SLOTS_PER_DAY, reverse=True):
            for first in (1, 0):
                wanted = range(first, first + slots)
                if len(family) in (slots, slots + 1) and all(number in family for number in wanted):
                    return ValueColumns(tuple(family[number] for number in wanted), None)
    return None


def _evenly_spaced(clocks: Mapping[str, int]) -> ValueColumns | None:
    if len(clocks) not in SLOTS_PER_DAY:
        return None
    step = 1440 // len(clocks)
    names = list(clocks)
    minutes = [clocks[name] for name in names]
    first = minutes[0]
    # The last value of a day stamped at its end is called 24:00 or 00:00.
    expected = [(first + step * place) % 1440 for place in range(len(names))]
    if first not in (0, step) or [minute % 1440 for minute in minutes] != expected:
        return None
    return ValueColumns(tuple(names), first)


def _shifted(
    meters: pa.Array, days: NDArray[np.int64], curve: str, values: NDArray[np.float64], shift: int
) -> Iterator[pa.RecordBatch]:
    """Rows whose values belong ``shift`` slots later than they stand; what leaves the day goes to the
    neighbour."""
    dates = days.astype("datetime64[D]")
    if shift == 0:
        yield readings_batch(meters, dates, {curve: values})
        return
    inside, outside = np.full_like(values, np.nan), np.full_like(values, np.nan)
    if shift < 0:
        inside[:, :-1], outside[:, -1] = values[:, 1:], values[:, 0]
    else:
        inside[:, 1:], outside[:, 0] = values[:, :-1], values[:, -1]
    yield readings_batch(meters, dates, {curve: inside})
    yield readings_batch(meters, dates + shift, {curve: outside})


def _delimited(table: TextTable, rows: WideRows) -> Iterator[NumberRows]:
    texts = {ours: table.header.index(name) for ours, name in rows.texts.items()}
    places = [table.header.index(name) for name in rows.values.names]
    for block in table.blocks():
        yield from read_numbers(block, texts, places, rows.rejects)


def _columnar(table: ColumnarFile, rows: WideRows) -> Iterator[NumberRows]:
    start = 1
    wanted = list(dict.fromkeys([*rows.texts.values(), *rows.values.names]))
    for batch in table.batches(wanted, rows_at_a_time=BATCH_ROWS):
        lines = np.arange(start, start + batch.num_rows, dtype=np.int64)
        start += batch.num_rows
        try:
            texts = {ours: _strings(batch[name]) for ours, name in rows.texts.items()}
            values = [
                pc.cast(batch[name], pa.float64()).to_numpy(zero_copy_only=False)
                for name in rows.values.names
            ]
        except pa.ArrowException as error:
            raise InputError(table.path, f"a column is not of its type: {str(error)[:120]}") from error
        matrix = np.column_stack(values) if values else np.empty((batch.num_rows, 0))
        yield NumberRows(lines, texts, np.where(np.isinf(matrix), np.nan, matrix))


def _strings(column: pa.Array) -> list[str]:
    if pa.types.is_timestamp(column.type):
        column = pc.cast(column, pa.date32(), safe=False)
    return [str(item or "").strip() for item in pc.cast(column, pa.string()).to_pylist()]
