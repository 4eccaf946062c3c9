"""Rules by which a transaction hands taint on: poison, haircut, first in first out, last in first out.

Courts differ in which of them they accept, so none is the default: the same trace is told under all that are asked.
"""

from gridcanary.chain.trace.taint.coin import CLEAN, Coin, Run
from gridcanary.chain.trace.taint.fifo import Fifo
from gridcanary.chain.trace.taint.haircut import Haircut
from gridcanary.chain.trace.taint.lifo import Lifo
from gridcanary.chain.trace.taint.poison import Poison
from gridcanary.chain.trace.taint.rule import Spread, TaintRule, Unbalanced

TAINT_RULES: dict[str, TaintRule] = {rule.name: rule for rule in (Poison(), Haircut(), Fifo(), Lifo())}
"""Every rule by its name, in the order in which results show them."""

__all__ = [
    "CLEAN",
    "TAINT_RULES",
    "Coin",
    "Fifo",
    "Haircut",
    "Lifo",
    "Poison",
    "Run",
    "Spread",
    "TaintRule",
    "Unbalanced",
]
