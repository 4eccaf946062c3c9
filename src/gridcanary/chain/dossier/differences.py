"""Where a table or report differs from what the raw transactions give: the line, and the field where there is one."""

from __future__ import annotations

import csv
import io

_SHOWN = 80


def first_difference(found: bytes, meant: bytes, path: str) -> tuple[str, str]:
    """Place and problem of the first difference between two different files.

    Args:
        found: what the dossier holds.
        meant: what was computed.
        path: of the file; in ``.csv`` the column is named too.
    """
    ours, theirs = found.split(b"\n"), meant.split(b"\n")
    at = next((at for at, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other), None)
    if at is None:
        at = min(len(ours), len(theirs))
        return f"line {at + 1}", "lines are missing" if len(ours) < len(
            theirs
        ) else "there are too many lines"
    place, problem = f"line {at + 1}", f"holds {_shown(ours[at])}, computed was {_shown(theirs[at])}"
    column = _column(ours, at, theirs[at]) if path.endswith(".csv") else None
    if column is not None:
        name, one, other = column
        return f"{place}, column {name}", f"holds {one!r}, computed was {other!r}"
    return place, problem


def _column(ours: list[bytes], at: int, meant: bytes) -> tuple[str, str, str] | None:
    """Name and both cells of the first column that differs; None where the rows can't be compared."""
    try:
        rows = [next(csv.reader(io.StringIO(line.decode())), []) for line in (ours[0], ours[at], meant)]
    except (UnicodeDecodeError, csv.Error):
        return None
    header, one, other = rows
    if not len(header) == len(one) == len(other):
        return None
    differing = (
        (name, mine, yours) for name, mine, yours in zip(header, one, other, strict=True) if mine != yours
    )
    return next(differing, None)


def _shown(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
