"""64-bit digests of bytes and addresses, and open-addressed sets of them."""

from __future__ import annotations

import numba
import numpy as np

SEED = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x100000001B3)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


@numba.njit(cache=True, nogil=True)
def stirred(digest, byte):  # type: ignore[no-untyped-def]
    """The FNV-1a digest after one more byte."""
    return (digest ^ np.uint64(byte)) * _PRIME


@numba.njit(cache=True, nogil=True)
def digest_of(data, start, stop):  # type: ignore[no-untyped-def]
    """Digest of ``data[start:stop]``, uint64; never 0, which marks an empty place of a set."""
    digest = SEED
    for at in range(start, stop):
        digest = stirred(digest, data[at])
    return digest | np.uint64(1)


@numba.njit(cache=True, nogil=True)
def key_digest(data, node):  # type: ignore[no-untyped-def]
    """Digest of a JSON key within the object that has a number."""
    digest = SEED ^ np.uint64(node)
    for byte in data:
        digest = stirred(digest, byte)
    return digest | np.uint64(1)


@numba.njit(cache=True, nogil=True)
def digest_of_address(high, low):  # type: ignore[no-untyped-def]
    """Digest of a 128-bit address given as two uint64; never 0."""
    mixed = (high * _SPREAD) ^ (low + _SPREAD)
    mixed = (mixed ^ (mixed >> _SHIFT)) * _SPREAD
    return (mixed ^ (mixed >> _SHIFT)) | np.uint64(1)


@numba.njit(cache=True, nogil=True)
def place_in(table, digest):  # type: ignore[no-untyped-def]
    """Where a digest is or would be in a set, a uint64 table whose size is a power of two and never full."""
    mask = np.uint64(table.size - 1)
    at = (digest >> _SHIFT) & mask
    while table[at] != 0 and table[at] != digest:
        at = (at + np.uint64(1)) & mask
    return at


@numba.njit(cache=True, nogil=True)
def put_all(table, digests):  # type: ignore[no-untyped-def]
    """Puts digests into a table; returns how many were new."""
    new = 0
    for digest in digests:
        at = place_in(table, digest)
        if table[at] == 0:
            table[at] = digest
            new += 1
    return new
