"""What plaintext mining messages of a session said: parsed fields, never the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FAMILIES = ("stratum_v1", "cryptonote", "eth_proxy", "getwork", "getblocktemplate")
"""Dialects: Stratum v1 (mining.*), CryptoNote (login, job, submit), eth-proxy over TCP
(eth_submitLogin …), getwork (getwork, eth_getWork over HTTP), getblocktemplate (asked of a node or a pool)."""


@dataclass(frozen=True, slots=True)
class Login:
    """A miner's login or authorisation; passwords are never kept.

    Args:
        time_ns: UTC [ns since 1970].
        user: what stands before the worker's name: an account of the pool, or a wallet.
        wallet: the wallet in it, where it is one by form and checksum; None for accounts.
        network: the wallet's network as chain/networks names it (``bitcoin``, ``litecoin``), or ``monero``, ``zcash``,
            ``ethereum`` …; several ``|``-separated where the form fits more than one.
        worker: the worker's name, None where none is told.
        agent: the mining software, None where not told.
        accepted: whether the server agreed; None where no answer was seen.
    """

    time_ns: int
    user: str
    wallet: str | None = None
    network: str | None = None
    worker: str | None = None
    agent: str | None = None
    accepted: bool | None = None


@dataclass(slots=True)
class Shares:
    """Submitted shares in the order of time, a row each.

    Args:
        time_ns: when submitted, UTC [ns since 1970].
        hashes: expected hashes behind the share: its difficulty in hashes; NaN where no target was seen before it.
        worker: index into ``workers``; -1 where no name is told.
        accepted: 1 accepted, 0 rejected, -1 no answer seen.
        workers: names.
    """

    time_ns: NDArray[np.int64]
    hashes: NDArray[np.float64]
    worker: NDArray[np.int32]
    accepted: NDArray[np.int8]
    workers: tuple[str, ...] = ()

    @classmethod
    def none(cls) -> Shares:
        """No shares at all."""
        return cls(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int32), np.zeros(0, np.int8))

    def __len__(self) -> int:
        return len(self.time_ns)


@dataclass(slots=True)
class Dialogue:
    """All mining messages of one session.

    Args:
        family: one of FAMILIES.
        methods: how often each method was seen, from the client as ``>mining.submit``, from the server as
            ``<mining.notify``.
        transport: ``tcp``, ``http`` or ``websocket``.
        reversed: the messages tell that the presumed client is the server; whoever makes the session turns it.
        algorithm: as hash-rate tables name it (``sha256d``, ``randomx``, ``ethash`` …), None where nothing tells.
        coin: ticker, None where nothing tells.
        logins: in order of time; at most MOST_LOGINS are kept, ``login_count`` counts all.
        login_count: logins and authorisations seen.
        shares: submissions.
        jobs_ns: times of new jobs, UTC [ns since 1970].
        job_heights: block height of each job, -1 where the job doesn't tell.
        clean_jobs_ns: times of those jobs that void the ones before, where the dialect tells.
        target_changes: times and expected hashes of a share from then on.
        gaps: pieces of the stream that are missing.
        unreadable: messages that looked like JSON and were none.
        begun: whether the beginning of the conversation was seen.
    """

    family: str
    methods: Mapping[str, int]
    transport: str = "tcp"
    reversed: bool = False
    algorithm: str | None = None
    coin: str | None = None
    logins: tuple[Login, ...] = ()
    login_count: int = 0
    shares: Shares = field(default_factory=Shares.none)
    jobs_ns: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    job_heights: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    clean_jobs_ns: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    target_changes: tuple[tuple[int, float], ...] = ()
    gaps: int = 0
    unreadable: int = 0
    begun: bool = True


MOST_LOGINS = 4096
"""A proxy logs many workers in; more than these are counted and not kept."""
