"""Where blocks begin in a node's block file: magic, length, block, one after the other, with what comes between.

Between blocks there may be anything: zeros that a node reserved, a block that was cut off when a machine
failed, junk. The search then goes on with the next magic, as a node does when it reads its files anew.
"""

from __future__ import annotations

import numba

from gridcanary.chain.kernels.loads import load32

FRAME_BYTES = 8
"""Magic and length before each block."""

LEAST_BLOCK, MOST_BLOCK = 81, 1 << 27
"""A length outside of these announces no block; a node's own files end at 128 MiB."""

_FOLLOWING_BYTES = 24
"""Looked at behind a block: a value within a transaction has fewer zeros than this."""

DONE, MORE, DOUBTFUL, CUT_OFF = range(4)
"""Why a search ended: at the window's end; it needs bytes behind the window; the last frame isn't followed by
another one and must be read to be believed; the last frame ends behind the file."""


@numba.njit(cache=True, nogil=True, inline="always")
def _is_padding(data, at, key, position):  # type: ignore[no-untyped-def]
    """Whether a byte was zero in the file. Where a node hides its blocks it doesn't hide the zeros that it reserves:

    without obfuscation they are the key, over and over.
    """
    return data[at] == 0 or data[at] == key[(position + at) & 7]


@numba.njit(cache=True, nogil=True)
def _behind_padding(data, at, end, magic, key, position):  # type: ignore[no-untyped-def]
    """The first offset behind zeros, or of a magic, whose bytes may be those of the key; the last three stay."""
    while at + 4 <= end and load32(data, at) != magic and _is_padding(data, at, key, position):
        at += 1
    return at


@numba.njit(cache=True, nogil=True)
def _is_followed(data, at, end, magic, key, position):  # type: ignore[no-untyped-def]
    """Whether what stands behind a block is another one, reserved room, or nothing."""
    stop = min(end, at + _FOLLOWING_BYTES)
    behind = _behind_padding(data, at, stop, magic, key, position)
    return behind + 4 > stop or load32(data, behind) == magic


@numba.njit(cache=True, nogil=True)
def next_magic(data, at, end, magic):  # type: ignore[no-untyped-def]
    """The offset of the next frame that announces a possible length; ``end`` where there is none."""
    while at + FRAME_BYTES <= end:
        if load32(data, at) == magic and LEAST_BLOCK <= load32(data, at + 4) <= MOST_BLOCK:
            return at
        at += 1
    return end


@numba.njit(cache=True, nogil=True)
def find_frames(data, at, end, magic, key, position, final, starts, sizes, gaps):  # type: ignore[no-untyped-def]
    """Fill the places of blocks in a window of a file.

    Args:
        data: the window, without obfuscation, uint8 [bytes].
        at, end: which part of it to search.
        magic: the network's four bytes as a little-endian number.
        key, position: the file's obfuscation (zeros without) and where in the file the window begins.
        final: whether the file ends where the window ends.
        starts, sizes: filled with the blocks' places in the window, int64 [room].
        gaps: filled with (offset, length) of bytes that belong to no block, int64 [room, 2].

    Returns:
        (state, offset to go on at, blocks, gaps); it ends early where the room is full, with DONE.
    """
    found, holes = 0, 0
    while found < starts.size and holes < gaps.shape[0]:
        at = _behind_padding(data, at, end, magic, key, position)
        if end - at < FRAME_BYTES:
            if not final:
                return MORE, at, found, holes
            rest = at
            while rest < end and _is_padding(data, rest, key, position):
                rest += 1
            if rest < end:
                gaps[holes] = at, end - at
                holes += 1
            return DONE, end, found, holes
        if load32(data, at) != magic or not LEAST_BLOCK <= load32(data, at + 4) <= MOST_BLOCK:
            following = next_magic(data, at + 1, end, magic)
            if following == end and not final:
                following = end - FRAME_BYTES + 1
            behind = following
            while behind > at + 1 and _is_padding(data, behind - 1, key, position):
                behind -= 1
            gaps[holes] = at, behind - at
            holes += 1
            at = following
            continue
        size = load32(data, at + 4)
        behind = at + FRAME_BYTES + size
        if behind > end:
            return (CUT_OFF if final else MORE), at, found, holes
        if not final and end - behind < _FOLLOWING_BYTES:
            return MORE, at, found, holes
        starts[found], sizes[found] = at + FRAME_BYTES, size
        found += 1
        at = behind
        if not _is_followed(data, behind, end, magic, key, position):
            return DOUBTFUL, at, found, holes
    return DONE, at, found, holes
