"""getblocktemplate: nobody but a miner or a pool needs a template; every other call of a node is no mining.

A single question without a template, from a program that isn't known to mine, may be a monitor or a scan.
"""

from __future__ import annotations

from gridcanary.contracts.reasons import Reason
from gridcanary.network.mining_software import is_mining_software
from gridcanary.network.plain_votes import plain_vote
from gridcanary.network.sessions import Session
from gridcanary.network.votes import Vote


class GetBlockTemplate:
    """Votes on sessions that ask for block templates."""

    name = "getblocktemplate"

    def vote(self, session: Session) -> Vote | None:
        """A strong vote, a weak one for a lone question without a template; None for other sessions."""
        dialogue = session.dialogue
        if dialogue is None or dialogue.family != "getblocktemplate":
            return None
        asked = sum(count for kind, count in dialogue.methods.items() if kind.startswith(">"))
        agents = [session.names.http_agent, *(login.agent for login in dialogue.logins)]
        sure = (
            len(dialogue.jobs_ns) or len(dialogue.shares) or asked > 1 or any(map(is_mining_software, agents))
        )
        return plain_vote(self.name, dialogue, (Reason("messages.innocent.node"),), sure=bool(sure))
