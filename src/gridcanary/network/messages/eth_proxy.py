"""eth-proxy's dialect of Ethereum and its kin over TCP: eth_submitLogin, eth_getWork, eth_submitWork.

Source: the README of eth-proxy and ethminer's POOL_EXAMPLES (``stratum1``). Work is an array of header hash, seed hash
and boundary, in answers and, with id 0, unasked.
"""

from __future__ import annotations

from gridcanary.network.dialogue import Login
from gridcanary.network.messages.dialect import Dialect, Message, params_of, silent
from gridcanary.network.messages.users import login_of, worker_in

ETHMINER_DEFAULT = "eth1.0"
"""The name that ethminer sends where its user gives none."""


def _read_login(message: Message, time_ns: int) -> Login | None:
    params = params_of(message)
    user = params[0] if params else None
    told = message.get("worker")
    worker = None if told == ETHMINER_DEFAULT or worker_in(str(user)) else told
    return login_of(time_ns, user, None, worker)


def _algorithm_of(message: Message) -> str | None:
    return "ethash"


DIALECT = Dialect(
    family="eth_proxy",
    proofs=frozenset(
        {"eth_submitLogin", "eth_login", "eth_getWork", "eth_submitWork", "eth_submitHashrate", "result.work"}
    ),
    logins=frozenset({"eth_submitLogin", "eth_login"}),
    shares=frozenset({"eth_submitWork"}),
    jobs=frozenset({"result.work"}),
    read_login=_read_login,
    agent_of=silent,
    algorithm_of=_algorithm_of,
)
