"""Whether two servers spoke unasked at the same moments more often than chance, clocks and periods explain.

A pool sends new work to all its miners when a block is found or its transactions change, encrypted or not. The null
hypothesis is the pair itself with one line shifted in time: that keeps each line's rate, bursts and periods. The clocks
of two sensors may differ, so the best offset within MOST_OFFSET_S counts, and every block of shifts that serves as null
may choose its best one too. Two lines with the same period coincide under shifts as well, and so show nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.kernels.shifts import coincidences

SLOT_NS = 1_000_000_000
"""Pushes coincide within ± 1 slot: real pools spread a job over less than a second, far lines add as much."""

MOST_OFFSET_S = 30
"""Clock error between two sensors that is looked for; the largest seen in real captures was 16 s."""

LEAST_PUSHES, LEAST_COMMON_S = 12, 900
MOST_PUSHES = 1024
"""Of longer lines the latest pushes count: a day of jobs, far more than a decision needs."""

LEAST_NULLS = 8
MINING_RATE = 0.5
"""Share of pushes that coincide between two miners of one pool; 0.59 to 0.70 on real pairs, whose pools also push to
each session by its own timer."""


@dataclass(frozen=True, slots=True)
class Synchrony:
    """What two lines have in common.

    Args:
        pushes: of the line that has fewer of them in the common time.
        together: those that coincide with one of the other line, at the best offset.
        offset_s: by which the other line's clock is ahead [s].
        chance_share: the most that coincide in any block of shifted times, as a share of the pushes.
        p: share of such blocks that reach what was seen, by permutation: at least 1 / (1 + blocks).
        llr: log-likelihood ratio of MINING_RATE against the chance share, natural.
        hours: common time.
    """

    pushes: int
    together: int
    offset_s: float
    chance_share: float
    p: float
    llr: float
    hours: float

    @property
    def share(self) -> float:
        """Share of the pushes that coincide, 0 to 1."""
        return self.together / self.pushes


def synchrony(a_ns: NDArray[np.int64], b_ns: NDArray[np.int64]) -> Synchrony | None:
    """Compare two lines' pushes; None where they have too little in common to tell.

    Args:
        a_ns, b_ns: times, UTC [ns since 1970], ascending.
    """
    if min(len(a_ns), len(b_ns)) < LEAST_PUSHES:
        return None
    begin_ns, stop_ns = max(a_ns[0], b_ns[0]), min(a_ns[-1], b_ns[-1])
    a_ns, b_ns = _within(a_ns, begin_ns, stop_ns), _within(b_ns, begin_ns, stop_ns)
    if min(len(a_ns), len(b_ns)) < LEAST_PUSHES:
        return None
    begin_ns = max(a_ns[0], b_ns[0])
    a_ns, b_ns = a_ns[a_ns >= begin_ns], b_ns[b_ns >= begin_ns]
    slots = int((stop_ns - begin_ns) // SLOT_NS) + 1
    if slots < LEAST_COMMON_S or min(len(a_ns), len(b_ns)) < LEAST_PUSHES:
        return None
    swapped = len(b_ns) < len(a_ns)
    few, many = (b_ns, a_ns) if swapped else (a_ns, b_ns)
    told = _told(coincidences(few, many, begin_ns, slots, SLOT_NS), len(few), slots)
    if told is not None and swapped:
        return Synchrony(
            told.pushes, told.together, -told.offset_s, told.chance_share, told.p, told.llr, told.hours
        )
    return told


def _within(times_ns: NDArray[np.int64], begin_ns: int, stop_ns: int) -> NDArray[np.int64]:
    """The latest times between two moments."""
    first, last = np.searchsorted(times_ns, [begin_ns, stop_ns + 1])
    return times_ns[max(first, last - MOST_PUSHES) : last]


def _told(counts: NDArray[np.int32], pushes: int, slots: int) -> Synchrony | None:
    """Hold the best offset near zero against the best of every block of larger shifts."""
    width = 2 * MOST_OFFSET_S + 1
    near = np.concatenate((counts[-MOST_OFFSET_S - 1 :], counts[:MOST_OFFSET_S]))
    best = int(near.argmax())
    far = counts[2 * MOST_OFFSET_S : slots - 2 * MOST_OFFSET_S]
    blocks = len(far) // width
    if blocks < LEAST_NULLS:
        return None
    nulls = far[: blocks * width].reshape(blocks, width).max(axis=1)
    together = int(near[best])
    chance = (int(nulls.max()) + 1) / (pushes + 2)
    reached = int((nulls >= together).sum())
    return Synchrony(
        pushes,
        together,
        float(best - MOST_OFFSET_S),
        chance,
        (1 + reached) / (1 + blocks),
        _llr(together, pushes, chance),
        slots * SLOT_NS / 3.6e12,
    )


def _llr(together: int, pushes: int, chance: float) -> float:
    """Binomial, nothing where chance alone reaches MINING_RATE."""
    if chance >= MINING_RATE:
        return 0.0
    apart = pushes - together
    return together * math.log(MINING_RATE / chance) + apart * math.log((1 - MINING_RATE) / (1 - chance))
