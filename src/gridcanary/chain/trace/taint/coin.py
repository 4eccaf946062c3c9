"""The satoshi of one output, told apart by whose they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

Sources = frozenset[int]
"""Numbers of the wallets (or other seeds) that satoshi come from."""

CLEAN: Sources = frozenset()


class Run(NamedTuple):
    """Neighbouring satoshi of one origin.

    Args:
        satoshi: how many, more than none.
        sources: where they come from; empty where they are none of the case's. Only poison names several.
    """

    satoshi: int
    sources: Sources


@dataclass(frozen=True, slots=True)
class Coin:
    """An output's satoshi as runs. Their order counts under first and last in first out, and nowhere else.

    Args:
        runs: neighbours differ in their sources.
    """

    runs: tuple[Run, ...]

    @classmethod
    def of(cls, satoshi: int, sources: Sources = CLEAN) -> Coin:
        """So many satoshi of one origin."""
        return cls.joined([Run(satoshi, sources)])

    @classmethod
    def joined(cls, runs: Iterable[Run]) -> Coin:
        """These runs in their order, neighbours of one origin made one and empty ones left out."""
        merged: list[Run] = []
        for run in runs:
            if merged and merged[-1].sources == run.sources:
                merged[-1] = Run(merged[-1].satoshi + run.satoshi, run.sources)
            elif run.satoshi:
                merged.append(run)
        return cls(tuple(merged))

    @property
    def value(self) -> int:
        """All satoshi."""
        return sum(run.satoshi for run in self.runs)

    @property
    def tainted(self) -> int:
        """Satoshi that come from a source."""
        return sum(run.satoshi for run in self.runs if run.sources)

    def by_source(self) -> dict[int, int]:
        """Satoshi of each source, by its number; under poison one satoshi may count for several."""
        found: dict[int, int] = {}
        for run in self.runs:
            for source in run.sources:
                found[source] = found.get(source, 0) + run.satoshi
        return dict(sorted(found.items()))
