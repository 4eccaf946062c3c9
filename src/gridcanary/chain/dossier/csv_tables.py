"""Tables of dossiers as CSV: UTF-8, comma, newline; safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheet programs take for a formula (OWASP, CSV injection); names and labels come from strangers."""


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A table with a header; None is an empty cell, a text that a spreadsheet would run gets an apostrophe first."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return stream.getvalue().encode()


def utc(time: int) -> str:
    """Seconds since 1970 as UTC in ISO 8601."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _safe(cell: Any) -> Any:
    if isinstance(cell, str):
        cell = " ".join(cell.splitlines())
        return f"'{cell}" if cell.startswith(_STARTS_FORMULA) else cell
    return "" if cell is None else cell
