"""Pieces of a buffer put together into Arrow arrays."""

from __future__ import annotations

import numba
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True)
def _copy(data, starts, ends, target):  # type: ignore[no-untyped-def]
    begin = 0
    for row in range(starts.size):
        for at in range(ends[row] - begin):
            target[begin + at] = data[starts[row] + at]
        begin = ends[row]


def binary_array(
    data: NDArray[np.uint8], starts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> pa.BinaryArray:
    """Pieces of any length; ValueError where they come to 2 GiB or more.

    Args:
        data: uint8 [bytes].
        starts, sizes: of each piece, inside the data, int64 [pieces].
    """
    ends = np.cumsum(sizes, dtype=np.int64)
    total = int(ends[-1]) if ends.size else 0
    if total >= 1 << 31:
        raise ValueError("an Arrow array holds less than 2 GiB")
    target = np.empty(total, np.uint8)
    _copy(data, np.ascontiguousarray(starts), ends, target)
    offsets = np.zeros(ends.size + 1, np.int32)
    offsets[1:] = ends
    return pa.Array.from_buffers(pa.binary(), ends.size, [None, pa.py_buffer(offsets), pa.py_buffer(target)])


def fixed_rows(data: NDArray[np.uint8], starts: NDArray[np.int64], size: int) -> NDArray[np.uint8]:
    """Pieces of one length as rows, uint8 [pieces, size]."""
    return data[starts[:, None] + np.arange(size)]


def hash_array(rows: NDArray[np.uint8]) -> pa.FixedSizeBinaryArray:
    """Rows of 32 bytes as an Arrow array."""
    packed = np.ascontiguousarray(rows)
    return pa.Array.from_buffers(pa.binary(32), len(packed), [None, pa.py_buffer(packed)])
