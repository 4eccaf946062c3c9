"""NEM12, the interval metering files of the Australian market, through nemreader."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from nemreader.nem_objects import EventRecord, NmiDetails
from nemreader.nem_reader import parse_200_row, parse_300_row, parse_400_row
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.base import (
    BATCH_ROWS,
    INT32_MAX,
    ReadOptions,
    Rejects,
    TableKind,
    readings_batch,
)
from gridcanary.power.readers.quantities import QUANTITIES, scale_to_primary
from gridcanary.power.readers.seen_days import SeenDays
from gridcanary.power.readers.text import TextBlock, TextTable, parse_number

INTERVALS_MIN = (5, 15, 30, 60)
CHANNELS = {
    "E": ("load_w", 1.0),
    "B": ("load_w", -1.0),
    "Q": ("reactive_var", 1.0),
    "K": ("reactive_var", -1.0),
}
"""First letter of an NMI suffix: energy taken from the grid and fed into it, reactive energy likewise."""
NO_VALUE = "N"
"""Quality flag of a value that does not exist; the others (A actual, E, F, S estimated or substituted) are
values."""
TRAILING_FIELDS = 4
"""Quality, reason code, reason and update time, which stand behind the values of a 300 record."""


class Nem12:
    """Reader of NEM12 files."""

    name = "nem12"
    title_en = "NEM12 interval metering data (Australia)"
    title_zh = "NEM12 分时计量数据（澳大利亚）"
    table: TableKind = "readings"
    whole_days = True

    def sniff(self, path: Path, head: bytes) -> float:
        """1 where the first record is a NEM12 header."""
        first = head.lstrip(b"\xef\xbb\xbf\r\n \t")[:16].replace(b'"', b"")
        return 1.0 if first.startswith(b"100,NEM12") else 0.0

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Days of readings as the market counts them (UTC+10, no summer time), channels of one NMI netted.

        Args:
            path: the file.
            options: factor, factors and meters.
            rejects: takes records that cannot be read and channels that are not electricity.

        Raises:
            InputError: the file does not begin with a 100 record or lacks its 900 record.
        """
        file = _Nem12File(path, options, rejects)
        for row, fields in _records(path, options):
            yield from file.take(row, fields)
        yield from file.finish()


class _Nem12File:
    """Goes through the records of a file, one NMI at a time."""

    def __init__(self, path: Path, options: ReadOptions, rejects: Rejects) -> None:
        self._path, self._options, self._rejects = path, options, rejects
        self._details: NmiDetails | None = None
        self._refused = False
        self._ended = False
        self._last: tuple[dt.date, str] | None = None
        self._days: dict[tuple[dt.date, str], NDArray[np.float64]] = {}
        self._lines: dict[tuple[dt.date, str], int] = {}
        self._seen = SeenDays()

    def take(self, row: int, fields: list[str]) -> Iterator[pa.RecordBatch]:
        """One record."""
        kind = fields[0].strip()
        if kind in ("100", "900"):
            self._ended = kind == "900"
        elif kind == "200":
            before = self._details.nmi if self._details is not None else None
            self._open_channel(row, fields)
            if before is not None and (self._details is None or self._details.nmi != before):
                yield from self._flush(before)
        elif kind == "300":
            self._last = None
            if not self._refused:
                self._interval_day(row, fields)
        elif kind == "400":
            if self._last is not None:
                self._event(row, fields)
        elif kind != "500":
            self._rejects.add(self._path, row, None, "not a NEM12 record", ",".join(fields)[:200])

    def finish(self) -> Iterator[pa.RecordBatch]:
        """What is left at the end of the file."""
        if not self._ended:
            raise InputError(
                self._path, "the file is cut short: it has no 900 record", remedy="copy it again"
            )
        if self._details is not None:
            yield from self._flush(self._details.nmi)

    def _refuse(self, row: int, column: str | None, reason: str, original: str) -> None:
        self._rejects.add(self._path, row, column, reason, original)

    def _open_channel(self, row: int, fields: list[str]) -> None:
        self._refused, self._last = True, None
        try:
            details = parse_200_row([item.strip() for item in fields])
        except (ValueError, IndexError):
            self._refuse(row, None, "a 200 record that cannot be read", ",".join(fields)[:200])
            return
        unit = QUANTITIES.get(details.uom.lower())
        if not details.nmi:
            self._refuse(row, "NMI", "no meter id", "")
        elif details.interval_length not in INTERVALS_MIN:
            self._refuse(row, "IntervalLength", "an interval other than 60, 30, 15 or 5 minutes", fields[8])
        elif details.nmi_suffix[:1] not in CHANNELS or unit is None:
            self._refuse(
                row, "NMISuffix", "a channel other than E, B, Q and K", f"{details.nmi_suffix} {details.uom}"
            )
        elif unit.curve != CHANNELS[details.nmi_suffix[:1]][0]:
            self._refuse(row, "UOM", "a unit that does not fit the channel", details.uom)
        else:
            self._refused = False
        if details.nmi:
            self._details = details

    def _interval_day(self, row: int, fields: list[str]) -> None:
        details = self._details
        if details is None:
            self._refuse(row, None, "a 300 record before any 200 record", "")
            return
        count = 1440 // details.interval_length
        if len(fields) < count + 2 + 1:
            self._refuse(row, None, f"a short row: fewer than {count} values and their quality", "")
            return
        day = _day_of(fields[1])
        if day is None or not self._options.day_is_sane(day):
            self._refuse(
                row, "IntervalDate", "no readable date" if day is None else "time out of range", fields[1]
            )
            return
        for place, text in enumerate(fields[2 : 2 + count], start=1):
            try:
                parse_number(text)
            except ValueError as error:
                self._refuse(row, f"IntervalValue{place}", str(error), text)
                return
        key = (day, details.nmi_suffix)
        if key in self._days:
            self._refuse(
                row, None, "duplicate meter and day", f"{details.nmi} {details.nmi_suffix} {fields[1]}"
            )
            return
        self._days[key], self._lines[key], self._last = self._power(details, fields, count), row, key

    def _power(self, details: NmiDetails, fields: list[str], count: int) -> NDArray[np.float64]:
        padded = [item.strip() for item in fields] + [""] * TRAILING_FIELDS
        record = parse_300_row(padded, details.interval_length, details.uom, details.meter_serial_number)
        unit = QUANTITIES[details.uom.lower()]
        values = [item.read_value for item in record.interval_values]
        power = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        if record.quality_method[:1] == NO_VALUE:
            power[:] = np.nan
        return power * (unit.scale * (count / 24 if unit.energy else 1.0))

    def _event(self, row: int, fields: list[str]) -> None:
        """Quality of part of a day (its 300 record says V, for variable)."""
        assert self._details is not None
        assert self._last is not None
        try:
            event: EventRecord = EventRecord(
                *parse_400_row([*(item.strip() for item in fields), "", ""], self._details.interval_length)
            )
        except (ValueError, IndexError) as error:
            self._refuse(row, None, "a 400 record that cannot be read", str(error))
            return
        if event.quality_method[:1] == NO_VALUE:
            self._days[self._last][event.start_interval - 1 : event.end_interval] = np.nan

    def _flush(self, nmi: str) -> Iterator[pa.RecordBatch]:
        """The days of one NMI, its channels added up with their signs."""
        nets: dict[dt.date, dict[str, NDArray[np.float64]]] = {}
        for (day, suffix), power in sorted(self._days.items()):
            line = self._lines[day, suffix]
            curve, sign = CHANNELS[suffix[:1]]
            held = nets.setdefault(day, {})
            others = next(iter(held.values()), power)
            if others.size != power.size:
                self._refuse(
                    line, None, "channels of one day with different intervals", f"{nmi} {suffix} {day}"
                )
            else:
                held[curve] = _added(held[curve], sign * power) if curve in held else sign * power
        lines = {day: self._lines[day, suffix] for day, suffix in self._days}
        self._days, self._lines = {}, {}
        yield from self._batches(nmi, nets, lines)

    def _batches(
        self, nmi: str, nets: dict[dt.date, dict[str, NDArray[np.float64]]], lines: dict[dt.date, int]
    ) -> Iterator[pa.RecordBatch]:
        shapes: dict[tuple[tuple[str, ...], int], list[dt.date]] = {}
        days = sorted(nets)
        numbers = np.array(days, dtype="datetime64[D]").astype(np.int64)
        again = self._seen.again(pa.array([nmi] * len(days), pa.string()), numbers)
        for day, repeated in zip(days, again, strict=True):
            curves = nets[day]
            if repeated:
                self._refuse(
                    lines[day], None, "the NMI's day has come before, in another part of the file", nmi
                )
            elif any((np.abs(values) > INT32_MAX).any() for values in curves.values()):
                self._refuse(lines[day], None, "number too large", nmi)
            else:
                size = next(iter(curves.values())).size
                shapes.setdefault((tuple(sorted(curves)), size), []).append(day)
        for (names, _), members in shapes.items():
            for start in range(0, len(members), BATCH_ROWS):
                part = members[start : start + BATCH_ROWS]
                ids = pa.array([nmi] * len(part), pa.string())
                stacked = {name: np.stack([nets[day][name] for day in part]) for name in names}
                yield readings_batch(*_renamed(ids, part, stacked, self._options))


def _renamed(
    ids: pa.Array, days: list[dt.date], curves: dict[str, NDArray[np.float64]], options: ReadOptions
) -> tuple[pa.Array, list[dt.date], dict[str, NDArray[np.float64]]]:
    meters, scaled = scale_to_primary(ids, curves, options)
    return meters, days, scaled


def _added(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum; where one of the two is missing, the other."""
    return np.where(np.isnan(one), other, one + np.nan_to_num(other))


def _records(path: Path, options: ReadOptions) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of every record, the header first."""
    table = TextTable(path, options)
    if table.header[:2] != ("100", "NEM12"):
        shown = ",".join(table.header[:2])[:40]
        raise InputError(
            path, f"does not begin with a 100,NEM12 record but with {shown!r}", row=table.header_row
        )
    for block in table.blocks():
        yield from _fields(block)


def _fields(block: TextBlock) -> Iterator[tuple[int, list[str]]]:
    lines = csv.reader(io.StringIO(block.text, newline=""))
    while True:
        row = block.first_row + lines.line_num
        try:
            fields = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(block.path, f"not readable as delimited text ({error})", row=row) from error
        if any(item.strip() for item in fields):
            yield row, fields


def _day_of(text: str) -> dt.date | None:
    if re.fullmatch(r"\d{8}", text.strip(), re.ASCII) is None:
        return None
    try:
        return dt.datetime.strptime(text.strip(), "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None
