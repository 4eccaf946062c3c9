"""Finds the JSON objects in streams of payload, wherever the pieces are cut, and makes a row of each message."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridcanary.network.messages.message_kernel import fill_row
from gridcanary.network.messages.object_kernel import BROKEN, MOST_FIELDS, UNFINISHED, read_object

SHORTEST_MESSAGE = 20
"""Bytes; nothing that mining says is shorter, so that rooms for rows can be measured out beforehand."""

LONGEST_MESSAGE = 32_768
"""Bytes kept of an unfinished message; a longer one (a block template) is let go, and what follows it is read."""

JOINED, START, STOP, NAME_START, NAME_STOP = range(5)
"""Columns that tell where a row's text stands: 1 in the joined bytes or 0 in the pieces' own, and two slices."""

UNREADABLE, STRANGERS, GAPS, CARRY_START, CARRY_STOP, ROWS_END = range(6)
"""Columns of a stream's tally: objects that break off or aren't JSON, messages of other kinds, holes, the slice of the
joined bytes that must be carried on to the next pieces, and where its rows end."""


@njit(cache=True, nogil=True)
def _scan(
    text: NDArray[np.uint8],
    start: int,
    stop: int,
    joined_flag: int,
    time_ns: int,
    up: bool,
    stream: int,
    rows: Any,
    places: NDArray[np.int64],
    count: int,
    tally: NDArray[np.int64],
    fields: NDArray[np.int64],
    name: NDArray[np.int64],
) -> tuple[int, int]:
    """Rows of the objects in one run of bytes. Returns the number of rows, and where an unfinished object begins."""
    at = start
    while at < stop:
        if text[at] != 123:
            at += 1
            continue
        end, noted, stopped = read_object(text, at, stop, fields)
        if end == UNFINISHED:
            return count, at
        if end == BROKEN:
            tally[stream, UNREADABLE] += 1
            at = max(stopped, at + 1)
            continue
        if end - at >= SHORTEST_MESSAGE:
            rows[count].time_ns = time_ns
            rows[count].up = up
            if fill_row(text, fields, noted, rows[count], name):
                places[count, JOINED], places[count, START], places[count, STOP] = joined_flag, at, end
                places[count, NAME_START], places[count, NAME_STOP] = name[0], name[1]
                count += 1
            else:
                tally[stream, STRANGERS] += 1
        at = end
    return count, stop


@njit(cache=True, nogil=True)
def _closes(data: NDArray[np.uint8], start: int, stop: int) -> bool:
    """Whether a closing brace is there; without one no unfinished message can end."""
    for at in range(start, stop):  # noqa: SIM110  a kernel has no generators
        if data[at] == 125:
            return True
    return False


@njit(cache=True, nogil=True)
def _let_go(held: int, held_end: int, stream: int, tally: NDArray[np.int64]) -> int:
    """Where the held bytes begin, which is their end once they are too long for a message."""
    if held_end - held <= LONGEST_MESSAGE:
        return held
    tally[stream, UNREADABLE] += 1
    return held_end


@njit(cache=True, nogil=True)
def read_streams(
    data: NDArray[np.uint8],
    start: NDArray[np.int64],
    stop: NDArray[np.int64],
    time_ns: NDArray[np.int64],
    gap: NDArray[np.bool_],
    order: NDArray[np.int64],
    bounds: NDArray[np.int64],
    up: NDArray[np.bool_],
    joined: NDArray[np.uint8],
    carry_size: NDArray[np.int64],
    rows: Any,
    places: NDArray[np.int64],
    tally: NDArray[np.int64],
) -> int:
    """Rows of many streams.

    Args:
        data, start, stop, time_ns, gap: pieces as in pieces.Pieces.
        order: pieces by stream, int64 (pieces,); those of stream s are ``order[bounds[s]:bounds[s + 1]]``.
        bounds: int64 (streams + 1,).
        up: whether the stream comes from the presumed client, bool (streams,).
        joined: room for messages in more pieces than one; begins with the bytes carried over, stream after stream;
            uint8 (carried + all pieces,).
        carry_size: bytes carried over, int64 (streams,).
        rows: room of rows.ROW, one for each SHORTEST_MESSAGE bytes.
        places: room for the columns JOINED to NAME_STOP, int64 (rows, 5).
        tally: room for the columns UNREADABLE to ROWS_END, zeros, int64 (streams, 6).

    Returns:
        How many rows there are, stream after stream.
    """
    fields = np.empty((MOST_FIELDS, 5), np.int64)
    name = np.zeros(2, np.int64)
    carried_at, used, count = 0, carry_size.sum(), 0
    for stream in range(len(bounds) - 1):
        held, held_end = carried_at, carried_at + carry_size[stream]
        carried_at = held_end
        for place in range(bounds[stream], bounds[stream + 1]):
            piece = order[place]
            if gap[piece]:
                tally[stream, GAPS] += 1
                tally[stream, UNREADABLE] += held_end > held
                held = held_end
            begin, end = start[piece], stop[piece]
            if held_end > held:
                if held_end != used:  # make the held bytes the last of the room, so that the piece can follow
                    joined[used : used + held_end - held] = joined[held:held_end]
                    held, held_end = used, used + held_end - held
                joined[held_end : held_end + end - begin] = data[begin:end]
                held_end += end - begin
                used = held_end
                if not _closes(data, begin, end):
                    held = _let_go(held, held_end, stream, tally)
                    continue
                count, held = _scan(
                    joined, held, held_end, 1, time_ns[piece], up[stream], stream,
                    rows, places, count, tally, fields, name,
                )  # fmt: skip
            else:
                count, rest = _scan(
                    data, begin, end, 0, time_ns[piece], up[stream], stream,
                    rows, places, count, tally, fields, name,
                )  # fmt: skip
                if rest < end:
                    held, held_end = used, used + end - rest
                    joined[held:held_end] = data[rest:end]
                    used = held_end
            held = _let_go(held, held_end, stream, tally)
        tally[stream, CARRY_START], tally[stream, CARRY_STOP] = held, held_end
        tally[stream, ROWS_END] = count
    return count
