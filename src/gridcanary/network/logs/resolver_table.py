"""Resolver logs as a table of one's own: a header with ``time``, ``client`` and ``name``, and ``answers`` if there are.

Separated by commas, semicolons or tabs; several answers in a cell are separated by blanks or ``|``, an alias is a name
among them. Times are numbers since 1970 or ISO 8601.
"""

from __future__ import annotations

import csv
from pathlib import Path

from gridcanary.contracts.errors import InputError
from gridcanary.network.ends import canonical
from gridcanary.network.logs.resolver_lines import ResolverLine

_NEEDED = ("time", "client", "name")


class ResolverTable:
    """Reads the lines of such a table.

    Args:
        separator: one character.
        columns: place of each column.
        width: columns of the header.
    """

    def __init__(self, separator: str, columns: dict[str, int], width: int) -> None:
        self._separator, self._columns, self._width = separator, columns, width

    @classmethod
    def of(cls, path: Path, row: int, header: bytes) -> ResolverTable | None:
        """The table that a header begins; None where the line is no header.

        Raises:
            InputError: it is one, and a column is lacking.
        """
        text = header.decode("utf-8-sig", "replace").lower()
        separator = next((one for one in "\t;," if one in text), None)
        if separator is None:
            return None
        names = [name.strip().strip('"') for name in text.split(separator)]
        if not {"client", "name"} <= set(names):
            return None
        for name in _NEEDED:
            if name not in names:
                raise InputError(path, "the header lacks it", row=row, column=name)
        return cls(separator, {name: names.index(name) for name in names}, len(names))

    def line(self, text: bytes) -> ResolverLine:
        """One line.

        Raises:
            ValueError: it has other columns than the header, or the client is no address.
        """
        try:
            cells = next(csv.reader([text.decode("utf-8", "replace")], delimiter=self._separator))
        except csv.Error:
            raise ValueError("is no row of a table") from None
        if len(cells) != self._width:
            raise ValueError("has other columns than the header")
        cell = {name: cells[place].strip() for name, place in self._columns.items()}
        try:
            client = canonical(cell["client"])
        except ValueError:
            raise ValueError("the client is no address") from None
        if not cell["name"]:
            raise ValueError("the name is missing")
        answers = cell.get("answers", "").replace("|", " ").split()
        return ResolverLine(
            cell["time"].encode(), client, cell["name"].lower().rstrip("."), _addresses(answers)
        )


def _addresses(answers: list[str]) -> tuple[str, ...]:
    found = []
    for answer in answers:
        try:
            found.append(canonical(answer))
        except ValueError:  # an alias
            continue
    return tuple(found)
