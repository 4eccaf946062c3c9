"""The whole of a pack: pack.yaml and one section a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from gridcanary.packs.schema.actors import Department, RoleName
from gridcanary.packs.schema.base import Code, Entry
from gridcanary.packs.schema.clocks import Clock, Suspension
from gridcanary.packs.schema.documents import Document, Referral
from gridcanary.packs.schema.explainers import Explainer
from gridcanary.packs.schema.flow import ConditionRule, LoopItem, Stage, Transition
from gridcanary.packs.schema.holidays import HolidayYear
from gridcanary.packs.schema.inspection import ChecklistItem, Disposal, Outcome
from gridcanary.packs.schema.measures import Basis, Measure, Violation
from gridcanary.packs.schema.money import Factor, MoneyKind, PenaltyRule, PriceRule, TheftRule
from gridcanary.packs.schema.sources import Source
from gridcanary.packs.schema.switches import Switches
from gridcanary.packs.schema.tiles import AreaCode, Tile
from gridcanary.packs.schema.vocabulary import Condition, DepartmentKind, Role

HEAD = "pack"
"""Name of the file with the switches."""

Year = Annotated[str, Field(pattern=r"^\d{4}$")]


class Content(Entry):
    """Every section of a pack; each is a file of the same name with entries by code."""

    pack: Switches = Field(description="what the jurisdiction is, and its switches")
    sources: dict[Code, Source] = Field(description="laws and notices that facts cite")
    departments: dict[DepartmentKind, Department] = Field(description="who works on a case")
    roles: dict[Role, RoleName] = Field(description="who approves")
    stages: dict[Code, Stage] = Field(description="stages of a case")
    transitions: dict[Code, Transition] = Field(description="ways between stages, with their gates")
    conditions: dict[Condition, ConditionRule] = Field(description="what gates and measures may demand")
    loop_items: dict[Code, LoopItem] = Field(description="what must be closed before a case is")
    bases: dict[Code, Basis] = Field(description="provisions that empower departments")
    measures: dict[Code, Measure] = Field(description="what departments may do")
    violations: dict[Code, Violation] = Field(description="what somebody did")
    documents: dict[Code, Document] = Field(description="what is issued")
    referrals: dict[Code, Referral] = Field(description="what is handed to others")
    clocks: dict[Code, Clock] = Field(description="limits that run")
    suspensions: dict[Code, Suspension] = Field(
        default_factory=dict, description="reasons for which time does not count"
    )
    prices: dict[Code, PriceRule] = Field(default_factory=dict, description="surcharges")
    theft: dict[Code, TheftRule] = Field(
        default_factory=dict, description="back-billing of stolen or misdeclared electricity"
    )
    penalties: dict[Code, PenaltyRule] = Field(
        default_factory=dict, description="fines and what is added when late"
    )
    money: dict[Code, MoneyKind] = Field(description="kinds of money in a case's ledger")
    factors: dict[Code, Factor] = Field(default_factory=dict, description="working-table factors")
    outcomes: dict[Code, Outcome] = Field(description="what a case turned out to be")
    checklist: dict[Code, ChecklistItem] = Field(description="questions of the inspection form")
    disposals: dict[Code, Disposal] = Field(description="what was done with a device")
    explainers: dict[Code, Explainer] = Field(
        default_factory=dict, description="the law in plain words, for everybody"
    )
    tiles: dict[AreaCode, Tile] = Field(
        default_factory=dict, description="squares of cities, shown in place of a map"
    )
    holidays: dict[Year, HolidayYear] = Field(description="days off and swapped working days by year")

    def section(self, name: str) -> Mapping[str, Any]:
        """Entries of a section by code."""
        found: Mapping[str, Any] = getattr(self, name)
        return found


SECTIONS = tuple(name for name in Content.model_fields if name != HEAD)
"""Names of the files beside pack.yaml."""
