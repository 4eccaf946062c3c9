"""Forward from the receipts, hop by hop: each hop is one pass over the chain for all coins at once."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Iterable

from gridcanary.chain.coinjoin import coinjoin_of
from gridcanary.chain.history import Confirmed, History
from gridcanary.chain.trace.collection import Collection, Pass, Step, outputs_of
from gridcanary.chain.trace.custody import Custody
from gridcanary.chain.trace.deposits import candidates, recognise
from gridcanary.chain.trace.endings import Ended, EndKind
from gridcanary.chain.trace.limits import Limits
from gridcanary.chain.trace.seeds import Seed
from gridcanary.chain.trace.services import ServiceBook
from gridcanary.chain.transactions import Outpoint, Output
from gridcanary.contracts.reasons import Reason

OP_RETURN = 0x6A


def walk(
    history: History, seeds: Iterable[Seed], book: ServiceBook, limits: Limits
) -> tuple[Collection, Custody]:
    """Gathers what the receipts lead to, up to services, CoinJoins and the limits.

    Args:
        history: the chain; asked once a hop, and again for what suspected deposit addresses did.
        seeds: the receipts.
        book: labels.
        limits: where to stop beside services.

    Returns:
        What was gathered, before services that showed only later cut it, and what was learnt of services' own
        scripts.
    """
    walker = _Walker(history, tuple(seeds), book, limits)
    frontier = walker.begin()
    for hop in range(1, limits.hops + 1):
        if not frontier:
            break
        frontier = walker.take_hop(hop, frontier)
    for outpoint in frontier:
        walker.end(outpoint, Ended(EndKind.HOPS, Reason("trace.hop_limit", {"hops": limits.hops})))
    walker.finish()
    return walker.collection, walker.custody


class _Walker:
    """The state of one walk.

    Deposit addresses are examined beside the hops: the pass after one is suspected also asks for everything
    that it received, the pass after that for what became of it.
    """

    def __init__(self, history: History, seeds: tuple[Seed, ...], book: ServiceBook, limits: Limits) -> None:
        self.history, self.limits = history, limits
        self.collection = Collection(seeds)
        self.custody = Custody(history.network, book, {seed.output.script for seed in seeds})
        self._spent: dict[Outpoint, Output] = {}
        self._asked_scripts: set[bytes] = set()
        self._asked_outpoints: set[Outpoint] = set()

    def begin(self) -> list[Outpoint]:
        """Ends receipts that lie with a service already; the others are the first frontier."""
        fresh = []
        for seed in self.collection.seeds:
            if not self._ended_by_script(seed.outpoint, seed.output.script, seed.output.value):
                fresh.append(seed.outpoint)
        return fresh

    def take_hop(self, hop: int, frontier: Many[Outpoint]) -> list[Outpoint]:
        """The outputs that the next hop starts from."""
        start = frozenset(frontier)
        payments = [
            one
            for one in self._ask("hop", hop, start)
            if any(claim.previous in start for claim in one.transaction.inputs)
        ]
        self._look_up(payments)
        return [outpoint for one in payments for outpoint in self._follow(one, hop)]

    def finish(self) -> None:
        """Asks what examined addresses still received and paid, and judges them, level by level of sweeping."""
        left, learnt = self.limits.examinations, True
        while learnt:
            while left and (self._unasked_scripts() or self._unasked_siblings()):
                self._ask("examination", 0, ())
                left -= 1
            self._note_examined()
            learnt = recognise(self.collection, self.custody)

    def _note_examined(self) -> None:
        """Scripts that nothing more need be asked about."""
        open_coins = self._unasked_siblings()
        unsure = {
            output.script
            for one in self.collection.seen.values()
            for output in outputs_of(one, 0)
            if output.outpoint in open_coins
        }
        self.collection.examined |= self._asked_scripts - unsure

    def end(self, outpoint: Outpoint, ended: Ended) -> None:
        """Ends one output unless it has ended already."""
        self.collection.ended.setdefault(outpoint, ended)

    def _ask(self, purpose: str, hop: int, frontier: Many[Outpoint]) -> list[Confirmed]:
        scripts = self._unasked_scripts()
        outpoints = set(frontier) | self._unasked_siblings()
        found = sorted(self.history.touching(scripts, outpoints), key=lambda one: one.place)
        self._asked_scripts |= scripts
        self._asked_outpoints |= outpoints
        self.collection.seen.update((one.transaction.txid, one) for one in found)
        self.collection.passes.append(Pass(purpose, hop, len(scripts), len(outpoints), len(found)))
        return found

    def _unasked_scripts(self) -> set[bytes]:
        return candidates(self.collection, self.custody) - self._asked_scripts

    def _unasked_siblings(self) -> set[Outpoint]:
        """Coins that lie with a service or at an examined address, whose spending was not asked for yet."""
        kept = {at for at, ended in self.collection.ended.items() if ended.kind is EndKind.SERVICE}
        siblings = {
            output.outpoint
            for one in self.collection.seen.values()
            for output in outputs_of(one, 0)
            if output.script in self._asked_scripts
        }
        return (kept | siblings) - self._asked_outpoints

    def _look_up(self, payments: Iterable[Confirmed]) -> None:
        """Asks once for what these payments spend, where they don't know it themselves."""
        claims = (claim for one in payments for claim in one.transaction.inputs)
        lacking = {claim.previous for claim in claims if claim.spent is None}
        self._spent.update(self.history.outputs(lacking) if lacking else {})

    def _follow(self, one: Confirmed, hop: int) -> list[Outpoint]:
        """Takes one payment into the trace, or ends there the coins that it spends; gives outputs to follow."""
        coins = [claim.previous for claim in one.transaction.inputs if self.collection.spends(claim.previous)]
        step, ended = self._judged(one)
        if ended is not None:
            for outpoint in coins:
                self.end(outpoint, ended)
            return []
        if step is None:
            return []
        self.collection.steps[one.transaction.txid] = step
        fresh = []
        crowded = len(one.transaction.outputs) > self.limits.most_outputs
        for output in outputs_of(one, hop):
            known = output.outpoint in self.collection.outputs
            self.collection.outputs.setdefault(output.outpoint, output)
            if known or self._ended_by_script(output.outpoint, output.script, output.value):
                continue
            if crowded:
                told = {"outputs": len(one.transaction.outputs), "most": self.limits.most_outputs}
                self.end(output.outpoint, Ended(EndKind.OUTPUTS, Reason("trace.output_limit", told)))
            else:
                fresh.append(output.outpoint)
        return fresh

    def _judged(self, one: Confirmed) -> tuple[Step | None, Ended | None]:
        """The payment as a step of the trace, or the end that it means for the coins that it spends."""
        txid = one.transaction.txid
        if txid in self.collection.steps:
            return None, None
        if self.limits.until is not None and one.place.time > self.limits.until:
            return None, Ended(
                EndKind.TIME, Reason("trace.time_limit", {"until": self.limits.until}), txid=txid
            )
        joint = coinjoin_of(one.transaction)
        if joint is not None and not self.limits.through_coinjoins:
            return None, Ended(EndKind.COINJOIN, joint.reason, joint.confidence, txid)
        if joint is None and (owner := self.custody.owner_of_payment(one)) is not None:
            return None, Ended(EndKind.SERVICE, owner.reason, owner.confidence, txid, owner.service)
        if len(self.collection.steps) >= self.limits.most_transactions:
            told = {"most": self.limits.most_transactions}
            return None, Ended(EndKind.SIZE, Reason("trace.size_limit", told), txid=txid)
        return self._valued(one)

    def _valued(self, one: Confirmed) -> tuple[Step | None, Ended | None]:
        """The payment with the worth of each input; what the chain can't tell of a single one is deduced."""
        claims = one.transaction.inputs
        spent = [claim.spent or self._spent.get(claim.previous) for claim in claims]
        values = [None if output is None else output.value for output in spent]
        unknown = values.count(None)
        if not unknown:
            return Step(one, tuple(value for value in values if value is not None)), None
        paid = sum(output.value for output in one.transaction.outputs)
        rest = paid - sum(value or 0 for value in values)
        if unknown == 1 and rest > 0:
            return Step(one, tuple(rest if value is None else value for value in values), True), None
        told = {"unknown": unknown, "inputs": len(claims)}
        reason = Reason("trace.unknown_inputs", told)
        return None, Ended(EndKind.UNKNOWN_INPUTS, reason, txid=one.transaction.txid)

    def _ended_by_script(self, outpoint: Outpoint, script: bytes, value: int) -> bool:
        """Ends an output that nobody can spend, that a service holds, or that is too small to follow."""
        owner = self.custody.owner_of_script(script)
        if script[:1] == bytes([OP_RETURN]):
            self.end(outpoint, Ended(EndKind.BURNED, Reason("trace.burned")))
        elif owner is not None:
            self.end(outpoint, Ended(EndKind.SERVICE, owner.reason, owner.confidence, service=owner.service))
        elif value < self.limits.least_satoshi:
            told = {"least_satoshi": self.limits.least_satoshi}
            self.end(outpoint, Ended(EndKind.AMOUNT, Reason("trace.amount_limit", told)))
        else:
            return False
        return True
