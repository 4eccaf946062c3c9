"""Back-billing of electricity that was used on too low a tariff: the difference and a multiple of it."""

from __future__ import annotations

from decimal import Decimal

from gridcanary.accounting.calculation import Calculation, CannotReckon, Citation, Input, Line, exact, money
from gridcanary.accounting.rules import BackBillRule


def tariff_misuse_due(
    rule: BackBillRule,
    *,
    price_due: Decimal | int | str,
    price_paid: Decimal | int | str,
    kwh: Decimal | int | str | None = None,
    daily_kwh: Decimal | int | str | None = None,
    days: int | None = None,
    currency: str = "CNY",
) -> Calculation:
    """What somebody owes who used electricity on too low a tariff.

    Args:
        rule: the rule with multiplier and presumed days.
        price_due: price of the tariff that fits the use, for a kWh.
        price_paid: price that was paid.
        kwh: energy on the wrong tariff where it was found out [kWh].
        daily_kwh: mean energy a day, where ``kwh`` is unknown [kWh].
        days: days for ``daily_kwh``; the rule's presumption without it.
        currency: unit of the amounts.

    Returns:
        Difference and contract penalty in total.

    Raises:
        CannotReckon: prices the wrong way round, or neither energy nor a presumption.
    """
    cited = Citation.of(rule)
    due, paid = exact("price_due", price_due), exact("price_paid", price_paid)
    if due < paid:
        raise CannotReckon("price_due", due, f"at least the {paid} that was paid")
    energy = _energy(rule, kwh, daily_kwh, days, cited)
    difference = money(energy.value * (due - paid))
    penalty = money(difference * rule.penalty_multiplier)
    lines = (
        energy,
        Line(
            "tariff_misuse.difference",
            difference,
            currency,
            {"kwh": energy.value, "price_due": due, "price_paid": paid},
        ),
        Line(
            "tariff_misuse.penalty",
            penalty,
            currency,
            {"difference": difference, "multiple": rule.penalty_multiplier},
            cited,
        ),
        Line("tariff_misuse.total", difference + penalty, currency),
    )
    return Calculation("tariff_misuse", difference + penalty, currency, lines)


def _energy(
    rule: BackBillRule,
    kwh: Decimal | int | str | None,
    daily_kwh: Decimal | int | str | None,
    days: int | None,
    cited: Citation,
) -> Line:
    if kwh is not None:
        return Line("tariff_misuse.energy_known", exact("kwh", kwh), "kWh")
    if daily_kwh is None:
        raise CannotReckon("kwh", "nothing", "the energy, or the mean energy of a day")
    daily = exact("daily_kwh", daily_kwh)
    if days is not None:
        return Line("tariff_misuse.energy_known", daily * exact("days", days, least=1), "kWh")
    if rule.presumed_days is None:
        raise CannotReckon("days", "nothing", "the days, as the rule presumes none")
    inputs: dict[str, Input] = {"daily_kwh": daily, "days": rule.presumed_days}
    return Line("tariff_misuse.energy_presumed", daily * rule.presumed_days, "kWh", inputs, cited)
