"""Back-billing of stolen electricity: kW x hours x days, the charge, the contract penalty, the limit of the fine."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from gridcanary.accounting.calculation import Calculation, CannotReckon, Citation, Line, exact, money
from gridcanary.accounting.rules import BackBillRule

HOURS_A_DAY = 24


def theft_due(
    rule: BackBillRule,
    *,
    power_kw: Decimal | int | str,
    price_per_kwh: Decimal | int | str,
    use: Literal["power", "lighting"] = "power",
    days: int | None = None,
    hours_per_day: Decimal | int | str | None = None,
    metered_kwh: Decimal | int | str = 0,
    multiple: Decimal | int | str | None = None,
    currency: str = "CNY",
) -> Calculation:
    """What somebody owes who stole electricity.

    Args:
        rule: the rule with multiplier and presumptions.
        power_kw: power of the devices as measured or on their plates [kW].
        price_per_kwh: price of the tariff that applies.
        use: whose presumption counts where the hours are unknown.
        days: days of theft where they were found out; otherwise presumed.
        hours_per_day: hours a day where they were found out; otherwise presumed.
        metered_kwh: what of it the meter counted and was paid [kWh].
        multiple: multiple of the penalty where the rule sets only the most; otherwise the rule's.
        currency: unit of the amounts.

    Returns:
        Charge and contract penalty in total; the most that the fine may be as a line of its own.

    Raises:
        CannotReckon: inputs that make no sense, or a presumption that the rule lacks.
    """
    cited = Citation.of(rule)
    power, price = exact("power_kw", power_kw), exact("price_per_kwh", price_per_kwh)
    day_line = _days(rule, days, cited)
    hour_line = _hours(rule, hours_per_day, use, cited)
    metered = exact("metered_kwh", metered_kwh)
    kwh = power * hour_line.value * day_line.value - metered
    if kwh < 0:
        raise CannotReckon("metered_kwh", metered, "at most what the devices used")
    charge = money(kwh * price)
    factor = _multiple(rule, multiple)
    penalty = money(charge * factor)
    inputs = {
        "power_kw": power,
        "hours": hour_line.value,
        "days": day_line.value,
        "metered_kwh": metered,
    }
    lines = [
        day_line,
        hour_line,
        Line("theft.energy", kwh, "kWh", inputs),
        Line("theft.charge", charge, currency, {"kwh": kwh, "price": price}),
        Line("theft.penalty", penalty, currency, {"charge": charge, "multiple": factor}, cited),
        Line("theft.total", charge + penalty, currency),
    ]
    if rule.fine_multiplier is not None:
        limit = {"charge": charge, "multiple": rule.fine_multiplier}
        lines.append(Line("theft.fine_maximum", money(charge * rule.fine_multiplier), currency, limit, cited))
    return Calculation("theft", charge + penalty, currency, tuple(lines))


def _days(rule: BackBillRule, days: int | None, cited: Citation) -> Line:
    if days is not None:
        return Line("theft.days_known", exact("days", days, least=1), "days")
    if rule.presumed_days is None:
        raise CannotReckon("days", "nothing", "the days of theft, as the rule presumes none")
    return Line("theft.days_presumed", Decimal(rule.presumed_days), "days", {}, cited)


def _hours(rule: BackBillRule, hours: Decimal | int | str | None, use: str, cited: Citation) -> Line:
    if hours is not None:
        known = exact("hours_per_day", hours)
        if known > HOURS_A_DAY:
            raise CannotReckon("hours_per_day", known, "at most 24 hours")
        return Line("theft.hours_known", known, "h")
    presumed = rule.presumed_hours_power if use == "power" else rule.presumed_hours_lighting
    if presumed is None:
        raise CannotReckon("hours_per_day", "nothing", "the hours of theft, as the rule presumes none")
    return Line(f"theft.hours_presumed_{use}", presumed, "h", {}, cited)


def _multiple(rule: BackBillRule, multiple: Decimal | int | str | None) -> Decimal:
    if multiple is None:
        return rule.penalty_multiplier
    chosen = exact("multiple", multiple)
    if chosen > rule.penalty_multiplier or (
        not rule.multiplier_is_maximum and chosen != rule.penalty_multiplier
    ):
        wanted = "at most " if rule.multiplier_is_maximum else ""
        raise CannotReckon("multiple", chosen, f"{wanted}{rule.penalty_multiplier}, as the rule says")
    return chosen
