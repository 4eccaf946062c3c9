"""Rows of record files (CSV with a header, or a JSON object a line), their times and addresses, and their errors."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from gridcanary.contracts.errors import InputError, SchemaMismatch
from gridcanary.network.ends import canonical

Row = Mapping[str, str]
LONGEST_LINE = 1 << 20
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC).timestamp()


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines of a text file in UTF-8, plain, gzip or zstd by its ending.

    Raises:
        InputError: it can't be read, is no UTF-8, or a line is longer than 1 MB.
    """
    try:
        with pa.input_stream(str(path), compression="detect") as raw, io.BufferedReader(raw) as stream:
            number = 0
            while line := stream.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise InputError(path, "is longer than 1 MB", row=number)
                yield number, line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputError(path, "is no UTF-8", row=number, remedy="save it as UTF-8") from error
    except OSError as error:
        raise InputError(path, f"can't be read: {error}") from error


def rows_of(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    """Rows of a CSV with a header, or of a JSON object a line, as texts; empty fields are left out.

    Args:
        path: the file.
        needed: columns that a CSV must have; a JSON row that lacks one is refused, too.

    Raises:
        SchemaMismatch: a column is missing.
        InputError: a row that isn't one; names it.
    """
    lines = lines_of(path)
    first = next(lines, None)
    if first is None:
        raise InputError(path, "is empty")
    every = (
        _json_rows(path, first, lines)
        if first[1].lstrip().startswith("{")
        else _csv_rows(path, first, lines, needed)
    )
    for number, row in every:
        missing = [name for name in needed if name not in row]
        if missing:
            raise InputError(path, "is empty", row=number, column=missing[0])
        yield number, row


def _json_rows(
    path: Path, first: tuple[int, str], rest: Iterator[tuple[int, str]]
) -> Iterator[tuple[int, Row]]:
    for number, line in _chain(first, rest):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(path, f"is no JSON: {error}", row=number) from error
        if not isinstance(told, dict):
            raise InputError(path, "is no JSON object", row=number)
        yield number, {key: _text(value) for key, value in told.items() if value not in (None, "", [])}


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0]
    return value if isinstance(value, str) else json.dumps(value)


def _csv_rows(
    path: Path, first: tuple[int, str], rest: Iterator[tuple[int, str]], needed: tuple[str, ...]
) -> Iterator[tuple[int, Row]]:
    try:
        header = [name.strip() for name in next(csv.reader([first[1]], strict=True))]
        missing = [name for name in needed if name not in header]
        if missing:
            raise SchemaMismatch(path, f"no column is called {', '.join(missing)}", row=1)
        for number, line in rest:
            if not line.strip():
                continue
            cells = next(csv.reader([line], strict=True))
            if len(cells) != len(header):
                raise InputError(path, f"has {len(cells)} fields, the header {len(header)}", row=number)
            yield (
                number,
                {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()},
            )
    except csv.Error as error:
        raise InputError(path, f"is no CSV: {error}", row=number) from error


def _chain(first: tuple[int, str], rest: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield first
    yield from rest


def time_ns(text: str, file: str | Path, row: int | None, column: str) -> int:
    """A moment, UTC [ns since 1970], from seconds since 1970 or ISO 8601 with its offset from UTC.

    Raises:
        InputError: neither; a time without an offset is refused, since an hour's error names the wrong house.
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = _iso_seconds(text, file, row, column)
    if not 0 < seconds < LATEST:
        raise InputError(file, f"{text!r} is out of range", row=row, column=column)
    return round(seconds * 1000) * 1_000_000


def _iso_seconds(text: str, file: str | Path, row: int | None, column: str) -> float:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        problem = f"{text!r} is no time"
        raise InputError(file, problem, row=row, column=column, remedy="2026-05-31T22:15:03+08:00") from error
    if moment.tzinfo is None:
        problem = f"{text!r} doesn't tell its offset from UTC"
        raise InputError(file, problem, row=row, column=column, remedy="add +08:00, or Z for UTC")
    return moment.timestamp()


def address_of(text: str, file: str | Path, row: int | None, column: str) -> str:
    """A canonical address.

    Raises:
        InputError: it is none.
    """
    try:
        return canonical(text)
    except ValueError as error:
        raise InputError(file, f"{text!r} is no address", row=row, column=column) from error


def port_of(text: str, file: str | Path, row: int | None, column: str) -> int:
    """A port, 0 to 65535.

    Raises:
        InputError: it is none.
    """
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise InputError(file, f"{text!r} is no port", row=row, column=column)
    return int(text)
