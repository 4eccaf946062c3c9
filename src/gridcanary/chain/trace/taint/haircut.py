"""Haircut: every output takes its share of every source, as if the inputs had been stirred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from gridcanary.chain.trace.taint.coin import CLEAN, Coin, Run
from gridcanary.chain.trace.taint.rule import Spread, fee_of


class Haircut:
    """Each output, and the fee as one more output, carries taint in proportion to what it is worth.

    Satoshi stay whole. Rule of the remainder: the first *k* outputs together carry the whole part of their exact
    share, so that every output is less than one satoshi off its own, and nothing is lost or made over all of
    them. The taint of one output is then told among the sources in proportion to what is left of each, by the
    same rule, lower numbers first.
    """

    name = "haircut"

    def spread(self, spent: Sequence[Coin], values: Sequence[int]) -> Spread:
        """Outputs and fee with their whole satoshi of each source."""
        everything = [*values, fee_of(spent, values)]
        left: dict[int, int] = {}
        for coin in spent:
            for source, satoshi in coin.by_source().items():
                left[source] = left.get(source, 0) + satoshi
        coins = []
        for value, tainted in zip(everything, shares(sum(left.values()), everything), strict=True):
            told = _told(tainted, left)
            for source, satoshi in told.items():
                left[source] -= satoshi
            runs = [Run(satoshi, frozenset({source})) for source, satoshi in told.items()]
            coins.append(Coin.joined([*runs, Run(value - tainted, CLEAN)]))
        *outputs, last = coins
        return Spread(tuple(outputs), last)


def shares(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount in proportion to weights, in whole numbers that sum to it; all zero where the weights are.

    Args:
        amount: what is shared [satoshi]; where it is no more than the weights' sum, no share exceeds its weight.
        weights: none negative.
    """
    total = sum(weights)
    ends = [amount * reached // total if total else 0 for reached in accumulate(weights)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _told(amount: int, left: Mapping[int, int]) -> dict[int, int]:
    """An amount told among sources in proportion to what is left of each."""
    sources = sorted(left)
    return dict(zip(sources, shares(amount, [left[source] for source in sources]), strict=True))
