"""Where the wanted columns of separated text are: Zeek's tab-separated logs, comma-separated flows."""

from __future__ import annotations

import numba

FINE, TOO_FEW, TOO_MANY = 0, 10, 11
_COMMA, _BLANK = 44, 32


@numba.njit(cache=True, nogil=True)
def _same(data, start, stop, text):  # type: ignore[no-untyped-def]
    if stop - start != text.size:
        return False
    for at in range(text.size):  # noqa: SIM110 (numba compiles no generators)
        if data[start + at] != text[at]:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def find_separated(data, begin, end, separator, unset, fields, column_of, start, stop, fate):  # type: ignore[no-untyped-def]
    """Finds the wanted columns of many lines.

    Args:
        data: the block, uint8.
        begin, end: each line without its end, int64 (n,).
        separator: the byte between fields.
        unset: what stands for a field that is not told, uint8.
        fields: fields that a line has.
        column_of: wanted column of each field, -1 where it is not wanted, int64 (fields,).
        start, stop: slices found, int32 (n, columns), filled in place.
        fate: what became of each line, int8 (n,), filled in place.
    """
    for row in range(begin.size):
        at, field, fate[row] = begin[row], 0, FINE
        last = end[row]
        while True:
            here = at
            while at < last and data[at] != separator:
                at += 1
            if field >= fields:
                fate[row] = TOO_MANY
                break
            column = column_of[field]
            if column >= 0:
                first, past = here, at
                if separator == _COMMA:  # columns of such tables are padded with blanks
                    while first < past and data[first] == _BLANK:
                        first += 1
                    while past > first and data[past - 1] == _BLANK:
                        past -= 1
                if not _same(data, first, past, unset):
                    start[row, column], stop[row, column] = first, past
            field += 1
            if at >= last:
                if field < fields:
                    fate[row] = TOO_FEW
                break
            at += 1
