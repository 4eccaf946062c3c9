"""What the pack of a case says about inspections: officers, questions, disposals, measures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gridcanary.accounts.models import Unit
from gridcanary.casework import law
from gridcanary.casework.models import Case

LIGHTS = ("device", "software", "pool_record")
"""The three things that together show mining: the computing device, the software on it, the record of a pool."""

INSPECTION = "on_site_inspection"
"""The measure of the packs that an inspection is, where a pack says who may inspect and in which stages."""

DEVICE_LOOP, SUPPLY_LOOP = "devices_disposed", "disconnection_proof"
"""Loop items of the packs that name the measures taken on devices and on the supply."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the checklist in the language of the page.

    Args:
        code: of the pack.
        text: what is asked.
        light: what the answer shows.
        evidence: what to secure with it.
        required: whether the record can be finished without an answer.
    """

    code: str
    text: str
    light: str
    evidence: str
    required: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Something of the pack to choose.

    Args:
        code: of the pack.
        name: in the language of the page.
        detail: what it rests on or needs.
        final: for a disposal, whether the device is accounted for with it.
    """

    code: str
    name: str
    detail: str = ""
    final: bool = False


def officers_needed(case: Case) -> int:
    """How many certified officers an inspection needs."""
    return int(law.pack_of(case).switches.officers_per_visit)


def questions(case: Case) -> list[Question]:
    """The checklist in the order of the form."""
    language = law.language()
    return [
        Question(
            code, item.question.of(language), item.light, item.evidence.of(language), bool(item.required)
        )
        for code, item in law.pack_of(case).checklist.items()
    ]


def disposals(case: Case, unit: Unit) -> list[Choice]:
    """What a unit may record as the disposal of a device."""
    pack, language = law.pack_of(case), law.language()
    return [
        Choice(
            code,
            rule.name.of(language),
            " / ".join(pack.documents[one].title.of(language) for one in rule.documents),
            bool(rule.final),
        )
        for code, rule in pack.disposals.items()
        if unit.kind in rule.departments
    ]


def disposal_name(case: Case, code: str) -> str:
    """The name of a disposal; its code where the pack has none such."""
    rule = law.pack_of(case).disposals.get(code)
    return rule.name.of(law.language()) if rule else code


def measure_name(case: Case, code: str) -> str:
    """The name of a measure; its code where the pack has none such."""
    rule = law.pack_of(case).measures.get(code)
    return rule.name.of(law.language()) if rule else code


def basis_name(case: Case, code: str) -> str:
    """How the pack cites a legal basis; its code where the pack has none such."""
    pack = law.pack_of(case)
    basis = pack.bases.get(code)
    return pack.cite(basis, law.language()) if basis else code


def measures(case: Case, unit: Unit, loop_item: str, on: dt.date) -> Iterator[tuple[str, str]]:
    """Measure and basis that a unit may take now on devices or on the supply.

    Args:
        case: the case; its stage counts.
        unit: who acts.
        loop_item: DEVICE_LOOP or SUPPLY_LOOP.
        on: the day of the act.
    """
    pack = law.pack_of(case)
    item = pack.loop_items.get(loop_item)
    allowed = pack.measures_for(unit.kind, case.stage, on)
    for measure in item.measures if item else ():
        for basis in allowed.get(measure, ()):
            yield measure, basis


def inspection_refusal(case: Case, units: Iterable[Unit], on: dt.date) -> str:
    """Why none of the units may inspect in a case; empty where one of them may.

    Args:
        case: the case; its stage counts.
        units: departments whose officers go.
        on: the day of the inspection.
    """
    pack = law.pack_of(case)
    measure = pack.measures.get(INSPECTION)
    if measure is None:
        return ""
    found = [refusal(case, INSPECTION, basis, unit, on) for unit in units for basis in measure.bases]
    return "" if "" in found else next(iter(found), "")


def refusal(case: Case, measure: str, basis: str, unit: Unit, on: dt.date) -> str:
    """Why the pack forbids a measure on a basis by a unit; empty where it allows it."""
    found = law.pack_of(case).refusal(measure, basis, unit.kind, on=on, stage=case.stage)
    return found.text.of(law.language()) if found else ""
