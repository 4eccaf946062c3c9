"""What refers to what inside a pack: every code that is named must be there, every stage reachable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gridcanary.packs.reachability import flow_faults
from gridcanary.packs.schema.base import Fact
from gridcanary.packs.schema.content import SECTIONS, Content
from gridcanary.packs.template_fields import UnreadableTemplate, unknown_fields
from gridcanary.packs.yaml_source import Path_

Told = tuple[str, Path_, str, str]
"""Section, path in it, what was found, what was expected."""

REFERENCES: dict[str, dict[str, str]] = {
    "stages": {"lead": "departments", "support": "departments"},
    "transitions": {
        "from_stage": "stages",
        "to_stage": "stages",
        "gate.documents": "documents",
        "gate.one_of": "documents",
        "gate.conditions": "conditions",
        "gate.loop_items": "loop_items",
        "gate.outcomes": "outcomes",
        "gate.approvals.role": "roles",
        "gate.approvals.department": "departments",
    },
    "loop_items": {
        "responsible": "departments",
        "measures": "measures",
        "referrals": "referrals",
        "money": "money",
        "closes_with": "documents",
    },
    "bases": {"departments": "departments"},
    "measures": {
        "bases": "bases",
        "stages": "stages",
        "approval": "roles",
        "conditions": "conditions",
        "documents": "documents",
        "clocks": "clocks",
    },
    "violations": {"bases": "bases"},
    "documents": {
        "stages": "stages",
        "issuers": "departments",
        "measure": "measures",
        "signed_by": "roles",
    },
    "referrals": {
        "to": "departments",
        "from_kinds": "departments",
        "approval": "roles",
        "documents": "documents",
        "receipt_clock": "clocks",
        "answer_clock": "clocks",
    },
    "clocks": {
        "suspend_reasons": "suspensions",
        "extension.approver": "roles",
        "responsible": "departments",
        "escalate_to": "roles",
    },
    "prices": {"lister": "departments"},
    "money": {"collector": "departments", "due_clock": "clocks", "documents": "documents"},
    "disposals": {"documents": "documents", "departments": "departments"},
    "sources": {"replaced_by": "sources"},
}
"""Which section the codes in a field belong to."""


def reference_faults(content: Content, templates: Mapping[str, bytes]) -> list[Told]:
    """Everything in a valid content that names something that is not there or contradicts itself."""
    found: list[Told] = []
    for section, fields in REFERENCES.items():
        for code, entry in content.section(section).items():
            for field, target in fields.items():
                known = content.section(target)
                found += [
                    (section, (code, *field.split(".")), repr(name), f"a code in {target}.yaml")
                    for name in _values(entry, field.split("."))
                    if name not in known
                ]
    found += _source_faults(content)
    found += _head_faults(content)
    found += _money_faults(content)
    found += _authority_faults(content)
    found += _template_faults(content, templates)
    found += flow_faults(content)
    found += _tile_faults(content)
    return found


def _values(value: Any, path: list[str]) -> Iterator[str]:
    """Codes at a path of an entry, through lists."""
    if value is None:
        return
    if isinstance(value, tuple):
        for inner in value:
            yield from _values(inner, path)
    elif path:
        yield from _values(getattr(value, path[0]), path[1:])
    else:
        yield str(value)


def facts(content: Content) -> Iterator[tuple[str, str, Fact]]:
    """Every fact of law: section, code, fact."""
    for section in SECTIONS:
        for code, entry in content.section(section).items():
            if isinstance(entry, Fact):
                yield section, code, entry


def _source_faults(content: Content) -> Iterable[Told]:
    for section, code, fact in facts(content):
        source = content.sources.get(fact.source)
        if source is None:
            yield section, (code, "source"), repr(fact.source), "a code in sources.yaml"
            continue
        if fact.valid_from < source.valid_from:
            yield (
                section,
                (code, "valid_from"),
                str(fact.valid_from),
                f"a day from {source.valid_from} on, when {fact.source} came into force",
            )
        if source.valid_to and (fact.valid_to is None or fact.valid_to > source.valid_to):
            yield (
                section,
                (code, "valid_to"),
                str(fact.valid_to or "nothing"),
                f"a day up to {source.valid_to}, when {fact.source} ended",
            )
        if fact.verified and not source.verified:
            yield section, (code, "verified"), "true", f"false, as {fact.source} itself is unverified"
    yield from _day_counting_faults(content)


def _day_counting_faults(content: Content) -> Iterable[Told]:
    for code, clock in content.clocks.items():
        source = content.sources.get(clock.source)
        if source is None or source.day_counting is None or clock.limit.unit not in ("days", "working_days"):
            continue
        unit = source.day_counting.unit_of(clock.limit.amount)
        if unit != clock.limit.unit:
            yield (
                "clocks",
                (code, "limit"),
                f"{clock.limit.amount} {clock.limit.unit}",
                f"{unit}: {clock.source} {source.day_counting.article} says so",
            )


def _head_faults(content: Content) -> Iterable[Told]:
    head = content.pack
    if head.first_stage not in content.stages:
        yield "pack", ("first_stage",), repr(head.first_stage), "a code in stages.yaml"
    if head.licence_registry and head.licence_registry.keeper not in content.departments:
        yield "pack", ("licence_registry", "keeper"), head.licence_registry.keeper, "a department of the pack"
    if head.reward_scheme and head.reward_scheme.source not in content.sources:
        yield "pack", ("reward_scheme", "source"), head.reward_scheme.source, "a code in sources.yaml"
    for index, line in enumerate(head.hotlines):
        if line.source not in content.sources:
            yield "pack", ("hotlines", index, "source"), line.source, "a code in sources.yaml"
    for index, code in enumerate(head.remedy_clocks):
        if code not in content.clocks:
            yield "pack", ("remedy_clocks", index), repr(code), "a code in clocks.yaml"
    if head.document_language not in head.languages:
        yield "pack", ("document_language",), head.document_language, f"one of {', '.join(head.languages)}"
    if not {"zh", "en"} <= set(head.languages):
        yield "pack", ("languages",), ", ".join(head.languages), "a list with zh and en among others"


def _money_faults(content: Content) -> Iterable[Told]:
    rules = {*content.prices, *content.theft, *content.penalties}
    for code, kind in content.money.items():
        for rule in kind.rules:
            if rule not in rules:
                yield "money", (code, "rules"), repr(rule), "a code in prices, theft or penalties.yaml"


def _tile_faults(content: Content) -> Iterable[Told]:
    """Two cities of a province in one square; provinces are drawn apart."""
    taken: dict[tuple[str, int, int], str] = {}
    for code, tile in content.tiles.items():
        first = taken.setdefault((code[:2], tile.column, tile.row), code)
        if first != code:
            place = f"column {tile.column}, row {tile.row}"
            yield "tiles", (code, "column"), f"{place}, where {first} stands", "a square of its own"


def _template_faults(content: Content, templates: Mapping[str, bytes]) -> Iterable[Told]:
    for code, document in content.documents.items():
        place = (code, "template")
        if document.template not in templates:
            yield "documents", place, repr(document.template), "a file in the templates folder"
            continue
        try:
            unknown = unknown_fields(templates[document.template])
        except UnreadableTemplate:
            yield "documents", place, f"{document.template}, which is not a DOCX", "a DOCX file"
            continue
        if unknown:
            found = f"{', '.join(unknown)} in {document.template}"
            yield "documents", place, found, "fields that docs/packs.md lists"


def _authority_faults(content: Content) -> Iterable[Told]:
    """Measures that nobody may take or whose clocks start with something else; a warrant gate without a warrant."""
    for code, measure in content.measures.items():
        for name in measure.clocks:
            clock = content.clocks.get(name)
            if clock is not None and clock.starts_on != "measure_started":
                found = f"{name}, which starts on {clock.starts_on}"
                yield "measures", (code, "clocks"), found, "clocks that start on measure_started"
        for name in measure.bases:
            basis = content.bases.get(name)
            if basis is None:
                continue
            able = [
                kind
                for kind, department in content.departments.items()
                if kind in basis.departments and measure.track in department.tracks
            ]
            if not able:
                yield (
                    "measures",
                    (code, "bases"),
                    repr(name),
                    f"a basis that empowers a department with the {measure.track} track",
                )
    named = {name for measure in content.measures.values() for name in measure.clocks}
    for code, clock in content.clocks.items():
        if clock.starts_on == "measure_started" and code not in named:
            yield "clocks", (code, "starts_on"), "measure_started", "a measure that names this clock"
    if content.pack.warrant_gate and not any(measure.warrant for measure in content.measures.values()):
        yield "pack", ("warrant_gate",), "true", "at least one measure with warrant: true"
