"""Stratum V2 by the lengths of its encrypted handshake; nothing else of it can be read on the way.

The client opens with the 64 bytes of an ElligatorSwift-encoded key; the server answers with 64 + 80 + 90 = 234 (170 in
the specification's older text: 64 + 16 + 90). Then each message is an encrypted header of 22 bytes and its encrypted
payload with 16 more. SetupConnection has at least 16 bytes of payload, and its success exactly 6, so 44 on the wire.
Source: Stratum V2 specification, 04 Protocol Security; lengths of the reference implementation's noise-sv2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from gridcanary.contracts.reasons import Reason
from gridcanary.network.sessions import TCP, Opening, Session
from gridcanary.network.votes import STRONG, WEAK, Vote

NAME = "stratum_v2"
CLIENT_KEY_BYTES = 64
SERVER_ANSWER_BYTES = frozenset({234, 170})
HEADER_BYTES, TAG_BYTES = 22, 16
LEAST_SETUP_BYTES = HEADER_BYTES + 16 + TAG_BYTES
MOST_SETUP_BYTES = HEADER_BYTES + 16 + 5 * 255 + TAG_BYTES
SETUP_SUCCESS_BYTES = HEADER_BYTES + 6 + TAG_BYTES
LEAST_DISTINCT, MOST_PRINTABLE = 46, 0.62
"""Of 64 random bytes 57 are different (standard deviation 2.4) and 37 % printable (6 %): four deviations away."""
HANDSHAKE_ODDS, SETUP_ODDS, SUCCESS_ODDS = 10.0, 300.0, 5000.0
"""The two lengths alone; with a first message that fits; with the answer of exactly 44 bytes too. By reasoning: a
protocol that pads at random hits two exact lengths once in about 10^5, a fixed one by accident of its design."""


@dataclass(frozen=True, slots=True)
class StratumV2:
    """Votes by the first flights of a TCP conversation."""

    name: str = NAME

    def vote(self, session: Session) -> Vote | None:
        """Strong where handshake and first message fit, weak where only the handshake's two lengths do."""
        opening = session.opening
        if (
            opening is None
            or session.protocol != TCP
            or session.dialogue is not None
            or not fits_handshake(opening)
        ):
            return None
        odds = odds_of(opening.flights)
        reason = Reason(
            "sv2.handshake",
            {"up": opening.flights[0], "down": -opening.flights[1], "port": session.server.port},
        )
        reasons = [reason]
        if odds >= SETUP_ODDS:
            reasons.append(Reason("sv2.setup", {"up": opening.flights[2]}))
        if odds >= SUCCESS_ODDS:
            reasons.append(Reason("sv2.success", {"down": SETUP_SUCCESS_BYTES}))
        strength = STRONG if odds >= SETUP_ODDS else WEAK
        innocent = (Reason("sv2.innocent.template"), Reason("sv2.innocent.lookalike"))
        return Vote(NAME, strength, math.log(odds), tuple(reasons), innocent, method=NAME)


def fits_handshake(opening: Opening) -> bool:
    """Whether the first two flights have the handshake's lengths and bytes that look random."""
    if not opening.complete or len(opening.flights) < 2 or opening.kind not in ("unknown", "binary"):
        return False
    if opening.flights[0] != CLIENT_KEY_BYTES or -opening.flights[1] not in SERVER_ANSWER_BYTES:
        return False
    random_up = opening.distinct_up >= LEAST_DISTINCT and opening.printable_up <= MOST_PRINTABLE
    return random_up and opening.distinct_down >= LEAST_DISTINCT


def odds_of(flights: tuple[int, ...]) -> float:
    """How much likelier than innocent the lengths are."""
    if len(flights) < 3 or not LEAST_SETUP_BYTES <= flights[2] <= MOST_SETUP_BYTES:
        return HANDSHAKE_ODDS
    if len(flights) < 4:
        return SETUP_ODDS / 4
    return SUCCESS_ODDS if -flights[3] == SETUP_SUCCESS_BYTES else SETUP_ODDS
