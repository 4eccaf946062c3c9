"""Carrier-grade NAT: which inside address stood behind a public address and port, from RFC 8158 events.

Events of one session (a port), of a binding (an address) and of port blocks; natEvent as a number or by its name. A
creation whose deletion is missing becomes doubtful after a day, as sessions of RADIUS do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gridcanary.contracts.errors import InputError
from gridcanary.network.resolve.assignments import ALL_PORTS, Assignment, Holder, single
from gridcanary.network.resolve.radius import LAPSE_NS
from gridcanary.network.resolve.records import Row, address_of, port_of, rows_of, time_ns

EVENT, INSIDE, OUTSIDE, PORT = (
    "natEvent",
    "sourceIPv4Address",
    "postNATSourceIPv4Address",
    "postNAPTSourceTransportPort",
)
BLOCK = ("portRangeStart", "portRangeEnd")
NEEDED = (EVENT, INSIDE, OUTSIDE)
TIMES = {"observationTimeMilliseconds": 1000, "observationTimeSeconds": 1, "time": 1}
"""Columns that may tell the time, and how many of their units make a second."""

BEGINS = {"1", "4", "6", "8", "10", "14", "16", "create", "created", "allocate", "allocated"}
ENDS = {
    "2",
    "5",
    "7",
    "9",
    "11",
    "15",
    "17",
    "delete",
    "deleted",
    "de-allocate",
    "deallocated",
    "release",
    "released",
}
IGNORED = {"3", "12", "13", "18"}
"""Events of the natEvent registry that assign nothing: thresholds, quotas, exhausted ports."""

_Key = tuple[str, str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Begun:
    moment_ns: int
    record: str


def read_nat(path: Path) -> list[Assignment]:
    """Holdings of public ports by inside addresses, from a file of events in the order of time.

    Args:
        path: CSV or JSON lines with the information elements' names as columns; gzip, zstd.

    Raises:
        InputError: an event that makes no sense; names row and column.
    """
    open_now: dict[_Key, _Begun] = {}
    found: list[Assignment] = []
    for number, row in rows_of(path, NEEDED):
        event = row[EVENT].strip().lower()
        if event in IGNORED:
            continue
        if event not in BEGINS | ENDS:
            raise InputError(path, f"{row[EVENT]!r} is no such event", row=number, column=EVENT)
        moment, key = _moment(row, path, number), _key(row, path, number)
        record = f"{path}, row {number}"
        begun = open_now.pop(key, None)
        if event in ENDS:
            start = begun.moment_ns if begun else moment - LAPSE_NS
            found += _holding(key, min(start, moment), moment, moment, begun.record if begun else record)
        else:
            if (
                begun is not None
            ):  # created anew without a deletion: the first may have ended at any time between
                found += _holding(
                    key, begun.moment_ns, begun.moment_ns, max(moment, begun.moment_ns), begun.record
                )
            open_now[key] = _Begun(moment, record)
    for key, begun in open_now.items():
        found += _holding(key, begun.moment_ns, begun.moment_ns, begun.moment_ns + LAPSE_NS, begun.record)
    return found


def _holding(key: _Key, start: int, sure: int, end: int, record: str) -> Iterator[Assignment]:
    inside, outside, ports = key
    yield Assignment(single(outside), ports, start, sure, end, Holder(inside=inside), "nat", record)


def _moment(row: Row, path: Path, number: int) -> int:
    column = next((name for name in TIMES if name in row), None)
    if column is None:
        raise InputError(path, "tells no time", row=number, column=next(iter(TIMES)))
    text = row[column]
    if TIMES[column] != 1 and text.isascii() and text.isdigit():
        text = str(int(text) / TIMES[column])
    return time_ns(text, path, number, column)


def _key(row: Row, path: Path, number: int) -> _Key:
    inside = address_of(row[INSIDE], path, number, INSIDE)
    outside = address_of(row[OUTSIDE], path, number, OUTSIDE)
    if BLOCK[0] in row:
        first = port_of(row[BLOCK[0]], path, number, BLOCK[0])
        last = port_of(row.get(BLOCK[1], ""), path, number, BLOCK[1])
        if last < first:
            raise InputError(path, "a block ends before it begins", row=number, column=BLOCK[1])
        return inside, outside, (first, last)
    if PORT in row:
        port = port_of(row[PORT], path, number, PORT)
        return inside, outside, (port, port)
    return inside, outside, ALL_PORTS
