"""eth-proxy's dialect in plain text: logins, work and its submission over TCP, for Ethereum Classic and its kin."""

from __future__ import annotations

from gridcanary.network.plain_votes import plain_vote
from gridcanary.network.sessions import Session
from gridcanary.network.votes import Vote


class EthProxy:
    """Votes on sessions whose messages are eth-proxy's."""

    name = "eth_proxy"

    def vote(self, session: Session) -> Vote | None:
        """A strong vote; None for other sessions."""
        if session.dialogue is None or session.dialogue.family != "eth_proxy":
            return None
        return plain_vote(self.name, session.dialogue)
