"""outcomes.yaml, checklist.yaml, disposals.yaml: what an inspection records, and how it ends."""

from __future__ import annotations

from pydantic import Field, StrictBool

from gridcanary.packs.schema.base import Code, Entry, Text
from gridcanary.packs.schema.vocabulary import Calibration, DepartmentKind, Light


class Outcome(Entry):
    """What a case turned out to be."""

    name: Text = Field(description="name of the outcome")
    meaning: Text = Field(description="when it is chosen")
    calibration: Calibration = Field(description="how the ranking learns from it")
    watched: StrictBool = Field(description="whether the premises are watched afterwards")
    sanctions: StrictBool = Field(description="whether measures against the party may go on")


class ChecklistItem(Entry):
    """A question of the inspection form."""

    question: Text = Field(description="what the officer answers")
    light: Light = Field(description="what the answer shows")
    evidence: Text = Field(description="what to secure with it")
    required: StrictBool = Field(description="whether the form can be finished without it")
    order: int = Field(description="place in the form")


class Disposal(Entry):
    """What was done with a device."""

    name: Text = Field(description="name of the disposal")
    final: StrictBool = Field(description="whether the device is accounted for with it")
    documents: tuple[Code, ...] = Field(default=(), description="documents of which one must be there")
    departments: tuple[DepartmentKind, ...] = Field(min_length=1, description="kinds that may do it")
