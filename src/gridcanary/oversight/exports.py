"""Writes tables as CSV and XLSX, with nothing in them that a spreadsheet program would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from tempfile import NamedTemporaryFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from gridcanary.oversight.tables import Row, Value

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A text that begins so is a formula to spreadsheet programs, in full width too: OWASP, CSV injection."""

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Signs that no XML file can hold; a spreadsheet file is XML."""


def harmless(value: Value) -> Value:
    """A text that would be run as a formula gets an apostrophe before it; anything else stays as it is."""
    if not isinstance(value, str):
        return value
    text = _NOT_IN_XML.sub("", value)
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_FORMULA) else text


def csv_lines(headings: Iterable[str], rows: Iterable[Row]) -> Iterator[str]:
    """A CSV file line by line: UTF-8 with a mark at its beginning, so that office programs read Chinese."""
    yield "\ufeff" + _line(tuple(headings))
    for row in rows:
        yield _line(row)


def _line(row: Row) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(["" if value is None else harmless(value) for value in row])
    return buffer.getvalue()


def xlsx_bytes(title: str, headings: Iterable[str], rows: Iterable[Row]) -> bytes:
    """An XLSX file with one sheet. Texts are written as texts: nothing is a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.append(list(headings))
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    with NamedTemporaryFile(suffix=".xlsx") as file:
        book.save(file.name)
        file.seek(0)
        return file.read()


def _cell(sheet: object, value: Value) -> object:
    text = _NOT_IN_XML.sub("", value) if isinstance(value, str) else value
    cell = WriteOnlyCell(sheet, value=text)  # type: ignore[arg-type]
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
