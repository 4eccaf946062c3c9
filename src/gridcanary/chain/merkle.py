"""Merkle trees over transactions: roots, branches, and proofs that can't be bent.

Bitcoin's tree has two known weaknesses, and a proof here is refused where it could use one of them:

- CVE-2012-2459: an odd level counts its last hash twice, so lists that repeat their end have the same root.
- An inner node is 64 bytes, and so can a transaction be; then a node passes for a transaction or a transaction
  for a node (Sergio Lerner, "Leaf-Node weakness in Bitcoin Merkle Tree Design", 2018).
"""

from __future__ import annotations

from collections.abc import Sequence

from gridcanary.chain.transactions import Transaction, sha256d
from gridcanary.contracts.errors import GridcanaryError

NODE_BYTES = 64
"""Two hashes: what an inner node hashes, and a size that a proven transaction must not have."""


class BadProof(GridcanaryError):
    """A Merkle branch that doesn't prove what it is said to prove."""

    def __init__(self, txid: bytes, problem: str) -> None:
        self.txid, self.problem = txid, problem
        super().__init__(f"{txid[::-1].hex()}: {problem}")


def merkle_root(txids: Sequence[bytes]) -> bytes:
    """Root over txids in the order of hashing; ValueError without any."""
    return _levels(txids)[-1][0]


def repeats_itself(txids: Sequence[bytes]) -> bool:
    """Whether two neighbours are equal on any level, so that a shorter list has the same root (CVE-2012-2459)."""
    return any(
        level[at] == level[at + 1] for level in _levels(txids)[:-1] for at in range(0, len(level) - 1, 2)
    )


def merkle_branch(txids: Sequence[bytes], position: int) -> tuple[bytes, ...]:
    """The hashes beside the way from one transaction to the root, lowest first.

    Args:
        txids: of the whole block, in the order of hashing.
        position: which one is proven; IndexError where there is none.
    """
    if not 0 <= position < len(txids):
        raise IndexError(f"no transaction {position} in a block of {len(txids)}")
    branch = []
    for level in _levels(txids)[:-1]:
        beside = position ^ 1
        branch.append(level[min(beside, len(level) - 1)])
        position >>= 1
    return tuple(branch)


def root_above(leaf: bytes, branch: Sequence[bytes], position: int) -> bytes:
    """The root that a branch leads to; it proves nothing by itself, see :func:`check_branch`."""
    for beside in branch:
        leaf = sha256d(beside + leaf) if position & 1 else sha256d(leaf + beside)
        position >>= 1
    return leaf


def check_branch(
    transaction: Transaction, position: int, branch: Sequence[bytes], root: bytes, *, depth: int
) -> None:
    """That a transaction stands at a position of the block with this Merkle root.

    Args:
        transaction: as parsed from its bytes, so that its txid is its own.
        position: number in the block, 0 the coinbase.
        branch: hashes beside the way up, lowest first.
        root: of the block's header.
        depth: levels of the block's tree: the length of its coinbase's branch, whose transaction can't be forged
            as a node, or from the block's count of transactions (:func:`depth_of`).

    Raises:
        BadProof: the branch doesn't lead to the root, or could have been bent.
    """
    txid = transaction.txid
    if _stripped_size(transaction) == NODE_BYTES:
        raise BadProof(
            txid, "a transaction of 64 bytes can be taken for a node of the tree, so it proves nothing"
        )
    if len(branch) != depth:
        raise BadProof(txid, f"its branch has {len(branch)} hashes, the block's tree has {depth} levels")
    if not 0 <= position < 1 << depth:
        raise BadProof(txid, f"position {position} lies outside a tree of {depth} levels")
    hashed, at = txid, position
    for beside in branch:
        if at & 1 and beside == hashed:
            raise BadProof(
                txid, "its branch goes through a repeated end of the block, which holds no transaction"
            )
        hashed = sha256d(beside + hashed) if at & 1 else sha256d(hashed + beside)
        at >>= 1
    if hashed != root:
        raise BadProof(txid, "its branch doesn't lead to the Merkle root of the block's header")


def depth_of(count: int) -> int:
    """Levels above the leaves in the tree of a block with so many transactions."""
    return (count - 1).bit_length()


def _levels(txids: Sequence[bytes]) -> list[list[bytes]]:
    if not txids:
        raise ValueError("a block without transactions has no Merkle root")
    levels = [list(txids)]
    while len(levels[-1]) > 1:
        level = levels[-1]
        padded = [*level, level[-1]] if len(level) % 2 else level
        levels.append([sha256d(padded[at] + padded[at + 1]) for at in range(0, len(padded), 2)])
    return levels


def _stripped_size(transaction: Transaction) -> int:
    """Bytes that the txid hashes: without marker, flag and witnesses."""
    return len(transaction.raw) - _witness_bytes(transaction)


def _witness_bytes(transaction: Transaction) -> int:
    if transaction.raw[4:5] != b"\0" or not transaction.inputs:
        return 0
    items = [item for claim in transaction.inputs for item in claim.witness]
    counts = [len(claim.witness) for claim in transaction.inputs]
    return (
        2 + sum(_count_bytes(count) for count in counts) + sum(_count_bytes(len(i)) + len(i) for i in items)
    )


def _count_bytes(count: int) -> int:
    return 1 if count < 0xFD else 3 if count <= 0xFFFF else 5
