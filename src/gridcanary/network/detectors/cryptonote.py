"""CryptoNote's dialect in plain text: jobs, shares, or a login that is a miner's beyond doubt.

The bare words ``login`` and ``submit`` are other protocols' too: a session with nothing but a login is only listed
where its name is a wallet or it tells mining software.
"""

from __future__ import annotations

from gridcanary.contracts.reasons import Reason
from gridcanary.network.dialogue import Dialogue
from gridcanary.network.mining_software import is_mining_software
from gridcanary.network.plain_votes import plain_vote
from gridcanary.network.sessions import Session
from gridcanary.network.votes import Vote


class CryptoNote:
    """Votes on sessions whose messages are CryptoNote's."""

    name = "cryptonote"

    def vote(self, session: Session) -> Vote | None:
        """A strong vote, a weak one for a doubtful login; None for other sessions."""
        dialogue = session.dialogue
        if dialogue is None or dialogue.family != "cryptonote":
            return None
        if len(dialogue.jobs_ns) or len(dialogue.shares) or _login_tells(dialogue):
            return plain_vote(self.name, dialogue)
        return plain_vote(self.name, dialogue, (Reason("messages.innocent.login"),), sure=False)


def _login_tells(dialogue: Dialogue) -> bool:
    return any(login.wallet or is_mining_software(login.agent) for login in dialogue.logins)
