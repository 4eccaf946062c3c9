"""Payments of a pool that are no mining income although they pay many: salaries and the like.

Miners come and go and are paid in ever other company. A closed group is paid together and only together, and
seldom. Such payments are not dropped: they are shown as expenses, with their reason and a low confidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from gridcanary.chain.payouts.ledger import Kind, WalletTransaction
from gridcanary.contracts.reasons import Reason

CLOSED_CONFIDENCE = 40
LEAST_PAYMENTS = 10
"""Payments of a pool from which the company that its payees keep can be judged."""

USUAL_SHARE = 0.5
"""Share of recipients whom a pool's other payments pay too, at the median, below which nothing is judged: a pool
whose miners change their addresses pays closed groups always."""

SELDOM = 5
"""A closed group is paid in at most one payment of so many."""


def with_closed_groups_apart(
    transactions: Mapping[bytes, WalletTransaction],
) -> dict[bytes, WalletTransaction]:
    """The transactions, with payments to closed groups taken for expenses.

    Args:
        transactions: by txid, in the order of the chain.
    """
    payments: dict[tuple[str, ...], dict[bytes, frozenset[bytes]]] = defaultdict(dict)
    for txid, one in transactions.items():
        if one.kind is Kind.PAYOUT:
            payments[tuple(sorted(one.pools))][txid] = frozenset(line.script for line in one.lines)
    closed: dict[bytes, int] = {}
    for made in payments.values():
        closed |= _closed(made)
    return {
        txid: _as_expense(one, closed[txid]) if txid in closed else one for txid, one in transactions.items()
    }


def _closed(made: Mapping[bytes, frozenset[bytes]]) -> dict[bytes, int]:
    """Payments to closed groups among one pool's, with how often that group was paid."""
    if len(made) < LEAST_PAYMENTS:
        return {}
    paying: dict[bytes, set[bytes]] = defaultdict(set)
    for txid, scripts in made.items():
        for script in scripts:
            paying[script].add(txid)
    shares = sorted(
        sum(len(paying[script]) > 1 for script in scripts) / len(scripts) for scripts in made.values()
    )
    if shares[len(shares) // 2] < USUAL_SHARE:
        return {}
    closed = {}
    for txid, scripts in made.items():
        company = set[bytes]().union(*(paying[script] for script in scripts))
        group = set[bytes]().union(*(made[other] for other in company))
        if 2 * len(group) <= 3 * len(scripts) and SELDOM * len(company) <= len(made):
            closed[txid] = len(company)
    return closed


def _as_expense(one: WalletTransaction, times: int) -> WalletTransaction:
    reason = Reason("expense.closed_group", {"recipients": len(one.lines), "payments": times})
    lines = tuple(
        replace(
            line,
            kind=Kind.EXPENSE,
            confidence=min(line.confidence, CLOSED_CONFIDENCE),
            reasons=(*line.reasons, reason),
        )
        for line in one.lines
    )
    confidence = min(one.confidence, CLOSED_CONFIDENCE)
    return replace(one, kind=Kind.EXPENSE, reason=reason, confidence=confidence, lines=lines)
