"""Open figures by month and by county, each with how it was counted."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gridcanary.casework.models import Case
from gridcanary.places.addresses import full_name
from gridcanary.places.divisions import COUNTY, level_of
from gridcanary.portal.energy import EnergyFigures, EnergyMonth, energy_figures
from gridcanary.portal.suppression import LEAST, publishable, total_is_public
from gridcanary.tips.models import ENDS, Tip

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted in a month.

    Args:
        code: in the downloads.
        name, method: for readers.
    """

    code: str
    name: str | Promise
    method: str | Promise


MEASURES = (
    Measure(
        "tips",
        _("Reports received"),
        _("Reports by web, telephone, letter or in person, by the day they came."),
    ),
    Measure(
        "tips_answered",
        _("Reports answered"),
        _("Reports that came in the month and have been answered since."),
    ),
    Measure(
        "cases_opened",
        _("Cases opened"),
        _("Cases by the day they were opened. A case can have several places."),
    ),
    Measure(
        "cases_closed",
        _("Cases closed"),
        _("Cases by the day they were closed, whatever they turned out to be."),
    ),
    Measure(
        "median_days",
        _("Days from opening to closing, median"),
        _(
            "Of the cases closed in the month: half took longer, half less. Not told for fewer than five cases."
        ),
    ),
    Measure(
        "energy_stopped_mwh",
        _("Electricity not used, MWh"),
        _(
            "Load measured on site x 24 hours x days since the supply was cut, of cases that turned out to be mines; "
            "until the mine ran again, and at most 90 days, since nobody knows how long it would have run on. "
            "Sites without a measurement aren't counted. Not told for fewer than five sites."
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Month:
    """Figures of a month, in the order of MEASURES; None where a figure isn't told."""

    first: dt.date
    values: tuple[int | None, ...]


def months(until: dt.date | None = None, count: int = MONTHS) -> list[Month]:
    """The last whole months and the present one, the newest first."""
    begins = _month_begins(until or timezone.localdate(), count)
    tips = Counter(day.replace(day=1) for day in _tip_days(begins[-1]))
    answered = Counter(day.replace(day=1) for day in _tip_days(begins[-1], answered=True))
    opened = Counter(_month(at) for at in _times("opened_at", begins[-1]))
    closed: dict[dt.date, list[float]] = {}
    for start, end in Case.objects.filter(closed_at__date__gte=begins[-1]).values_list(
        "opened_at", "closed_at"
    ):
        if end is not None:
            closed.setdefault(_month(end), []).append((end - start).total_seconds() / 86400)
    energy = energy_figures(begins, (until or timezone.localdate()) + dt.timedelta(days=1))
    return [_month_figures(row, tips, answered, opened, closed.get(row.first, [])) for row in energy.months]


def _month_figures(
    energy: EnergyMonth,
    tips: Counter[dt.date],
    answered: Counter[dt.date],
    opened: Counter[dt.date],
    days: list[float],
) -> Month:
    first, mwh = energy.first, None if energy.mwh is None else int(energy.mwh)
    return Month(first, (tips[first], answered[first], opened[first], len(days), _median(days), mwh))


def year_of_energy(until: dt.date | None = None) -> EnergyFigures:
    """Energy of the months of the table, with what it means."""
    day = until or timezone.localdate()
    return energy_figures(_month_begins(day, MONTHS), day + dt.timedelta(days=1))


@dataclass(frozen=True, slots=True)
class CountyRow:
    """Reports and cases of a county in the last twelve months; None where a number is too small to be told."""

    code: str
    name: str
    tips: int | None
    cases: int | None


def counties(until: dt.date | None = None) -> list[CountyRow]:
    """Counties with any report or case, by code; small numbers are not told, nor what would give them away."""
    since = _month_begins(until or timezone.localdate(), MONTHS)[-1]
    tips = _by_county(Tip.objects.filter(received_on__gte=since).values_list("admin_code", flat=True))
    cases = _by_county(Case.objects.filter(opened_at__date__gte=since).values_list("admin_code", flat=True))
    every = sorted(tips.keys() | cases.keys())
    told_tips = publishable({code: tips[code] for code in every})
    told_cases = publishable({code: cases[code] for code in every})
    return [CountyRow(code, full_name(code), told_tips[code], told_cases[code]) for code in every]


def small_totals() -> bool:
    """Whether the table of counties would tell a small total; then it isn't shown."""
    since = _month_begins(timezone.localdate(), MONTHS)[-1]
    tips = _by_county(Tip.objects.filter(received_on__gte=since).values_list("admin_code", flat=True))
    cases = _by_county(Case.objects.filter(opened_at__date__gte=since).values_list("admin_code", flat=True))
    return not (total_is_public(tips) and total_is_public(cases))


def _by_county(codes: Iterable[str]) -> Counter[str]:
    return Counter(code for code in codes if len(code) == 6 and level_of(code) == COUNTY)


def _tip_days(since: dt.date, *, answered: bool = False) -> Iterable[dt.date]:
    found = Tip.objects.filter(received_on__gte=since)
    if answered:
        found = found.filter(state__in=ENDS)
    return found.values_list("received_on", flat=True)


def _times(field: str, since: dt.date) -> Iterable[dt.datetime]:
    return Case.objects.filter(**{f"{field}__date__gte": since}).values_list(field, flat=True)


def _month(at: dt.datetime) -> dt.date:
    return timezone.localtime(at).date().replace(day=1)


def _median(days: list[float]) -> int | None:
    return round(statistics.median(days)) if len(days) >= LEAST else None


def _month_begins(day: dt.date, count: int) -> list[dt.date]:
    found, first = [], day.replace(day=1)
    for _number in range(count):
        found.append(first)
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return found
