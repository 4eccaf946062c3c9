"""Which target each block of a chain must have: the rules by which networks of Bitcoin's kind move the difficulty.

As in Bitcoin Core's ``pow.cpp``. Litecoin, Dogecoin and Bitcoin Cash move theirs by rules of their own, which are not
judged here; there a made-up chain is told by its work alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridcanary.chain.headers import HeaderTree
from gridcanary.chain.networks import Network
from gridcanary.chain.work import bits_of, easiest_target, target_of

PERIOD = 2_016
"""Blocks that share a target."""

PERIOD_SECONDS = 14 * 24 * 3600
_MOST_CHANGE = 4
_SLOW_SECONDS = 20 * 60
"""On test networks a block this long after the one before may have the easiest target."""

_MOVING = ("bitcoin", "signet", "testnet3", "testnet4")
_EASY_WHEN_SLOW = ("testnet3", "testnet4")
_FROM_FIRST = ("testnet4",)
"""Networks that move from the target of a period's first block, not of its last (BIP94)."""

UNJUDGED = 0
"""Where the files don't hold what the rule needs, or the network has another rule."""

Bits = NDArray[np.uint32]


def next_bits(bits: int, first_time: int, last_time: int, network: Network) -> int:
    """Compact target of the period after one.

    Args:
        bits: that the ending period moves from.
        first_time, last_time: clocks of the ending period's first and last block [s since 1970].
        network: for its easiest target.
    """
    took = min(max(last_time - first_time, PERIOD_SECONDS // _MOST_CHANGE), PERIOD_SECONDS * _MOST_CHANGE)
    return bits_of(min(target_of(bits) * took // PERIOD_SECONDS, easiest_target(network)))


def expected_bits(heights: NDArray[np.int64], times: NDArray[np.int64], bits: Bits, network: Network) -> Bits:
    """The compact target that each block of a chain must have.

    Args:
        heights: ascending, with gaps where blocks are missing, int64 [blocks].
        times: the miners' clocks [s since 1970], int64 [blocks].
        bits: that the blocks have, uint32 [blocks].
        network: whose rule counts.

    Returns:
        uint32 [blocks]; :data:`UNJUDGED` for the first block of a fragment, for a period whose first block is
        missing, and on networks with another rule.
    """
    told = np.full(len(heights), UNJUDGED, np.uint32)
    if network.name == "regtest":
        told[:] = bits_of(easiest_target(network))
        return told
    if network.name not in _MOVING:
        return told
    easiest = bits_of(easiest_target(network))
    slow_may = network.name in _EASY_WHEN_SLOW
    first = -1  # index of the period's first block
    usual = UNJUDGED  # the period's target where no block was slow
    rows = zip(heights.tolist(), times.tolist(), bits.tolist(), strict=True)
    before = (-2, 0, 0)
    for at, (height, time, found) in enumerate(rows):
        follows = height == before[0] + 1
        if not follows:
            first, usual = -1, UNJUDGED
        if height % PERIOD == 0:
            if first >= 0 and height - int(heights[first]) == PERIOD:
                base = int(bits[first]) if network.name in _FROM_FIRST else before[2]
                told[at] = next_bits(base, int(times[first]), before[1], network)
            first, usual = at, found
        elif follows:
            easy = slow_may and time > before[1] + _SLOW_SECONDS
            told[at] = easiest if easy else usual
        if not slow_may or found != easiest:
            usual = found
        before = (height, time, found)
    return told


def target_faults(tree: HeaderTree, headers: NDArray[np.uint8], network: Network) -> dict[int, int]:
    """Rows of the best chain with another target than the rule gives, and the compact target that it gives.

    Args:
        tree: of the headers.
        headers: uint8 [blocks, 80], the tree's rows.
        network: whose rule counts.
    """
    rows = tree.best
    if not rows.size:
        return {}
    mine = np.ascontiguousarray(headers[rows])
    times = np.ascontiguousarray(mine[:, 68:72]).view("<u4").ravel().astype(np.int64)
    bits = np.ascontiguousarray(mine[:, 72:76]).view("<u4").ravel()
    told = expected_bits(tree.height[rows], times, bits, network)
    wrong = np.flatnonzero((told != UNJUDGED) & (told != bits))
    return {int(rows[at]): int(told[at]) for at in wrong}
