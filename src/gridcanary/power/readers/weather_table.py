"""Hourly air temperature, as weather services and building archives export it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError
from gridcanary.contracts.tables import WEATHER
from gridcanary.power.readers.base import (
    BATCH_ROWS,
    EARLIEST_DAY,
    ReadOptions,
    Rejects,
    TableKind,
    curve_array,
)
from gridcanary.power.readers.clock import clock_of
from gridcanary.power.readers.columnar import ColumnarFile, column_names, is_columnar
from gridcanary.power.readers.key_columns import DAY_NAMES, STAMP_NAMES, TIME_NAMES
from gridcanary.power.readers.stamps import StampColumn
from gridcanary.power.readers.text import (
    TextTable,
    locate_columns,
    read_head,
    require_columns,
    sniffed_header,
)
from gridcanary.power.readers.text_columns import block_columns, numbers

TEMPERATURE = re.compile(
    r"(?i)^(?:(?:outdoor|outside|air|ambient|dry_?bulb|dry bulb)[_ ]?)*temp|^[tT]$|气温|温度|^t2m$"
)
"""Names of temperature columns: air_temperature [degC], TemperatureF, temp_c, 气温 and the like."""
FAHRENHEIT = re.compile(r"(?i)(?:temperature|temp)_?f$|\bdeg_?f\b|fahrenheit|°\s?f|℉|\(f\)|\[f\]|_f$")
KELVIN = re.compile(r"(?i)\bdeg_?k\b|kelvin|\(k\)|\[k\]|_k$")
COLDEST_C, HOTTEST_C = -90.0, 60.0
"""Beyond the records of Vostok (-89.2) and Death Valley (56.7) [degrees Celsius]: a sentinel like -9999."""


class WeatherTable:
    """Reader of time and temperature."""

    name = "weather"
    title_en = "Hourly air temperature (CSV, Parquet, Arrow)"
    title_zh = "逐时气温（CSV、Parquet、Arrow）"
    table: TableKind = "weather"
    whole_days = False

    def sniff(self, path: Path, head: bytes) -> float:
        """0.75 where there are a time and a temperature."""
        header = column_names(path, head) or sniffed_header(head)
        folded = {name.casefold() for name in header}
        timed = folded & {*STAMP_NAMES, *DAY_NAMES, "time"}
        return 0.75 if timed and any(TEMPERATURE.search(name) for name in header) else 0.0

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Days of WEATHER; several values of one hour are averaged, hours without any are null.

        Args:
            path: the file.
            options: timezone, columns (ts, or day and time; temperature), unit (c, f, k), encoding.
            rejects: takes rows without a readable time or temperature.

        Raises:
            InputError: a column is missing, or times have no known form.
        """
        if is_columnar(read_head(path)):
            table = ColumnarFile(path)
            rows = WeatherRows(path, table.schema.names, options, rejects)
            pieces = _columnar(table, rows)
        else:
            text = TextTable(path, options)
            rows = WeatherRows(path, text.header, options, rejects)
            pieces = _delimited(text, rows)
        found = [rows.hours(*piece) for piece in pieces]
        if found:
            hours = np.concatenate([hour for hour, _ in found])
            yield from _days(hours, np.concatenate([celsius for _, celsius in found]))


class WeatherRows:
    """What the columns of one weather file mean.

    Args:
        path: the file.
        header: its column names.
        options: as for :meth:`WeatherTable.read`.
        rejects: takes the rows that are not fit.
    """

    def __init__(self, path: Path, header: Sequence[str], options: ReadOptions, rejects: Rejects) -> None:
        self.path, self.rejects, self._options = path, rejects, options
        given = dict(options.columns)
        self._form = StampColumn(path, given.pop("ts_format", None))
        self._clock = clock_of(path, options.timezone)
        guessed = tuple(name for name in header if TEMPERATURE.search(name))
        names = {"ts": STAMP_NAMES, "day": DAY_NAMES, "time": TIME_NAMES, "temperature": guessed}
        found = locate_columns(path, header, names, given)
        if "ts" not in found and not ("day" in found and "time" in found):
            lone = found.get("day", found.get("time"))
            found = {**found, "ts": lone} if lone is not None else found
        require_columns(path, header, found, ["ts", "temperature"] if "day" not in found else ["temperature"])
        if "ts" in found:
            found = {ours: place for ours, place in found.items() if ours not in ("day", "time")}
        self.columns = {ours: header[place] for ours, place in found.items()}
        self._unit = self._unit_of(self.columns["temperature"])

    def _unit_of(self, name: str) -> str:
        unit = (self._options.unit or "").lower().removeprefix("deg")
        if unit and unit not in ("c", "f", "k"):
            raise InputError(self.path, f"{unit!r} is no unit of temperature", remedy="give --unit c, f or k")
        return unit or ("f" if FAHRENHEIT.search(name) else "k" if KELVIN.search(name) else "c")

    def hours(
        self, lines: NDArray[np.int64], columns: dict[str, pa.Array]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Local hours since 1970 and temperatures [degrees Celsius] of the fit rows."""
        shown = columns["ts"] if "ts" in columns else _joined(columns["day"], columns["time"])
        seconds, unread = self._form.seconds(shown)
        local = self._clock.to_local(seconds) if self._form.aware else seconds
        celsius, wrong = self._celsius(columns["temperature"])
        first = np.datetime64(EARLIEST_DAY, "s").astype(np.int64)
        last = np.datetime64(self._options.last_day(), "s").astype(np.int64) + 86400
        fit = self._refused(lines, ~unread, self.columns.get("ts", "day"), "no readable time", shown)
        fit &= self._refused(
            lines, unread | ((local >= first) & (local < last)), "ts", "time out of range", shown
        )
        fit &= self._refused(
            lines,
            ~wrong,
            self.columns["temperature"],
            "text where a number should be",
            columns["temperature"],
        )
        with np.errstate(invalid="ignore"):
            sane = np.isnan(celsius) | ((celsius >= COLDEST_C) & (celsius <= HOTTEST_C))
        fit &= self._refused(
            lines,
            sane,
            self.columns["temperature"],
            "no temperature of the air on Earth",
            columns["temperature"],
        )
        return local[fit] // 3600, celsius[fit]

    def _celsius(self, column: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        texts = column if pa.types.is_string(column.type) else pc.cast(column, pa.string())
        values, wrong = numbers(texts)
        if self._unit == "f":
            return (values - 32.0) / 1.8, wrong
        return (values - 273.15 if self._unit == "k" else values), wrong

    def _refused(
        self, lines: NDArray[np.int64], fit: NDArray[np.bool_], column: str, reason: str, shown: pa.Array
    ) -> NDArray[np.bool_]:
        for index in np.flatnonzero(~fit):
            original = str(shown[int(index)].as_py() or "")
            self.rejects.add(self.path, int(lines[index]), column, reason, original)
        return fit


def _days(hours: NDArray[np.int64], celsius: NDArray[np.float64]) -> Iterator[pa.RecordBatch]:
    if not hours.size:
        return
    days, owner = np.unique(hours // 24, return_inverse=True)
    cell = owner * 24 + hours % 24
    valid = ~np.isnan(celsius)
    counts = np.bincount(cell[valid], minlength=days.size * 24)
    sums = np.bincount(cell[valid], weights=celsius[valid], minlength=days.size * 24)
    mean = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan).reshape(-1, 24) * 100
    for start in range(0, days.size, BATCH_ROWS):
        part = slice(start, start + BATCH_ROWS)
        dates = pa.array(days[part].astype("datetime64[D]"), pa.date32())
        yield pa.RecordBatch.from_arrays([dates, curve_array(mean[part])], schema=WEATHER)


def _joined(days: pa.Array, times: pa.Array) -> pa.Array:
    day, time = (pc.cast(column, pa.string()) for column in (days, times))
    bare = pc.match_substring_regex(time, r"^\d{1,2}$")
    return pc.binary_join_element_wise(
        day, pc.if_else(bare, pc.binary_join_element_wise(time, "00", ":"), time), " "
    )


def _delimited(
    table: TextTable, rows: WeatherRows
) -> Iterator[tuple[NDArray[np.int64], dict[str, pa.Array]]]:
    positions = [table.header.index(name) for name in rows.columns.values()]
    for block in table.blocks():
        lines, columns = block_columns(block, positions, rows.rejects)
        yield lines, dict(zip(rows.columns, columns, strict=True))


def _columnar(
    table: ColumnarFile, rows: WeatherRows
) -> Iterator[tuple[NDArray[np.int64], dict[str, pa.Array]]]:
    start = 1
    for batch in table.batches(list(dict.fromkeys(rows.columns.values()))):
        lines = np.arange(start, start + batch.num_rows, dtype=np.int64)
        start += batch.num_rows
        yield lines, {ours: batch[name] for ours, name in rows.columns.items()}
