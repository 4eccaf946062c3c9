"""The numbers of a wide table: careful row by row, or fast through Arrow with the same result.

The careful way decides what a number is, and says which row and column is none. The fast way is taken for a
block only where Arrow reads every field without complaint; where it doesn't, the block is halved until the
lines at fault are alone, and those go the careful way. So a million good rows beside one bad row stay fast.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from gridcanary.power.readers.base import Rejects
from gridcanary.power.readers.text import NULL_TEXTS, TextBlock, parse_number

CAREFUL_LINES = 64
"""A block of so few lines is not worth halving further."""


@dataclass(frozen=True, slots=True)
class NumberRows:
    """Rows of a wide table.

    Args:
        rows: 1-based line numbers, shape (rows,).
        texts: name to the text fields, stripped.
        values: shape (rows, columns), NaN where there is no value.
    """

    rows: NDArray[np.int64]
    texts: dict[str, list[str]]
    values: NDArray[np.float64]

    def take(self, keep: NDArray[np.bool_]) -> NumberRows:
        """The rows that are marked."""
        if keep.all():
            return self
        places = np.flatnonzero(keep)
        texts = {name: [column[i] for i in places] for name, column in self.texts.items()}
        return NumberRows(self.rows[keep], texts, self.values[keep])


def read_numbers(
    block: TextBlock, texts: Mapping[str, int], numbers: Sequence[int], rejects: Rejects
) -> list[NumberRows]:
    """Text and number columns of a block, rows that have no place in a table gone to the rejects.

    Args:
        block: whole lines.
        texts: our name to the position of a text column.
        numbers: positions of the number columns.
        rejects: takes short rows and rows with text in a number.

    Returns:
        Pieces in the order of the file.
    """
    fast = read_fast(block, texts, numbers)
    if fast is not None:
        return [fast]
    halves = _halves(block)
    if halves is None:
        return [read_careful(block, texts, numbers, rejects)]
    return [piece for half in halves for piece in read_numbers(half, texts, numbers, rejects)]


def read_careful(
    block: TextBlock, texts: Mapping[str, int], numbers: Sequence[int], rejects: Rejects
) -> NumberRows:
    """Row by row; this defines the result."""
    rows: list[int] = []
    columns: dict[str, list[str]] = {name: [] for name in texts}
    values: list[list[float]] = []
    for row in block.rows():
        if row.fault is not None:
            rejects.add(block.path, row.row, None, row.fault, block.line(row.row))
            continue
        parsed = _numbers_of(block, row.row, row.fields, numbers, rejects)
        if parsed is None:
            continue
        rows.append(row.row)
        values.append(parsed)
        for name, position in texts.items():
            columns[name].append(row.fields[position].strip())
    matrix = np.array(values, np.float64).reshape(len(rows), len(numbers))
    return NumberRows(np.array(rows, np.int64), columns, matrix)


def _numbers_of(
    block: TextBlock, row: int, fields: Sequence[str], numbers: Sequence[int], rejects: Rejects
) -> list[float] | None:
    parsed: list[float] = []
    for position in numbers:
        try:
            value = parse_number(fields[position])
        except ValueError as error:
            rejects.add(block.path, row, block.header[position], str(error), fields[position])
            return None
        parsed.append(np.nan if value is None else value)
    return parsed


def read_fast(block: TextBlock, texts: Mapping[str, int], numbers: Sequence[int]) -> NumberRows | None:
    """The whole block through Arrow; None where anything in it needs a closer look."""
    text = block.text
    lines = text.count("\n") + (not text.endswith("\n"))
    # Arrow forgives quotes that do not enclose a whole field, the careful way does not.
    if not text or ('"' in text and '"' in _quoted_field(block.delimiter).sub("", text)):
        return None
    names = [f"c{i}" for i in range(len(block.header))]
    types = {names[i]: pa.float64() for i in numbers} | {names[i]: pa.string() for i in texts.values()}
    try:
        table = pacsv.read_csv(
            io.BytesIO(text.encode()),
            read_options=pacsv.ReadOptions(column_names=names, block_size=len(text) * 4 + 1),
            parse_options=pacsv.ParseOptions(delimiter=block.delimiter),
            convert_options=pacsv.ConvertOptions(
                column_types=types, include_columns=list(types), null_values=sorted(NULL_TEXTS)
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != lines:
        return None
    values = np.empty((lines, len(numbers)))
    for place, position in enumerate(numbers):
        column = table.column(names[position])
        values[:, place] = column.to_numpy()
        finite = np.isfinite(values[:, place]).sum()
        if finite + column.null_count != lines:
            return None
    columns = {
        name: [item.strip() for item in table.column(names[i]).to_pylist()] for name, i in texts.items()
    }
    return NumberRows(np.arange(lines, dtype=np.int64) + block.first_row, columns, values)


def _quoted_field(delimiter: str) -> re.Pattern[str]:
    edge = re.escape(delimiter) + r"\n"
    return re.compile(rf'(?<![^{edge}])"[^"\n]*"(?=[{edge}]|\r?\n|\Z)')


def _halves(block: TextBlock) -> tuple[TextBlock, TextBlock] | None:
    lines = block.text.count("\n")
    if lines <= CAREFUL_LINES:
        return None
    middle = block.text.find("\n", len(block.text) // 2) + 1
    first, second = block.text[:middle], block.text[middle:]
    if not first or not second or first.count('"') % 2:
        return None
    later = block.first_row + first.count("\n")
    return replace(block, text=first), replace(block, first_row=later, text=second)
