"""From votes to one log-likelihood ratio, and whether it makes a session a finding.

Votes that rest on the same traits of a session say the same thing twice, so of each ground only the strongest speaks
for mining and only the strongest against. Grounds are added. A weak vote is capped, all weak ones together too, and
never lists a session alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from gridcanary.network.votes import STRONG, Vote

CONTENT = "content"
GROUNDS = {
    "stratum_v1": CONTENT,
    "cryptonote": CONTENT,
    "eth_proxy": CONTENT,
    "getwork": CONTENT,
    "getblocktemplate": CONTENT,
    "sensor_alerts": CONTENT,
    "hashrate": CONTENT,
    "proxy": CONTENT,
    "pool_name": "names",
    "pool_address": "names",
    "website": "names",
    "shape": "shape",
    "stratum_v2": "handshake",
    "synchrony": "synchrony",
    "nodes": "nodes",
}
"""What each detector's vote rests on; a detector that isn't here stands on a ground of its own."""

STRONG_CAP = math.log(1e6)
"""A ground says no more than a million to one: beyond that the detector's own faults decide."""

WEAK_CAP = math.log(10)
"""A weak ground says no more than ten to one, for shape alone also fits pushes, tickers and telecontrol."""

WEAK_TOGETHER_CAP = math.log(100)

LISTED_LLR = math.log(100)
"""A session is listed from here on, and only with a strong vote."""


def fuse(votes: Sequence[Vote]) -> tuple[float, bool]:
    """The log-likelihood ratio of mining (natural), and whether the session is listed.

    Args:
        votes: of all detectors that spoke; the order doesn't matter.
    """
    grounds: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        grounds[GROUNDS.get(vote.detector, vote.detector)].append(vote)
    strong = sum(_strongest(group, STRONG_CAP, strong=True) for group in grounds.values())
    weak = sum(_strongest(_without_strong(group), WEAK_CAP, strong=False) for group in grounds.values())
    against = sum(
        max(-STRONG_CAP, min((vote.llr for vote in group), default=0.0))
        for group in grounds.values()
        if any(vote.llr < 0 for vote in group)
    )
    llr = strong + min(weak, WEAK_TOGETHER_CAP) + against
    if explained_otherwise(votes):
        return min(llr, 0.0), False
    return llr, strong > 0 and llr >= LISTED_LLR


def explained_otherwise(votes: Sequence[Vote]) -> bool:
    """Whether a detector knows the session as something else, and no mining message was read in it."""
    read = any(
        vote.strength == STRONG and vote.llr > 0 and GROUNDS.get(vote.detector) == CONTENT for vote in votes
    )
    return any(vote.not_mining for vote in votes) and not read


def in_order(votes: Iterable[Vote]) -> tuple[Vote, ...]:
    """Votes as they are told to people: strong ones first, then by weight, then by name."""
    return tuple(sorted(votes, key=lambda vote: (vote.strength != STRONG, -vote.llr, vote.detector)))


def _without_strong(votes: Sequence[Vote]) -> Sequence[Vote]:
    """Weak votes of a ground on which no strong vote speaks for mining."""
    return () if any(vote.strength == STRONG and vote.llr > 0 for vote in votes) else votes


def _strongest(votes: Sequence[Vote], cap: float, *, strong: bool) -> float:
    told = (vote.llr for vote in votes if (vote.strength == STRONG) == strong and not vote.not_mining)
    return min(cap, max(0.0, max(told, default=0.0)))
