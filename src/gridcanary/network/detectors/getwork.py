"""getwork, Bitcoin's and Ethereum's over HTTP. A lone eth_getWork without work may be any client of a node."""

from __future__ import annotations

from gridcanary.contracts.reasons import Reason
from gridcanary.network.plain_votes import plain_vote
from gridcanary.network.sessions import Session
from gridcanary.network.votes import Vote

_FEWEST_UNANSWERED = 2
"""Questions without work that a miner repeats and a passer-by doesn't."""


class GetWork:
    """Votes on sessions that poll for work."""

    name = "getwork"

    def vote(self, session: Session) -> Vote | None:
        """A strong vote, a weak one for a lone eth_getWork without work; None for other sessions."""
        dialogue = session.dialogue
        if dialogue is None or dialogue.family != "getwork":
            return None
        asked = sum(count for kind, count in dialogue.methods.items() if kind.startswith(">"))
        bitcoins = ">getwork" in dialogue.methods
        if bitcoins or len(dialogue.jobs_ns) or len(dialogue.shares) or asked >= _FEWEST_UNANSWERED:
            return plain_vote(self.name, dialogue)
        return plain_vote(self.name, dialogue, (Reason("messages.innocent.rpc"),), sure=False)
