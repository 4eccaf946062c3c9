"""Last in, first out: what came last is spent first."""

from __future__ import annotations

from collections.abc import Sequence

from gridcanary.chain.trace.taint.coin import Coin, Run
from gridcanary.chain.trace.taint.rule import Spread, cut, fee_of


class Lifo:
    """The last satoshi of the last input pay the first output; the first of all are the fee.

    The mirror of first in, first out, and as lossless. Within an output the satoshi keep the order in which they
    lay in the inputs, so that what came last into it is spent first again.
    """

    name = "lifo"

    def spread(self, spent: Sequence[Coin], values: Sequence[int]) -> Spread:
        """The inputs' satoshi from the end, cut at the outputs' ends."""
        fee = fee_of(spent, values)
        line = Coin.joined(run for coin in spent for run in coin.runs)
        *outputs, last = cut(_turned(line.runs), [*values, fee])
        return Spread(tuple(Coin(_turned(coin.runs)) for coin in outputs), Coin(_turned(last.runs)))


def _turned(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    return runs[::-1]
