"""Green Button: ESPI (NAESB REQ.21) usage points, reading types and interval blocks in an Atom feed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.base import ReadOptions, Rejects, TableKind
from gridcanary.power.readers.channels import ChannelRows
from gridcanary.power.readers.clock import LocalClock, clock_of
from gridcanary.power.readers.espi_time import clock_of_parameters
from gridcanary.power.readers.intervals import RESOLUTIONS_S
from gridcanary.power.readers.long_table import ROWS_IN_MEMORY
from gridcanary.power.readers.text import parse_number
from gridcanary.power.readers.xml_records import XmlEvent, XmlRecord, xml_events

LEAST_BYTES_A_READING = 120
ENERGY_UNITS = {72: "w", 73: "var"}
"""ESPI unit codes: Wh and varh."""
POWER_UNITS = {38: "w", 63: "var"}
FORWARD, REVERSE = frozenset({0, 1, 4, 20}), frozenset({19})
"""ESPI flow directions: none, forward, net, total; and reverse."""
INTERVAL_VALUES = frozenset({0, 4, 6, 12})
"""ESPI accumulation behaviours of values that stand for their interval: none, delta, indicating,
instantaneous."""
_USAGE_POINT = re.compile(r"(?:RetailCustomer/([^/]+)/)?UsagePoint/([^/?#]+)")


@dataclass(frozen=True, slots=True)
class EspiType:
    """A ReadingType: the channel that its values go into, what they are multiplied by, and why not, if
    not."""

    channel: str
    scale: float
    energy: bool
    length_s: int
    fault: str | None = None


@dataclass(slots=True)
class _Entry:
    links: dict[str, list[str]] = field(default_factory=dict)
    entry_id: str = ""
    meter: str | None = None
    kind: EspiType | None = None
    refused: bool = False


@dataclass(slots=True)
class EspiDirectory:
    """What a feed says beside its values.

    Args:
        types: ReadingType by its link, in the order of the feed.
        type_of: MeterReading link to ReadingType link.
        fuels: UsagePoint link to its service (0 is electricity).
        clock: from LocalTimeParameters; None where there are none.
    """

    types: dict[str, EspiType] = field(default_factory=dict)
    type_of: dict[str, str] = field(default_factory=dict)
    points: dict[str, str] = field(default_factory=dict)
    fuels: dict[str, int] = field(default_factory=dict)
    clock: LocalClock | None = None


class GreenButton:
    """Reader of Green Button XML."""

    name = "green-button"
    title_en = "Green Button (ESPI) XML"
    title_zh = "绿色按钮（ESPI）XML"
    table: TableKind = "readings"
    whole_days = False

    def sniff(self, path: Path, head: bytes) -> float:
        """1 where the ESPI namespace appears."""
        return 1.0 if b"naesb.org/espi" in head else 0.0

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Days of readings; export is taken off import.

        Args:
            path: the file; it is read twice, since types may stand behind the values that need them.
            options: timezone (where the feed has no LocalTimeParameters), factor, factors, meters, and
            columns for
                a ``meter_id`` of your own.
            rejects: takes values that cannot be read and blocks of other units, fuels or lengths.

        Raises:
            InputError: the file is no XML or has no interval values.
        """
        directory = read_directory(path)
        if not directory.types:
            raise InputError(path, "has no ReadingType, so its values have no unit", remedy="export it again")
        clock = directory.clock or clock_of(path, options.timezone)
        parts = -(-path.stat().st_size // LEAST_BYTES_A_READING // ROWS_IN_MEMORY)
        with ChannelRows(path, parts=parts, aware=True, at_end=False) as rows:
            fixed = options.columns.get("meter_id", "")
            blocks = EspiBlocks(path, directory, rejects, fixed.removeprefix("=") or None)
            for event in _events(path, {"link", "id", "IntervalReading"}):
                blocks.take(event, rows)
            yield from rows.batches(clock, options, rejects)


class EspiBlocks:
    """Goes through the entries of a feed and hands on the values of interval blocks.

    Args:
        path: the file.
        directory: of the same feed.
        rejects: takes what is refused.
        meter_id: the user's own name for the one meter of the feed; None takes the usage point's.
    """

    def __init__(self, path: Path, directory: EspiDirectory, rejects: Rejects, meter_id: str | None) -> None:
        self._path, self._directory, self._rejects, self._fixed = path, directory, rejects, meter_id
        self._entry = _Entry()

    def take(self, event: XmlEvent, rows: ChannelRows) -> None:
        """One event of the feed."""
        if event.tag == "entry" and event.kind == "open":
            self._entry = _Entry()
        elif event.tag == "link" and event.record is not None:
            _add_link(self._entry, event.record)
        elif event.tag == "IntervalBlock" and event.kind == "open":
            self._begin_block(event.line)
        elif event.tag == "IntervalReading" and event.record is not None and not self._entry.refused:
            self._reading(event.record, rows)

    def _begin_block(self, line: int) -> None:
        entry, known = self._entry, self._directory
        up = next(iter(entry.links.get("up", [])), "") or next(iter(entry.links.get("self", [])), "")
        meter_reading = up.partition("/IntervalBlock")[0]
        entry.kind = known.types.get(known.type_of.get(meter_reading, ""))
        if entry.kind is None:
            if len(set(known.types.values())) > 1:
                self._refuse_block(line, "the block's ReadingType cannot be told")
                return
            entry.kind = next(iter(known.types.values()))
        point = meter_reading.partition("/MeterReading")[0]
        if point not in known.points and len(known.points) == 1:
            point = next(iter(known.points))
        entry.meter = self._fixed or known.points.get(point) or _point_name(up)
        if known.fuels.get(point, 0) != 0:
            self._refuse_block(line, "a service other than electricity")
        elif entry.kind.fault is not None:
            self._refuse_block(line, entry.kind.fault)
        elif not entry.meter:
            self._refuse_block(line, "the block's UsagePoint cannot be told")

    def _refuse_block(self, line: int, reason: str) -> None:
        self._entry.refused = True
        self._rejects.add(self._path, line, "IntervalBlock", reason)

    def _reading(self, record: XmlRecord, rows: ChannelRows) -> None:
        kind, meter = self._entry.kind, self._entry.meter
        if kind is None or meter is None:
            self._rejects.add(self._path, record.line, "IntervalReading", "a reading outside a block")
            return
        start = _whole(record.value("timePeriod", "start"))
        if start is None or abs(start) > 2**40:
            self._refuse_field(
                record, "timePeriod/start", "no readable time", record.value("timePeriod", "start")
            )
            return
        length = _whole(record.value("timePeriod", "duration") or str(kind.length_s))
        if length not in RESOLUTIONS_S:
            self._refuse_field(
                record, "timePeriod/duration", "an interval other than 60, 30, 15 or 5 minutes", str(length)
            )
            return
        text = record.value("value")
        try:
            value = parse_number(text)
        except ValueError as error:
            self._refuse_field(record, "value", str(error), text)
            return
        number = math.nan if value is None else value * kind.scale * (3600 / length if kind.energy else 1.0)
        if math.isinf(number):
            self._refuse_field(record, "value", "number too large", text)
            return
        rows.add(meter, start, record.line, kind.channel, number)

    def _refuse_field(self, record: XmlRecord, column: str, reason: str, original: str) -> None:
        found = record.find(*column.split("/"))
        self._rejects.add(self._path, (found or record).line, column, reason, original)


def read_directory(path: Path) -> EspiDirectory:
    """Usage points, reading types, their links and the clock of a feed."""
    directory = EspiDirectory()
    entry = _Entry()
    wanted = {"link", "id", "UsagePoint", "ReadingType", "LocalTimeParameters", "MeterReading"}
    for event in _events(path, wanted):
        record = event.record
        if event.tag == "entry" and event.kind == "open":
            entry = _Entry()
        elif record is None:
            continue
        elif event.tag == "link":
            _add_link(entry, record)
        elif event.tag == "id":
            entry.entry_id = record.text
        else:
            _enter(path, directory, entry, record)
    return directory


def _enter(path: Path, directory: EspiDirectory, entry: _Entry, record: XmlRecord) -> None:
    own = next(iter(entry.links.get("self", [])), "") or f"entry at line {record.line}"
    if record.tag == "UsagePoint":
        name = _point_name(own) or entry.entry_id.removeprefix("urn:uuid:")
        directory.points[own] = name or f"usage point {len(directory.points) + 1}"
        directory.fuels[own] = _whole(record.value("ServiceCategory", "kind")) or 0
    elif record.tag == "ReadingType":
        directory.types[own] = reading_type(record)
    elif record.tag == "LocalTimeParameters":
        directory.clock = clock_of_parameters(path, record)
    elif record.tag == "MeterReading":
        related = [link for link in entry.links.get("related", []) if "ReadingType" in link]
        directory.type_of[own] = next(iter(related), "")


def reading_type(record: XmlRecord) -> EspiType:
    """What a ReadingType element says of its values."""
    unit, power = _whole(record.value("uom")), _whole(record.value("powerOfTenMultiplier") or "0")
    flow = _whole(record.value("flowDirection") or "1")
    behaviour = _whole(record.value("accumulationBehaviour") or "4")
    length = _whole(record.value("intervalLength") or "0") or 0
    fault = None
    if unit not in ENERGY_UNITS and unit not in POWER_UNITS:
        fault = "a unit (uom) other than Wh, W, varh and var"
    elif behaviour not in INTERVAL_VALUES:
        fault = "values of a register (accumulationBehaviour), not of intervals"
    elif flow not in FORWARD | REVERSE:
        fault = "a flowDirection other than forward, reverse, net and total"
    elif power is None or abs(power) > 12:
        fault = "a powerOfTenMultiplier that cannot be read"
    code = unit or 0
    curve = ENERGY_UNITS.get(code) or POWER_UNITS.get(code) or "w"
    channel = ("export_" if flow in REVERSE else "import_") + curve
    scale = 10.0 ** (power or 0) if fault is None else 1.0
    return EspiType(channel, scale, unit in ENERGY_UNITS, length, fault)


def _events(path: Path, records: set[str]) -> Iterator[XmlEvent]:
    yield from xml_events(path, frozenset({"entry", "IntervalBlock"}), frozenset(records))


def _add_link(entry: _Entry, record: XmlRecord) -> None:
    href = record.attributes.get("href", "").rstrip("/")
    entry.links.setdefault(record.attributes.get("rel", ""), []).append(href)


def _point_name(link: str) -> str:
    found = _USAGE_POINT.search(link)
    return "-".join(part for part in found.groups() if part) if found else ""


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII) else None
