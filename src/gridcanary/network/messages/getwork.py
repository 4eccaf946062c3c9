"""getwork: a miner polls for a header and a target over HTTP (bitcoind until 0.10, old pools, Ethereum's nodes).

Source: Bitcoin wiki, "Getwork". The login is HTTP's, as http_bodies reads it.
"""

from __future__ import annotations

from gridcanary.network.dialogue import Login
from gridcanary.network.messages.dialect import Dialect, Message, silent


def _no_login(message: Message, time_ns: int) -> Login | None:
    return None


DIALECT = Dialect(
    family="getwork",
    proofs=frozenset({"getwork", "result.getwork"}),
    logins=frozenset(),
    shares=frozenset({"getwork"}),
    jobs=frozenset({"result.getwork"}),
    read_login=_no_login,
    agent_of=silent,
    algorithm_of=silent,
)
