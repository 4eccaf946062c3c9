"""Opening delimited text safely: gzip, encodings, delimiters, short rows, and rows that can be found again.

A file is cut into blocks of whole lines, so that memory is bounded and every value keeps its line number. A
block gives its rows one by one (:meth:`TextBlock.rows`), which is the definition of what a row is;
``readers/numbers.py`` adds a fast way to the same numbers.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from gridcanary.contracts.errors import InputError, SchemaMismatch, UnsafeInput
from gridcanary.power.readers.base import HEAD_BYTES, ReadOptions, Rejects

BLOCK_BYTES = 4 << 20
"""Text parsed at a time: some 4,000 rows of 96 values."""

LONGEST_ROW_BYTES = 32 << 20
"""A row that is longer has lost its line ends or its closing quote, or wants to fill the memory."""

DELIMITERS = ",\t;|"
NULL_TEXTS = frozenset({"", "NULL", "null", "Null", "None", "NaN", "nan", "NA", "N/A", "\\N", "-", "--"})
"""What exports write where there is no value."""

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def open_binary(path: Path) -> BinaryIO:
    """The file's bytes, unpacked when they are gzip, whatever the file is called.

    Raises:
        InputError: there is no such file, or it cannot be opened.
    """
    try:
        plain = path.open("rb")
        packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
    except OSError as error:
        raise InputError(path, f"cannot be opened: {error.strerror}") from error
    if not packed:
        return plain
    plain.close()
    # Opened by its name, so that closing the one closes the other.
    return cast(BinaryIO, gzip.open(path, "rb"))


def read_exactly(path: Path, stream: BinaryIO, size: int, *, row: int | None = None) -> bytes:
    """Up to ``size`` bytes; damage to gzip becomes an InputError.

    Args:
        path: the file, for the error.
        stream: from :func:`open_binary`.
        size: bytes wanted.
        row: the last row that was read whole, for the error.
    """
    try:
        return stream.read(size)
    except EOFError as error:
        raise InputError(path, "the gzip file is cut short", row=row, remedy="copy it again") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            path, f"the gzip file is damaged: {error}", row=row, remedy="copy it again"
        ) from error


def read_head(path: Path) -> bytes:
    """The first HEAD_BYTES of the content, for telling formats apart."""
    with open_binary(path) as stream:
        return read_exactly(path, stream, HEAD_BYTES)


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row: its 1-based line in the file, its fields, and why it is no row, if it is none."""

    row: int
    fields: list[str]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Whole lines of a file.

    Args:
        path: the file.
        first_row: line number of the first line, 1-based.
        text: the lines, decoded.
        header: the column names.
        delimiter: one character.
    """

    path: Path
    first_row: int
    text: str
    header: tuple[str, ...]
    delimiter: str

    def rows(self) -> Iterator[TextRow]:
        """Every row but the blank ones; a row of the wrong length comes with a fault."""
        lines = self.text.split("\n")
        start = 0
        while start < len(lines):
            rest = (line + "\n" for line in itertools.islice(lines, start, None))
            parsed = csv.reader(rest, delimiter=self.delimiter, strict=True)
            before = 0
            try:
                for fields in parsed:
                    if fields:
                        yield self._row(self.first_row + start + before, fields)
                    before = parsed.line_num
                return
            except csv.Error as error:
                # A quote that is never closed would swallow every line after it: go on behind its line.
                fault = f"not readable as delimited text ({error})"
                yield TextRow(self.first_row + start + before, [], fault)
                start += before + 1

    def _row(self, row: int, fields: list[str]) -> TextRow:
        wanted = len(self.header)
        if len(fields) > wanted and not any(fields[wanted:]):
            fields = fields[:wanted]
        if len(fields) == wanted:
            return TextRow(row, fields)
        kind = "short" if len(fields) < wanted else "long"
        return TextRow(row, fields, f"a {kind} row: {len(fields)} fields where the header has {wanted}")

    def line(self, row: int) -> str:
        """The text of one line, for the rejects file."""
        return self.text.split("\n")[row - self.first_row].rstrip("\r")


class TextTable:
    """A delimited file with a header line, open for one pass.

    Args:
        path: the file.
        options: encoding and delimiter are used.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.path = path
        self._decoder = _Decoder(path, options.encoding)
        self._lines = _line_blocks(path)
        first_row, raw = next(self._lines, (1, b""))
        text = self._decoder.decode(raw, first_row)
        skipped = re.match(r"(?:[ \t]*\r?\n)*", text)
        start = skipped.end() if skipped else 0
        self.header_row = first_row + text.count("\n", 0, start)
        line, _, self._rest = text[start:].partition("\n")
        if not line.strip():
            raise InputError(path, "the file is empty", remedy="export it again")
        self.delimiter = options.delimiter or find_delimiter(line)
        self.header = split_header(line, self.delimiter)

    def blocks(self) -> Iterator[TextBlock]:
        """The lines after the header, a block at a time."""
        if self._rest:
            yield self._block(self.header_row + 1, self._rest)
        for first_row, raw in self._lines:
            yield self._block(first_row, self._decoder.decode(raw, first_row))

    def rows(self, rejects: Rejects) -> Iterator[tuple[int, list[str], str]]:
        """Row number, fields and original line of every row that has the header's length.

        Args:
            rejects: takes the others.
        """
        for block in self.blocks():
            for row in block.rows():
                if row.fault is None:
                    yield row.row, row.fields, block.delimiter.join(row.fields)
                else:
                    rejects.add(self.path, row.row, None, row.fault, block.line(row.row))

    def _block(self, first_row: int, text: str) -> TextBlock:
        return TextBlock(self.path, first_row, text, self.header, self.delimiter)


def find_delimiter(header_line: str) -> str:
    """The delimiter that cuts a header into most names; a comma where none does."""
    return max(DELIMITERS, key=header_line.count)


def split_header(line: str, delimiter: str) -> tuple[str, ...]:
    """Column names without byte-order mark, quotes and blanks around them."""
    fields = next(csv.reader([line.lstrip("\ufeff").replace("\r", " ")], delimiter=delimiter), [])
    return tuple(name.strip() for name in fields)


def is_plainly_quoted(text: str, delimiter: str) -> bool:
    """Whether every quote belongs to a field that is quoted whole and holds no delimiter.

    Arrow forgives quotes elsewhere and the csv module does not: only such a text means the same to both.

    Example:
        >>> is_plainly_quoted('"a",1', ","), is_plainly_quoted('"a,b",1', ",")
        (True, False)
    """
    quotes = text.count('"')
    edge = re.escape(delimiter)
    whole = rf'(?:^|(?<=[{edge}\n]))"[^"{edge}\r\n]*"(?=[{edge}\r\n]|$)'
    return not quotes or 2 * len(re.findall(whole, text)) == quotes


def sniffed_header(head: bytes) -> tuple[str, ...]:
    """The column names at the start of a file, for :meth:`Reader.sniff`; empty where it is no text.

    Args:
        head: the first bytes of the content.
    """
    if b"\x00" in head or not head:
        return ()
    line = next((item for item in head.split(b"\n") if item.strip()), b"")
    for codec in ("utf-8-sig", "gb18030"):
        try:
            text = line.decode(codec)
        except UnicodeDecodeError:
            continue
        return split_header(text, find_delimiter(text))
    return ()


def locate_columns(
    path: Path, header: Sequence[str], wanted: Mapping[str, Sequence[str]], given: Mapping[str, str]
) -> dict[str, int]:
    """Positions of columns that go by several names.

    Args:
        path: the file, for the error.
        header: the file's column names.
        wanted: our name to the names it is known by, compared without regard to case.
        given: our name to the file's name, as the user mapped them; these go first.

    Returns:
        Our name to the position, only those that are there.

    Raises:
        SchemaMismatch: a mapped column is not in the file.
    """
    positions = {name.upper(): i for i, name in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    for ours, aliases in wanted.items():
        if ours in given:
            if given[ours].upper() not in positions:
                raise SchemaMismatch(path, f"has no column {given[ours]!r}", row=1, remedy=_has(header))
            found[ours] = positions[given[ours].upper()]
            continue
        hit = next((positions[alias.upper()] for alias in aliases if alias.upper() in positions), None)
        if hit is not None:
            found[ours] = hit
    return found


def require_columns(
    path: Path, header: Sequence[str], found: Mapping[str, int], names: Sequence[str]
) -> None:
    """Refuse a file without the columns named.

    Raises:
        SchemaMismatch: the first that is missing, with what the file has.
    """
    for name in names:
        if name not in found:
            remedy = f"map it with --map COLUMN={name}; {_has(header)}"
            raise SchemaMismatch(path, f"has no column for {name}", row=1, remedy=remedy)


def parse_number(text: str) -> float | None:
    """A number as exports write it; None where there is none.

    Raises:
        ValueError: the text is no number.

    Example:
        >>> parse_number("239.800000000000000000"), parse_number("NULL")
        (239.8, None)
    """
    text = text.strip()
    if text in NULL_TEXTS:
        return None
    if _NUMBER.fullmatch(text) is None:
        raise ValueError("text where a number should be")
    return float(text)


class _Decoder:
    """Turns blocks of bytes into text; with ``auto`` it holds to UTF-8 until a block says otherwise."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path = path
        self._candidates = ["utf-8", "gb18030"] if encoding == "auto" else [encoding]
        try:
            "".encode(self._candidates[0])
        except LookupError as error:
            raise InputError(path, f"unknown encoding {encoding!r}", remedy="utf-8 or gb18030") from error

    def decode(self, raw: bytes, first_row: int) -> str:
        if first_row == 1 and raw.startswith(_UTF16_MARKS):
            raise InputError(self._path, "the file is UTF-16", remedy="save it as UTF-8 or GBK text")
        fault: UnicodeDecodeError | None = None
        for codec in self._candidates:
            try:
                text = raw.decode(codec)
            except UnicodeDecodeError as error:
                fault = fault or error
                continue
            if not text.isascii():
                # One file has one encoding: from the first character that is not ASCII on it is settled.
                self._candidates = [codec]
            return text.removeprefix("\ufeff") if first_row == 1 else text
        assert fault is not None
        raise self._located(raw, first_row, fault)

    def _located(self, raw: bytes, first_row: int, fault: UnicodeDecodeError) -> InputError:
        before = raw[: fault.start]
        line = before.rpartition(b"\n")[2]
        place = max((line.count(mark.encode()) for mark in DELIMITERS), default=0) + 1
        tried = " or ".join(self._candidates)
        return InputError(
            self._path,
            f"the byte 0x{raw[fault.start]:02x} is not {tried} text",
            row=first_row + before.count(b"\n"),
            column=f"number {place}",
            remedy="name the encoding with --encoding, for instance gb18030",
        )


def _line_blocks(path: Path) -> Iterator[tuple[int, bytes]]:
    """First line number and bytes of blocks that end at a line end outside quotes."""
    row, left = 1, b""
    with open_binary(path) as stream:
        while chunk := read_exactly(path, stream, BLOCK_BYTES, row=row):
            left += chunk
            end = _last_line_end(left)
            if end:
                yield row, left[:end]
                row += left.count(b"\n", 0, end)
                left = left[end:]
            elif len(left) > LONGEST_ROW_BYTES:
                limit = f"no line end in {LONGEST_ROW_BYTES >> 20} MB, or a quote that is never closed"
                raise UnsafeInput(path, limit, row=row)
    if left:
        yield row, left


def _last_line_end(raw: bytes) -> int:
    """Where the last whole line ends, not counting line ends within quotes; 0 where none does."""
    end = raw.rfind(b"\n") + 1
    quotes = raw.count(b'"', 0, end)
    while quotes % 2:
        before = raw.rfind(b"\n", 0, end - 1) + 1
        quotes -= raw.count(b'"', before, end)
        end = before
    return end


def _has(header: Sequence[str]) -> str:
    shown = ", ".join(header[:12])
    return f"the file has {shown}" + (" ..." if len(header) > 12 else "")
