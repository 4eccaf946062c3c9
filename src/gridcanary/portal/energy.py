"""Energy that mines didn't use because they were stopped, by month, with carbon and households."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from gridcanary.accounting.calculation import Calculation, CannotReckon
from gridcanary.accounting.capacity import Stop, energy_stopped
from gridcanary.accounting.equivalence import carbon, factor_for, households
from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.fieldwork.models import Disconnection, LoadMeasurement
from gridcanary.packs.schema.money import Factor
from gridcanary.portal.suppression import LEAST
from gridcanary.watch.models import WatchResult, WatchVisit

MINE = "positive"
"""Calibration of outcomes of the pack that mean that there was a mine."""
MWH = Decimal(1000)


@dataclass(frozen=True, slots=True)
class EnergyMonth:
    """What was stopped in a month.

    Args:
        first: of the month.
        sites: stopped mines that would have run in it.
        kwh: energy; None where it came from fewer sites than may be told of.
    """

    first: dt.date
    sites: int | None
    kwh: Decimal | None

    @property
    def mwh(self) -> Decimal | None:
        """The energy in whole megawatt-hours."""
        return None if self.kwh is None else (self.kwh / MWH).quantize(Decimal(1), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class EnergyFigures:
    """The energy of some months.

    Args:
        months: the newest first.
        total: of them; None where it isn't told.
        carbon, households: of the total; None where it isn't told or the pack has no factor.
        unmeasured: sites cut off whose load nobody measured; they are not in the figures.
    """

    months: Sequence[EnergyMonth]
    total: Decimal | None
    carbon: Calculation | None
    households: Calculation | None
    unmeasured: int | None


def stops() -> tuple[list[Stop], int]:
    """Mines that were cut off, and how many others were whose load wasn't measured.

    Counted are sites of cases that ended as a mine, or are past the decision that there was one, with a supply that was
    cut and the cut not withdrawn. The power is the last load measured on site before the cut, else the first after it:
    times of one inspection are often entered by hand.
    """
    mines = _mine_cases()
    again = _found_again(mines)
    found, unmeasured = [], 0
    cuts = Disconnection.objects.filter(case_id__in=mines, executed_at__isnull=False, withdrawn_at=None)
    seen: set[int] = set()
    for cut in cuts.order_by("executed_at"):
        if cut.site_id in seen or cut.executed_at is None:
            continue
        seen.add(cut.site_id)
        measured = _measured(cut.site_id, cut.executed_at)
        if not measured:
            unmeasured += 1
            continue
        stopped_on = timezone.localtime(cut.executed_at).date() + dt.timedelta(days=1)
        ran_again = again.get(cut.case_id)
        found.append(Stop(measured, stopped_on, max(ran_again, stopped_on) if ran_again else None))
    return found, unmeasured


def energy_figures(begins: Sequence[dt.date], today: dt.date) -> EnergyFigures:
    """Energy stopped in months.

    Args:
        begins: first days of months, the newest first.
        today: the last month ends here, itself not counted.
    """
    stopped, unmeasured = stops()
    rows, total, tellers = [], Decimal(), set[int]()
    for first in begins:
        end = min(today, (first + dt.timedelta(days=32)).replace(day=1))
        parts = [_within(one, first, end) for one in stopped]
        sites = sum(part > 0 for part in parts)
        tellers |= {number for number, part in enumerate(parts) if part > 0}
        kwh = sum(parts, Decimal())
        total += kwh
        told = sites == 0 or sites >= LEAST
        rows.append(EnergyMonth(first, sites if told else None, kwh if told else None))
    untold = [row for row in rows if row.kwh is None]
    is_told = (
        len(tellers) >= LEAST and len(untold) != 1
    )  # one untold month would be the total less the others
    return EnergyFigures(
        rows,
        total if is_told or not tellers else None,
        _converted(total, "co2_kg_per_kwh", today) if is_told else None,
        _converted(total, "household_kwh_per_year", today) if is_told else None,
        unmeasured if unmeasured == 0 or unmeasured >= LEAST else None,
    )


def _measured(site: int, cut_at: dt.datetime) -> Decimal | None:
    loads = LoadMeasurement.objects.filter(visit__site_id=site, kw_total__gt=0).order_by("measured_at", "id")
    found = loads.filter(measured_at__lte=cut_at).last() or loads.filter(measured_at__gt=cut_at).first()
    return found.kw_total if found else None


def _within(stop: Stop, first: dt.date, end: dt.date) -> Decimal:
    return energy_stopped(stop, end).amount - energy_stopped(stop, first).amount


def _converted(kwh: Decimal, kind: str, on: dt.date) -> Calculation | None:
    try:
        factor = factor_for(factors(), kind, region(), on)
    except CannotReckon:
        return None
    return carbon(kwh, factor) if kind == "co2_kg_per_kwh" else households(kwh, factor)


def factors() -> list[Factor]:
    """Factors of the installation's pack."""
    return list(law.pack_for_new_cases().content.factors.values())


def region() -> str:
    """The narrowest region that the pack has a factor for, such as CN-SD; the country where it has none."""
    country = law.pack_for_new_cases().content.pack.country
    own = (one.region for one in factors() if one.region.split("-")[0] == country)
    return max(own, key=len, default=country)


def _mine_cases() -> list[int]:
    outcomes = law.pack_for_new_cases().content.outcomes
    codes = [code for code, outcome in outcomes.items() if outcome.calibration == MINE]
    return list(Case.objects.filter(outcome__in=codes).values_list("pk", flat=True))


def _found_again(cases: Sequence[int]) -> dict[int, dt.date]:
    found: dict[int, dt.date] = {}
    visits = WatchVisit.objects.filter(case_id__in=cases, result=WatchResult.MINING, done_on__isnull=False)
    for case, day in visits.order_by("-done_on").values_list("case_id", "done_on"):
        if day is not None:
            found[case] = day
    return found
