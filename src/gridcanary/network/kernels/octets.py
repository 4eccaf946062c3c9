"""Numbers out of bytes in either order; the caller has checked the bounds."""

from __future__ import annotations

import numba


@numba.njit(cache=True, nogil=True, inline="always")
def big16(data, at):  # type: ignore[no-untyped-def]
    """Two bytes in network order, int64."""
    return (numba.int64(data[at]) << 8) | numba.int64(data[at + 1])


@numba.njit(cache=True, nogil=True)
def big32(data, at):  # type: ignore[no-untyped-def]
    """Four bytes in network order, int64."""
    return (big16(data, at) << 16) | big16(data, at + 2)


@numba.njit(cache=True, nogil=True)
def big64(data, at):  # type: ignore[no-untyped-def]
    """Eight bytes in network order, uint64."""
    return (numba.uint64(big32(data, at)) << numba.uint64(32)) | numba.uint64(big32(data, at + 4))


@numba.njit(cache=True, nogil=True)
def ordered32(data, at, swapped):  # type: ignore[no-untyped-def]
    """Four bytes in little-endian order, or in network order where ``swapped``, int64."""
    if swapped:
        return big32(data, at)
    low = numba.int64(data[at]) | (numba.int64(data[at + 1]) << 8)
    return low | (numba.int64(data[at + 2]) << 16) | (numba.int64(data[at + 3]) << 24)
