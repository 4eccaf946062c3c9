"""Looking a name or an address up in the pool list, as of a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from importlib import resources

from gridcanary.network.pools.ageing import weight_at
from gridcanary.network.pools.csv_list import read_list
from gridcanary.network.pools.entry import POOL, REPORTED, SEED, STRATUM, PoolEntry
from gridcanary.network.pools.host_names import clean_host, is_place, is_seed, is_web, is_work, parents

WORK, NEAR, SITE, NAMED, NODES = "work", "near", "site", "named", "nodes"
"""What a name met: a host to work at; an unknown host beneath a pool's domain; a web site; something that a list of
malware addresses names; a coin's seed of nodes."""
DAY_NS = 86_400 * 10**9


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that a name or an address met.

    Args:
        index: the entry's number in the list.
        entry: the entry.
        use: one of WORK, NEAR, SITE, NAMED, NODES.
        port_agrees: whether the list has the observed port for that host; None where it knows no ports of it, or none
            was observed.
        weight: what is left of the entry's worth on the day, 0 to 1, above 0.
    """

    index: int
    entry: PoolEntry
    use: str
    port_agrees: bool | None
    weight: float


class PoolList:
    """All entries, to be asked by name or address.

    Args:
        entries: rows; their numbers are their places here.
        origin: the list's file as the user named it, or ``shipped``.
    """

    def __init__(self, entries: Iterable[PoolEntry], origin: str = "shipped") -> None:
        self.entries = tuple(entries)
        self.origin = origin
        self._by_host: dict[str, list[int]] = {}
        for index, entry in enumerate(self.entries):
            self._by_host.setdefault(entry.host, []).append(index)
        self._place_of_name = lru_cache(maxsize=200_000)(self._find_name)

    def __len__(self) -> int:
        return len(self.entries)

    def by_name(self, name: str, port: int | None, at_ns: int) -> Match | None:
        """What a host name meets: the entry with the longest suffix of it that still counts on the day.

        Args:
            name: from TLS, HTTP or DNS, in any case, with or without a final dot.
            port: the server's, None or 0 where none is known.
            at_ns: when observed, UTC [ns since 1970].
        """
        found = self._place_of_name(clean_host(name))
        return self._best(found[0], found[1], port, at_ns) if found else None

    def by_address(self, address: str, port: int | None, at_ns: int) -> Match | None:
        """What an address meets. Addresses change hands: nothing here is a proof.

        Args:
            address: as ends.canonical writes it.
            port: the server's, None or 0 where none is known.
            at_ns: when observed, UTC [ns since 1970].
        """
        indices = self._by_host.get(address)
        return self._best(indices, None, port, at_ns) if indices else None

    def _find_name(self, name: str) -> tuple[list[int], str] | None:
        for suffix in parents(name):
            if indices := self._by_host.get(suffix):
                labels = name.removesuffix(suffix).rstrip(".").split(".") if name != suffix else []
                return indices, self._use(indices, name, labels)
        return None

    def _use(self, indices: list[int], name: str, labels: list[str]) -> str:
        roles = {self.entries[index].role for index in indices}
        if SEED in roles or is_seed(name):
            return NODES
        if STRATUM in roles:
            return _site_or(WORK, labels)
        if not labels:
            return NAMED if roles == {REPORTED} else SITE
        if POOL in roles:
            return WORK if is_work(labels) or is_place(labels) else _site_or(NEAR, labels)
        if is_work(labels, "work_alone"):
            return WORK
        if roles == {REPORTED}:
            return NAMED
        return _site_or(NEAR, labels)

    def _best(self, indices: list[int], use: str | None, port: int | None, at_ns: int) -> Match | None:
        day = _day(at_ns // DAY_NS)
        ports = {p for index in indices if (p := self.entries[index].port) is not None}
        agrees = port in ports if port and ports else None
        weighed = [
            (self.entries[index].port == port, weight_at(self.entries[index], day), -index)
            for index in indices
        ]
        _, weight, place = max(
            (w for w in weighed if w[1] > 0),
            default=(False, 0.0, 0),
            key=lambda w: (bool(w[0] and agrees), w[1], w[2]),
        )
        if not weight:
            return None
        entry = self.entries[-place]
        return Match(-place, entry, use or (NAMED if entry.role == REPORTED else WORK), agrees, weight)


def _site_or(use: str, labels: list[str]) -> str:
    return SITE if is_web(labels) else use


@cache
def _day(days: int) -> date:
    return datetime.fromtimestamp(days * 86_400, UTC).date()


@cache
def shipped() -> PoolList:
    """The list that comes with gridcanary."""
    text = resources.files("gridcanary.network.pools").joinpath("lists", "endpoints.csv").read_text("utf-8")
    return PoolList(read_list(text, "endpoints.csv"), "shipped")
