"""Reads one JSON object in one pass and keeps what mining messages are known by.

The kernel checks that the text nests and quotes as JSON does, not every rule of the grammar: a message that it takes
for mining has the right method and fields. It allocates nothing; what it finds goes into rooms of the caller.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridcanary.network.messages.codes import (
    FNV_BASIS,
    FNV_PRIME,
    KEY,
    KEY_AT,
    KEY_NUMBER,
    SLOTS,
)

DEEPEST = 24
"""Nesting beyond this is no mining message."""

DEEPEST_NOTED = 4
"""The answer to mining.subscribe names its subscriptions at the fourth level."""

UNFINISHED, BROKEN = -1, -2

OBJECT, ARRAY = 1, 2
TEXT, NUMBER, TRUE, FALSE, NULL, OPEN_OBJECT, OPEN_ARRAY = range(1, 8)
"""Kinds of values."""

MOST_FIELDS = 64
"""Values noted of one object; a job with a long list of transactions has more, which tell nothing."""

AT_DEPTH, AT_KIND, AT_START, AT_STOP, AT_PATH = range(5)
"""Columns of the room of values: depth (1 for those of the outer object), kind, bytes [start, stop) without quotes,
and the path as three bytes from the outside in, each the number of a key (0 unknown) or 128 + the index in an array."""

_BASIS, _PRIME = np.uint64(FNV_BASIS), np.uint64(FNV_PRIME)
_LONGEST_WORD = 128
_ONE = np.uint64(1)


@njit(cache=True, nogil=True)
def digest_of(text: NDArray[np.uint8], start: int, stop: int) -> np.uint64:
    """64-bit FNV-1a of the bytes, as codes.digest; of a long text of its beginning only."""
    value = _BASIS
    for at in range(start, min(stop, start + _LONGEST_WORD)):
        value = (value ^ np.uint64(text[at])) * _PRIME
    return value


@njit(cache=True, nogil=True)
def look_up(digest: np.uint64, at: NDArray[np.uint64], number: NDArray[np.int64], missing: int) -> int:
    """The word's number in an open-address table."""
    slot = np.int64(digest % np.uint64(SLOTS))
    while number[slot] >= 0:
        if at[slot] == digest:
            return number[slot]
        slot = (slot + 1) % SLOTS
    return missing


@njit(cache=True, nogil=True)
def _text_end(text: NDArray[np.uint8], at: int, stop: int) -> int:
    """Where the closing quote is, at standing behind the opening one; UNFINISHED or BROKEN (a bare line end)."""
    while at < stop:
        byte = text[at]
        if byte == 34:
            return at
        if byte == 92:
            at += 1
        elif byte == 10 or byte == 13:
            return BROKEN
        at += 1
    return UNFINISHED


@njit(cache=True, nogil=True)
def _bare_end(text: NDArray[np.uint8], at: int, stop: int) -> int:
    """End of a number or of true, false, null."""
    while at < stop:
        byte = text[at]
        if not (
            48 <= byte <= 57 or 97 <= byte <= 122 or byte == 45 or byte == 43 or byte == 46 or byte == 69
        ):
            return at
        at += 1
    return UNFINISHED


@njit(cache=True, nogil=True)
def _bare_kind(text: NDArray[np.uint8], start: int, stop: int) -> int:
    size, byte = stop - start, text[start]
    if byte == 116 and size == 4 and text[start + 1] == 114:
        return TRUE
    if byte == 102 and size == 5 and text[start + 1] == 97:
        return FALSE
    if byte == 110 and size == 4 and text[start + 1] == 117:
        return NULL
    if byte == 45 or 48 <= byte <= 57:
        return NUMBER
    return BROKEN


@njit(cache=True, nogil=True)
def _path(places: NDArray[np.int64], depth: int) -> int:
    path = places[1] << 16
    if depth > 1:
        path |= places[2] << 8
    if depth > 2:
        path |= places[3]
    return path


@njit(cache=True, nogil=True)
def _value_at(text: NDArray[np.uint8], at: int, stop: int) -> tuple[int, int, int, int]:
    """Kind of the value that begins here, its bytes [start, stop) without quotes, and where reading goes on.

    The kind is UNFINISHED or BROKEN where there is none.
    """
    byte = text[at]
    if byte == 34:
        end = _text_end(text, at + 1, stop)
        if end < 0:
            return end, at, at, stop if end == UNFINISHED else at + 1
        return TEXT, at + 1, end, end + 1
    if byte == 123 or byte == 91:
        return OPEN_OBJECT if byte == 123 else OPEN_ARRAY, at, at, at + 1
    end = _bare_end(text, at, stop)
    if end == UNFINISHED:
        return UNFINISHED, at, at, stop
    kind = _bare_kind(text, at, end) if end > at else BROKEN
    return kind, at, end, max(end, at + 1)


@njit(cache=True, nogil=True)
def _note(
    fields: NDArray[np.int64],
    noted: int,
    depth: int,
    kind: int,
    start: int,
    stop: int,
    places: NDArray[np.int64],
) -> int:
    """Note a value unless it lies too deep or the room is full. Returns how many are noted."""
    if depth > DEEPEST_NOTED or noted == MOST_FIELDS:
        return noted
    fields[noted, AT_DEPTH], fields[noted, AT_KIND] = depth, kind
    fields[noted, AT_START], fields[noted, AT_STOP] = start, stop
    fields[noted, AT_PATH] = _path(places, depth)
    return noted + 1


@njit(cache=True, nogil=True)
def read_object(
    text: NDArray[np.uint8], start: int, stop: int, fields: NDArray[np.int64], inside: NDArray[np.int64]
) -> tuple[int, int, int]:
    """Walk through the object that begins at ``start``.

    Args:
        text: bytes.
        start: where its ``{`` is.
        stop: end of what is there.
        fields: room for values, int64 [MOST_FIELDS, 5]; those within DEEPEST_NOTED levels are noted.
        inside: room of int64 [2, DEEPEST + 2] for the levels' kinds and places.

    Returns:
        Where the object ends, or UNFINISHED, or BROKEN; how many values were noted; where reading stopped.
    """
    kinds, places = inside[0], inside[1]
    depth, noted, at = 1, 0, start + 1
    kinds[1], places[1], key_next = OBJECT, 0, True
    while at < stop:
        byte = text[at]
        if byte <= 32 or byte == 58:
            at += 1
        elif byte == 44:
            at += 1
            key_next = kinds[depth] == OBJECT
            places[depth] += kinds[depth] == ARRAY and places[depth] < 255
        elif byte == 125 or byte == 93:
            at += 1
            if kinds[depth] != (OBJECT if byte == 125 else ARRAY):
                return BROKEN, noted, at
            depth, key_next = depth - 1, False
            if depth == 0:
                return at, noted, at
        else:
            kind, begin, end, at = _value_at(text, at, stop)
            if kind < 0:
                return kind, noted, at
            if key_next:
                if kind != TEXT:
                    return BROKEN, noted, at
                key_next, places[depth] = False, _key_number(text, begin, end, depth)
                continue
            noted = _note(fields, noted, depth, kind, begin, end, places)
            if kind >= OPEN_OBJECT:
                depth, key_next = depth + 1, kind == OPEN_OBJECT
                if depth > DEEPEST:
                    return BROKEN, noted, at
                kinds[depth] = OBJECT if key_next else ARRAY
                places[depth] = 0 if key_next else 128
    return UNFINISHED, noted, stop


@njit(cache=True, nogil=True)
def _key_number(text: NDArray[np.uint8], start: int, stop: int, depth: int) -> int:
    """A key's number; 0 for strange ones and below the levels that are told apart."""
    return look_up(digest_of(text, start, stop), KEY_AT, KEY_NUMBER, 0) if depth <= 3 else 0


def path_of(*places: str | int) -> int:
    """The path of a value, of key names and array indexes, as in the column AT_PATH.

    >>> path_of("params", 0) == (KEY["params"] << 16 | 128 << 8)
    True
    """
    numbers = [KEY[place] if isinstance(place, str) else 128 + place for place in places]
    return sum(number << (16 - 8 * level) for level, number in enumerate(numbers))
