"""Double SHA-256 of the messages that a chain hashes most: transactions, and pairs of hashes in a Merkle tree."""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.chain.kernels.sha256.constants import BLOCK_BYTES, DIGEST_BYTES, START
from gridcanary.chain.kernels.sha256.memory import copy16, store_big_endian, store_digest
from gridcanary.chain.kernels.sha256.ways import compress

_START = np.array(START, np.uint32)
_STOP_BYTE, _LENGTH_BYTES, _VERSION_BYTES = 0x80, 8, 4
_SCRATCH_BYTES = 2 * BLOCK_BYTES


@numba.njit(cache=True, nogil=True, forceinline=True)
def _reset(state):  # type: ignore[no-untyped-def]
    for lane in range(8):
        state[lane] = _START[lane]


@numba.njit(cache=True, nogil=True, forceinline=True)
def _pad(scratch, filled, size):  # type: ignore[no-untyped-def]
    """End a message of so many bytes, the last of which are in the scratch; the bytes to compress, 64 or 128."""
    end = BLOCK_BYTES if filled < BLOCK_BYTES - _LENGTH_BYTES else 2 * BLOCK_BYTES
    scratch[filled] = _STOP_BYTE
    for at in range(filled + 1, end - _LENGTH_BYTES):
        scratch[at] = 0
    store_big_endian(scratch, end - _LENGTH_BYTES, 8 * size)
    return end


@numba.njit(cache=True, nogil=True, forceinline=True)
def _copy(data, at, count, scratch):  # type: ignore[no-untyped-def]
    """Copy up to 64 bytes; sixteen at a time where what lies behind them is still inside the array."""
    if at + BLOCK_BYTES <= data.size:
        for part in range(0, BLOCK_BYTES, 16):
            copy16(data, at + part, scratch, part)
    else:
        for one in range(count):
            scratch[one] = data[at + one]


@numba.njit(cache=True, nogil=True, forceinline=True)
def _finish(way, state, scratch, end, second, digests, to):  # type: ignore[no-untyped-def]
    """Compress a message's end, and hash the digest once more."""
    for at in range(0, end, BLOCK_BYTES):
        compress(way, state, scratch, at)
    store_digest(state, second, 0)
    _reset(state)
    compress(way, state, second, 0)
    store_digest(state, digests, to)


@numba.njit(cache=True, nogil=True)
def _room():  # type: ignore[no-untyped-def]
    """A state, a scratch, and the second message: a digest's room with its padding."""
    second = np.zeros(BLOCK_BYTES, np.uint8)
    _pad(second, DIGEST_BYTES, DIGEST_BYTES)
    return np.empty(8, np.uint32), np.zeros(_SCRATCH_BYTES, np.uint8), second


@numba.njit(cache=True, nogil=True)
def hash_transactions(way, data, start, end, body_end, flags, digests):  # type: ignore[no-untyped-def]
    """Txids: hashes of version, body and lock time, without the flags and the witness between them.

    Args:
        way: how to compress.
        data: the buffer, uint8 [bytes].
        start, end, body_end: columns of a parse, int64 [transactions].
        flags: whether two bytes of flags stand behind the version, int64 [transactions].
        digests: filled, in the order of hashing, uint8 [transactions, 32].
    """
    state, scratch, second = _room()
    flat = digests.reshape(-1)
    for row in range(start.size):
        _reset(state)
        # The message is read as if the version stood right before the body, also where the flags are between.
        begin, body = start[row] + (2 if flags[row] else 0), body_end[row]
        at = begin
        if flags[row] and body - at >= BLOCK_BYTES:
            _copy(data, at, BLOCK_BYTES, scratch)
            for byte in range(_VERSION_BYTES):
                scratch[byte] = data[start[row] + byte]
            compress(way, state, scratch, 0)
            at += BLOCK_BYTES
        while body - at >= BLOCK_BYTES:
            compress(way, state, data, at)
            at += BLOCK_BYTES
        filled = body - at
        _copy(data, at, filled, scratch)
        for byte in range(_VERSION_BYTES):
            if at == begin:
                scratch[byte] = data[start[row] + byte]
            scratch[filled + byte] = data[end[row] - 4 + byte]
        last = _pad(scratch, filled + 4, body - begin + 4)
        _finish(way, state, scratch, last, second, flat, DIGEST_BYTES * row)


@numba.njit(cache=True, nogil=True)
def hash_pairs(way, digests, parents):  # type: ignore[no-untyped-def]
    """Hashes of each two digests.

    Args:
        way: how to compress.
        digests: uint8 [2 n, 32].
        parents: filled, uint8 [n, 32].
    """
    state, scratch, second = _room()
    source, target = digests.reshape(-1), parents.reshape(-1)
    last = _pad(scratch, 0, BLOCK_BYTES)
    for row in range(parents.shape[0]):
        _reset(state)
        compress(way, state, source, 2 * DIGEST_BYTES * row)
        _finish(way, state, scratch, last, second, target, DIGEST_BYTES * row)
