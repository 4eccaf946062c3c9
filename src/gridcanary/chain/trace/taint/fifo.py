"""First in, first out: the rule of Clayton's case, satoshi by satoshi."""

from __future__ import annotations

from collections.abc import Sequence

from gridcanary.chain.trace.taint.coin import Coin
from gridcanary.chain.trace.taint.rule import Spread, cut, fee_of


class Fifo:
    """The first satoshi of the first input are the first of the first output; the last of all are the fee.

    Devaynes v Noble (Clayton's case, 1816) for running accounts; Anderson, Shumailov, Ahmed and Rietmann, "Bitcoin
    Redux" (WEIS 2018) for transactions. Inputs and outputs count in the order in which the transaction lists them.
    Lossless: outputs and fee, laid end to end, are the inputs laid end to end, so the rule can be run backwards.
    """

    name = "fifo"

    def spread(self, spent: Sequence[Coin], values: Sequence[int]) -> Spread:
        """The inputs' satoshi in their order, cut at the outputs' ends."""
        fee = fee_of(spent, values)
        line = Coin.joined(run for coin in spent for run in coin.runs)
        *outputs, last = cut(line.runs, [*values, fee])
        return Spread(tuple(outputs), last)
