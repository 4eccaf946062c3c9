"""Sets of watched scripts and outpoints that are asked millions of times a second, and answer exactly.

Each is a hash table with a bit map before it: the bit map, small enough for a processor's cache, sends nearly
everything away that isn't watched; the table then compares all bytes, so that there are no false hits.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from gridcanary.chain.kernels.loads import load8, load64
from gridcanary.chain.transactions import Outpoint

OUTPOINT_BYTES = 36
_SHORT = 12
"""Scripts below this length are hashed byte by byte; longer ones by 16 bytes that hold some of the key."""

_BITS_A_KEY, _LEAST_BITS = 32, 1 << 12
_MIX, _MIX_LENGTH = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_FNV_START, _FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


class WatchTable(NamedTuple):
    """A set of byte strings.

    Args:
        bits: one bit for many hashes, uint8 [a power of two].
        slots: row of a key in each slot, -1 where it is free, int32 [a power of two].
        keys: the keys one behind the other, with eight bytes of room at the end, uint8 [bytes].
        starts: where each key begins, and at the end where the last one ends, int64 [keys + 1].
    """

    bits: NDArray[np.uint8]
    slots: NDArray[np.int32]
    keys: NDArray[np.uint8]
    starts: NDArray[np.int64]


@numba.njit(cache=True, nogil=True, inline="always")
def _finished(mixed):  # type: ignore[no-untyped-def]
    return mixed ^ (mixed >> np.uint64(29))


@numba.njit(cache=True, nogil=True)
def _hash_short(data, at, size):  # type: ignore[no-untyped-def]
    mixed = _FNV_START
    for one in range(at, at + size):
        mixed = (mixed ^ np.uint64(load8(data, one))) * _FNV_PRIME
    return mixed


@numba.njit(cache=True, nogil=True, forceinline=True)
def hash_key(data, at, size):  # type: ignore[no-untyped-def]
    """A hash of some bytes: of a script, or of an outpoint, whose txid is random already."""
    if size < _SHORT:
        return _finished(_hash_short(data, at, size) * _MIX)
    mixed = (load64(data, at + 4) + np.uint64(size) * _MIX_LENGTH) * _MIX
    return _finished((_finished(mixed) ^ load64(data, at + size - 10)) * _MIX)


@numba.njit(cache=True, nogil=True)
def _fill(bits, slots, keys, starts):  # type: ignore[no-untyped-def]
    for row in range(starts.size - 1):
        mixed = hash_key(keys, starts[row], starts[row + 1] - starts[row])
        bit = (mixed >> np.uint64(32)) & np.uint64(bits.size * 8 - 1)
        bits[bit >> np.uint64(3)] |= np.uint8(1 << (bit & np.uint64(7)))
        slot = mixed & np.uint64(slots.size - 1)
        while slots[slot] >= 0:
            slot = (slot + np.uint64(1)) & np.uint64(slots.size - 1)
        slots[slot] = row


@numba.njit(cache=True, nogil=True, forceinline=True)
def is_watched(data, at, size, bits, slots, keys, starts):  # type: ignore[no-untyped-def]
    """Whether some bytes of a buffer are one of a table's keys; the caller has checked that they are inside.

    The table goes in field by field: taking a field out of it counts a reference, which costs more than to look.
    """
    mixed = hash_key(data, at, size)
    bit = (mixed >> np.uint64(32)) & np.uint64(bits.size * 8 - 1)
    if not (bits[bit >> np.uint64(3)] >> np.uint8(bit & np.uint64(7))) & 1:
        return False
    return _is_key(data, at, size, mixed, slots, keys, starts)


@numba.njit(cache=True, nogil=True)
def _is_key(data, at, size, mixed, slots, keys, starts):  # type: ignore[no-untyped-def]
    slot = mixed & np.uint64(slots.size - 1)
    while slots[slot] >= 0:
        row = slots[slot]
        begin = starts[row]
        if starts[row + 1] - begin == size:
            one = 0
            while one < size and data[at + one] == keys[begin + one]:
                one += 1
            if one == size:
                return True
        slot = (slot + np.uint64(1)) & np.uint64(slots.size - 1)
    return False


def _power_of_two(least: int) -> int:
    return 1 << (least - 1).bit_length()


def watch_table(keys: Collection[bytes]) -> WatchTable:
    """A table of byte strings; of scripts, or of what :func:`outpoint_key` makes of outpoints."""
    ordered = sorted(set(keys))
    table = WatchTable(
        np.zeros(_power_of_two(max(_LEAST_BITS, _BITS_A_KEY * len(ordered))) // 8, np.uint8),
        np.full(_power_of_two(2 * len(ordered) + 2), -1, np.int32),
        np.frombuffer(bytearray(b"".join(ordered) + bytes(8)), np.uint8),
        np.concatenate([[0], np.cumsum([len(key) for key in ordered], dtype=np.int64)]).astype(np.int64),
    )
    _fill(*table)
    return table


def outpoint_key(outpoint: Outpoint) -> bytes:
    """An outpoint's 36 bytes as they stand in an input."""
    return outpoint.txid + outpoint.vout.to_bytes(4, "little")


@numba.njit(cache=True, nogil=True)
def find_touching(  # type: ignore[no-untyped-def]
    data, first_output, script_at, script_size, first_input, previous_at, scripts, outpoints, touched
):
    """Note which transactions pay a watched script or spend a watched outpoint.

    Args:
        data: the buffer that the columns describe, uint8 [bytes].
        first_output, script_at, script_size: columns of transactions and outputs.
        first_input, previous_at: columns of transactions and inputs.
        scripts, outpoints: tables of what is watched.
        touched: filled with 0 and 1, uint8 [transactions].
    """
    bits, slots, keys, starts = scripts
    if starts.size > 1:
        for row in range(touched.size):
            for one in range(first_output[row], first_output[row + 1]):
                if is_watched(data, script_at[one], script_size[one], bits, slots, keys, starts):
                    touched[row] = 1
    bits, slots, keys, starts = outpoints
    if starts.size > 1:
        for row in range(touched.size):
            for one in range(first_input[row], first_input[row + 1]):
                if is_watched(data, previous_at[one], OUTPOINT_BYTES, bits, slots, keys, starts):
                    touched[row] = 1


@numba.njit(cache=True, nogil=True)
def find_keys(data, size, table, found):  # type: ignore[no-untyped-def]
    """Note which of some byte strings of one length are watched.

    Args:
        data: one behind the other, uint8 [size x rows].
        size: length of each.
        table: what is watched.
        found: filled with 0 and 1, uint8 [rows].
    """
    bits, slots, keys, starts = table
    for row in range(found.size):
        found[row] = is_watched(data, row * size, size, bits, slots, keys, starts)
