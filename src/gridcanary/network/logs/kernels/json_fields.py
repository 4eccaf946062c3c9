"""Where the wanted fields of JSON objects are, without making any object of them.

A path table says which fields are wanted: a number for every object on the way and the digest of each key within it.
Whatever is not on a path is skipped. Arrays are kept as the slice that holds them.
"""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.network.logs.kernels.digests import SEED, digest_of, place_in, stirred

FINE, SKIPPED, NO_OBJECT, CUT_OFF, BAD_SYNTAX, TOO_DEEP, TRAILING = 0, 1, 2, 3, 4, 5, 6
"""What became of a line: read; passed over for its type; does not begin an object; ends too early; a comma, colon or
value is missing; nested deeper than any log is; something stands after the object."""

MOST_DEPTH = 64
_QUOTE, _SLASH, _COMMA, _COLON = 34, 92, 44, 58
_OPEN, _CLOSE, _OPEN_LIST, _CLOSE_LIST, _NULL = 123, 125, 91, 93, 110


@numba.njit(cache=True, nogil=True)
def _past_blank(data, at, end):  # type: ignore[no-untyped-def]
    while at < end and data[at] <= 32:
        at += 1
    return at


@numba.njit(cache=True, nogil=True)
def _string_end(data, at, end):  # type: ignore[no-untyped-def]
    """Place of the closing quote of a string whose text begins at ``at``; ``end`` where there is none."""
    while at < end:
        byte = data[at]
        if byte == _QUOTE:
            return at
        at += 2 if byte == _SLASH else 1
    return end


@numba.njit(cache=True, nogil=True)
def _container_end(data, at, end):  # type: ignore[no-untyped-def]
    """Place of the last byte of an object or array that begins at ``at``; ``end`` where it does not end,
    -1 where it is nested too deep."""
    depth = 0
    while at < end:
        byte = data[at]
        if byte == _QUOTE:
            at = _string_end(data, at + 1, end)
        elif byte in (_OPEN, _OPEN_LIST):
            depth += 1
            if depth > MOST_DEPTH:
                return -1
        elif byte in (_CLOSE, _CLOSE_LIST):
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return end


@numba.njit(cache=True, nogil=True)
def _primitive_end(data, at, end):  # type: ignore[no-untyped-def]
    while (
        at < end and data[at] > 32 and data[at] != _COMMA and data[at] != _CLOSE and data[at] != _CLOSE_LIST
    ):
        at += 1
    return at


@numba.njit(cache=True, nogil=True)
def _key(data, at, end, node):  # type: ignore[no-untyped-def]
    """Digest of the key whose opening quote is at ``at``, and where its value begins; negative fate on failure."""
    digest = SEED ^ np.uint64(node)
    at += 1
    while at < end and data[at] != _QUOTE:
        digest = stirred(digest, data[at])
        at += 2 if data[at] == _SLASH else 1
    at = _past_blank(data, at + 1, end)
    if at >= end:
        return digest, -CUT_OFF
    if data[at] != _COLON:
        return digest, -BAD_SYNTAX
    at = _past_blank(data, at + 1, end)
    return digest | np.uint64(1), at if at < end else -CUT_OFF


@numba.njit(cache=True, nogil=True)
def _value(data, at, end):  # type: ignore[no-untyped-def]
    """Slice of the value that begins at ``at`` (a string without its quotes), and what follows; negative fate on
    failure."""
    byte = data[at]
    if byte == _QUOTE:
        last = _string_end(data, at + 1, end)
        return at + 1, last, last + 1 if last < end else -CUT_OFF
    if byte in (_OPEN, _OPEN_LIST):
        last = _container_end(data, at, end)
        if last < 0:
            return at, last, -TOO_DEEP
        return at, last + 1, last + 1 if last < end else -CUT_OFF
    last = _primitive_end(data, at, end)
    return at, last, last if last > at else -BAD_SYNTAX


@numba.njit(cache=True, nogil=True)
def _fields_of_line(data, at, end, keys, columns, children, type_column, types, start, stop):  # type: ignore[no-untyped-def]  # noqa: C901
    """Fields of one object; see :func:`find_fields`. start, stop: a row, filled in place."""
    at = _past_blank(data, at, end)
    if at >= end or data[at] != _OPEN:
        return NO_OBJECT
    node = np.zeros(MOST_DEPTH, np.int64)
    depth = 0
    at = _past_blank(data, at + 1, end)
    while at < end:
        if data[at] == _QUOTE:
            digest, at = _key(data, at, end, node[depth])
            if at < 0:
                return -at
            place = place_in(keys, digest)
            if data[at] == _OPEN and keys[place] != 0 and children[place] >= 0:
                depth += 1
                node[depth] = children[place]
                at = _past_blank(data, at + 1, end)
                continue
            begin, last, at = _value(data, at, end)
            if at < 0:
                return -at
            if keys[place] != 0 and columns[place] >= 0 and _is_field(data[begin], data[begin - 1]):
                start[columns[place]], stop[columns[place]] = begin, last
                if (
                    columns[place] == type_column
                    and types[place_in(types, digest_of(data, begin, last))] == 0
                ):
                    return SKIPPED
        elif data[at] == _CLOSE:
            depth -= 1
            at += 1
            if depth < 0:
                return FINE if _past_blank(data, at, end) >= end else TRAILING
        else:
            return BAD_SYNTAX
        at = _past_blank(data, at, end)
        if at < end and data[at] == _COMMA:
            at = _past_blank(data, at + 1, end)
            if at < end and data[at] == _CLOSE:
                return BAD_SYNTAX
        elif at < end and data[at] != _CLOSE:
            return BAD_SYNTAX
    return CUT_OFF


@numba.njit(cache=True, nogil=True)
def _is_field(first, before):  # type: ignore[no-untyped-def]
    """Whether a value is told: neither null nor an object; ``before`` is the byte before its slice."""
    return before == _QUOTE or (first != _NULL and first != _OPEN)


@numba.njit(cache=True, nogil=True)
def find_fields(data, begin, end, keys, columns, children, type_column, types, start, stop, fate):  # type: ignore[no-untyped-def]
    """Finds the wanted fields of many objects, one a line.

    Args:
        data: the block, uint8.
        begin, end: each line without its end, int64 (n,).
        keys: digests of keys within their object, an open-addressed table, uint64.
        columns: the column of each, -1 where it is only on the way, int64.
        children: number of the object that stands there, -1 where none is wanted, int64.
        type_column: column that holds the record's type, -1 where there is none.
        types: set of the digests of those types that are wanted.
        start, stop: slices found, int32 (n, columns), filled in place; both stay as they are where a field is missing.
        fate: what became of each line, int8 (n,), filled in place.
    """
    for row in range(begin.size):
        fate[row] = _fields_of_line(
            data, begin[row], end[row], keys, columns, children, type_column, types, start[row], stop[row]
        )


@numba.njit(cache=True, nogil=True)
def find_objects(data, at, begin, end):  # type: ignore[no-untyped-def]  # noqa: C901
    """Finds the objects of a JSON array (or of a row of objects), however they are broken into lines.

    An object whose braces do not close before a next line begins with a brace is given up there, so that one that is
    broken costs no other.

    Args:
        data: the block, uint8.
        at: where to begin.
        begin, end: filled in place, int64 (most,).

    Returns:
        how many were found, and from where on nothing is decided yet.
    """
    found = 0
    while found < begin.size:
        while at < data.size and data[at] != _OPEN:
            at += 1
        if at >= data.size:
            return found, at
        depth, here, quoted = 0, at, False
        while here < data.size:
            byte = data[here]
            if byte == 10:
                quoted = False
                if here + 1 < data.size and data[here + 1] == _OPEN and depth > 0:
                    break
            elif quoted:
                if byte == _SLASH:
                    here += 1
                elif byte == _QUOTE:
                    quoted = False
            elif byte == _QUOTE:
                quoted = True
            elif byte == _OPEN:
                depth += 1
            elif byte == _CLOSE:
                depth -= 1
                if depth == 0:
                    break
            here += 1
        if here >= data.size:
            return found, at
        begin[found] = at
        at = here + 1
        end[found] = at
        found += 1
    return found, at
