"""How many blocks could be told, and of which denominator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gridcanary.chain.pools.finders import IDENTIFIED, Finder, Status

FIRST_POOL = 1292457600
"""2010-12-16 00:00 UTC: the day on which the first pool (Slush, today Braiins) found its first block. Before it
everybody mined alone with a processor, and a block names nobody."""


@dataclass
class Share:
    """Blocks by status, of one set of blocks."""

    statuses: Counter[Status] = field(default_factory=Counter)

    @property
    def blocks(self) -> int:
        """All blocks of the set."""
        return self.statuses.total()

    @property
    def identified(self) -> int:
        """Blocks whose pool is known."""
        return sum(self.statuses[status] for status in IDENTIFIED)

    @property
    def part(self) -> float:
        """Identified blocks of all, 0 to 1; 0 of no blocks."""
        return self.identified / self.blocks if self.blocks else 0.0


@dataclass
class Summary:
    """What to say of many finders.

    Attributes:
        all: every block.
        pooled: blocks since :data:`FIRST_POOL`.
        both_speak: blocks where address and text both name somebody.
        pools: identified blocks by pool.
        unresolved: those that are, in their order.
        pay_miners: blocks whose coinbase pays miners.
        only_as_pattern: tags that match as a pattern and not letter by letter.
    """

    all: Share = field(default_factory=Share)
    pooled: Share = field(default_factory=Share)
    both_speak: int = 0
    pools: Counter[str] = field(default_factory=Counter)
    unresolved: list[Finder] = field(default_factory=list)
    pay_miners: int = 0
    only_as_pattern: int = 0

    @property
    def agreed(self) -> int:
        """Blocks where address and text name the same pool."""
        return self.all.statuses[Status.AGREED]

    def counted(self, finders: Iterable[Finder]) -> Iterator[Finder]:
        """The finders one by one, each counted as it passes."""
        for one in finders:
            self._count(one)
            yield one

    def _count(self, one: Finder) -> None:
        for share in (self.all, *([self.pooled] if one.place.time >= FIRST_POOL else [])):
            share.statuses[one.status] += 1
        self.both_speak += bool(one.by_address and one.by_tag)
        self.pay_miners += one.pays_miners
        self.only_as_pattern += sum(not match.literal for match in one.tags)
        if one.pool is not None:
            self.pools[one.pool] += 1
        if one.status is Status.UNRESOLVED:
            self.unresolved.append(one)


def summarise(finders: Iterable[Finder]) -> Summary:
    """Count finders."""
    summary = Summary()
    for _ in summary.counted(finders):
        pass
    return summary
