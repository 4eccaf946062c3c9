"""CryptoNote's dialect: login, job, submit, keepalived; for Monero and its kin, Grin and Beam.

Source: XMRig's proxy documentation (STRATUM.md, STRATUM_EXT.md). Words as plain as these are other protocols' too, so
a message counts only with the fields that mining needs: a job has a blob and a target, a share a nonce.
"""

from __future__ import annotations

from gridcanary.network.dialogue import Login
from gridcanary.network.messages.dialect import Dialect, Message, named_params_of
from gridcanary.network.messages.users import login_of, plain

_ALGORITHMS = (
    ("rx/", "randomx"),
    ("randomx", "randomx"),
    ("cn", "cryptonight"),
    ("gr", "ghostrider"),
    ("ghostrider", "ghostrider"),
    ("argon2/", "argon2"),
    ("kawpow", "kawpow"),
    ("panthera", "randomx"),
    ("astrobwt", "astrobwt"),
    ("cuckatoo", "cuckatoo32"),
)
"""How a name in ``algo`` begins, and what hash-rate tables call it."""

RANDOMX_SINCE_NS = 1_575_072_000 * 10**9
"""2019-11-30: Monero's blocks are RandomX from height 1,978,433 on, CryptoNight before."""


def _read_login(message: Message, time_ns: int) -> Login | None:
    params = named_params_of(message)
    return login_of(
        time_ns, params.get("login") or message.get("api_key"), params.get("agent"), params.get("rigid")
    )


def _agent_of(message: Message) -> str | None:
    return plain(named_params_of(message).get("agent")) if message.get("method") == "login" else None


def _algorithm_of(message: Message) -> str | None:
    job = named_params_of(message)
    result = message.get("result")
    if isinstance(result, dict):
        job = result["job"] if isinstance(result.get("job"), dict) else result
    told = job.get("algo")
    if isinstance(told, str):
        return next((name for begin, name in _ALGORITHMS if told.startswith(begin)), None)
    if "pre_pow" in job:
        return "cuckatoo32"
    return "randomx" if isinstance(job.get("seed_hash"), str) and job["seed_hash"] else None


DIALECT = Dialect(
    family="cryptonote",
    proofs=frozenset({"login", "submit", "job", "result.job", "solution"}),
    logins=frozenset({"login"}),
    shares=frozenset({"submit", "solution"}),
    jobs=frozenset({"job", "result.job"}),
    read_login=_read_login,
    agent_of=_agent_of,
    algorithm_of=_algorithm_of,
)
