"""The work behind a session: its hash rate, what that takes in kilowatts, and the machines that its names count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gridcanary.network.dialogue import Dialogue
from gridcanary.network.hashrate import HashRate, hash_rate
from gridcanary.network.machine_classes import Power, power_of
from gridcanary.network.sessions import Session
from gridcanary.network.workers import RackPosition, WorkerCount, count_workers, rack_position

_PREFIXES = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
SOLUTIONS = frozenset({"equihash"})
"""Algorithms whose rate is told in solutions, as their machines are sold."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a session's messages tell of the machines behind it.

    Args:
        rate: measured; None where no share of a known difficulty could be seen.
        power: what the rate takes; None where no share was counted or no machine for its algorithm is known.
        workers: names counted.
        position: a machine's place, where one machine talks and its name tells it.
        agent: the mining software.
    """

    rate: HashRate | None
    power: Power | None
    workers: WorkerCount
    position: RackPosition | None
    agent: str | None

    @property
    def machines(self) -> int:
        """The least number of machines: by names, and by hash rate over the largest machine sold."""
        return max(self.workers.names, self.power.machines if self.power else 0, 1)


_KEPT = "work"


def work_of(session: Session) -> Work | None:
    """The work behind a session; None where no mining message was read in it. Several ask, it is worked out once."""
    if session.dialogue is None:
        return None
    if _KEPT not in session.kept:
        session.kept[_KEPT] = _work_of(session, session.dialogue)
    work: Work = session.kept[_KEPT]
    return work


def _work_of(session: Session, dialogue: Dialogue) -> Work:
    rate = hash_rate(dialogue, session.first_ns, session.last_ns)
    agent = next((login.agent for login in dialogue.logins if login.agent), None)
    names = [login.worker for login in dialogue.logins if login.worker] + list(dialogue.shares.workers)
    workers = count_workers(names)
    power = None
    if rate is not None and rate.hashes and rate.algorithm is not None:
        power = power_of(rate.algorithm, rate.rate_hs, rate.interval_hs(), agent)
    position = rack_position(names[0]) if workers.names == 1 else None
    return Work(rate, power, workers, position, agent)


def work_columns(session: Session) -> dict[str, Any]:
    """Columns of NETWORK_FINDINGS that tell of the work: hash rate, kilowatts, workers and rack position."""
    work = work_of(session)
    if work is None:
        return {}
    columns: dict[str, Any] = {"rack_position": work.position.written if work.position else None}
    if work.machines > 1:
        columns["workers"] = work.machines
    if work.rate is not None and work.rate.hashes:
        low, high = work.rate.interval_hs()
        columns |= {"hashrate_hs": work.rate.rate_hs, "hashrate_low_hs": low, "hashrate_high_hs": high}
    if work.power is not None:
        columns |= {
            "machine_class": work.power.kind,
            "kw_low": work.power.kw_low,
            "kw_mid": work.power.kw_mid,
            "kw_high": work.power.kw_high,
        }
    return columns


def written_rate(rate_hs: float, algorithm: str | None = None) -> str:
    """A rate as people write it, three digits.

    >>> written_rate(2_013.4), written_rate(1.055e14, "sha256d"), written_rate(420e3, "equihash")
    ('2.01 kH/s', '106 TH/s', '420 kSol/s')
    """
    unit = "Sol/s" if algorithm in SOLUTIONS else "H/s"
    size, prefix = next((known for known in _PREFIXES if rate_hs >= known[0]), (1.0, ""))
    return f"{rate_hs / size:.3g} {prefix}{unit}"
