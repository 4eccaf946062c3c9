"""The surcharge on mining: which days count, how a part of a billing cycle is reckoned, what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from gridcanary.accounting.calculation import Calculation, CannotReckon, Citation, Input, Line, exact, money
from gridcanary.accounting.rules import SurchargeRule


@dataclass(frozen=True)
class BillingCycle:
    """A billing cycle of the account.

    Args:
        first_day: its first day.
        last_day: its last day.
        kwh: what the account used in it [kWh].
        mining_kwh: what mining used of it [kWh]; needed where the rule charges mining alone.
        part_kwh: use on the charged days alone by meter reading [kWh]; needed where a cycle is charged in part
            and the rule asks for readings.
    """

    first_day: dt.date
    last_day: dt.date
    kwh: Decimal
    mining_kwh: Decimal | None = None
    part_kwh: Decimal | None = None

    @property
    def days(self) -> int:
        """Days of the cycle."""
        return (self.last_day - self.first_day).days + 1


def surcharge_due(
    rule: SurchargeRule,
    cycles: Sequence[BillingCycle],
    *,
    mining_from: dt.date,
    mining_to: dt.date,
    notified: dt.date | None = None,
    listed: dt.date | None = None,
    currency: str = "CNY",
) -> Calculation:
    """What is due on top of the price of electricity.

    Args:
        rule: the surcharge.
        cycles: billing cycles, in order and without overlap.
        mining_from: first day of mining.
        mining_to: last day of mining.
        notified: day on which the user was told.
        listed: day on which the user was put on the list.
        currency: unit of the amount.

    Returns:
        The amount to the cent with a line a cycle; zero where no day counts.

    Raises:
        CannotReckon: a draft, a missing notice or listing, days or readings that do not fit.
    """
    _fitting(rule, cycles, mining_from, mining_to, notified)
    earliest = max(rule.valid_from, _day(rule.not_before, rule, mining_from, notified, listed))
    if rule.notice_required and notified is not None:
        earliest = max(earliest, notified)
    first = max(earliest, _day(rule.start, rule, mining_from, notified, listed), mining_from)
    last = min(mining_to, rule.valid_to or mining_to)
    cited = Citation.of(rule)
    days = max(0, (last - first).days + 1)
    inputs: dict[str, Input] = {"first": first, "last": last, "earliest": earliest}
    lines = [Line("surcharge.days" if days else "surcharge.no_days", Decimal(days), "days", inputs, cited)]
    for cycle in cycles:
        lines += _cycle_lines(rule, cycle, first, last, currency, cited)
    total = sum((line.value for line in lines if line.code == "surcharge.cycle_amount"), Decimal())
    lines.append(Line("surcharge.total", money(total), currency))
    return Calculation("surcharge", money(total), currency, tuple(lines))


def _fitting(
    rule: SurchargeRule,
    cycles: Sequence[BillingCycle],
    mining_from: dt.date,
    mining_to: dt.date,
    notified: dt.date | None,
) -> None:
    if rule.draft:
        raise CannotReckon("rule", "a draft", "a rule that is in force")
    if mining_to < mining_from:
        raise CannotReckon("mining_to", mining_to, f"a day from {mining_from} on")
    if rule.notice_required and notified is None:
        raise CannotReckon("notified", "nothing", "the day on which the user was told")
    for cycle in cycles:
        if cycle.last_day < cycle.first_day:
            raise CannotReckon("last_day", cycle.last_day, f"a day from {cycle.first_day} on")
    for before, after in pairwise(cycles):
        if after.first_day <= before.last_day:
            raise CannotReckon("first_day", after.first_day, f"a day after {before.last_day}")


def _day(
    name: str | None,
    rule: SurchargeRule,
    mining_from: dt.date,
    notified: dt.date | None,
    listed: dt.date | None,
) -> dt.date:
    days = {"mining_start": mining_from, "issue": rule.valid_from, "notice": notified, "listing": listed}
    if name is None:
        return rule.valid_from
    found = days[name]
    if found is None:
        raise CannotReckon(name, "nothing", "its day, from which the rule counts")
    return found


def _cycle_lines(
    rule: SurchargeRule,
    cycle: BillingCycle,
    first: dt.date,
    last: dt.date,
    currency: str,
    cited: Citation,
) -> Iterator[Line]:
    begun, ended = max(first, cycle.first_day), min(last, cycle.last_day)
    days = (ended - begun).days + 1
    if days < 1:
        return
    energy = _energy_line(rule, cycle, days, cited)
    yield energy
    amount = money(energy.value * rule.rate_per_kwh)
    yield Line(
        "surcharge.cycle_amount", amount, currency, {"kwh": energy.value, "rate": rule.rate_per_kwh}, cited
    )


def _energy_line(rule: SurchargeRule, cycle: BillingCycle, days: int, cited: Citation) -> Line:
    span: dict[str, dt.date] = {"first": cycle.first_day, "last": cycle.last_day}
    whole = _charged_kwh(rule, cycle)
    if days == cycle.days:
        return Line("surcharge.cycle_whole", whole, "kWh", {**span}, cited)
    if rule.proration == "daily_average":
        inputs: dict[str, Input] = {**span, "kwh": whole, "cycle_days": cycle.days, "days": days}
        return Line("surcharge.cycle_daily_average", money(whole / cycle.days * days), "kWh", inputs, cited)
    if cycle.part_kwh is None:
        raise CannotReckon(
            "part_kwh", "nothing", f"the use on the {days} charged days of the cycle from {cycle.first_day}"
        )
    part = exact("part_kwh", cycle.part_kwh)
    if part > whole:
        raise CannotReckon("part_kwh", part, f"at most the {whole} kWh of the cycle")
    return Line("surcharge.cycle_metered", part, "kWh", {**span, "days": days}, cited)


def _charged_kwh(rule: SurchargeRule, cycle: BillingCycle) -> Decimal:
    whole = exact("kwh", cycle.kwh)
    if rule.scope == "whole_account":
        return whole
    if cycle.mining_kwh is None:
        raise CannotReckon("mining_kwh", "nothing", "what mining used, as the rule charges mining alone")
    mining = exact("mining_kwh", cycle.mining_kwh)
    if mining > whole:
        raise CannotReckon("mining_kwh", mining, f"at most the {whole} kWh of the account")
    return mining
