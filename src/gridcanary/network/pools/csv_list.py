"""The list as a CSV file: host,port,tls,pool,coin,role,source,source_date,licence,seen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from gridcanary.contracts.errors import InputError
from gridcanary.network.ends import canonical
from gridcanary.network.pools.entry import ROLES, PoolEntry, is_address
from gridcanary.network.pools.host_names import clean_host

COLUMNS = ("host", "port", "tls", "pool", "coin", "role", "source", "source_date", "licence", "seen")
NEEDED = ("host", "role", "source", "source_date", "licence")
TLS = {"yes": True, "no": False, "": None}


def load_list(path: Path) -> list[PoolEntry]:
    """Entries of a CSV file in UTF-8, with or without a byte-order mark.

    Raises:
        InputError: the file can't be read, or as :func:`read_list`.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise InputError(path, f"can't be read: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise InputError(path, "is not UTF-8", remedy="save it as CSV UTF-8") from fault
    return read_list(text, str(path))


def read_list(text: str, file: str) -> list[PoolEntry]:
    """Entries of CSV text.

    Args:
        text: with a header; columns may stand in any order, others than ours are left alone.
        file: its name for messages.

    Raises:
        InputError: a needed column is missing, or a cell can't be read.
    """
    rows = csv.DictReader(io.StringIO(text))
    if missing := [name for name in NEEDED if name not in (rows.fieldnames or ())]:
        raise InputError(
            file, f"lacks the column {missing[0]}", row=1, remedy=f"columns: {','.join(COLUMNS)}"
        )
    try:
        return [_entry(row, rows.line_num, file) for row in rows]
    except csv.Error as fault:
        raise InputError(file, f"is no CSV: {fault}", row=rows.line_num) from fault


def write_list(entries: Iterable[PoolEntry]) -> str:
    """CSV text of entries, in their order, lines ended by a newline."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(entry) for entry in entries)
    return out.getvalue()


def _cells(entry: PoolEntry) -> list[str]:
    tls = {True: "yes", False: "no", None: ""}[entry.tls]
    port = "" if entry.port is None else str(entry.port)
    seen = entry.seen.isoformat() if entry.seen else ""
    said = [entry.host, port, tls, entry.pool, entry.coin, entry.role, entry.source]
    return [*said, entry.source_date.isoformat(), entry.licence, seen]


def _entry(row: Mapping[str, str | None], number: int, file: str) -> PoolEntry:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name in NEEDED:
        if not cells[name]:
            raise InputError(file, "is empty", row=number, column=name)
    if cells["role"] not in ROLES:
        raise InputError(
            file, f"unknown role {cells['role']!r}", row=number, column="role", remedy=", ".join(ROLES)
        )
    if cells["tls"] not in TLS:
        raise InputError(file, f"{cells['tls']!r} is neither yes nor no", row=number, column="tls")
    return PoolEntry(
        host=_host(cells["host"], number, file),
        port=_port(cells["port"], number, file),
        tls=TLS[cells["tls"]],
        pool=cells["pool"],
        coin=cells["coin"],
        role=cells["role"],
        source=cells["source"],
        source_date=_date(cells["source_date"], "source_date", number, file),
        licence=cells["licence"],
        seen=_date(cells["seen"], "seen", number, file) if cells["seen"] else None,
    )


def _host(text: str, number: int, file: str) -> str:
    if is_address(text):
        return canonical(text)
    host = clean_host(text)
    if "." not in host or not all(host.split(".")) or any(c.isspace() or c in "/:@*" for c in host):
        raise InputError(file, f"{text!r} is neither a host name nor an address", row=number, column="host")
    return host


def _port(text: str, number: int, file: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise InputError(file, f"{text!r} is no port", row=number, column="port", remedy="1 to 65535")
    return int(text)


def _date(text: str, column: str, number: int, file: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise InputError(
            file, f"{text!r} is no date", row=number, column=column, remedy="YYYY-MM-DD"
        ) from fault
