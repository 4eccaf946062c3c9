"""What every rule of taint answers: what a transaction's outputs and its fee carry, given what its inputs carried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gridcanary.chain.trace.taint.coin import Coin, Run
from gridcanary.contracts.errors import GridcanaryError


class Unbalanced(GridcanaryError):
    """Outputs that are worth more than the inputs: no transaction of a valid chain."""

    def __init__(self, spent: int, paid: int) -> None:
        self.spent, self.paid = spent, paid
        super().__init__(f"inputs of {spent} satoshi cannot pay outputs of {paid} satoshi")


@dataclass(frozen=True, slots=True)
class Spread:
    """What became of the inputs' satoshi.

    Args:
        outputs: one coin an output, in the transaction's order, each worth the output.
        fee: what the miner of the block got; worth nothing where there was no fee.
    """

    outputs: tuple[Coin, ...]
    fee: Coin


class TaintRule(Protocol):
    """A rule of taint.

    Under all rules but poison nothing is lost and nothing made: outputs and fee together carry exactly what the
    inputs carried, of every source. The fee is treated as one more output behind the last.
    """

    name: str

    def spread(self, spent: Sequence[Coin], values: Sequence[int]) -> Spread:
        """What outputs and fee carry.

        Args:
            spent: the inputs' coins, in the transaction's order.
            values: what the outputs are worth, in the transaction's order [satoshi].

        Raises:
            Unbalanced: the outputs are worth more than the inputs.
        """
        ...


def fee_of(spent: Sequence[Coin], values: Sequence[int]) -> int:
    """What the outputs leave over [satoshi]; Unbalanced where that is less than nothing."""
    total, paid = sum(coin.value for coin in spent), sum(values)
    if paid > total:
        raise Unbalanced(total, paid)
    return total - paid


def cut(runs: Iterable[Run], values: Sequence[int]) -> tuple[Coin, ...]:
    """A line of runs cut into coins of these values, from the front; the values sum to the line's length."""
    line, left = iter(runs), Run(0, frozenset())
    coins = []
    for value in values:
        piece = []
        while value:
            if not left.satoshi:
                left = next(line)
            taken = min(value, left.satoshi)
            piece.append(Run(taken, left.sources))
            left, value = Run(left.satoshi - taken, left.sources), value - taken
        coins.append(Coin.joined(piece))
    return tuple(coins)
