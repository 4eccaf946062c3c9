"""IEC 61968-9 MeterReadings: what head-end systems send over a utility's integration bus."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.base import ReadOptions, Rejects, TableKind
from gridcanary.power.readers.channels import ChannelRows
from gridcanary.power.readers.clock import clock_of
from gridcanary.power.readers.intervals import DAY_S, RESOLUTIONS_S
from gridcanary.power.readers.long_table import ROWS_IN_MEMORY
from gridcanary.power.readers.text import parse_number
from gridcanary.power.readers.xml_records import XmlEvent, XmlRecord, xml_events

LEAST_BYTES_A_READING = 80
MEASURING_PERIODS_S = {0: None, 2: 900, 5: 1800, 6: 300, 7: 3600}
"""ReadingType field 3; 0 is "not said"."""
REGISTER_VALUES = frozenset({1, 2, 3, 9})
"""ReadingType field 4: bulk quantity, continuous cumulative, cumulative, summation."""
INTERVAL_VALUES = frozenset({0, 4, 6, 12})
"""ReadingType field 4: none, delta data, indicating, instantaneous."""
FORWARD, REVERSE = frozenset({0, 1, 4, 15, 20}), frozenset({18, 19})
"""ReadingType field 5; 15 and 18 are the quadrants in which reactive energy is taken and given at a forward
flow."""
PHASES = {128: "a", 129: "a", 64: "b", 65: "b", 32: "c", 33: "c", 16: "n"}
"""ReadingType field 15: A, AN, B, BN, C, CN, N."""
UNITS = {72: ("w", True), 38: ("w", False), 73: ("var", True), 63: ("var", False)}
VOLT, AMPERE, COSINE = 29, 5, 65
"""ReadingType field 17, in part."""
OTHER_CURVES = (
    *(f"volt_{phase}_mv" for phase in "abc"),
    *(f"amp_{phase}_ma" for phase in "abcn"),
    "power_factor_permille",
)


@dataclass(frozen=True, slots=True)
class CimType:
    """A ReadingType code's meaning.

    Args:
        channel: where its values go.
        scale: what they are multiplied by to be W, var, Wh, varh, mV, mA or permille.
        energy: whether a value is the energy of its interval.
        period_s: length of the interval [s]; None where the code does not say.
    """

    channel: str
    scale: float
    energy: bool
    period_s: int | None


@dataclass(slots=True)
class _Reading:
    line: int
    stamp: int
    value: float


@dataclass(slots=True)
class _Block:
    code: str | None = None
    line: int = 0
    readings: list[_Reading] = field(default_factory=list)


class Cim61968:
    """Reader of MeterReadings XML."""

    name = "cim-61968-9"
    title_en = "IEC CIM 61968-9 MeterReadings XML"
    title_zh = "IEC CIM 61968-9 MeterReadings 报文（XML）"
    table: TableKind = "readings"
    whole_days = False

    def sniff(self, path: Path, head: bytes) -> float:
        """0.95 where a MeterReadings element or its namespace appears."""
        return 0.95 if re.search(rb"<(?:\w+:)?MeterReadings[\s>]|TC57/\d+/MeterReadings", head) else 0.0

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Days of readings; export is taken off import, registers become differences.

        Args:
            path: the file.
            options: timezone, stamp (an end if not said, as the standard has it), points (where the
            ReadingType has
                no measuring period), factor, factors, meters.
            rejects: takes values that cannot be read and ReadingTypes that have no place in the readings.

        Raises:
            InputError: the file is no XML, or no meter readings are in it.
        """
        clock = clock_of(path, options.timezone)
        aware = _first_stamp_is_aware(path)
        parts = -(-path.stat().st_size // LEAST_BYTES_A_READING // ROWS_IN_MEMORY)
        ends = options.stamp != "start"
        with ChannelRows(path, parts=parts, aware=aware, at_end=ends, others=OTHER_CURVES) as rows:
            messages = CimMessages(path, options, rejects, aware=aware)
            for event in _events(path):
                messages.take(event, rows)
            yield from rows.batches(clock, options, rejects)


class CimMessages:
    """Goes through MeterReading elements; the meter may be named before or after its values.

    Args:
        path: the file.
        options: points is used.
        rejects: takes what is refused.
        aware: whether the file's time stamps have a zone.
    """

    def __init__(self, path: Path, options: ReadOptions, rejects: Rejects, *, aware: bool) -> None:
        self._path, self._options, self._rejects, self._aware = path, options, rejects, aware
        self._meter = ""
        self._blocks: list[_Block] = []
        self._loose: dict[str, _Block] = {}
        self._inside = False

    def take(self, event: XmlEvent, rows: ChannelRows) -> None:
        """One event of the stream."""
        record = event.record
        if event.tag == "MeterReading":
            if event.kind == "close":
                self._finish(event.line, rows)
            self._meter, self._blocks, self._loose = "", [], {}
        elif event.tag == "IntervalBlocks":
            self._inside = event.kind == "open"
            if self._inside:
                self._blocks.append(_Block(line=event.line))
        elif record is None:
            return
        elif event.tag in ("Meter", "UsagePoint"):
            self._meter = (self._meter if event.tag == "UsagePoint" else "") or _name_of(record)
        elif event.tag == "ReadingType" and self._inside:
            self._blocks[-1].code = _code_of(record)
        elif event.tag == "IntervalReadings" and self._inside:
            self._keep(record, self._blocks[-1])
        elif event.tag == "Readings":
            kind = record.find("ReadingType")
            code = _code_of(kind) if kind is not None else ""
            self._keep(record, self._loose.setdefault(code, _Block(code, record.line)))

    def _keep(self, record: XmlRecord, block: _Block) -> None:
        stamp = _instant(record.value("timeStamp"))
        if stamp is None or stamp[1] != self._aware:
            reason = (
                "no readable time"
                if stamp is None
                else "a time with a zone among times without, or the reverse"
            )
            self._rejects.add(self._path, record.line, "timeStamp", reason, record.value("timeStamp"))
            return
        text = record.value("value")
        try:
            value = parse_number(text)
        except ValueError as error:
            self._rejects.add(self._path, (record.find("value") or record).line, "value", str(error), text)
            return
        number = math.nan if value is None else value
        if math.isinf(number):
            self._rejects.add(self._path, record.line, "value", "number too large", text)
            return
        block.readings.append(_Reading(record.line, stamp[0], number))

    def _finish(self, line: int, rows: ChannelRows) -> None:
        blocks = [block for block in (*self._blocks, *self._loose.values()) if block.readings]
        if blocks and not self._meter:
            self._rejects.add(self._path, line, "Meter/mRID", "no meter id")
            return
        for block in blocks:
            try:
                kind = reading_type(block.code or "")
            except ValueError as error:
                self._rejects.add(self._path, block.line, "ReadingType", str(error), block.code or "")
                continue
            period = kind.period_s or self._period(block)
            if kind.energy and period is None:
                self._rejects.add(
                    self._path,
                    block.line,
                    "ReadingType",
                    "the interval's length is not known",
                    block.code or "",
                )
                continue
            scale = kind.scale * (3600 / period if kind.energy and period else 1.0)
            for reading in block.readings:
                rows.add(self._meter, reading.stamp, reading.line, kind.channel, reading.value * scale)

    def _period(self, block: _Block) -> int | None:
        if self._options.points is not None:
            return DAY_S // self._options.points
        stamps = sorted({reading.stamp for reading in block.readings})
        steps = [later - earlier for earlier, later in itertools.pairwise(stamps)]
        return min(steps) if steps and min(steps) in RESOLUTIONS_S else None


def reading_type(code: str) -> CimType:
    """The meaning of a ReadingType code of 18 numbers (IEC 61968-9 annex C).

    Args:
        code: for example 0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0: 15 minutes, delta, forward, energy, kWh.

    Raises:
        ValueError: it is no such code, or its values have no place in the readings.
    """
    parts = code.split(".")
    if len(parts) != 18 or not all(re.fullmatch(r"-?\d{1,6}", part, re.ASCII) for part in parts):
        raise ValueError("a ReadingType that is not a code of 18 numbers")
    numbers = [int(part) for part in parts]
    period, accumulation, flow, phase, multiplier, unit = (numbers[i] for i in (2, 3, 4, 14, 15, 16))
    if period not in MEASURING_PERIODS_S and period not in (15, 16):
        raise ValueError("a measuring period other than 60, 30, 15 or 5 minutes")
    if abs(multiplier) > 12:
        raise ValueError("a multiplier that cannot be read")
    length, scale = MEASURING_PERIODS_S.get(period), 10.0**multiplier
    if unit in (VOLT, AMPERE, COSINE):
        return CimType(_other_curve(unit, phase), scale * 1000, False, length)
    if unit not in UNITS or phase not in (0, 224, 225):
        raise ValueError("a ReadingType without a place in the readings")
    if flow not in FORWARD | REVERSE:
        raise ValueError("a flow direction other than forward, reverse, net and total")
    name, energy = UNITS[unit]
    channel = ("export_" if flow in REVERSE else "import_") + name
    if accumulation in REGISTER_VALUES and energy:
        return CimType(channel + "h", scale, False, length)
    if accumulation not in INTERVAL_VALUES:
        raise ValueError("an accumulation that is neither of an interval nor of a register")
    return CimType(channel, scale, energy, length)


def _other_curve(unit: int, phase: int) -> str:
    if unit == COSINE:
        return "power_factor_permille"
    name = f"volt_{PHASES.get(phase)}_mv" if unit == VOLT else f"amp_{PHASES.get(phase)}_ma"
    if name not in OTHER_CURVES:
        raise ValueError("a ReadingType without a place in the readings")
    return name


def _events(path: Path) -> Iterator[XmlEvent]:
    outer = frozenset({"MeterReading", "IntervalBlocks"})
    records = frozenset({"Meter", "UsagePoint", "ReadingType", "IntervalReadings", "Readings"})
    yield from xml_events(path, outer, records)


def _first_stamp_is_aware(path: Path) -> bool:
    for event in _events(path):
        if event.record is not None and event.tag in ("IntervalReadings", "Readings"):
            stamp = _instant(event.record.value("timeStamp"))
            if stamp is not None:
                return stamp[1]
    raise InputError(path, "has no meter readings with a time", remedy="is it a MeterReadings message?")


def _instant(text: str) -> tuple[int, bool] | None:
    """Seconds since 1970 and whether a zone was given; None where the text is no time."""
    try:
        stamp = dt.datetime.fromisoformat(text)
        aware = stamp.tzinfo is not None
        return math.floor((stamp if aware else stamp.replace(tzinfo=dt.UTC)).timestamp()), aware
    except (ValueError, OverflowError):
        return None


def _name_of(record: XmlRecord) -> str:
    return record.value("mRID") or record.value("Names", "name")


def _code_of(record: XmlRecord) -> str:
    return record.attributes.get("ref") or record.value("mRID") or record.value("Names", "name")
