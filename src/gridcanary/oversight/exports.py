"""Writes tables as CSV and XLSX, with nothing in them that a spreadsheet program would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from tempfile import NamedTemporaryFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from gridcanary.oversight.tables import Row, Value

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is a formula to spreadsheet programs: OWASP, CSV injection."""


def harmless(value: Value) -> Value:
    """A text that would be run as a formula gets an apostrophe before it; anything else stays as it is."""
    if isinstance(value, str) and value.startswith(STARTS_FORMULA):
        return f"'{value}"
    return value


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
    cell = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
