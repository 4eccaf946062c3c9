"""The authority matrix, asked for a case: which measure, on which provision, by which department."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import Unit
from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.packs.schema.measures import Measure as MeasureRule

CERTIFIED = "two_officers"
"""The packs' condition that a measure is taken by officers with certificates."""


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list to choose from.

    Args:
        value: code of the pack, or id of the unit.
        text: as shown.
        refusal: why it can't be chosen; empty where it can.
        cited: law and article, an unverified one marked.
        verified: whether somebody read it in the primary source.
        group: track, for measures.
    """

    value: str
    text: str
    refusal: str = ""
    cited: str = ""
    verified: bool = True
    group: str = ""


def refusal(case: Case, measure: str, basis: str, unit: Unit, on: dt.date | None = None) -> str:
    """Why the case's pack forbids a measure on a basis by a unit; empty where it allows it."""
    pack = law.pack_of(case)
    found = pack.refusal(measure, basis, unit.kind, on=on or timezone.localdate(), stage=case.stage)
    return found.text.of(law.language()) if found else ""


def track(case: Case, measure: str) -> str:
    """The track to which a measure belongs."""
    return str(law.pack_of(case).measure(measure).track)


def rule(case: Case, measure: str) -> MeasureRule:
    """What the pack says of a measure."""
    return law.pack_of(case).measure(measure)


def needs_certificates(found: MeasureRule) -> bool:
    """Whether officers must hold law-enforcement certificates for it."""
    return CERTIFIED in found.conditions


def acting_units(case: Case) -> list[Unit]:
    """Units that lead or work on the case."""
    shares = case.shares.filter(ended_at__isnull=True, level__in=("own", "work")).select_related("unit")
    return [share.unit for share in shares]


def measure_options(case: Case) -> Iterator[Option]:
    """Every measure of the pack, with why it can't be taken in this case now."""
    pack, lang = law.pack_of(case), law.language()
    units = acting_units(case)
    for code, found in pack.measures.items():
        yield Option(
            code, found.name.of(lang), _measure_refusal(case, code, found, units), group=str(found.track)
        )


def _measure_refusal(case: Case, code: str, found: MeasureRule, units: list[Unit]) -> str:
    reasons: dict[str, None] = {}
    for basis in found.bases:
        for unit in units:
            reason = refusal(case, code, basis, unit)
            if not reason:
                return ""
            reasons[reason] = None
    if case.stage not in found.stages:
        return next(iter(reasons), "")
    lang, pack = law.language(), law.pack_of(case)
    kinds = dict.fromkeys(kind for basis in found.bases for kind in pack.basis(basis).departments)
    names = ", ".join(pack.department(kind).short.of(lang) for kind in kinds if kind in pack.departments)
    return _("No department of this case may take it. It is for: %(names)s.") % {"names": names}


def basis_options(case: Case, measure: str) -> Iterator[Option]:
    """The provisions that a measure may rest on, with why one can't be used."""
    pack, lang = law.pack_of(case), law.language()
    units, today = acting_units(case), timezone.localdate()
    for code in pack.measure(measure).bases:
        found = pack.basis(code)
        reasons = [refusal(case, measure, code, unit, today) for unit in units]
        blocked = _basis_refusal(case, code, reasons, case.stage in pack.measure(measure).stages)
        yield Option(code, found.title.of(lang), blocked, pack.cite(found, lang), found.verified)


def _basis_refusal(case: Case, basis: str, reasons: list[str], in_stage: bool) -> str:
    if not all(reasons):
        return ""
    pack, lang = law.pack_of(case), law.language()
    kinds = pack.basis(basis).departments
    if not in_stage or any(unit.kind in kinds for unit in acting_units(case)):
        return reasons[0]
    names = ", ".join(pack.department(kind).short.of(lang) for kind in kinds)
    return _("It empowers departments that don't work on this case: %(names)s.") % {"names": names}


def unit_options(case: Case, measure: str, basis: str) -> Iterator[Option]:
    """The departments of the case, with why one may not take the measure on this basis."""
    for unit in acting_units(case):
        yield Option(str(unit.pk), unit.name, refusal(case, measure, basis, unit))
