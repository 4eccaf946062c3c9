"""What is typed to reckon an amount. Labels name the units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

FIRST_ROWS = 3
MOST_ROWS = 36


def _number(label: Any, *, places: int = 2, **kwargs: Any) -> forms.DecimalField:
    kwargs.setdefault("min_value", 0)
    return forms.DecimalField(label=label, max_digits=18, decimal_places=places, **kwargs)


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


PARTS = [
    ("charge", _("The charge, or the difference of the tariffs")),
    ("penalty", _("The contract penalty on it")),
    ("total", _("Both together")),
]
"""What of a back-bill is entered. A kind of money may stand for one of them or for both."""


class SurchargeForm(forms.Form):
    """Days of mining and the billing cycles of the account."""

    template = "enforcement/_surcharge_fields.html"

    mining_from = _day(_("First day of mining"))
    mining_to = _day(_("Last day of mining"))
    notified = _day(_("Customer told on"), required=False)
    listed = _day(_("Put on the list on"), required=False)
    machines = forms.IntegerField(label=_("Machines, to check the figures"), min_value=1, required=False)
    hours = _number(_("Hours that they ran"), required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        asked = str((data or {}).get("rows", ""))
        self.rows = min(int(asked), MOST_ROWS) if asked.isdecimal() and int(asked) else FIRST_ROWS
        if (data or {}).get("do") == "more":
            self.rows = min(self.rows + FIRST_ROWS, MOST_ROWS)
        for row in range(self.rows):
            wanted = row == 0
            self.fields[f"first_{row}"] = _day(_("Cycle from"), required=wanted)
            self.fields[f"last_{row}"] = _day(_("to"), required=wanted)
            self.fields[f"kwh_{row}"] = _number(_("Use of the account [kWh]"), required=wanted)
            self.fields[f"mining_{row}"] = _number(_("of it mining [kWh]"), required=False)
            self.fields[f"part_{row}"] = _number(_("on the charged days, by reading [kWh]"), required=False)

    @property
    def plain_fields(self) -> list[Any]:
        """Fields outside the table of cycles."""
        return [self[name] for name in type(self).base_fields]

    def cycle_rows(self) -> Iterator[list[Any]]:
        """Fields of the table, row by row."""
        for row in range(self.rows):
            yield [self[f"{name}_{row}"] for name in ("first", "last", "kwh", "mining", "part")]

    def clean(self) -> dict[str, Any]:
        """Gather the cycles; a row that is begun must be complete."""
        cleaned = super().clean() or {}
        cleaned["cycles"] = []
        for row in range(self.rows):
            first, last, kwh = (cleaned.get(f"{name}_{row}") for name in ("first", "last", "kwh"))
            if first is None and last is None and kwh is None:
                continue
            if first is None or last is None or kwh is None:
                self.add_error(f"first_{row}", _now("Give first day, last day and use of this cycle."))
                continue
            cleaned["cycles"].append(
                {
                    "first_day": first,
                    "last_day": last,
                    "kwh": kwh,
                    "mining_kwh": cleaned.get(f"mining_{row}"),
                    "part_kwh": cleaned.get(f"part_{row}"),
                }
            )
        return cleaned


class TheftForm(forms.Form):
    """Power, hours and days of theft; what isn't known is presumed by the rule."""

    part = forms.ChoiceField(label=_("What is entered"), choices=PARTS)
    power_kw = _number(_("Power of the devices [kW]"), places=3)
    hours_per_day = forms.DecimalField(
        label=_("Hours a day"), min_value=0, max_value=24, decimal_places=2, max_digits=4, required=False,
        help_text=_("Leave empty where they can't be found out; the rule's presumption is used and marked."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Days"), min_value=1, required=False,
        help_text=_("Leave empty where they can't be found out; the rule's presumption is used and marked."),
    )  # fmt: skip
    use = forms.ChoiceField(
        label=_("Kind of use"),
        choices=[("power", _("Power use")), ("lighting", _("Lighting use"))],
        initial="power",
    )
    metered_kwh = _number(_("Of it metered and paid [kWh]"), required=False)
    price_per_kwh = _number(_("Price for a kWh"), places=6)
    multiple = _number(
        _("Multiple of the contract penalty, where less than the most is claimed"), required=False
    )
    machines = forms.IntegerField(label=_("Machines, to check the figures"), min_value=1, required=False)


class MisuseForm(forms.Form):
    """Energy on the wrong tariff, and both prices."""

    part = forms.ChoiceField(label=_("What is entered"), choices=PARTS)
    price_due = _number(_("Price of the tariff that fits [per kWh]"), places=6)
    price_paid = _number(_("Price that was paid [per kWh]"), places=6)
    kwh = _number(_("Energy on the wrong tariff [kWh]"), required=False)
    daily_kwh = _number(_("Or mean energy a day [kWh]"), required=False)
    days = forms.IntegerField(
        label=_("Days"), min_value=1, required=False,
        help_text=_("Leave empty where they can't be found out; the rule's presumption is used and marked."),
    )  # fmt: skip


class LateFeeForm(forms.Form):
    """A fine that is late."""

    principal = _number(_("Fine that is late"))
    due = _day(_("Last day of payment"))
    paid = _day(_("Paid on, or today"))


class FineForm(forms.Form):
    """A fine as decided, held against the limits of the law."""

    amount = _number(_("Fine as decided"))
    charge = _number(_("Charge for the stolen electricity"), required=False)


class ProceedsForm(forms.Form):
    """What mining earned, from the wallets and a price."""

    coins = _number(_("Coins received"), places=8)
    coin = forms.CharField(label=_("Which coin"), max_length=20, initial="BTC")
    price = _number(_("Price of one coin"), places=6)
    day = _day(_("Day of the price"))
    source = forms.CharField(label=_("Where the price comes from"), max_length=120)
