"""Servers that speak unasked to several lines at the same moments, as pools do when work changes.

A ticker, a chat or a push service does the same, so synchrony alone proves no mining. Strong is only a session whose
client also speaks as miners do (share_rhythm), in step with a line of another client that does so too or that mines
in the open. A session that is only in step with mining in the open gets a weak vote: a wallet that follows a coin's
blocks shows that.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from gridcanary.contracts.reasons import Reason
from gridcanary.network.sessions import TCP, Session
from gridcanary.network.share_rhythm import asks_like_a_miner
from gridcanary.network.synchrony import LEAST_COMMON_S, LEAST_PUSHES, Synchrony, synchrony
from gridcanary.network.votes import STRONG, WEAK, Vote

NAME = "synchrony"
PAIR_LLR = math.log(1e3)
"""Less, and chance may explain the pair. Unrelated lines of many rhythms reach it less than once in 10,000 pairs (the
benchmark counts), since the chance share is the largest of all shifts; a session has at most MOST_PARTNERS pairs."""

MOST_PARTNERS = 48
HIDDEN_ODDS, OPEN_ODDS, STEP_ODDS = 300.0, 3000.0, 5.0
"""Likelier than innocent: two hidden lines with a miner's rhythm; one that is in step with mining in the open; in step
alone. By judgement; the benchmark tells how often each is wrong on services that send to many."""

_KNOWN = frozenset({"ssh", "bitcoin", "monero"})


@dataclass(frozen=True, slots=True)
class SynchronyDetector:
    """Votes on sessions of different clients."""

    name: str = NAME

    def wants(self, session: Session) -> bool:
        """Long enough, spoken to unasked often enough, and not known as something else."""
        return (
            session.timing is not None
            and session.protocol == TCP
            and session.seconds >= LEAST_COMMON_S
            and len(session.timing.pushes_ns) >= LEAST_PUSHES
            and (session.opening is None or session.opening.kind not in _KNOWN)
        )

    def votes(self, sessions: list[Session]) -> dict[int, Vote]:
        """Votes by place; the strongest partner is told, all are named."""
        found: dict[int, list[tuple[int, Synchrony]]] = defaultdict(list)
        for one, other in _pairs(sessions):
            told = _compared(sessions[one], sessions[other])
            if told is not None and told.llr >= PAIR_LLR:
                found[one].append((other, told))
                found[other].append((one, told))
        votes = ((place, _vote(place, sessions, pairs)) for place, pairs in sorted(found.items()))
        return {place: vote for place, vote in votes if vote is not None}


def _compared(one: Session, other: Session) -> Synchrony | None:
    assert one.timing is not None
    assert other.timing is not None
    return synchrony(one.timing.pushes_ns, other.timing.pushes_ns)


def _rhythm(session: Session) -> bool:
    return session.timing is not None and asks_like_a_miner(session.timing)


def _open(session: Session) -> bool:
    """Whether the session mines in words that can be read."""
    return session.dialogue is not None and (
        len(session.dialogue.shares) > 0 or len(session.dialogue.jobs_ns) > 0
    )


def _pairs(sessions: list[Session]) -> Iterator[tuple[int, int]]:
    """Pairs worth comparing, each once: one of the two mines in the open or both have a miner's rhythm."""
    anchors = [place for place, session in enumerate(sessions) if _open(session)]
    hidden = [place for place, session in enumerate(sessions) if not _open(session)]
    rhythmic = [place for place in hidden if _rhythm(sessions[place])]
    seen: set[tuple[int, int]] = set()
    for place in hidden:
        others = anchors + (rhythmic if _rhythm(sessions[place]) else [])
        for other in _nearest(place, others, sessions):
            pair = (min(place, other), max(place, other))
            if pair not in seen:
                seen.add(pair)
                yield pair


def _nearest(place: int, others: list[int], sessions: list[Session]) -> list[int]:
    """The MOST_PARTNERS best to compare with: of other clients, of the same server first, then by common time."""
    one = sessions[place]

    def fitness(other: int) -> tuple[bool, int]:
        two = sessions[other]
        return two.server == one.server, min(one.last_ns, two.last_ns) - max(one.first_ns, two.first_ns)

    apart = [at for at in others if at != place and sessions[at].client.address != one.client.address]
    common = [at for at in apart if fitness(at)[1] >= LEAST_COMMON_S * 1_000_000_000]
    return sorted(common, key=fitness, reverse=True)[:MOST_PARTNERS]


def _vote(place: int, sessions: list[Session], pairs: list[tuple[int, Synchrony]]) -> Vote | None:
    """The word on one session out of all that it is in step with."""
    session = sessions[place]
    partners = tuple(sorted(other for other, _ in pairs))
    open_pairs = [pair for pair in pairs if _open(sessions[pair[0]])]
    told = max(open_pairs or pairs, key=lambda pair: pair[1].llr)[1]
    reasons = [_reason(told, len({sessions[other].client.address for other in partners}))]
    if open_pairs:
        reasons.append(Reason("synchrony.open", {"lines": len(open_pairs)}))
    if _open(session):
        return Vote(
            NAME, WEAK, 0.0, tuple(reasons), (Reason("synchrony.innocent.broadcast"),), partners=partners
        )
    if not _rhythm(session):
        either = (Reason("synchrony.innocent.blocks"), Reason("synchrony.innocent.broadcast"))
        return Vote(NAME, WEAK, math.log(STEP_ODDS), tuple(reasons), either, partners=partners)
    assert session.timing is not None
    reasons.append(
        Reason(
            "synchrony.rhythm",
            {"asks": session.timing.asks, "mean_s": round(session.timing.ask_gap_mean_s, 1)},
        )
    )
    odds = OPEN_ODDS if open_pairs else HIDDEN_ODDS
    innocent = (Reason("synchrony.innocent.orders"),)
    return Vote(NAME, STRONG, math.log(odds), tuple(reasons), innocent, method="hidden", partners=partners)


def _reason(told: Synchrony, lines: int) -> Reason:
    return Reason(
        "synchrony.pushes",
        {
            "lines": lines,
            "together": told.together,
            "pushes": told.pushes,
            "share_pct": round(100 * told.share),
            "chance_pct": round(100 * told.chance_share),
            "hours": round(told.hours, 1),
            "offset_s": round(told.offset_s),
        },
    )
