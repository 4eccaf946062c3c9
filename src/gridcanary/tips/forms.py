"""The five questions of a report."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridcanary.tips.actions.sending import TipFacts
from gridcanary.tips.limits import MOST_LINE, MOST_TEXT
from gridcanary.tips.models import Cue, PlaceKind, TimeOfDay
from gridcanary.tips.pins import read_pin

FIRST_BLOCK = dt.date(2009, 1, 3)
"""Nobody mined before."""

QUESTION_OF = {
    "cues": "what", "told": "what", "place": "where", "pin": "where", "town": "where",
    "seen_first": "when", "seen_last": "when", "hours": "when", "files": "files", "strip": "files",
    "name": "who", "phone": "who", "contact": "who",
}  # fmt: skip
"""The question that each field belongs to."""


def _line(limit: int = MOST_LINE) -> forms.CharField:
    return forms.CharField(required=False, max_length=limit)


def _day() -> forms.DateField:
    wrong = {"invalid": _("Enter a day like 2026-11-03, or leave it empty.")}
    return forms.DateField(
        required=False, input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"], error_messages=wrong
    )


class ReportForm(forms.Form):
    """What, where, when, files, who. The files are looked at by the view, which keeps them in the draft."""

    cues = forms.MultipleChoiceField(choices=Cue.choices, required=False)
    told = _line(MOST_TEXT)
    place = _line(1000)
    pin = _line(1000)
    town = _line()
    seen_first = _day()
    seen_last = _day()
    hours = forms.MultipleChoiceField(choices=TimeOfDay.choices, required=False)
    strip = forms.BooleanField(required=False)
    name = _line(100)
    phone = _line(40)
    contact = _line()

    def clean_seen_first(self) -> dt.date | None:
        """Not before mining began, not in the future."""
        return self._past("seen_first")

    def clean_seen_last(self) -> dt.date | None:
        """The same."""
        return self._past("seen_last")

    def _past(self, name: str) -> dt.date | None:
        day: dt.date | None = self.cleaned_data[name]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future."))
        if day and day < FIRST_BLOCK:
            raise forms.ValidationError(_("This day is too long ago."))
        return day

    def clean(self) -> dict[str, Any]:
        """Something was noticed, somewhere, and it ended after it began."""
        given = super().clean() or {}
        # Only what nothing was entered for is missing; an entry that is wrong has its own message.
        if not (given.get("cues") or given.get("told") or {"cues", "told"} & set(self.errors)):
            self.add_error("cues", _("Tick at least one box, or write what you noticed."))
        if not any(given.get(name) or name in self.errors for name in ("place", "pin", "town")):
            self.add_error("place", _("Say where: an address, a point, or the town."))
        first, last = given.get("seen_first"), given.get("seen_last")
        if first and last and last < first:
            self.add_error("seen_last", _("This day lies before the first one."))
        return given

    def facts(self, language: str) -> TipFacts:
        """What was told, once it is valid.

        Args:
            language: ``zh`` or ``en``.
        """
        given = self.cleaned_data
        pin = read_pin(given["pin"]) if given["pin"] else None
        kind = (
            PlaceKind.PIN if pin else PlaceKind.ADDRESS if given["place"] or given["pin"] else PlaceKind.TOWN
        )
        parts = (given["town"], given["place"], given["pin"])
        return TipFacts(
            cues=tuple(given["cues"]),
            told=given["told"],
            place_kind=kind,
            place="\n".join(part for part in parts if part),
            lat=pin.lat if pin else None,
            lon=pin.lon if pin else None,
            seen_first=given["seen_first"],
            seen_last=given["seen_last"],
            hours=",".join(given["hours"]),
            language=language,
            name=given["name"],
            phone=given["phone"],
            contact=given["contact"],
        )
