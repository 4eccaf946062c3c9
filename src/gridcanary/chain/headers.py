"""The tree of headers: which blocks follow which, how much work stands behind each, and which chain is the best.

Block files hold blocks in any order, some twice, some that lost, some whose parent is missing. Nothing of that is
trusted: parents are found by hash, chains are compared by work. A chain that hangs together is a *fragment*; a
whole node has one, from the genesis block on, a folder of picked blocks has many.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from gridcanary.chain.networks import Network
from gridcanary.chain.work import work_hash, work_holds_all, work_of

Rows = npt.NDArray[np.int64]
HeaderBytes = npt.NDArray[np.uint8]

NOWHERE = -1
"""No parent among the rows, or no known height."""


class Standing(IntEnum):
    """What a header is in its tree."""

    BEST = 0
    """In the best chain."""
    STALE = 1
    """In a branch that lost by work."""
    TIED = 2
    """In a branch with as much work as the best one, which stood first in the files, as a node would keep it."""
    OVERLAPPING = 3
    """In a fragment that covers heights of another fragment with more work; which one counts isn't known."""
    UNPLACED = 4
    """In a fragment that neither starts at the genesis block nor tells a height."""
    REPEATED = 5
    """The same header as an earlier row."""
    WORTHLESS = 6
    """Its hash doesn't meet its target, or its target is easier than the network allows."""


@dataclass(frozen=True, slots=True, eq=False)
class HeaderTree:
    """Headers in the order they were given, one row each.

    Args:
        hashes: block hashes in the order of hashing, uint8 (n, 32).
        parent: row of the block before, int64 (n,); :data:`NOWHERE` for roots and rows outside the tree.
        height: int64 (n,); :data:`NOWHERE` where it isn't known.
        standing: a :class:`Standing` each, uint8 (n,).
        work: hashes spent from the fragment's root to this row, the row counted; 0 outside the tree.
        best: rows of the best chain by ascending height; heights may have gaps where blocks are missing.
        proven: whether the proof of work of every row was checked.
    """

    hashes: HeaderBytes
    parent: Rows
    height: Rows
    standing: npt.NDArray[np.uint8]
    work: list[int]
    best: Rows
    proven: bool

    def rows_with(self, standing: Standing) -> Rows:
        """Rows of one standing, in the order of the files."""
        return np.flatnonzero(self.standing == standing)

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """Heights that the best chain lacks between its first and its last, as (first, last) pairs."""
        heights = self.height[self.best]
        at = np.flatnonzero(np.diff(heights) > 1)
        return [(int(heights[one]) + 1, int(heights[one + 1]) - 1) for one in at]


def grow_tree(
    headers: HeaderBytes,
    network: Network,
    told_height: Callable[[int], int | None] | None = None,
    *,
    hashes: HeaderBytes | None = None,
    prove: bool = True,
) -> HeaderTree:
    """Puts headers into their tree.

    Args:
        headers: the eighty bytes of each, uint8 (n, 80), in the order of the files.
        network: whose genesis block and rules of work count.
        told_height: what the coinbase of a row says its height is (BIP34), None where it says nothing. Asked only
            in fragments without the genesis block, and there only until the first answer.
        hashes: block hashes in the order of hashing, uint8 (n, 32), where they are known already.
        prove: check every proof of work. A scrypt hash takes about half a millisecond; chains that are mined
            together with a parent can't be proven by their headers, and are not.
    """
    headers = np.ascontiguousarray(headers)
    hashes = block_hashes(headers) if hashes is None else hashes
    bits = np.ascontiguousarray(headers[:, 72:76]).view("<u4").ravel()
    proven = prove and not network.merged
    standing = np.full(len(headers), Standing.UNPLACED, dtype=np.uint8)
    if proven:
        standing[~work_holds_all(_work_hashes(headers, hashes, network), bits, network)] = Standing.WORTHLESS
    parent = _parents(headers, hashes, standing)
    depth, root = _depths(parent)
    work = _summed_work(bits, parent, depth, standing)
    branches = _best_branches(parent, root, depth, work, standing)
    height = np.full(len(headers), NOWHERE, dtype=np.int64)
    versions = np.ascontiguousarray(headers[:, :4]).view("<i4").ravel()
    genesis = bytes.fromhex(network.genesis)[::-1]
    for branch in branches:
        first = 0 if hashes[branch[0]].tobytes() == genesis else _told_first(branch, versions, told_height)
        if first is not None:
            height[branch[0]] = first
    known = (root >= 0) & (height[root] >= 0)
    height[known] = height[root[known]] + depth[known]
    best = _joined(branches, height, work, standing)
    _mark_losers(standing, parent, root, height, work)
    return HeaderTree(hashes, parent, height, standing, work, best, proven)


def block_hashes(headers: HeaderBytes) -> HeaderBytes:
    """Double SHA-256 of each header, uint8 (n, 32)."""
    sha256, data = hashlib.sha256, np.ascontiguousarray(headers).tobytes()
    told = [sha256(sha256(data[at : at + 80]).digest()).digest() for at in range(0, len(data), 80)]
    return np.frombuffer(b"".join(told), dtype=np.uint8).reshape(-1, 32)


def _work_hashes(headers: HeaderBytes, hashes: HeaderBytes, network: Network) -> HeaderBytes:
    if network.work == "sha256d":
        return hashes
    told = b"".join(work_hash(header.tobytes(), network) for header in headers)
    return np.frombuffer(told, dtype=np.uint8).reshape(-1, 32)


def _as_keys(hashes: HeaderBytes) -> list[bytes]:
    return np.ascontiguousarray(hashes).view("V32").ravel().tolist()


def _parents(headers: HeaderBytes, hashes: HeaderBytes, standing: npt.NDArray[np.uint8]) -> Rows:
    """Row of each row's parent; repeated rows are marked and, like worthless ones, are nobody's parent."""
    row_of: dict[bytes, int] = {}
    repeated = []
    held = np.flatnonzero(standing != Standing.WORTHLESS)
    for row, key in zip(held.tolist(), _as_keys(hashes[held]), strict=True):
        if row_of.setdefault(key, row) != row:
            repeated.append(row)
    standing[repeated] = Standing.REPEATED
    previous = _as_keys(headers[:, 4:36])
    parent = np.array([row_of.get(key, NOWHERE) for key in previous], dtype=np.int64)
    parent[standing != Standing.UNPLACED] = NOWHERE
    return parent


def _depths(parent: Rows) -> tuple[Rows, Rows]:
    """Steps from each row to its root, and the root's row; by doubling the steps, so in log(depth) passes."""
    above = np.where(parent >= 0, parent, np.arange(len(parent)))
    depth = (parent >= 0).astype(np.int64)
    while True:
        further = above[above]
        if np.array_equal(further, above):
            return depth, above
        depth += depth[above]
        above = further


def _summed_work(
    bits: npt.NDArray[np.uint32], parent: Rows, depth: Rows, standing: npt.NDArray[np.uint8]
) -> list[int]:
    """Work from the root to each row; Python's integers, since the sum of a real chain outgrows 64 bits."""
    told, of = np.unique(bits, return_inverse=True)
    each = [work_of(int(one)) for one in told]
    total = [0] * len(bits)
    in_tree = np.flatnonzero(standing == Standing.UNPLACED)
    order = in_tree[np.argsort(depth[in_tree], kind="stable")]
    for row, above, one in zip(order.tolist(), parent[order].tolist(), of[order].tolist(), strict=True):
        total[row] = each[one] + (total[above] if above >= 0 else 0)
    return total


def _best_branches(
    parent: Rows, root: Rows, depth: Rows, work: list[int], standing: npt.NDArray[np.uint8]
) -> list[Rows]:
    """The branch with the most work of each fragment, from its root to its tip; the earliest row wins a tie."""
    tips: dict[int, int] = {}
    held = np.flatnonzero(standing == Standing.UNPLACED)
    for row, its_root in zip(held.tolist(), root[held].tolist(), strict=True):
        tip = tips.get(its_root)
        if tip is None or work[row] > work[tip]:
            tips[its_root] = row
    return [_branch(parent, tip, int(depth[tip])) for tip in tips.values()]


def _branch(parent: Rows, tip: int, depth: int) -> Rows:
    rows = np.empty(depth + 1, dtype=np.int64)
    above, row = parent, tip
    for at in range(depth, -1, -1):
        rows[at] = row
        row = int(above[row])
    return rows


def _told_first(
    branch: Rows, versions: npt.NDArray[np.int32], told_height: Callable[[int], int | None] | None
) -> int | None:
    """Height of a branch's root by the first coinbase that tells one; blocks of version 1 needn't."""
    if told_height is None:
        return None
    for steps, row in enumerate(branch.tolist()):
        told = told_height(row) if versions[row] != 1 else None
        if told is not None and told >= steps:
            return told - steps
    return None


def _joined(branches: list[Rows], height: Rows, work: list[int], standing: npt.NDArray[np.uint8]) -> Rows:
    """The best branches whose heights don't overlap, most work first, joined by height; the others are marked."""
    taken: list[tuple[int, int, Rows]] = []
    for branch in sorted(branches, key=lambda rows: -work[rows[-1]]):
        first, last = int(height[branch[0]]), int(height[branch[-1]])
        if first < 0:
            continue
        at = bisect_right(taken, first, key=lambda one: one[0])
        free = (at == 0 or taken[at - 1][1] < first) and (at == len(taken) or last < taken[at][0])
        standing[branch] = Standing.BEST if free else Standing.OVERLAPPING
        if free:
            taken.insert(at, (first, last, branch))
    return np.concatenate([rows for _, _, rows in taken]) if taken else np.empty(0, dtype=np.int64)


def _mark_losers(
    standing: npt.NDArray[np.uint8], parent: Rows, root: Rows, height: Rows, work: list[int]
) -> None:
    """Side branches of placed fragments: stale, tied with the fragment's best tip, or overlapping as it is."""
    most: dict[int, int] = {}
    best = np.flatnonzero(standing == Standing.BEST)
    for row, its_root in zip(best.tolist(), root[best].tolist(), strict=True):
        most[its_root] = max(most.get(its_root, 0), work[row])
    left = np.flatnonzero((standing == Standing.UNPLACED) & (height >= 0))
    standing[left] = np.where(
        standing[root[left]] == Standing.OVERLAPPING, Standing.OVERLAPPING, Standing.STALE
    )
    for row, its_root in zip(left.tolist(), root[left].tolist(), strict=True):
        above = row if work[row] == most.get(its_root) else NOWHERE
        while above >= 0 and standing[above] == Standing.STALE:
            standing[above] = Standing.TIED
            above = int(parent[above])
