"""The Merkle tree of RFC 6962 (RFC 9162, section 2.1): roots, proofs, and checking them.

A source of hashes keeps leaf hashes (level 0) and the roots of complete subtrees of 256, 65,536, … leaves (levels 8,
16, …: the tiles of C2SP). Every other node is computed from at most 256 of these, so appending costs one hash
and, each 256th time, one more; a root or a proof reads some hundred hashes whatever the size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Protocol

from gridcanary.evidence.errors import ProofFault

HASH_BYTES = 32
TILE_LEVELS = 8
TILE_WIDTH = 1 << TILE_LEVELS
EMPTY_ROOT = hashlib.sha256(b"").digest()


class HashSource(Protocol):
    """Where hashes are read from."""

    def hashes(self, level: int, start: int, count: int) -> Sequence[bytes]:
        """Roots of complete subtrees.

        Args:
            level: a multiple of 8; a hash of this level covers ``2**level`` leaves.
            start: number of the first, counted in subtrees of that level.
            count: how many; at most 256.

        Returns:
            Exactly ``count`` hashes.
        """
        ...


def leaf_hash(content: bytes) -> bytes:
    """Hash of a leaf: SHA-256 over a zero byte and the content."""
    return hashlib.sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256 over a one byte and both children."""
    return hashlib.sha256(b"\1" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Root of a complete subtree.

    Args:
        hashes: its leaves or subtrees, a power of two of them.
    """
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


def subtree(source: HashSource, start: int, end: int) -> bytes:
    """Root of the tree over the leaves ``start`` to ``end`` (exclusive), MTH of RFC 6962.

    Args:
        source: hashes of at least ``end`` leaves.
        start: a multiple of the largest power of two below the length, as RFC 6962 splits.
        end: exclusive.
    """
    length = end - start
    if length == 0:
        return EMPTY_ROOT
    if length & (length - 1) == 0:
        return _complete(source, start, length.bit_length() - 1)
    middle = start + _split(length)
    return node_hash(subtree(source, start, middle), subtree(source, middle, end))


def root(source: HashSource, size: int) -> bytes:
    """Root of the tree over the first ``size`` leaves."""
    return subtree(source, 0, size)


def _complete(source: HashSource, start: int, level: int) -> bytes:
    stored = level - level % TILE_LEVELS
    return fold(source.hashes(stored, start >> stored, 1 << (level - stored)))


def _split(length: int) -> int:
    """Largest power of two below the length."""
    return 1 << (length - 1).bit_length() - 1


def inclusion_proof(source: HashSource, index: int, size: int) -> list[bytes]:
    """Proof that a leaf is in the tree, from the leaf's sibling up.

    Args:
        source: hashes of at least ``size`` leaves.
        index: of the leaf, from 0.
        size: of the tree.

    Raises:
        ProofFault: no such leaf in a tree of that size.
    """
    if not 0 <= index < size:
        raise ProofFault(f"a tree of {size} entries has no entry {index}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(subtree(source, middle, end))
            end = middle
        else:
            proof.append(subtree(source, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(source: HashSource, old: int, new: int) -> list[bytes]:
    """Proof that the tree of ``new`` leaves begins with the tree of ``old`` leaves.

    Args:
        source: hashes of at least ``new`` leaves.
        old: the smaller size; from 0, an empty proof.
        new: the greater size; the same size gives an empty proof too.

    Raises:
        ProofFault: ``old`` is the greater one.
    """
    if not 0 <= old <= new:
        raise ProofFault(f"a log of {new} entries cannot have had {old}")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    start, end, known = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(subtree(source, middle, end))
            end = middle
        else:
            proof.append(subtree(source, start, middle))
            start, known = middle, False
    if not known:
        proof.append(subtree(source, start, end))
    return proof[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2).

    Args:
        leaf: the leaf's hash.
        index: its position.
        size: of the tree.
        proof: hashes of 32 bytes.

    Raises:
        ProofFault: the proof has not the length that these numbers need.
    """
    if not 0 <= index < size:
        raise ProofFault(f"a tree of {size} entries has no entry {index}")
    fn, sn, result = index, size - 1, leaf
    for hash_ in proof:
        if sn == 0:
            raise ProofFault("the inclusion proof is too long")
        if fn & 1 or fn == sn:
            result = node_hash(hash_, result)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node_hash(result, hash_)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise ProofFault("the inclusion proof is too short")
    return result


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> None:
    """Check that a leaf is in a tree.

    Args:
        leaf: the leaf's hash.
        index: its position.
        size: of the tree.
        proof: from ``inclusion_proof``.
        root_hash: the tree's root.

    Raises:
        ProofFault: the proof does not show that.
    """
    if root_from_inclusion(leaf, index, size, proof) != root_hash:
        raise ProofFault(f"entry {index} is not in the tree of {size} entries with this root")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that a tree goes on from an earlier one (RFC 9162, 2.1.4.2).

    Args:
        old: the earlier size.
        old_root: its root.
        new: the later size.
        new_root: its root.
        proof: from ``consistency_proof``.

    Raises:
        ProofFault: the later tree does not begin with the earlier one, or the proof does not show it.
    """
    if not 0 <= old <= new:
        raise ProofFault(f"a log of {new} entries cannot have had {old}")
    if old in (0, new):
        if proof:
            raise ProofFault("the consistency proof should be empty")
        if (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise ProofFault(f"two different trees of {old} entries")
        return
    if _roots_from_consistency(old, old_root, new, proof) != (old_root, new_root):
        raise ProofFault(f"the tree of {new} entries does not begin with the tree of {old}")


def _roots_from_consistency(
    old: int, old_root: bytes, new: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise ProofFault("the consistency proof is too short")
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = path[0]
    for hash_ in path[1:]:
        if sn == 0:
            raise ProofFault("the consistency proof is too long")
        if fn & 1 or fn == sn:
            first, second = node_hash(hash_, first), node_hash(hash_, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, hash_)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise ProofFault("the consistency proof is too short")
    return first, second


class Frontier:
    """The right edge of a growing tree: appends and gives the root, in memory that grows with the logarithm.

    For reading a log from its first entry to its last; proofs need a source of hashes.
    """

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []
        """Roots of the complete subtrees, largest first: one for each one-bit of the size."""

    def append(self, leaf: bytes) -> None:
        """Add a leaf's hash."""
        merged, carry = leaf, self.size
        while carry & 1:
            merged = node_hash(self._edge.pop(), merged)
            carry >>= 1
        self._edge.append(merged)
        self.size += 1

    def root(self) -> bytes:
        """Root of what was added so far."""
        if not self._edge:
            return EMPTY_ROOT
        result = self._edge[-1]
        for hash_ in reversed(self._edge[:-1]):
            result = node_hash(hash_, result)
        return result


class MemoryTree:
    """A tree kept in memory, a HashSource.

    >>> tree = MemoryTree([b"a", b"b", b"c"])
    >>> proof = inclusion_proof(tree, 1, 3)
    >>> check_inclusion(leaf_hash(b"b"), 1, 3, proof, root(tree, 3))
    """

    def __init__(self, contents: Iterable[bytes] = ()) -> None:
        self._rows: list[list[bytes]] = [[]]
        for content in contents:
            self.append_hash(leaf_hash(content))

    def __len__(self) -> int:
        return len(self._rows[0])

    def append_hash(self, leaf: bytes) -> None:
        """Add a leaf's hash."""
        self._rows[0].append(leaf)
        for row_number, row in enumerate(self._rows):
            if len(row) % TILE_WIDTH:
                return
            if row_number + 1 == len(self._rows):
                self._rows.append([])
            self._rows[row_number + 1].append(fold(row[-TILE_WIDTH:]))

    def hashes(self, level: int, start: int, count: int) -> Sequence[bytes]:
        """As HashSource asks."""
        found = (
            self._rows[level // TILE_LEVELS][start : start + count]
            if level // TILE_LEVELS < len(self._rows)
            else []
        )
        if len(found) != count:
            raise ProofFault(f"the tree has no {count} hashes of level {level} from {start}")
        return found
