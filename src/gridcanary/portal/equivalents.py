"""What the energy means, for readers: carbon, households, and one bitcoin in households, each with its sums."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gridcanary.accounting.bitcoin import Efficiency, bitcoin_in_households
from gridcanary.accounting.calculation import Calculation, CannotReckon
from gridcanary.accounting.equivalence import factor_for
from gridcanary.casework import law
from gridcanary.portal.chain_tip import chain_tip
from gridcanary.portal.energy import factors, region
from gridcanary.portal.figures import year_of_energy

MACHINES, WORLD = "bitcoin_joules_per_terahash", "world"


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A figure in other words.

    Args:
        code: in the downloads.
        name, unit: for readers.
        value: as it is told.
        lines: the sum, a step each, with the factor, its year and its source.
        verified: whether the sources were read.
    """

    code: str
    name: str
    value: Decimal
    unit: str
    lines: Sequence[str]
    verified: bool

    @property
    def shown(self) -> str:
        """The value with its thousands set apart."""
        return f"{self.value:,f}"


def equivalents() -> list[Equivalent]:
    """Those that can be told today."""
    energy = year_of_energy()
    today = timezone.localdate()
    named = (
        ("co2", _("Carbon dioxide avoided in twelve months"), _("kg"), energy.carbon),
        ("households", _("Households that use as much in a year"), _("households"), energy.households),
        ("bitcoin", _("One bitcoin takes as much as a year of"), _("households"), _one_bitcoin(today)),
    )
    return [_told(code, name, unit, sum_) for code, name, unit, sum_ in named if sum_ is not None]


def _one_bitcoin(on: dt.date) -> Calculation | None:
    """One bitcoin in households by the latest known difficulty; None where the pack has no factors for it."""
    try:
        machines = factor_for(factors(), MACHINES, WORLD, on)
        home = factor_for(factors(), "household_kwh_per_year", region(), on)
    except CannotReckon:
        return None
    name = machines.title.of(get_language() or "zh")
    known_on = dt.date(machines.year, 12, 31)
    efficiency = Efficiency(name, machines.value, known_on, machines.source, machines.verified)
    return bitcoin_in_households(chain_tip().day, efficiency, home)


def _told(code: str, name: str, unit: str, reckoned: Calculation) -> Equivalent:
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    pack = law.pack_for_new_cases()
    lines = reckoned.text(language, cite=lambda citation: pack.cite(citation, language))
    return Equivalent(code, name, reckoned.amount, unit, lines, reckoned.verified)
