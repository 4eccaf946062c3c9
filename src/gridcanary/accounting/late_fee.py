"""What is added to a fine that is paid late, never more than the cap."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from gridcanary.accounting.calculation import Calculation, CannotReckon, Citation, Input, Line, exact, money
from gridcanary.accounting.rules import LateFeeRule


def late_fee_due(
    rule: LateFeeRule,
    principal: Decimal | int | str,
    *,
    due: dt.date,
    paid: dt.date,
    currency: str = "CNY",
) -> Calculation:
    """The addition for each day after the last day of payment.

    Args:
        rule: share a day and cap.
        principal: the fine.
        due: last day of payment.
        paid: day on which it was paid, or today.
        currency: unit of the amount.

    Raises:
        CannotReckon: the rule has no daily rate, or the fine is no amount.
    """
    if rule.daily_rate is None:
        raise CannotReckon("rule", "no daily_rate", "a rule that adds a share a day")
    fine, cited = exact("principal", principal), Citation.of(rule)
    days = max(0, (paid - due).days)
    uncapped = money(fine * rule.daily_rate * days)
    cap = uncapped if rule.cap_multiple is None else money(fine * rule.cap_multiple)
    amount = min(uncapped, cap)
    inputs: dict[str, Input] = {
        "principal": fine,
        "rate": rule.daily_rate,
        "days": days,
        "uncapped": uncapped,
    }
    lines = (
        Line("late_fee.days", Decimal(days), "days", {"due": due, "paid": paid}),
        Line("late_fee.capped" if amount < uncapped else "late_fee.amount", amount, currency, inputs, cited),
    )
    return Calculation("late_fee", amount, currency, lines)
