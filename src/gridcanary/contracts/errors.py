"""The one tree of errors; each takes typed facts and builds its own sentence.

GridcanaryError
├── InputError            something a person gave is wrong: file, row, column, what was found
│   ├── SchemaMismatch    a table lacks a column or has one of another type
│   └── UnsafeInput       an input that tries to harm: an XML bomb, a path that escapes
├── LakeError             a stored folder is not what it should be
└── MissingExtra          an optional package is needed; carries the install line
"""

from __future__ import annotations

from pathlib import Path


class GridcanaryError(Exception):
    """Base of every error that gridcanary raises on purpose."""


class InputError(GridcanaryError):
    """Bad input, located as closely as the reader can.

    Args:
        file: the file as the user named it.
        problem: what is wrong, a clause without a full stop.
        row: 1-based line or row in the file, the header counted; None where rows make no sense.
        column: the column or field name; None where it is the whole row.
        remedy: what the user can do about it.
    """

    def __init__(
        self,
        file: str | Path,
        problem: str,
        *,
        row: int | None = None,
        column: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.file, self.problem, self.row, self.column, self.remedy = str(file), problem, row, column, remedy
        place = str(file)
        if row is not None:
            place += f", row {row}"
        if column is not None:
            place += f", column {column}"
        super().__init__(f"{place}: {problem}" + (f" ({remedy})" if remedy else ""))


class SchemaMismatch(InputError):
    """A table that lacks a column or has one of another type."""


class UnsafeInput(InputError):
    """An input that tries to harm the reader: entity expansion, a path that escapes its folder."""


class LakeError(GridcanaryError):
    """A stored folder of readings is not what it should be."""

    def __init__(self, folder: str | Path, problem: str) -> None:
        self.folder, self.problem = str(folder), problem
        super().__init__(f"{folder}: {problem}")


class MissingExtra(GridcanaryError):
    """An optional package is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        self.package, self.extra = package, extra
        super().__init__(f"{package} is not installed; run: pip install 'gridcanary[{extra}]'")
