"""What a detector says about one session, and what it may know besides the session."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol

from gridcanary.contracts.reasons import Reason
from gridcanary.network.sessions import Session

STRONG, WEAK = "strong", "weak"


@dataclass(frozen=True, slots=True)
class Vote:
    """A detector's word on a session.

    Args:
        detector: its name, the name of its file.
        strength: ``strong`` may list a session alone, ``weak`` may not.
        llr: natural-log likelihood ratio of mining against the innocent explanation; negative speaks against mining.
        reasons: what was seen.
        innocent: what else explains it.
        method: how mining talks, such as ``stratum_v1``, ``tls``, ``websocket``, ``stratum_v2``; None where untold.
        pool_entry: number of the pool list's entry that was met, None where none was.
        not_mining: the detector knows what it is, and it is not mining (a node of a coin's network).
        partners: places (in the list that a group detector was given) of the sessions that show the same.
        hypothesis: what the session is besides mining, ``intrusion`` or ``proxy``; None where the vote tells neither.
    """

    detector: str
    strength: str
    llr: float
    reasons: tuple[Reason, ...]
    innocent: tuple[Reason, ...] = ()
    method: str | None = None
    pool_entry: int | None = None
    not_mining: bool = False
    partners: tuple[int, ...] = ()
    hypothesis: str | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.llr):
            raise ValueError(f"{self.detector}: the likelihood ratio is {self.llr}")
        if not self.reasons:
            raise ValueError(f"{self.detector}: a vote needs a reason")


class Detector(Protocol):
    """Looks at one session at a time; each in a file of its own under detectors/."""

    @property
    def name(self) -> str:
        """Its name, that of its file."""

    def vote(self, session: Session) -> Vote | None:
        """What the session shows; None where it shows nothing to this detector."""


class GroupDetector(Protocol):
    """Looks at all sessions together (synchrony of several lines)."""

    @property
    def name(self) -> str:
        """Its name, that of its file."""

    def wants(self, session: Session) -> bool:
        """Whether the session can matter, so that it is kept until the end of the scan."""

    def votes(self, sessions: list[Session]) -> dict[int, Vote]:
        """Votes by the session's place in the list, which holds only sessions that it wants."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A session with all that was said about it.

    Args:
        session: the session.
        votes: of all detectors that spoke.
        llr: the fused log-likelihood ratio.
        listed: whether it is a finding.
        partners: addresses of the clients whose servers spoke at the same moments.
    """

    session: Session
    votes: tuple[Vote, ...] = field(default=())
    llr: float = 0.0
    listed: bool = False
    partners: tuple[str, ...] = ()
