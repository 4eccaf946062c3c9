"""Sessions made by hand, for tests of what comes after the readers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from gridcanary.contracts.reasons import Reason
from gridcanary.network.dialogue import Dialogue, Login
from gridcanary.network.ends import End, Source
from gridcanary.network.sessions import TCP, Counts, Session
from gridcanary.network.votes import STRONG, Vote

NOON_NS = int(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC).timestamp()) * 10**9
CLIENT, SERVER = "10.20.30.40", "203.0.113.7"


def session(client: str = CLIENT, *, begin_s: float = 0.0, seconds: float = 600.0, **told: Any) -> Session:
    """A session that begins so many seconds after noon of 2026-03-01."""
    first = NOON_NS + int(begin_s * 1e9)
    given = {
        "client": End(client, 40_001),
        "server": End(SERVER, 3333),
        "protocol": TCP,
        "first_ns": first,
        "last_ns": first + int(seconds * 1e9),
        "counts": Counts(60, 50, 6000, 7000),
        "source": Source("a.pcap", "capture"),
    }
    return Session(**(given | told))


def dialogue(**told: Any) -> Dialogue:
    """A CryptoNote conversation with one login."""
    login = Login(NOON_NS, "49abc", wallet="49abc", network="monero", worker="rig7", agent="XMRig/6.21.0")
    return Dialogue(
        **({"family": "cryptonote", "methods": {">login": 1}, "logins": (login,), "login_count": 1} | told)
    )


def vote(detector: str = "stratum_v1", llr: float = 12.0, strength: str = STRONG, **told: Any) -> Vote:
    """A vote whose reason is a phrase that the lens knows."""
    return Vote(detector, strength, llr, **({"reasons": (Reason("end.elsewhere"),)} | told))
