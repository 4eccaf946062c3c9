"""What a hash rate takes in kilowatts: the energy of a hash by algorithm and kind of machine, from dated lists.

The list beside this file holds processors, cards and machines for other algorithms; those for SHA-256 are the list that
every room reads (contracts/machines.csv). A range goes from the thriftiest machine of the kind to the hungriest.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import median

from gridcanary.contracts.machines import machine_models

SHA256D = "sha256d"
COLUMNS = ("algorithm", "kind", "model", "watts", "hashes_per_s", "as_of", "source", "verified")
_PROCESSOR_MINERS = ("xmrig", "xmr-stak-cpu", "cpuminer", "srbminer")
_CARD_MINERS = ("ethminer", "phoenixminer", "lolminer", "t-rex", "gminer", "nbminer", "claymore", "teamredminer",
                "nsfminer", "rigel", "onezerominer", "ewbf", "miniz", "dstm", "optiminer", "wildrig", "kawpowminer",
                "bzminer")  # fmt: skip
_SPECIAL_MINERS = ("bmminer", "cgminer", "btminer", "whatsminer", "antminer", "avalon", "braiins", "bosminer", "luxos",
                   "vnish", "iceriver", "bitaxe")  # fmt: skip
_AGENTS = {"cpu": _PROCESSOR_MINERS, "gpu": _CARD_MINERS, "asic": _SPECIAL_MINERS}
WALL = 1.25
"""A processor's or card's own power against what its computer takes at the wall: board, memory, fans and a power
supply of 90 %. Rule of thumb; special machines are listed with their power at the wall."""

CARDS_A_COMPUTER = 12
"""Cards that one mining computer holds at the most, as a rule: boards for mining have 6 to 12 slots."""

MOST_MACHINES = 1_000_000
"""More than any hall holds: a difficulty that leads to more was made up."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine and what it does.

    Args:
        algorithm: proof of work, ``sha256d``, ``randomx`` and so on.
        kind: ``asic``, ``gpu`` or ``cpu``.
        model: trade name.
        watts: power at the wall of special machines, of the processor or card alone otherwise [W].
        hashes_per_s: hash rate [H/s]; of Equihash solutions a second.
        as_of: when the source was current, year or year-month.
        source: where the figures were read.
        verified: whether both figures were read there.
    """

    algorithm: str
    kind: str
    model: str
    watts: float
    hashes_per_s: float
    as_of: str
    source: str
    verified: bool

    @property
    def joules_per_hash(self) -> float:
        """Energy of a hash at the wall."""
        return self.watts * (1.0 if self.kind == "asic" else WALL) / self.hashes_per_s


@dataclass(frozen=True, slots=True)
class Power:
    """What a hash rate takes.

    Args:
        kind: the kind of machine that is assumed.
        kw_low, kw_mid, kw_high: by the thriftiest, the middle and the hungriest machine; low and high at the ends
            of the hash rate's interval [kW].
        machines: how many machines the rate needs at the least, each the largest of its kind: special machines,
            servers with all their processors, computers full of cards; 1 or more.
        usual_machines: how many processors, cards or special machines of middling size it is, 1 or more.
    """

    kind: str
    kw_low: float
    kw_mid: float
    kw_high: float
    machines: int
    usual_machines: int


@cache
def machines() -> tuple[Machine, ...]:
    """All known machines: this room's list and, for SHA-256, the one that all rooms share."""
    text = files("gridcanary.network").joinpath("machine_classes.csv").read_text(encoding="utf-8")
    own = (
        Machine(
            row["algorithm"],
            row["kind"],
            row["model"],
            float(row["watts"]),
            float(row["hashes_per_s"]),
            row["as_of"],
            row["source"],
            row["verified"] == "true",
        )
        for row in csv.DictReader(text.splitlines())
    )
    shared = (
        Machine(
            SHA256D,
            "asic",
            known.model,
            known.watts,
            known.terahash * 1e12,
            known.as_of,
            known.source,
            known.verified,
        )
        for known in machine_models().values()
        if known.terahash
    )
    return (*own, *shared)


def kind_of(algorithm: str, agent: str | None = None) -> str | None:
    """The kind of machine that mines so: as the software tells, else the commonest; None for unknown algorithms.

    Args:
        algorithm: proof of work.
        agent: the mining software as it calls itself.
    """
    kinds = list(dict.fromkeys(machine.kind for machine in machines() if machine.algorithm == algorithm))
    spoken = (agent or "").lower()
    for kind, names in _AGENTS.items():
        if kind in kinds and any(name in spoken for name in names):
            return kind
    return kinds[0] if kinds else None


def power_of(
    algorithm: str, rate_hs: float, interval_hs: tuple[float, float], agent: str | None = None
) -> Power | None:
    """What a hash rate takes; None for algorithms without a machine in the lists.

    Args:
        algorithm: proof of work.
        rate_hs: hashes a second.
        interval_hs: lower and upper bound of it.
        agent: the mining software as it calls itself.
    """
    kind = kind_of(algorithm, agent)
    if kind is None:
        return None
    known = [machine for machine in machines() if (machine.algorithm, machine.kind) == (algorithm, kind)]
    joules = [machine.joules_per_hash for machine in known]
    sizes = [machine.hashes_per_s for machine in known]
    largest = max(sizes) * (CARDS_A_COMPUTER if kind == "gpu" else 1)
    return Power(
        kind,
        interval_hs[0] * min(joules) / 1e3,
        rate_hs * median(joules) / 1e3,
        interval_hs[1] * max(joules) / 1e3,
        min(max(1, math.ceil(interval_hs[0] / largest)), MOST_MACHINES),
        min(max(1, round(rate_hs / median(sizes))), MOST_MACHINES),
    )
