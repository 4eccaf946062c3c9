"""Which form reckons which rule, from what is typed to an amount with its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary import accounting
from gridcanary.accounting import BillingCycle, Calculation, CannotReckon, Citation, Line
from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.enforcement import calculator_forms as forms
from gridcanary.enforcement.balances import Balance
from gridcanary.enforcement.models import MoneyItem
from gridcanary.enforcement.reckoning import NotReckoned, Reckoned
from gridcanary.packs import Pack

Typed = Mapping[str, Any]
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Calculator:
    """A form and what reckons from it.

    Args:
        form: class of the form.
        reckon: takes the case, the code of the rule and what was typed; raises NotReckoned.
    """

    form: type[Any]
    reckon: Callable[[Case, str, Typed], Reckoned]


def calculator(pack: Pack, kind: str, rule: str) -> Calculator | None:
    """The calculator of a rule in a kind of money; None where an amount can only be entered."""
    if not rule:
        return PROCEEDS if pack.money[kind].base == "proceeds" else None
    if rule in pack.prices:
        return SURCHARGE
    if rule in pack.theft:
        return BACK_BILLS[pack.theft[rule].kind]
    if rule in pack.penalties:
        return LATE_FEE if pack.penalties[rule].kind == "late_fee" else FINE
    return None


def _explained(reckon: Callable[[], Calculation]) -> Calculation:
    try:
        return reckon()
    except CannotReckon as error:
        raise NotReckoned(_hint(error), error.field) from error


def _hint(error: CannotReckon) -> str:
    hints = {
        "rule": _("This rule is only a draft, or lacks what is needed to reckon by it."),
        "mining_to": _("The last day of mining lies before the first."),
        "notified": _("Give the day on which the customer was told; the rule needs it."),
        "notice": _("Give the day on which the customer was told; the rule counts from it."),
        "listing": _("Give the day on which the customer was put on the list; the rule counts from it."),
        "first_day": _("Billing cycles must follow one another without overlap."),
        "last_day": _("A billing cycle ends before it begins."),
        "kwh": _("Give the energy, or the mean energy of a day."),
        "mining_kwh": _(
            "The rule charges mining alone: give what mining used of each cycle, at most all of it."
        ),
        "part_kwh": _("A cycle is charged in part: give its use on the charged days by meter reading."),
        "price_due": _("The price due is at least the price that was paid."),
        "days": _("Give the days; the rule presumes none."),
        "hours_per_day": _("Give the hours a day, at most 24; the rule presumes none."),
        "metered_kwh": _("The metered energy is more than the devices used."),
        "multiple": _("The rule doesn't allow this multiple."),
    }
    return hints.get(error.field) or _("Check this figure: %(found)s") % {"found": error.found}


def _currency(case: Case) -> str:
    return str(law.pack_of(case).switches.currency)


def _fitting(kwh: Decimal, machines: int | None, hours: Decimal | None) -> list[tuple[str, dict[str, str]]]:
    if not machines or not hours:
        return []
    found = accounting.energy_plausibility(kwh, machines, hours)
    return [] if found.plausible else [(found.hint, {"kw": str(found.kw_per_machine)})]


def _surcharge(case: Case, rule: str, typed: Typed) -> Reckoned:
    price = law.pack_of(case).prices[rule]
    cycles = [BillingCycle(**cycle) for cycle in typed["cycles"]]
    found = _explained(
        lambda: accounting.surcharge_due(
            price, cycles, mining_from=typed["mining_from"], mining_to=typed["mining_to"],
            notified=typed["notified"], listed=typed["listed"], currency=_currency(case),
        )
    )  # fmt: skip
    if not found.amount:
        raise NotReckoned(
            _("No day of these cycles is charged: compare the days with the beginning of the rule.")
        )
    energy = sum(
        (
            line.value
            for line in found.lines
            if line.code.startswith("surcharge.cycle_") and line.unit == "kWh"
        ),
        Decimal(),
    )
    return Reckoned.of(found, flags=_fitting(energy, typed["machines"], typed["hours"]))


def _theft(case: Case, rule: str, typed: Typed) -> Reckoned:
    found = _explained(
        lambda: accounting.theft_due(
            law.pack_of(case).theft[rule], power_kw=typed["power_kw"], price_per_kwh=typed["price_per_kwh"],
            use=typed["use"], days=typed["days"], hours_per_day=typed["hours_per_day"],
            metered_kwh=typed["metered_kwh"] or 0, multiple=typed["multiple"], currency=_currency(case),
        )
    )  # fmt: skip
    flags = _fitting(typed["power_kw"], typed["machines"], Decimal(1))
    return Reckoned.of(found, found.value(f"theft.{typed['part']}"), flags)


def _misuse(case: Case, rule: str, typed: Typed) -> Reckoned:
    found = _explained(
        lambda: accounting.tariff_misuse_due(
            law.pack_of(case).theft[rule], price_due=typed["price_due"], price_paid=typed["price_paid"],
            kwh=typed["kwh"], daily_kwh=typed["daily_kwh"], days=typed["days"], currency=_currency(case),
        )
    )  # fmt: skip
    step = {"charge": "difference"}.get(typed["part"], typed["part"])
    return Reckoned.of(found, found.value(f"tariff_misuse.{step}"))


def _late_fee(case: Case, rule: str, typed: Typed) -> Reckoned:
    found = _explained(
        lambda: accounting.late_fee_due(
            law.pack_of(case).penalties[rule], typed["principal"], due=typed["due"], paid=typed["paid"],
            currency=_currency(case),
        )
    )  # fmt: skip
    if not found.amount:
        raise NotReckoned(_("It is not late."))
    return Reckoned.of(found)


def _fine(case: Case, rule: str, typed: Typed) -> Reckoned:
    limits, amount, unit = law.pack_of(case).penalties[rule], typed["amount"].quantize(CENT), _currency(case)
    cited, steps = Citation.of(limits), [Line("fine.decided", amount, unit)]
    if limits.cap_multiple is not None:
        if typed["charge"] is None:
            raise NotReckoned(_("Give the charge, of which the fine is a multiple."), "charge")
        most = (typed["charge"] * limits.cap_multiple).quantize(CENT)
        facts = {"charge": typed["charge"], "multiple": limits.cap_multiple}
        steps.append(Line("fine.limit_multiple", most, unit, facts, cited))
        _within(amount, Decimal(0), most)
    if limits.maximum is not None:
        steps.append(Line("fine.limit", limits.maximum, unit, {}, cited))
        _within(amount, limits.minimum or Decimal(0), limits.maximum)
    return Reckoned(amount, tuple(steps), () if limits.verified else (("unverified", {}),))


def _within(amount: Decimal, least: Decimal, most: Decimal) -> None:
    if not least <= amount <= most:
        text = _("The law allows a fine from %(least)s to %(most)s.")
        raise NotReckoned(text % {"least": f"{least:,}", "most": f"{most:,}"}, "amount")


def _proceeds(case: Case, _rule: str, typed: Typed) -> Reckoned:
    amount = (typed["coins"] * typed["price"]).quantize(CENT)
    if not amount:
        raise NotReckoned(_("This comes to nothing; enter more than a cent."), "coins")
    facts = {name: typed[name] for name in ("coins", "coin", "price", "day", "source")}
    return Reckoned(amount, (Line("proceeds.value", amount, _currency(case), facts),))


SURCHARGE = Calculator(forms.SurchargeForm, _surcharge)
BACK_BILLS = {
    "theft": Calculator(forms.TheftForm, _theft),
    "tariff_misuse": Calculator(forms.MisuseForm, _misuse),
}
LATE_FEE = Calculator(forms.LateFeeForm, _late_fee)
FINE = Calculator(forms.FineForm, _fine)
PROCEEDS = Calculator(forms.ProceedsForm, _proceeds)


@dataclass(frozen=True, slots=True)
class LateFee:
    """What would be added today, and where it could be entered.

    Args:
        reckoned: the amount with its steps.
        kind: kind of money under which it is entered; empty where the pack has none.
        rule: its rule.
        typed: what the form of that kind begins with.
    """

    reckoned: Reckoned
    kind: str
    rule: str
    typed: Mapping[str, str]


def late_fee_today(case: Case, item: MoneyItem, balance: Balance) -> LateFee | None:
    """What the law adds to a fine that is late, were it paid today. Shown, never entered by itself."""
    pack = law.pack_of(case)
    kind = pack.money[item.kind]
    is_fine = any(rule in pack.penalties and pack.penalties[rule].kind == "fine" for rule in kind.rules)
    rules = [code for code, one in pack.penalties.items() if one.kind == "late_fee"]
    clock = case.clocks.filter(subject=item.subject, code=kind.due_clock or "").order_by("-id").first()
    if not (is_fine and rules and balance.outstanding > 0 and clock and clock.due_at):
        return None
    due, today = timezone.localdate(clock.due_at), timezone.localdate()
    if today <= due or not pack.penalties[rules[0]].in_force(today):
        return None
    typed = {"principal": balance.outstanding, "due": due, "paid": today}
    entered_as = next((code for code, one in pack.money.items() if rules[0] in one.rules), "")
    return LateFee(
        _late_fee(case, rules[0], typed),
        entered_as,
        rules[0],
        {name: str(one) for name, one in typed.items()},
    )
