"""Addresses to freeze and to ask the customer's identity for, service by service."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.chain.history import Confirmed, Place
from gridcanary.chain.trace.custody import Role
from gridcanary.chain.trace.deposits import Records
from gridcanary.chain.trace.endings import Ended, EndKind
from gridcanary.chain.trace.exposure import totals
from gridcanary.chain.trace.services import Service
from gridcanary.chain.trace.tracing import Trace
from gridcanary.chain.transactions import Outpoint

CUSTOMERS = frozenset({Role.DEPOSIT, Role.COSPENT})
"""Roles of addresses by which a service can tell its customer."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """One output with the case's coins at a service.

    Args:
        outpoint: the output.
        place: where in the chain it was paid.
        value: what it is worth [satoshi].
        hop: payments since the receipt.
        satoshi: the case's satoshi in it under each rule.
        spent_in: what spends it; None while it is unspent at the tip.
        path: outputs from a receipt to this one, along the fewest payments.
    """

    outpoint: Outpoint
    place: Place
    value: int
    hop: int
    satoshi: dict[str, int]
    spent_in: Confirmed | None
    path: tuple[Outpoint, ...]


@dataclass(frozen=True, slots=True)
class FreezeEntry:
    """An address at a service that got coins of the case.

    Args:
        service: the keeper; unresolved where labels contradict each other.
        script: the address's script.
        ended: why it is held to be the service's, and how surely.
        is_customer: whether it is a deposit address, by which the service can tell its customer.
        deposits: outputs with the case's coins, in the order of the chain.
        satoshi: their sum under each rule.
        last: the last receipt or payment of the address that was seen.
        unspent: what the address still holds at the tip [satoshi], of anybody's coins; None where only the case's
            outputs were asked for, as with labelled addresses, which may be busy hot wallets.
    """

    service: Service
    script: bytes
    ended: Ended
    is_customer: bool
    deposits: tuple[Deposit, ...]
    satoshi: dict[str, int]
    last: Place
    unspent: int | None

    @property
    def case_unspent(self) -> int:
        """What outputs with the case's coins still hold at the tip [satoshi]."""
        return sum(deposit.value for deposit in self.deposits if deposit.spent_in is None)


def freeze_list(trace: Trace) -> list[FreezeEntry]:
    """Every address at a service with coins of the case, by service, the largest first."""
    records = Records(trace.collection)
    groups: dict[tuple[str, str, bytes], list[Outpoint]] = {}
    for outpoint, ended in trace.collection.ended.items():
        if ended.kind is EndKind.SERVICE and ended.service is not None:
            script = trace.collection.outputs[outpoint].script
            groups.setdefault((ended.service.name, ended.service.category, script), []).append(outpoint)
    entries = [_entry(trace, records, script, points) for (_, _, script), points in groups.items()]
    return sorted(
        entries,
        key=lambda entry: (entry.service.name, -max(entry.satoshi.values(), default=0), entry.script),
    )


def _entry(trace: Trace, records: Records, script: bytes, outpoints: list[Outpoint]) -> FreezeEntry:
    collection = trace.collection
    ended = min((collection.ended[point] for point in outpoints), key=lambda one: one.confidence)
    owner = trace.custody.owner_of_script(script)
    record = records.of(script)
    deposits = sorted(
        (_deposit(trace, records, point) for point in outpoints), key=lambda one: (one.place, one.outpoint)
    )
    examined = script in collection.examined
    last = record.last if record is not None else max(one.place for one in deposits)
    service = ended.service
    if service is None:
        raise ValueError("an end at a service names the service")
    return FreezeEntry(
        service,
        script,
        ended,
        owner is not None and owner.role in CUSTOMERS,
        tuple(deposits),
        totals(trace, outpoints),
        last,
        record.unspent if record is not None and examined else None,
    )


def _deposit(trace: Trace, records: Records, outpoint: Outpoint) -> Deposit:
    output = trace.collection.outputs[outpoint]
    return Deposit(
        outpoint,
        output.place,
        output.value,
        output.hop,
        totals(trace, [outpoint]),
        records.spender(outpoint),
        path_to(trace, outpoint),
    )


def path_to(trace: Trace, outpoint: Outpoint) -> tuple[Outpoint, ...]:
    """Outputs from a receipt to this one along the fewest payments; of equal ways the first in the chain."""
    collection = trace.collection
    way = [outpoint]
    while collection.outputs[way[-1]].hop:
        step = collection.steps[way[-1].txid]
        before = (
            claim.previous
            for claim in step.one.transaction.inputs
            if claim.previous in collection.outputs and claim.previous not in collection.ended
        )
        way.append(
            min(before, key=lambda one: (collection.outputs[one].hop, collection.outputs[one].place, one))
        )
    return tuple(reversed(way))
