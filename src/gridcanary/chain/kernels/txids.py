"""Hashes of parsed transactions: txids, the hashes that a witness commitment covers, and Merkle roots over them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridcanary.chain.kernels.columns import Columns
from gridcanary.chain.kernels.sha256.constants import DIGEST_BYTES
from gridcanary.chain.kernels.sha256.messages import hash_pairs, hash_transactions
from gridcanary.chain.kernels.sha256.ways import Way, fastest_way

Digests = NDArray[np.uint8]


def txids(data: NDArray[np.uint8], columns: Columns, way: Way | None = None) -> Digests:
    """Double SHA-256 of each transaction without flags and witness, in the order of hashing, uint8 [n, 32].

    Args:
        data: the buffer that was parsed, writable, uint8 [bytes].
        columns: its columns.
        way: how to hash; the fastest that the processor has without.
    """
    told = columns.transactions
    digests = np.empty((told.start.size, DIGEST_BYTES), np.uint8)
    hash_transactions(way or fastest_way(), data, told.start, told.end, told.body_end, told.flags, digests)
    return digests


def wtxids(data: NDArray[np.uint8], columns: Columns, way: Way | None = None) -> Digests:
    """Double SHA-256 of all bytes of each transaction (BIP141), in the order of hashing, uint8 [n, 32]."""
    told = columns.transactions
    digests = np.empty((told.start.size, DIGEST_BYTES), np.uint8)
    hash_transactions(
        way or fastest_way(), data, told.start, told.end, told.end - 4, np.zeros_like(told.flags), digests
    )
    return digests


def merkle_root_over(leaves: Digests, way: Way | None = None) -> bytes:
    """Root of the Merkle tree over some hashes, uint8 [n, 32], n at least 1; the last of an odd level counts twice."""
    chosen = way or fastest_way()
    level = leaves
    while len(level) > 1:
        if len(level) % 2:
            level = np.concatenate([level, level[-1:]])
        parents = np.empty((len(level) // 2, DIGEST_BYTES), np.uint8)
        hash_pairs(chosen, np.ascontiguousarray(level), parents)
        level = parents
    return level[0].tobytes()
