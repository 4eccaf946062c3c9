"""The shape of a session: long, thin, steady, with few sizes. A weak vote, for telecontrol and chats have it too."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gridcanary.contracts.reasons import Reason
from gridcanary.network.sessions import TCP, Session, Timing
from gridcanary.network.share_rhythm import asks_like_a_miner, spread_of
from gridcanary.network.votes import WEAK, Vote

NAME = "shape"
LEAST_SECONDS = 900.0
LEAST_ACTIVE = 0.8
"""Share of minutes in which something is said: 97 % in real mining, 6 % in other long sessions."""

LEAST_BYTES_S, MOST_BYTES_S = 5.0, 4000.0
"""Payload of both directions [bytes/s]: a slow processor speaks 30 of them, a proxy of a thousand machines 3,000."""

LEAST_TOP_SIZES = 0.5
PLAIN_ODDS, RHYTHM_ODDS = 1.5, 6.0
"""Thin and steady alone fits two of three other long sessions; with a miner's rhythm of asks far fewer."""

_KNOWN = frozenset({"ssh", "bitcoin", "monero", "http"})


@dataclass(frozen=True, slots=True)
class Shape:
    """Votes by sizes and gaps alone."""

    name: str = NAME

    def vote(self, session: Session) -> Vote | None:
        """Weak, or nothing; never on a session whose words can be read."""
        timing = session.timing
        if timing is None or session.dialogue is not None or not is_thin_and_steady(session, timing):
            return None
        reason = Reason(
            "shape.steady",
            {
                "hours": round(session.seconds / 3600, 1),
                "active_pct": round(100 * active_share(session, timing)),
                "top_sizes_pct": round(100 * timing.top_sizes_share),
            },
        )
        if not asks_like_a_miner(timing):
            return Vote(NAME, WEAK, math.log(PLAIN_ODDS), (reason,), (Reason("shape.innocent"),))
        rhythm = Reason(
            "shape.rhythm",
            {
                "asks": timing.asks,
                "mean_s": round(timing.ask_gap_mean_s, 1),
                "spread": round(spread_of(timing), 2),
            },
        )
        return Vote(NAME, WEAK, math.log(RHYTHM_ODDS), (reason, rhythm), (Reason("shape.innocent"),))


def active_share(session: Session, timing: Timing) -> float:
    """Share of the session's minutes in which anything was said, 0 to 1."""
    return min(1.0, timing.active_minutes * 60 / max(session.seconds, 60.0))


def is_thin_and_steady(session: Session, timing: Timing) -> bool:
    """Whether the session could be a miner's by its length, rate and sizes."""
    if session.protocol != TCP or session.seconds < LEAST_SECONDS:
        return False
    if session.opening is not None and session.opening.kind in _KNOWN:
        return False
    rate = (session.counts.bytes_up + session.counts.bytes_down) / session.seconds
    return (
        LEAST_BYTES_S <= rate <= MOST_BYTES_S
        and active_share(session, timing) >= LEAST_ACTIVE
        and timing.top_sizes_share >= LEAST_TOP_SIZES
        and session.counts.bytes_up > 0
    )
