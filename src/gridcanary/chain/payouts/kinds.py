"""What a payment of a pool is: mining income, or something else, and how surely."""

from __future__ import annotations

from gridcanary.chain.payouts.change import ROUND_SATOSHI, Surroundings
from gridcanary.chain.payouts.habits import fingerprint, known_among
from gridcanary.chain.payouts.ledger import Kind
from gridcanary.chain.payouts.rules import Rule
from gridcanary.chain.payouts.spending import Spending
from gridcanary.contracts.reasons import Reason

PEELED, PAID_KNOWN, PAID_MANY, UNBELIEVED, UNEXPLAINED, EXPENSE = 60, 95, 92, 40, 20, 30

FAIRLY_SURE, SMALL_PART = 80, 10
"""Confidence from which others' coins beside the pool's are borne with [per cent], where they are a tenth at most."""

Told = tuple[Kind, Reason, int]


def kind_of(spending: Spending, paid: list[int], scripts: set[bytes], around: Surroundings) -> Told:
    """The kind of a payment with its reason and confidence.

    Args:
        spending: the payment.
        paid: numbers of the outputs that leave the pool; scripts: theirs.
        around: what else is known.
    """
    rules, path = around.rules, spending.path_confidence
    known = known_among(scripts, spending.pools, around.payees)
    params = {"recipients": len(scripts), "known": known}
    if len(scripts) < rules.least_recipients:
        if known and rules.runs(Rule.PEELING):
            return Kind.PEEL, Reason("payout.peel", params), min(PEELED, path)
        return Kind.TRANSFER, Reason("transfer.few_recipients", params), UNEXPLAINED
    if all(spending.one.transaction.outputs[at].value % ROUND_SATOSHI == 0 for at in paid):
        return Kind.EXPENSE, Reason("expense.round_amounts", params), EXPENSE
    if known >= rules.recurrent_share * len(scripts):
        return Kind.PAYOUT, Reason("payout.known_recipients", params), min(path, PAID_KNOWN)
    if path >= rules.strong:
        return Kind.PAYOUT, Reason("payout.to_many", params), min(path, PAID_MANY)
    if _usual_without_known(spending, around):
        return Kind.PAYOUT, Reason("payout.made_alike", params), path
    return Kind.PAYOUT, Reason("payout.weak_path", params), min(path, UNBELIEVED)


def _usual_without_known(spending: Spending, around: Surroundings) -> bool:
    """Whether the pool's sure payments, too, are to ever new scripts, and are made just as this one."""
    habit = around.habit(spending.pools)
    if habit is None or habit.known_share is None or not around.rules.runs(Rule.PAYS_ON):
        return False
    return (
        habit.known_share < around.rules.recurrent_share
        and fingerprint(spending.one.transaction) in habit.fingerprints
    )


def is_mixed(spending: Spending, around: Surroundings) -> bool:
    """Whether following must end because the coins may be of somebody else, who mixes them with the pool's.

    So it is where others' coins stand beside weakly known ones, or outweigh the pool's; but not where they are few
    beside fairly sure ones, nor where at least half of the recipients are the pool's known payees. Without
    multi-input reasoning nothing is concluded from other inputs, so their amount says nothing either.
    """
    if not spending.foreign:
        return False
    rules = around.rules
    outweighed = rules.runs(Rule.MULTI_INPUT) and spending.foreign_satoshi > spending.pool_satoshi
    if spending.path_confidence >= rules.strong and not outweighed:
        return False
    small = SMALL_PART * spending.foreign_satoshi <= spending.pool_satoshi and spending.foreign_known
    if spending.path_confidence >= FAIRLY_SURE and small:
        return False
    scripts = {output.script for output in spending.one.transaction.outputs if output.value}
    known = known_among(scripts, spending.pools, around.payees)
    return not rules.runs(Rule.PAYS_ON) or known < rules.least_recipients or 2 * known < len(scripts)
