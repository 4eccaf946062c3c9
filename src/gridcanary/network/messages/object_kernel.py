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

PATH_LEVELS = 3
"""Levels whose keys and places are told apart."""

DEEPEST_NOTED = 4
"""The answer to mining.subscribe names its subscriptions at the fourth level."""

UNFINISHED, BROKEN = -1, -2

TEXT, NUMBER, TRUE, FALSE, NULL, OPEN_OBJECT, OPEN_ARRAY = range(1, 8)
"""Kinds of values."""

MOST_FIELDS = 64
"""Values noted of one object; a job with a long list of transactions has more, which tell nothing."""

AT_DEPTH, AT_KIND, AT_START, AT_STOP, AT_PATH = range(5)
"""Columns of the room of values: depth (1 for those of the outer object), kind, bytes [start, stop) without quotes,
and the path as three bytes from the outside in, each the number of a key (0 unknown) or 128 + the index in an array."""

_BLANK, _COMMA, _CLOSE, _QUOTE, _OPEN = range(1, 6)
_SORT = np.zeros(256, np.uint8)
_SORT[[9, 10, 13, 32, 58]] = _BLANK  # a colon too: behind a key nothing else can stand
_SORT[44], _SORT[34] = _COMMA, _QUOTE
_SORT[[125, 93]] = _CLOSE
_SORT[[123, 91]] = _OPEN
"""What a byte outside of texts begins."""

_IN_BARE = np.zeros(256, np.bool_)
_IN_BARE[[*range(48, 58), *range(97, 123), 43, 45, 46, 69]] = True
_ENDS_TEXT = np.zeros(256, np.bool_)
_ENDS_TEXT[[34, 92, 10, 13]] = True

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
        if _ENDS_TEXT[text[at]]:
            if text[at] == 34:
                return at
            if text[at] != 92:
                return BROKEN
            at += 1
        at += 1
    return UNFINISHED


@njit(cache=True, nogil=True)
def _bare_end(text: NDArray[np.uint8], at: int, stop: int) -> int:
    """End of a number or of true, false, null; UNFINISHED where more of it may come, BROKEN where none begins."""
    start = at
    while at < stop and _IN_BARE[text[at]]:
        at += 1
    if at == stop:
        return UNFINISHED
    return at if at > start else BROKEN


@njit(cache=True, nogil=True)
def _bare_kind(first: int) -> int:
    """Kind of a bare value by its first letter; mining writes no others, and reads none as texts."""
    if first == 116:
        return TRUE
    if first == 102:
        return FALSE
    return NULL if first == 110 else NUMBER


@njit(cache=True, nogil=True)
def _placed(path: int, depth: int, number: int) -> int:
    """The path with the number at its level, and nothing below."""
    if depth > PATH_LEVELS:
        return path
    shift = 8 * (PATH_LEVELS - depth)
    return (path >> (shift + 8) << (shift + 8)) | (number << shift)


@njit(cache=True, nogil=True)
def _next_place(path: int, depth: int) -> int:
    """The path of the next element of an array; further ones than the 127th share their place."""
    if depth > PATH_LEVELS:
        return path
    shift = 8 * (PATH_LEVELS - depth)
    return _placed(path, depth, min((path >> shift & 255) + 1, 255))


@njit(cache=True, nogil=True)
def read_object(  # noqa: C901  a state machine: its arms apart would cost it three quarters of its speed
    text: NDArray[np.uint8], start: int, stop: int, fields: NDArray[np.int64]
) -> tuple[int, int, int]:
    """Walk through the object that begins at ``start``.

    Args:
        text: bytes.
        start: where its ``{`` is.
        stop: end of what is there.
        fields: room for values, int64 [MOST_FIELDS, 5]; those within DEEPEST_NOTED levels are noted.

    Returns:
        Where the object ends, or UNFINISHED, or BROKEN; how many values were noted; where reading stopped.
    """
    depth, noted, at, path, arrays, key_next = 1, 0, start + 1, 0, 0, True
    while at < stop:
        sort, begin, end, kind = _SORT[text[at]], at, at, 0
        at += 1
        if sort == _BLANK:
            continue
        if sort == _COMMA:
            key_next = not arrays >> depth & 1
            if not key_next:
                path = _next_place(path, depth)
            continue
        if sort == _CLOSE:
            if (text[begin] == 93) != (arrays >> depth & 1):
                return BROKEN, noted, at
            depth, key_next = depth - 1, False
            if depth == 0:
                return at, noted, at
            continue
        if sort == _QUOTE:
            begin, end, kind = at, _text_end(text, at, stop), TEXT
            at = end + 1
        elif sort == _OPEN:
            kind = OPEN_OBJECT if text[begin] == 123 else OPEN_ARRAY
        else:
            end, kind = _bare_end(text, begin, stop), _bare_kind(text[begin])
            at = end
        if end < 0 or (key_next and kind != TEXT):
            return (UNFINISHED, noted, stop) if end == UNFINISHED else (BROKEN, noted, begin + 1)
        if key_next:
            number = (
                look_up(digest_of(text, begin, end), KEY_AT, KEY_NUMBER, 0) if depth <= PATH_LEVELS else 0
            )
            path, key_next = _placed(path, depth, number), False
            continue
        if depth <= DEEPEST_NOTED and noted < MOST_FIELDS:
            fields[noted, AT_DEPTH], fields[noted, AT_KIND], fields[noted, AT_PATH] = depth, kind, path
            fields[noted, AT_START], fields[noted, AT_STOP] = begin, end
            noted += 1
        if kind >= OPEN_OBJECT:
            depth, key_next = depth + 1, kind == OPEN_OBJECT
            if depth > DEEPEST:
                return BROKEN, noted, at
            arrays = arrays & ~(1 << depth) if key_next else arrays | 1 << depth
            path = _placed(path, depth, 0 if key_next else 128)
    return UNFINISHED, noted, stop


def path_of(*places: str | int) -> int:
    """The path of a value, of key names and array indexes, as in the column AT_PATH.

    >>> path_of("params", 0) == (KEY["params"] << 16 | 128 << 8)
    True
    """
    numbers = [KEY[place] if isinstance(place, str) else 128 + place for place in places]
    return sum(number << (16 - 8 * level) for level, number in enumerate(numbers))
