"""Small tables that people write by hand or export: CSV, with columns known by several names, and their digest."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gridcanary.contracts.errors import InputError, SchemaMismatch

ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = (",", ";", "\t", "|", "，")
Synonyms = Mapping[str, tuple[str, ...]]
"""Our name of a column, and what files may call it, in small letters."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file as read.

    Args:
        path: as the user named it.
        text: its contents, decoded.
        sha256: digest of its bytes, hex.
    """

    path: Path
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its line in the file, counted from 1 with the header, and its cells by our names."""

    number: int
    cells: Mapping[str, str]


def read_text(path: Path) -> TextFile:
    """A whole text file, in UTF-8 or GB 18030.

    Raises:
        InputError: it can't be opened, or is in another encoding.
    """
    raw = read_bytes(path)
    for encoding in ENCODINGS:
        try:
            return TextFile(path, raw.decode(encoding), hashlib.sha256(raw).hexdigest())
        except UnicodeDecodeError:
            continue
    raise InputError(path, "is neither UTF-8 nor GB 18030", remedy="save it as UTF-8")


def read_bytes(path: Path) -> bytes:
    """All bytes of a file; InputError where it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(path, f"can't be read: {error.strerror}") from error


def table_rows(file: TextFile, synonyms: Synonyms, mapping: Mapping[str, str] | None = None) -> Iterator[Row]:
    """The rows of a CSV file with a header; empty lines are left out.

    Args:
        file: the text; the delimiter is found from its first line.
        synonyms: the columns that are looked for. The first is the one that no row can do without.
        mapping: names of columns in the file by our names, where they are called otherwise.

    Raises:
        SchemaMismatch: the first column isn't there, or a mapped one.
        InputError: a row has more cells than the header.
    """
    lines = io.StringIO(file.text, newline="")
    first = file.text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        header = next(reader, [])
        places = _places(file.path, header, synonyms, mapping or {})
        for cells in reader:
            if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
                problem = f"{len(cells)} cells where the header has {len(header)}"
                raise InputError(file.path, problem, row=reader.line_num)
            if any(cell.strip() for cell in cells):
                yield Row(
                    reader.line_num,
                    {name: cells[at].strip() for name, at in places.items() if at < len(cells)},
                )
    except csv.Error as error:
        raise InputError(file.path, f"is no CSV: {error}", row=reader.line_num) from error


def _places(path: Path, header: list[str], synonyms: Synonyms, mapping: Mapping[str, str]) -> dict[str, int]:
    """At which place each of our columns stands."""
    there = {name.strip().lower(): at for at, name in reversed(list(enumerate(header)))}
    places = {}
    for ours, theirs in synonyms.items():
        if ours in mapping:
            theirs = (mapping[ours].strip().lower(),)
            if theirs[0] not in there:
                raise SchemaMismatch(
                    path, f"there is no column {mapping[ours]!r}", row=1, remedy=_columns_there(header)
                )
        found = [there[name] for name in (ours, *theirs) if name in there]
        if found:
            places[ours] = found[0]
    needed = next(iter(synonyms))
    if needed not in places:
        names = ", ".join((needed, *synonyms[needed]))
        raise SchemaMismatch(path, f"no column is called {names}", row=1, remedy=_columns_there(header))
    return places


def _columns_there(header: list[str]) -> str:
    return f"its columns are {', '.join(header)}" if header else "the file is empty"
