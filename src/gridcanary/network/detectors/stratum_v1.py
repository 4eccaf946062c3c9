"""Stratum v1 in plain text: any message of ``mining.*`` shows it, from either side, at any place of the session."""

from __future__ import annotations

from gridcanary.network.plain_votes import plain_vote
from gridcanary.network.sessions import Session
from gridcanary.network.votes import Vote


class StratumV1:
    """Votes on sessions whose messages are Stratum v1."""

    name = "stratum_v1"

    def vote(self, session: Session) -> Vote | None:
        """A strong vote; None for other sessions."""
        if session.dialogue is None or session.dialogue.family != "stratum_v1":
            return None
        return plain_vote(self.name, session.dialogue)
