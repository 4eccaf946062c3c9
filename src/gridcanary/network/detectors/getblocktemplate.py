"""getblocktemplate: nobody but a miner or a pool needs a template; every other call of a node is no mining."""

from __future__ import annotations

from gridcanary.contracts.reasons import Reason
from gridcanary.network.plain_votes import plain_vote
from gridcanary.network.sessions import Session
from gridcanary.network.votes import Vote


class GetBlockTemplate:
    """Votes on sessions that ask for block templates."""

    name = "getblocktemplate"

    def vote(self, session: Session) -> Vote | None:
        """A strong vote; None for other sessions."""
        if session.dialogue is None or session.dialogue.family != "getblocktemplate":
            return None
        return plain_vote(self.name, session.dialogue, (Reason("messages.innocent.node"),))
