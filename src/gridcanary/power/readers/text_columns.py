"""Blocks of delimited text as columns: the fast way to what :meth:`TextBlock.rows` gives row by row."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from gridcanary.power.readers.base import Rejects
from gridcanary.power.readers.text import NULL_TEXTS, TextBlock, is_plainly_quoted

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def block_columns(
    block: TextBlock, positions: Sequence[int], rejects: Rejects
) -> tuple[NDArray[np.int64], list[pa.Array]]:
    """Line numbers and the columns at some positions, as trimmed text.

    Args:
        block: whole lines.
        positions: of the columns wanted.
        rejects: takes short, long and unreadable rows.
    """
    fast = _parsed_at_once(block, positions)
    if fast is not None:
        lines = np.arange(fast[0].__len__() if fast else 0, dtype=np.int64) + block.first_row
        return lines, [pc.utf8_trim_whitespace(column) for column in fast]
    rows: list[int] = []
    fields: list[list[str]] = [[] for _ in positions]
    for row in block.rows():
        if row.fault is not None:
            rejects.add(block.path, row.row, None, row.fault, block.line(row.row))
            continue
        rows.append(row.row)
        for held, position in zip(fields, positions, strict=True):
            held.append(row.fields[position])
    arrays = [pc.utf8_trim_whitespace(pa.array(held, pa.string())) for held in fields]
    return np.array(rows, dtype=np.int64), arrays


def _parsed_at_once(block: TextBlock, positions: Sequence[int]) -> list[pa.Array] | None:
    """The columns, or None where a row is faulty, blank or of several lines: lines are counted then."""
    if "\x00" in block.text or "\r" in block.text.replace("\r\n", "\n"):
        return None
    if not is_plainly_quoted(block.text, block.delimiter):
        return None
    names = [str(position) for position in range(len(block.header))]
    wanted = [names[position] for position in positions]
    try:
        table = pa_csv.read_csv(
            io.BytesIO(block.text.encode()),
            read_options=pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=1 << 30),
            parse_options=pa_csv.ParseOptions(
                delimiter=block.delimiter, quote_char='"', ignore_empty_lines=False
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.string()),
                include_columns=wanted,
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    lines = block.text.count("\n") + (not block.text.endswith("\n"))
    blank = block.text.startswith(("\n", "\r\n")) or "\n\n" in block.text or "\n\r\n" in block.text
    if blank or table.num_rows != lines:
        return None
    return [table[name].combine_chunks() for name in wanted]


def numbers(texts: pa.Array) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Numbers of trimmed texts and where a text is none.

    Args:
        texts: strings; null and what NULL_TEXTS holds stand for a missing value.

    Returns:
        Values, NaN where missing or wrong; and the mask of those that are wrong (infinities among them).

    Example:
        >>> numbers(pa.array(["1.5", "NULL", "x"]))[1].tolist()
        [False, False, True]
    """
    try:
        values = _floats(pc.cast(texts, pa.float64()))
    except pa.ArrowInvalid:
        missing = pc.is_in(texts, pa.array(sorted(NULL_TEXTS), pa.string()))
        numeric = pc.fill_null(pc.match_substring_regex(texts, _NUMBER), False)
        # A missing text may look like a number to nobody, so the two masks never meet.
        values = _floats(pc.cast(pc.if_else(numeric, texts, pa.scalar(None, pa.string())), pa.float64()))
        wrong = pc.and_not(pc.and_not(pc.is_valid(texts), missing), numeric)
        mask = np.asarray(wrong.to_numpy(zero_copy_only=False), dtype=np.bool_)
        return np.where(np.isinf(values), np.nan, values), mask | np.isinf(values)
    infinite = np.isinf(values)
    return np.where(infinite, np.nan, values), infinite


def _floats(array: pa.Array) -> NDArray[np.float64]:
    return np.asarray(pc.fill_null(array, np.nan).to_numpy(zero_copy_only=False), dtype=np.float64)
