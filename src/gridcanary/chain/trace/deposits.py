"""Deposit addresses of services: addresses that only forward into a service's own wallet.

An exchange gives each customer an address and sweeps it into its hot wallet. The address is seldom labelled, the hot
wallet often is; the address is what the exchange finds the customer by.
"""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.chain.coinjoin import coinjoin_of
from gridcanary.chain.history import Confirmed, Place
from gridcanary.chain.trace.collection import Collection
from gridcanary.chain.trace.custody import GATHERED, Custody, Owner, Role
from gridcanary.chain.trace.services import Service
from gridcanary.chain.transactions import Outpoint
from gridcanary.contracts.reasons import Parameter, Reason

ONE_SWEEP, MORE_SWEEPS, ONE_STRANGER, MORE_STRANGERS, MOST = 45, 20, 15, 30, 95
LEAST_GATHERED = 3
"""Scripts that pay one wallet together before it counts as one that gathers others' deposits."""

WITHDRAWALS = 3
"""Outputs of a payment from which on it is taken for withdrawals."""

ACCEPTED = 50
"""Confidence [per cent]: one sweep alone is as likely a customer's own address that paid the service once, so it is
not accepted. More sweeps, or coins of others swept in the same payment, make it a service's doing."""


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """All that one script received and paid, as far as it was asked for.

    Args:
        receipts: outputs to it with their value [satoshi], in the order of the chain.
        funding: the transactions that made them, each once.
        payments: transactions that spend them, in the order of the chain.
        unspent: what still lies there at the tip [satoshi].
        last: place of the last receipt or payment.
    """

    receipts: tuple[tuple[Outpoint, int], ...]
    funding: tuple[Confirmed, ...]
    payments: tuple[Confirmed, ...]
    unspent: int
    last: Place


class Records:
    """Every transaction that the trace saw, by the scripts that it pays and the outputs that it spends."""

    def __init__(self, collection: Collection) -> None:
        self._paid: dict[bytes, list[tuple[Outpoint, int, Place]]] = {}
        self._spender: dict[Outpoint, Confirmed] = {}
        self._seen = collection.seen
        for one in sorted(collection.seen.values(), key=lambda one: one.place):
            for at, output in enumerate(one.transaction.outputs):
                outpoint = Outpoint(one.transaction.txid, at)
                self._paid.setdefault(output.script, []).append((outpoint, output.value, one.place))
            for claim in one.transaction.inputs:
                self._spender[claim.previous] = one

    def spender(self, outpoint: Outpoint) -> Confirmed | None:
        """What spends an output, where it was asked for and is spent."""
        return self._spender.get(outpoint)

    def pays_many(self, script: bytes) -> bool:
        """Whether a script was seen spent as a wallet is that withdrawals come from.

        That is a payment to several which is paid by the script alone or gives it the change. A deposit
        address is spent in sweeps and along with other deposits; where it has a label it looks like a hot wallet
        otherwise, and whoever sends it everything like an address that is swept into it.
        """
        return any(
            self._is_withdrawal(one, script)
            for point, _, _ in self._paid.get(script, ())
            if (one := self._spender.get(point)) is not None
        )

    def _is_withdrawal(self, one: Confirmed, script: bytes) -> bool:
        paid = {output.script for output in one.transaction.outputs}
        spent = {claim.spent.script if claim.spent else None for claim in one.transaction.inputs}
        return len(one.transaction.outputs) >= WITHDRAWALS and (script in paid or spent == {script})

    def of(self, script: bytes) -> AddressRecord | None:
        """The record of a script; None where nothing that pays it was seen."""
        paid = self._paid.get(script)
        if paid is None:
            return None
        spenders = {point: self._spender[point] for point, _, _ in paid if point in self._spender}
        payments = sorted({one.place: one for one in spenders.values()}.values(), key=lambda one: one.place)
        last = max([place for _, _, place in paid] + [one.place for one in payments])
        unspent = sum(value for point, value, _ in paid if point not in spenders)
        funding = dict.fromkeys(point.txid for point, _, _ in paid)
        return AddressRecord(
            tuple((point, value) for point, value, _ in paid),
            tuple(self._seen[txid] for txid in funding),
            tuple(payments),
            unspent,
            last,
        )


def candidates(collection: Collection, custody: Custody) -> set[bytes]:
    """Scripts worth asking everything about: those swept into a service, and those spent together with its coins."""
    wanted = set()
    for step in collection.steps.values():
        if custody.hot_owner_of_outputs(step.one) is not None:
            wanted |= {
                collection.outputs[claim.previous].script
                for claim in step.one.transaction.inputs
                if claim.previous in collection.outputs
            }
    for outpoint, ended in collection.ended.items():
        script = collection.outputs[outpoint].script
        if ended.service is not None and _role(custody, script) is Role.COSPENT:
            wanted.add(script)
    return wanted


def recognise(collection: Collection, custody: Custody) -> bool:
    """Judges every candidate and tells the custody whose it is; whether any was recognised."""
    records, sources = Records(collection), _sources(collection)
    wallets = {seed.output.script for seed in collection.seeds}
    learnt = False
    for script in sorted(candidates(collection, custody)):
        record = records.of(script) if script in collection.examined else None
        if custody.owner_of_script(script) is None and record is not None:
            scene = _Scene(script, record, records, script in wallets, sources, custody)
            owner = scene.judged()
            if owner is not None:
                custody.set_owner(script, owner)
                learnt = True
    return learnt


@dataclass(frozen=True, slots=True)
class _Scene:
    """One candidate with what is known about it."""

    script: bytes
    record: AddressRecord
    records: Records
    is_wallet: bool
    sources: dict[bytes, set[int]]
    custody: Custody

    def judged(self) -> Owner | None:
        """The service that holds the candidate; None where it paid anybody else or too little tells."""
        services: set[Service | None] = {self._swept_to(one) for one in self.record.payments}
        service = services.pop() if len(services) == 1 else None
        strangers = len(set().union(*(self._strangers(one) for one in self.record.payments)))
        if service is None or (self.is_wallet and not strangers) or not self._target_is_a_wallet():
            return None
        told: dict[str, Parameter] = {
            "service": service.name,
            "sweeps": len(self.record.payments),
            "strangers": strangers,
            "receipts": len(self.record.receipts),
        }
        confidence = _confidence(len(self.record.payments), strangers)
        if self._gathers():
            return Owner(service, Role.GATHERED, Reason("trace.collects", told), min(GATHERED, confidence))
        weakest = min(confidence, self._surest_target())
        return (
            Owner(service, Role.DEPOSIT, Reason("trace.deposit", told), weakest)
            if weakest >= ACCEPTED
            else None
        )

    def _swept_to(self, one: Confirmed) -> Service | None:
        """The service that alone gets a payment of the candidate's."""
        if coinjoin_of(one.transaction) is not None:
            return None
        return self.custody.hot_owner_of_outputs(one, labelled_only=self.is_wallet)

    def _strangers(self, one: Confirmed) -> set[bytes]:
        """Scripts swept in the same payment that never held coins of the wallets whose coins the candidate held."""
        own = self.sources.get(self.script, set())
        others = (other for other in self.custody.spent_scripts(one) if other != self.script)
        return {other for other in others if not self.sources.get(other, set()) & own}

    def _gathers(self) -> bool:
        """Whether all that the candidate received was gathered from several scripts of different people, no change.

        So it is no customer's address but a wallet in between, as two-stage sweeps have.
        """
        return all(
            len(funding.transaction.outputs) == 1
            and len(self.custody.spent_scripts(funding)) >= LEAST_GATHERED
            for funding in self.record.funding
        )

    def _target_is_a_wallet(self) -> bool:
        """Whether what the candidate pays is a service's own wallet, and no labelled deposit address."""
        return any(
            self.records.pays_many(script) or self._role(script) is Role.GATHERED
            for script in self._targets()
        )

    def _targets(self) -> set[bytes]:
        return {output.script for one in self.record.payments for output in one.transaction.outputs}

    def _role(self, script: bytes) -> Role | None:
        return _role(self.custody, script)

    def _surest_target(self) -> int:
        """How sure it is that what the candidate pays is the service's."""
        return max(
            owner.confidence for script in self._targets() if (owner := self.custody.owner_of_script(script))
        )


def _confidence(sweeps: int, strangers: int) -> int:
    sure = ONE_SWEEP + (MORE_SWEEPS if sweeps > 1 else 0)
    if strangers:
        sure += MORE_STRANGERS if strangers > 1 else ONE_STRANGER
    return min(sure, MOST)


def _sources(collection: Collection) -> dict[bytes, set[int]]:
    """Which wallets' coins each script may have held."""
    by_outpoint: dict[Outpoint, set[int]] = {}
    by_script: dict[bytes, set[int]] = {}
    for seed in collection.seeds:
        by_outpoint[seed.outpoint] = {seed.source}
        by_script.setdefault(seed.output.script, set()).add(seed.source)
    for step in collection.in_order():
        held: set[int] = set().union(
            *(by_outpoint.get(claim.previous, set()) for claim in step.one.transaction.inputs)
        )
        for at, output in enumerate(step.one.transaction.outputs):
            by_outpoint.setdefault(Outpoint(step.one.transaction.txid, at), held)
            by_script.setdefault(output.script, set()).update(held)
    return by_script


def _role(custody: Custody, script: bytes) -> Role | None:
    owner = custody.owner_of_script(script)
    return owner.role if owner is not None else None
