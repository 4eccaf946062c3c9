"""getblocktemplate: whole block templates out of a node or an old pool (BIP 22, 23), for mining alone or for a pool.

Every other call of a node is no mining. Shares are seen only where a pool takes them by submitblock (BIP 23).
"""

from __future__ import annotations

from gridcanary.network.dialogue import Login
from gridcanary.network.messages.dialect import Dialect, Message, silent


def _no_login(message: Message, time_ns: int) -> Login | None:
    return None


DIALECT = Dialect(
    family="getblocktemplate",
    proofs=frozenset({"getblocktemplate", "submitblock", "result.template"}),
    logins=frozenset(),
    shares=frozenset(),
    jobs=frozenset({"result.template"}),
    read_login=_no_login,
    agent_of=silent,
    algorithm_of=silent,
)
