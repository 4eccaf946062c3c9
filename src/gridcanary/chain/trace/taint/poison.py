"""Poison: whatever touches a tainted input is tainted, to its last satoshi."""

from __future__ import annotations

from collections.abc import Sequence

from gridcanary.chain.trace.taint.coin import CLEAN, Coin
from gridcanary.chain.trace.taint.rule import Spread, fee_of


class Poison:
    """Every output of a transaction with any tainted input is tainted whole, and by all sources of all inputs.

    An upper bound: it finds everybody who could have had the coins, and sums to more than there ever was.
    """

    name = "poison"

    def spread(self, spent: Sequence[Coin], values: Sequence[int]) -> Spread:
        """Every output and the fee, each with all sources of all inputs."""
        sources = CLEAN.union(*(run.sources for coin in spent for run in coin.runs))
        fee = fee_of(spent, values)
        return Spread(tuple(Coin.of(value, sources) for value in values), Coin.of(fee, sources))
