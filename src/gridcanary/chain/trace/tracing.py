"""A whole trace: receipts, payments, ends and the case's satoshi under each rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gridcanary.chain.history import History, Place
from gridcanary.chain.trace.collection import Collection
from gridcanary.chain.trace.custody import Custody
from gridcanary.chain.trace.endings import LIMITED, Ended, EndKind
from gridcanary.chain.trace.flow import Flow, flow
from gridcanary.chain.trace.limits import Limits
from gridcanary.chain.trace.seeds import Seed
from gridcanary.chain.trace.services import ServiceBook
from gridcanary.chain.trace.taint import TAINT_RULES
from gridcanary.chain.trace.walk import walk


@dataclass(frozen=True, slots=True)
class Trace:
    """A finished trace.

    Args:
        collection: payments and ends, pruned to what the receipts lead to.
        custody: whose scripts are whose.
        flows: the satoshi under each rule, by the rule's name.
        tip: the last block that was looked at.
        limits: what limited it.
    """

    collection: Collection
    custody: Custody
    flows: dict[str, Flow]
    tip: Place
    limits: Limits


def trace(
    history: History,
    seeds: Iterable[Seed],
    book: ServiceBook,
    limits: Limits | None = None,
    rules: Iterable[str] = tuple(TAINT_RULES),
) -> Trace:
    """Follows receipts forward to services.

    Args:
        history: the chain.
        seeds: the receipts.
        book: labels of services' scripts.
        limits: where to stop; None: the defaults.
        rules: names of the rules of taint; all by default, since courts differ in them.

    Raises:
        Unbalanced: the history holds a payment that pays more than it spends.
    """
    limits = limits or Limits()
    gathered, custody = walk(history, seeds, book, limits)
    _end_at_services(gathered, custody)
    collection = gathered.pruned()
    flows = {name: flow(collection, TAINT_RULES[name]) for name in rules}
    return Trace(collection, custody, flows, history.tip, limits)


def _end_at_services(gathered: Collection, custody: Custody) -> None:
    """Ends every output that lies with a service by all that the walk has taught."""
    for outpoint, output in gathered.outputs.items():
        owner, known = custody.owner_of_script(output.script), gathered.ended.get(outpoint)
        if owner is not None and (known is None or known.kind in LIMITED):
            gathered.ended[outpoint] = Ended(
                EndKind.SERVICE, owner.reason, owner.confidence, service=owner.service
            )
