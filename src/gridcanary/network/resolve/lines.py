"""Leased lines and hosted machines: prefixes that belong to a contract; and where accounts and drops are installed."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from gridcanary.contracts.errors import InputError
from gridcanary.network.resolve.assignments import ALL_PORTS, Assignment, Holder
from gridcanary.network.resolve.prefixes import prefix_of
from gridcanary.network.resolve.records import rows_of, time_ns

_HARDWARE = re.compile(r"[0-9A-Fa-f]{2}(?P<between>[:-])[0-9A-Fa-f]{2}(?:(?P=between)[0-9A-Fa-f]{2}){4}")

OPEN_NS = int(dt.datetime(2199, 1, 1, tzinfo=dt.UTC).timestamp()) * 10**9


def read_lines(path: Path) -> list[Assignment]:
    """Prefixes of leased lines: CSV ``prefix, premises_id[, from, until]``, times with their offset from UTC.

    Raises:
        InputError: a row that makes no sense; names row and column.
    """
    found = []
    for number, row in rows_of(path, ("prefix", "premises_id")):
        start = time_ns(row["from"], path, number, "from") if "from" in row else 0
        end = time_ns(row["until"], path, number, "until") if "until" in row else OPEN_NS
        if end < start:
            raise InputError(path, "the contract ends before it begins", row=number, column="until")
        holder = Holder(premises_id=row["premises_id"])
        prefix = prefix_of(row["prefix"], path, number, "prefix")
        found.append(Assignment(prefix, ALL_PORTS, start, end, end, holder, "line", f"{path}, row {number}"))
    return found


def read_places(path: Path, key: str) -> dict[str, str]:
    """Where something is installed: CSV with ``premises_id`` and the key's column.

    Args:
        path: the table.
        key: ``account`` (subscriber's account or hardware address) or ``drop`` (NAS-Port-Id, ONU).

    Raises:
        InputError: a row that makes no sense, or a key with two premises; names row and column.
    """
    places: dict[str, str] = {}
    for number, row in rows_of(path, (key, "premises_id")):
        if places.setdefault(holder_name(row[key]), row["premises_id"]) != row["premises_id"]:
            raise InputError(path, f"{row[key]!r} has a second premises", row=number, column="premises_id")
    return places


def holder_name(text: str) -> str:
    """An account as it is; a hardware address in lower case with colons, as leases write it."""
    return text.lower().replace("-", ":") if _HARDWARE.fullmatch(text) else text
