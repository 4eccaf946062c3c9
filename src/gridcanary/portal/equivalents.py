"""What the energy means, for readers: carbon, households, and one bitcoin in households, each with its sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gridcanary.accounting.calculation import Calculation
from gridcanary.casework import law
from gridcanary.portal.figures import year_of_energy


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


def equivalents() -> list[Equivalent]:
    """Those that can be told today."""
    energy = year_of_energy()
    named = (
        ("co2", _("Carbon dioxide avoided in twelve months"), _("kg"), energy.carbon),
        ("households", _("Households that use as much in a year"), _("households"), energy.households),
    )
    return [_told(code, name, unit, sum_) for code, name, unit, sum_ in named if sum_ is not None]


def _told(code: str, name: str, unit: str, reckoned: Calculation) -> Equivalent:
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    pack = law.pack_for_new_cases()
    lines = reckoned.text(language, cite=lambda citation: pack.cite(citation, language))
    return Equivalent(code, name, reckoned.amount, unit, lines, reckoned.verified)
