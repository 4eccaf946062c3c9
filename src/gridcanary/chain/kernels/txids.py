"""Txids of parsed transactions: double SHA-256 of their bytes without flags and witness."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from gridcanary.chain.kernels.columns import Columns


def txids(data: NDArray[np.uint8], columns: Columns) -> NDArray[np.uint8]:
    """Txids in the order of hashing, uint8 [transactions, 32].

    Args:
        data: the buffer that was parsed, uint8 [bytes].
        columns: its columns.
    """
    told, view = columns.transactions, data.data
    digests = bytearray()
    rows = zip(
        told.start.tolist(),
        columns.body_start().tolist(),
        told.body_end.tolist(),
        told.end.tolist(),
        strict=True,
    )
    for start, body, body_end, end in rows:
        once = hashlib.sha256(view[start : start + 4])
        once.update(view[body:body_end])
        once.update(view[end - 4 : end])
        digests += hashlib.sha256(once.digest()).digest()
    return np.frombuffer(digests, np.uint8).reshape(-1, 32)
