"""RADIUS accounting (RFC 2866): which account held an address, from CSV, JSON lines or FreeRADIUS detail files.

A session begins with Start and ends with Stop; an Interim-Update vouches for it in between. A session without a Stop
ends at the latest when the next one takes the address, and becomes doubtful from its last sign of life on.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gridcanary.contracts.errors import InputError
from gridcanary.network.resolve.assignments import ALL_PORTS, Assignment, Holder, Prefix
from gridcanary.network.resolve.prefixes import prefix_of
from gridcanary.network.resolve.records import Row, lines_of, rows_of, time_ns

STATUS, SESSION, USER = "Acct-Status-Type", "Acct-Session-Id", "User-Name"
NEEDED = (STATUS, SESSION)
ADDRESSES = ("Framed-IP-Address", "Delegated-IPv6-Prefix", "Framed-IPv6-Prefix")
TIMES = ("Event-Timestamp", "Timestamp")
KINDS = {
    "Start": "start",
    "1": "start",
    "Stop": "stop",
    "2": "stop",
    "Interim-Update": "interim",
    "Alive": "interim",
    "3": "interim",
    "Accounting-On": "other",
    "7": "other",
    "Accounting-Off": "other",
    "8": "other",
}
LAPSE_NS = 24 * 3600 * 10**9
"""A session without Stop is surely over a day after its last sign of life: carriers send interim updates at least every
few hours and cut sessions daily or so; the certainty falls evenly to zero until then."""

_DETAIL_LINE = re.compile(r"\s+([A-Za-z0-9-]+)\s*:?=\s*(.*)$")


@dataclass(slots=True)
class _Held:
    prefixes: tuple[Prefix, ...]
    holder: Holder
    start_ns: int
    last_ns: int
    stopped: bool
    record: str


def read_radius(path: Path) -> list[Assignment]:
    """Holdings of addresses, from an accounting file.

    Args:
        path: CSV or JSON lines with the attributes' names as columns, or a FreeRADIUS ``detail`` file; gzip, zstd.

    Raises:
        InputError: a record that makes no sense; names row and attribute.
    """
    held: dict[tuple[str, str], _Held] = {}
    rows = _detail_rows(path) if _is_detail(path) else rows_of(path, NEEDED)
    for number, row in rows:
        _take(held, row, path, number)
    return list(_assignments(held))


def _take(held: dict[tuple[str, str], _Held], row: Row, path: Path, number: int) -> None:
    kind = KINDS.get(row[STATUS])
    if kind is None:
        raise InputError(path, f"{row[STATUS]!r} is no such status", row=number, column=STATUS)
    if kind == "other":
        return
    column = next((name for name in TIMES if name in row), None)
    if column is None:
        raise InputError(path, "tells no time", row=number, column=TIMES[0])
    moment = time_ns(row[column], path, number, column)
    prefixes = tuple(prefix_of(row[name], path, number, name) for name in ADDRESSES if name in row)
    if not prefixes:
        return
    start = moment - _lasted_ns(row, path, number) if kind != "start" else moment
    key = (row.get("NAS-IP-Address", ""), row[SESSION])
    known = held.get(key)
    if known is None:
        holder = Holder(row.get(USER), row.get("NAS-Port-Id"))
        held[key] = _Held(prefixes, holder, start, moment, kind == "stop", f"{path}, row {number}")
        return
    known.start_ns, known.last_ns = min(known.start_ns, start), max(known.last_ns, moment)
    known.stopped |= kind == "stop"
    known.prefixes = tuple(dict.fromkeys(known.prefixes + prefixes))


def _lasted_ns(row: Row, path: Path, number: int) -> int:
    text = row.get("Acct-Session-Time", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise InputError(path, f"{text!r} is no number of seconds", row=number, column="Acct-Session-Time")
    return int(text) * 10**9


def _assignments(held: dict[tuple[str, str], _Held]) -> Iterator[Assignment]:
    by_prefix: defaultdict[Prefix, list[_Held]] = defaultdict(list)
    for one in held.values():
        for prefix in one.prefixes:
            by_prefix[prefix].append(one)
    for prefix, holdings in by_prefix.items():
        holdings.sort(key=lambda one: (one.start_ns, one.last_ns))
        for one, after in itertools.zip_longest(holdings, holdings[1:]):
            end = one.last_ns if one.stopped else one.last_ns + LAPSE_NS
            if after is not None and not one.stopped:
                end = max(one.last_ns, min(end, after.start_ns))
            yield Assignment(
                prefix, ALL_PORTS, one.start_ns, one.last_ns, end, one.holder, "radius", one.record
            )


def _is_detail(path: Path) -> bool:
    text = "".join(line for _, line in itertools.islice(lines_of(path), 3))
    return " = " in text and not text.lstrip().startswith("{")


def _detail_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Records of a detail file: a line with a date, then indented ``Attribute = value``, then an empty line."""
    row: dict[str, str] = {}
    begun = 0
    for number, line in itertools.chain(lines_of(path), [(0, "")]):
        if line[:1] in (" ", "\t"):
            parts = _DETAIL_LINE.match(line)
            if parts is None:
                raise InputError(path, f"{line.strip()!r} is no attribute", row=number)
            row[parts[1]] = parts[2].strip().strip('"')
        elif row:
            yield from _complete(row, path, begun)
            row = {}
        if line.strip() and not row:
            begun = number


def _complete(row: dict[str, str], path: Path, number: int) -> Iterator[tuple[int, Row]]:
    if "Timestamp" in row:
        row.pop(
            "Event-Timestamp", None
        )  # its text bears the name of a zone (CST is many), the other is in seconds
    for name in NEEDED:
        if name not in row:
            raise InputError(path, "is missing", row=number, column=name)
    yield number, row
