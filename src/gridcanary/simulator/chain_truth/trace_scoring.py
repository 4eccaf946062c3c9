"""How often tracing is wrong about deposit addresses: traces held against who truly has the keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gridcanary.chain.history import Confirmed
from gridcanary.chain.trace.custody import Role
from gridcanary.chain.trace.seeds import receipts
from gridcanary.chain.trace.services import MappingBook, Service
from gridcanary.chain.trace.tracing import Trace, trace
from gridcanary.chain.transactions import Outpoint
from gridcanary.simulator.chain_truth.making import ChainTruth
from gridcanary.simulator.chain_truth.simulating import simulate_chain

EXCHANGE = "exchange"
"""Owner of the exchange's scripts in a simulated chain."""


@dataclass(frozen=True, slots=True)
class AddressTally:
    """Addresses of an exchange's customers, counted once for each miner who used them; tallies add up.

    Args:
        true: addresses where miners' coins truly came to the exchange.
        reached: those of them that traces gave.
        found: all addresses that traces said to be the exchange's without a label.
        right: those of them that are.
    """

    true: int = 0
    reached: int = 0
    found: int = 0
    right: int = 0

    def __add__(self, other: AddressTally) -> AddressTally:
        return AddressTally(
            self.true + other.true,
            self.reached + other.reached,
            self.found + other.found,
            self.right + other.right,
        )


def address_tally(truth: ChainTruth) -> AddressTally:
    """Traces every miner by himself, the exchange's hot wallet being the only label."""
    hot = next(script for script, owner in truth.owners.items() if owner == EXCHANGE)
    book, spenders = MappingBook({hot: Service(EXCHANGE, "exchange")}), _spenders(truth)
    told = AddressTally()
    for miner in sorted({payout.miner for payout in truth.payouts.values()}):
        paid = {outpoint for outpoint, payout in truth.payouts.items() if payout.miner == miner}
        scripts = {truth.payouts[outpoint].script: 0 for outpoint in sorted(paid)}
        found = trace(truth.history, receipts(truth.history, scripts, paid), book)
        said = _said(found)
        true = set(_reached(truth, paid, spenders)) - {hot}
        right = sum(truth.owners.get(script) == EXCHANGE for script in said)
        told += AddressTally(len(true), len(said & true), len(said), right)
    return told


def customer_tally(truth: ChainTruth) -> AddressTally:
    """Traces every customer of the exchange from his first address; half of its deposit addresses have a label.

    Customers send all they have to their deposit address, as exchanges sweep, so this tempts to false ones.
    """
    spenders = _spenders(truth)
    own = [script for script, owner in truth.owners.items() if owner == EXCHANGE]
    labelled = {own[0], *own[1::2]}
    book = MappingBook(dict.fromkeys(labelled, Service(EXCHANGE, "exchange")))
    first: dict[str, bytes] = {}
    for script, owner in truth.owners.items():
        first.setdefault(owner, script)
    told = AddressTally()
    for _, script in sorted(item for item in first.items() if item[0].startswith(f"{EXCHANGE}-customer")):
        seeds = receipts(truth.history, {script: 0})
        said = _said(trace(truth.history, seeds, book))
        right = sum(truth.owners.get(one) == EXCHANGE for one in said)
        true = set(_reached(truth, {seed.outpoint for seed in seeds}, spenders)) - labelled
        told += AddressTally(len(true), len(said & true), len(said), right)
    return told


def _said(found: Trace) -> set[bytes]:
    """Scripts with the case's coins that are said to be a service's without a label."""
    owners = {
        one.script: found.custody.owner_of_script(one.script) for one in found.collection.outputs.values()
    }
    return {script for script, owner in owners.items() if owner is not None and owner.role is not Role.LABEL}


def address_tallies(scenario: str, seeds: Iterable[int], days: int) -> AddressTally:
    """All of a scenario's chains together."""
    told = AddressTally()
    for seed in seeds:
        told += address_tally(simulate_chain(scenario, seed, days))
    return told


def _spenders(truth: ChainTruth) -> dict[Outpoint, Confirmed]:
    return {claim.previous: one for one in truth.history for claim in one.transaction.inputs}


def _reached(
    truth: ChainTruth, paid: Iterable[Outpoint], spenders: dict[Outpoint, Confirmed]
) -> Iterator[bytes]:
    """The exchange's scripts that coins came to first; payments that several people make together end the way."""
    waiting, known = list(paid), set(paid)
    while waiting:
        outpoint = waiting.pop()
        script = truth.history.outputs([outpoint])[outpoint].script
        if truth.owners.get(script) == EXCHANGE:
            yield script
            continue
        spender = spenders.get(outpoint)
        if spender is None or not _has_one_payer(truth, spender):
            continue
        made = {Outpoint(spender.transaction.txid, at) for at in range(len(spender.transaction.outputs))}
        waiting += made - known
        known |= made


def _has_one_payer(truth: ChainTruth, one: Confirmed) -> bool:
    spent = truth.history.outputs([claim.previous for claim in one.transaction.inputs])
    return len({truth.owners.get(output.script) for output in spent.values()}) == 1
