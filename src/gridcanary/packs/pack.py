"""A loaded pack: read-only lookups for casework, and the question whether a measure is allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar

from gridcanary.packs.calendar import WorkCalendar
from gridcanary.packs.faults import UnknownCode
from gridcanary.packs.refusal import Refusal, refusal
from gridcanary.packs.schema.actors import Department
from gridcanary.packs.schema.base import Entry, Fact, Text
from gridcanary.packs.schema.clocks import Clock
from gridcanary.packs.schema.content import Content
from gridcanary.packs.schema.documents import Document, Referral
from gridcanary.packs.schema.flow import ConditionRule, Gate, LoopItem, Stage, Transition
from gridcanary.packs.schema.holidays import HolidayYear
from gridcanary.packs.schema.inspection import ChecklistItem, Disposal, Outcome
from gridcanary.packs.schema.measures import Basis, Measure, Violation
from gridcanary.packs.schema.money import Factor, MoneyKind, PenaltyRule, PriceRule, TheftRule
from gridcanary.packs.schema.sources import Source
from gridcanary.packs.schema.switches import Switches

EntryT = TypeVar("EntryT", bound=Entry)


class Citable(Protocol):
    """What says where it stands and whether it was read there."""

    @property
    def source(self) -> str: ...
    @property
    def article(self) -> str: ...
    @property
    def verified(self) -> bool: ...


class Pack:
    """A jurisdiction pack; made by ``packs.load`` and ``packs.from_frozen``, never changed.

    Each section is a read-only mapping by code (``pack.measures``, ``pack.clocks`` ...); the singular methods
    (``pack.measure("seize")``) say which pack lacks a code.

    Args:
        content: the validated content.
        digest: SHA-256 of the canonical content and templates, in hexadecimal.
        frozen_text: the canonical text.
        templates: content of each template by file name.
        overrides: entries that replaced or removed one of the pack below, such as ``prices.surcharge``.
    """

    def __init__(
        self,
        content: Content,
        digest: str,
        frozen_text: str,
        templates: Mapping[str, bytes],
        overrides: tuple[str, ...],
    ) -> None:
        self._content, self._frozen = content, frozen_text
        self.switches: Switches = content.pack
        self.id, self.version, self.digest = content.pack.id, content.pack.version, digest
        self.overrides = overrides
        self.templates: Mapping[str, bytes] = MappingProxyType(dict(templates))
        self.sources: Mapping[str, Source] = MappingProxyType(content.sources)
        self.departments: Mapping[str, Department] = MappingProxyType(
            {str(kind): one for kind, one in content.departments.items()}
        )
        self.stages: Mapping[str, Stage] = MappingProxyType(
            dict(sorted(content.stages.items(), key=lambda item: item[1].order))
        )
        self.transitions: Mapping[str, Transition] = MappingProxyType(content.transitions)
        self.conditions: Mapping[str, ConditionRule] = MappingProxyType(
            {str(code): one for code, one in content.conditions.items()}
        )
        self.loop_items: Mapping[str, LoopItem] = MappingProxyType(content.loop_items)
        self.bases: Mapping[str, Basis] = MappingProxyType(content.bases)
        self.measures: Mapping[str, Measure] = MappingProxyType(content.measures)
        self.violations: Mapping[str, Violation] = MappingProxyType(content.violations)
        self.documents: Mapping[str, Document] = MappingProxyType(content.documents)
        self.referrals: Mapping[str, Referral] = MappingProxyType(content.referrals)
        self.clocks: Mapping[str, Clock] = MappingProxyType(content.clocks)
        self.prices: Mapping[str, PriceRule] = MappingProxyType(content.prices)
        self.theft: Mapping[str, TheftRule] = MappingProxyType(content.theft)
        self.penalties: Mapping[str, PenaltyRule] = MappingProxyType(content.penalties)
        self.money: Mapping[str, MoneyKind] = MappingProxyType(content.money)
        self.factors: Mapping[str, Factor] = MappingProxyType(content.factors)
        self.outcomes: Mapping[str, Outcome] = MappingProxyType(content.outcomes)
        self.checklist: Mapping[str, ChecklistItem] = MappingProxyType(
            dict(sorted(content.checklist.items(), key=lambda item: item[1].order))
        )
        self.disposals: Mapping[str, Disposal] = MappingProxyType(content.disposals)
        self.holidays: Mapping[str, HolidayYear] = MappingProxyType(content.holidays)
        self.calendar = WorkCalendar.of(content.pack, content.holidays)

    def __repr__(self) -> str:
        return f"<Pack {self.id}@{self.version} {self.digest[:12]}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pack) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def content(self) -> Content:
        """The whole content as pydantic models."""
        return self._content

    def frozen_json(self) -> str:
        """The whole pack as one text, to be stored with the cases that began under it."""
        return self._frozen

    def _entry(self, entries: Mapping[str, EntryT], section: str, code: str) -> EntryT:
        found = entries.get(code)
        if found is None:
            raise UnknownCode(f"{self.id}@{self.version}", section, code)
        return found

    def department(self, kind: str) -> Department:
        """What a kind of department is here. Raises UnknownCode."""
        return self._entry(self.departments, "departments", kind)

    def stage(self, code: str) -> Stage:
        """A stage. Raises UnknownCode."""
        return self._entry(self.stages, "stages", code)

    def measure(self, code: str) -> Measure:
        """A measure. Raises UnknownCode."""
        return self._entry(self.measures, "measures", code)

    def basis(self, code: str) -> Basis:
        """A provision that empowers somebody. Raises UnknownCode."""
        return self._entry(self.bases, "bases", code)

    def document(self, code: str) -> Document:
        """A kind of document. Raises UnknownCode."""
        return self._entry(self.documents, "documents", code)

    def referral(self, code: str) -> Referral:
        """A kind of referral. Raises UnknownCode."""
        return self._entry(self.referrals, "referrals", code)

    def clock(self, code: str) -> Clock:
        """A clock. Raises UnknownCode."""
        return self._entry(self.clocks, "clocks", code)

    def outcome(self, code: str) -> Outcome:
        """An outcome. Raises UnknownCode."""
        return self._entry(self.outcomes, "outcomes", code)

    def template(self, document: str) -> bytes:
        """Content of a document's template (DOCX). Raises UnknownCode."""
        return self.templates[self.document(document).template]

    def transitions_from(self, stage: str) -> dict[str, Transition]:
        """The ways out of a stage by code, forward ones first."""
        self.stage(stage)
        ways = [(code, way) for code, way in self.transitions.items() if way.from_stage == stage]
        order = {code: self.stages[way.to_stage].order for code, way in ways}
        return dict(sorted(ways, key=lambda item: (item[1].backward, order[item[0]])))

    def gate(self, from_stage: str, to_stage: str) -> Gate:
        """The gate between two stages. Raises UnknownCode where there is no way."""
        for way in self.transitions_from(from_stage).values():
            if way.to_stage == to_stage:
                return way.gate
        raise UnknownCode(f"{self.id}@{self.version}", "transitions", f"{from_stage} > {to_stage}")

    def clocks_started_by(self, event: str) -> dict[str, Clock]:
        """Clocks that an event starts by itself.

        Those that a measure names start with the measure, and those that a kind of money names with the claim of
        each amount, so that each runs for its own measure or amount.
        """
        named = {code for measure in self.measures.values() for code in measure.clocks}
        named |= {kind.due_clock for kind in self.money.values() if kind.due_clock}
        return {
            code: clock
            for code, clock in self.clocks.items()
            if clock.starts_on == event and code not in named
        }

    def measures_for(self, department_kind: str, stage: str, on: dt.date) -> dict[str, list[str]]:
        """What a department may do in a stage: usable bases by measure, on a day."""
        found = {
            code: [
                basis
                for basis in measure.bases
                if self.refusal(code, basis, department_kind, on=on, stage=stage) is None
            ]
            for code, measure in self.measures.items()
        }
        return {code: bases for code, bases in found.items() if bases}

    def refusal(
        self, measure: str, basis: str, department_kind: str, *, on: dt.date, stage: str | None = None
    ) -> Refusal | None:
        """Why the pack forbids a measure on a basis by a department; None where it allows it.

        Args:
            measure: code of the measure.
            basis: code of the provision.
            department_kind: kind of the department that wants to act.
            on: day on which it acts.
            stage: stage of the case; left out, any stage.

        Returns:
            The first reason with its text, or None. Approvals, warrants and conditions are demanded apart:
            ``pack.measure(code)`` names them.
        """
        return refusal(self._content, measure, basis, department_kind, on=on, stage=stage)

    def in_force(self, entries: Mapping[str, Fact], on: dt.date) -> list[str]:
        """Codes of the facts of a section that hold on a day, such as ``pack.prices``."""
        return [code for code, fact in entries.items() if fact.in_force(on)]

    def text(self, text: Text | str, lang: str) -> str:
        """A text in a language; English where the pack lacks it; a plain string as it is."""
        return text if isinstance(text, str) else text.of(lang)

    def cite(self, fact: Citable, lang: str) -> str:
        """How a fact is cited, an unverified one marked as such.

        Args:
            fact: an entry of the pack, or a citation that accounting gave.
            lang: zh or en.
        """
        source = self._content.sources[fact.source]
        title = source.title.of(lang) + (f"（{source.number}）" if source.number and lang[:2] == "zh" else "")
        if source.number and lang[:2] != "zh":
            title += f" ({source.number})"
        mark = "" if fact.verified else ("〔未核实〕" if lang[:2] == "zh" else " [unverified]")
        return f"{title} {fact.article}{mark}"
