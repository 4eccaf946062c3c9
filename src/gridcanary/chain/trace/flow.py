"""The case's satoshi along the payments of a trace, under one rule of taint."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.chain.trace.collection import Collection, Step
from gridcanary.chain.trace.endings import EndKind
from gridcanary.chain.trace.taint import Coin, TaintRule
from gridcanary.chain.transactions import Outpoint


@dataclass(frozen=True, slots=True)
class Flow:
    """What every output of the trace carries under one rule.

    Args:
        rule: the rule's name.
        coins: the satoshi of each output by origin.
        fees: the satoshi of each payment's fee, by txid.
        received_again: what flowed into outputs that are themselves receipts; they count as receipts whole.
    """

    rule: str
    coins: dict[Outpoint, Coin]
    fees: dict[bytes, Coin]
    received_again: dict[Outpoint, Coin]

    def tainted(self, outpoint: Outpoint) -> int:
        """Satoshi of the case in an output."""
        coin = self.coins.get(outpoint)
        return coin.tainted if coin is not None else 0


def flow(collection: Collection, rule: TaintRule) -> Flow:
    """Runs a rule over the payments of a trace, in the order of the chain.

    Args:
        collection: a pruned collection, every output of which is either spent by one of its payments or ended.
        rule: the rule of taint.

    Raises:
        Unbalanced: a payment pays more than it spends.
    """
    coins = {seed.outpoint: Coin.of(seed.output.value, frozenset({seed.source})) for seed in collection.seeds}
    found = Flow(rule.name, coins, {}, {})
    for step in collection.in_order():
        transaction = step.one.transaction
        spread = rule.spread(
            _spent(collection, found, step), [output.value for output in transaction.outputs]
        )
        found.fees[transaction.txid] = spread.fee
        for at, coin in enumerate(spread.outputs):
            outpoint = Outpoint(transaction.txid, at)
            if outpoint in found.coins:
                found.received_again[outpoint] = coin
            else:
                found.coins[outpoint] = coin
    return found


def by_end(collection: Collection, flowed: Flow) -> dict[EndKind, int]:
    """How many of the case's satoshi ended in what; under every rule but poison they sum to the receipts."""
    totals = dict.fromkeys(EndKind, 0)
    for outpoint, ended in collection.ended.items():
        totals[ended.kind] += flowed.tainted(outpoint)
    totals[EndKind.FEE] += sum(coin.tainted for coin in flowed.fees.values())
    totals[EndKind.RECEIPT] += sum(coin.tainted for coin in flowed.received_again.values())
    return {kind: satoshi for kind, satoshi in totals.items() if satoshi}


def _spent(collection: Collection, found: Flow, step: Step) -> list[Coin]:
    """The inputs' coins; what ended before this payment, or never was the case's, is clean in it."""
    return [
        found.coins[claim.previous]
        if claim.previous in found.coins and claim.previous not in collection.ended
        else Coin.of(value)
        for claim, value in zip(step.one.transaction.inputs, step.spent, strict=True)
    ]
