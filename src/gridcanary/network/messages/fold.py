"""Folds the rows of a flow into its Dialogue: turned the right way round, targets laid on shares, answers on both."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.dialogue import Dialogue, Login, Shares
from gridcanary.network.messages.answers import answers_of, targets_of
from gridcanary.network.messages.codes import CLIENT_END, CODE, METHODS, RESULT, RESULTS_END, SERVER_END
from gridcanary.network.messages.cryptonote import RANDOMX_SINCE_NS
from gridcanary.network.messages.dialect import Dialect
from gridcanary.network.messages.dialects import DIALECTS
from gridcanary.network.messages.rows import ACCEPTED, CLEAN, LOGIN, NO_IDENT, REFUSED, ROW, SHARE, WORK
from gridcanary.network.messages.stratum_v1 import hashes_at_one
from gridcanary.network.messages.talk import Talk

_NEEDS = np.zeros(len(METHODS), np.uint16)
_NEEDS[[CODE["login"], CODE["eth_submitLogin"], CODE["eth_login"]]] = LOGIN
_NEEDS[[CODE["submit"], CODE["solution"]]] = SHARE
_NEEDS[CODE["job"]] = WORK
"""Fields without which a message of that name is something else's."""


@cache
def _mask(names: frozenset[str]) -> NDArray[np.bool_]:
    mask = np.zeros(len(METHODS), np.bool_)
    mask[[CODE[name] for name in names]] = True
    return mask


_PROOF_OF = [_mask(dialect.proofs) for dialect in DIALECTS]
_PROOFS = np.logical_or.reduce(_PROOF_OF)
_ANSWERS = np.arange(len(METHODS)) >= RESULT
_ANSWERS[RESULTS_END:] = False
_HASHES_OF_WALLETS = {
    "litecoin": "scrypt",
    "dogecoin": "scrypt",
    "dash": "x11",
    "kaspa": "kheavyhash",
    "zcash": "equihash",
}


def _real(rows: NDArray) -> NDArray[np.bool_]:
    needs = _NEEDS[rows["method"]]
    return (rows["flags"] & needs) == needs


def proves_mining(rows: NDArray) -> NDArray[np.bool_]:
    """Which rows belong to mining beyond doubt: by method and, where its name is a common word, by fields."""
    return _PROOFS[rows["method"]] & _real(rows)


def dialogue_of(talk: Talk) -> Dialogue | None:
    """The dialogue of a flow that mines; None where no message proves it."""
    rows = _in_time(talk)
    dialect = _dialect_of(rows)
    if dialect is None:
        return None
    turned = _is_reversed(rows)
    up = rows["up"] ^ turned
    says = _says(rows)
    asks = ~_ANSWERS[rows["method"]]
    told = answers_of(
        rows["time_ns"], rows["ident"], asks & up, np.where(up, np.int8(-1), says), _order(rows, "ident")
    )
    algorithm = talk.algorithm or _algorithm_by_wallet(talk, dialect)
    jobs = rows[_mask(dialect.jobs)[rows["method"]]]
    in_force, changes = _targets(rows, dialect, algorithm)
    return Dialogue(
        family=dialect.family if talk.transport != "http" or dialect.family != "eth_proxy" else "getwork",
        methods=_counted(rows, up),
        transport=talk.transport,
        reversed=turned,
        algorithm=algorithm,
        logins=_answered_logins(talk, rows, dialect, told),
        login_count=len(talk.http_users) if talk.transport == "http" else talk.login_count,
        shares=_shares(rows, dialect, in_force, told, talk),
        jobs_ns=jobs["time_ns"].copy(),
        job_heights=jobs["height"].astype(np.int64),
        clean_jobs_ns=jobs["time_ns"][(jobs["flags"] & CLEAN) != 0],
        target_changes=changes,
        gaps=talk.gaps,
        unreadable=talk.unreadable,
        begun=talk.begun,
    )


def _in_time(talk: Talk) -> NDArray:
    """All rows with the fields they need, both directions in the order of time."""
    rows = np.empty(sum(map(len, talk.rows)), ROW)
    at = 0
    for batch in talk.rows:
        rows[at : at + len(batch)] = batch
        at += len(batch)
    real = np.flatnonzero(_real(rows))
    return rows[real[np.argsort(rows["time_ns"][real], kind="stable")]]


def _dialect_of(rows: NDArray) -> Dialect | None:
    counts = [int(mask[rows["method"]].sum()) for mask in _PROOF_OF]
    best = int(np.argmax(counts))
    return DIALECTS[best] if counts[best] else None


def _is_reversed(rows: NDArray) -> bool:
    """Whether more messages go the wrong way than the right one."""
    method, up = rows["method"], rows["up"]
    client, server = method < CLIENT_END, (method >= CLIENT_END) & (method < SERVER_END)
    server |= (method > RESULT) & (method < RESULTS_END)
    right = int((client & up).sum() + (server & ~up).sum())
    return 2 * right < int(client.sum() + server.sum())


def _says(rows: NDArray) -> NDArray[np.int8]:
    says = np.full(len(rows), 2, np.int8)
    says[(rows["flags"] & REFUSED) != 0] = 0
    says[(rows["flags"] & ACCEPTED) != 0] = 1
    says[~_ANSWERS[rows["method"]] | (rows["ident"] == NO_IDENT)] = -1
    return says


def _order(rows: NDArray, column: str) -> NDArray[np.int64]:
    return np.argsort(rows[column], kind="stable").astype(np.int64)


def _targets(
    rows: NDArray, dialect: Dialect, algorithm: str | None
) -> tuple[NDArray[np.float64], tuple[tuple[int, float], ...]]:
    """Hashes behind each row's share, and the changes of the target."""
    hashes = rows["value"].copy()
    hashes[rows["method"] == CODE["mining.set_difficulty"]] *= hashes_at_one(algorithm)
    sets = np.isfinite(hashes)
    is_share = _mask(dialect.shares)[rows["method"]]
    if dialect.family == "getwork":
        is_share &= (rows["flags"] & SHARE) != 0
    is_job = _mask(dialect.jobs)[rows["method"]]
    found = targets_of(is_share, is_job, sets, hashes, rows["job"], _order(rows, "job"))
    at = np.flatnonzero(sets)
    new = at[np.r_[True, hashes[at][1:] != hashes[at][:-1]]] if len(at) else at
    return found, tuple(zip(rows["time_ns"][new].tolist(), hashes[new].tolist(), strict=True))


def _shares(
    rows: NDArray, dialect: Dialect, hashes: NDArray[np.float64], told: NDArray[np.int8], talk: Talk
) -> Shares:
    is_share = _mask(dialect.shares)[rows["method"]]
    if dialect.family == "getwork":
        is_share &= (rows["flags"] & SHARE) != 0
    at = np.flatnonzero(is_share)
    names = _names_by_digest(talk, rows, dialect)
    workers = tuple(dict.fromkeys(names.values()))
    place = {name: number for number, name in enumerate(workers)}
    kinds, which = np.unique(rows["who"][at], return_inverse=True)
    numbers = np.array([place[names[who]] if who in names else -1 for who in kinds.tolist()], np.int32)
    worker = numbers[which] if len(at) else np.zeros(0, np.int32)
    logged_in = {login.worker or login.user for login in talk.logins if login is not None}
    if len(logged_in) == 1 and not workers:
        workers, worker = tuple(logged_in), np.zeros(len(at), np.int32)
    return Shares(rows["time_ns"][at], hashes[at], worker, told[at], workers)


def _names_by_digest(talk: Talk, rows: NDArray, dialect: Dialect) -> dict[int, str]:
    """Workers by the digest that their shares carry: a name, or in CryptoNote the session that the login was given."""
    if dialect.family != "cryptonote":
        return talk.names
    is_login = _mask(dialect.logins)[rows["method"]]
    by_ident = {
        ident: login.worker or login.user
        for ident, login in zip(rows["ident"][is_login].tolist(), talk.logins, strict=False)
        if login is not None
    }
    given = rows[rows["method"] == CODE["result.job"]]
    pairs = zip(given["ident"].tolist(), given["who"].tolist(), strict=True)
    return {who: by_ident[ident] for ident, who in pairs if who and ident in by_ident}


def _answered_logins(
    talk: Talk, rows: NDArray, dialect: Dialect, told: NDArray[np.int8]
) -> tuple[Login, ...]:
    if talk.transport == "http":
        served = bool(len(rows[_mask(dialect.jobs)[rows["method"]]])) or None
        return tuple(replace(login, accepted=served, agent=talk.agent) for login in talk.http_users.values())
    said = told[_mask(dialect.logins)[rows["method"]]]
    verdict = {1: True, 0: False}
    return tuple(
        replace(login, accepted=verdict.get(int(answer)), agent=login.agent or talk.agent)
        for login, answer in zip(talk.logins, said, strict=False)
        if login is not None
    )


def _algorithm_by_wallet(talk: Talk, dialect: Dialect) -> str | None:
    """By what the wallets are for, where no message shows it."""
    networks = {
        network for login in talk.logins if login and login.network for network in login.network.split("|")
    }
    if dialect.family == "cryptonote":
        times = [login.time_ns for login in talk.logins if login]
        if networks != {"monero"}:
            return None
        return "randomx" if max(times) >= RANDOMX_SINCE_NS else "cryptonight"
    found = {_HASHES_OF_WALLETS.get(network) for network in networks}
    return found.pop() if len(found) == 1 else None


def _counted(rows: NDArray, up: NDArray[np.bool_]) -> dict[str, int]:
    counts = np.bincount(rows["method"].astype(np.int64) * 2 + up, minlength=2 * len(METHODS))
    return {
        f"{'<>'[place % 2]}{METHODS[place // 2]}": int(count) for place, count in enumerate(counts) if count
    }
