"""bases.yaml, measures.yaml, violations.yaml: the authority matrix, who may do what on which legal basis."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from gridcanary.packs.schema.base import Code, Entry, Fact, Text
from gridcanary.packs.schema.vocabulary import DepartmentKind, Role, Track


class Basis(Fact):
    """A provision that empowers somebody."""

    title: Text = Field(description="what the provision allows")
    departments: tuple[DepartmentKind, ...] = Field(
        min_length=1, description="kinds of departments that it empowers"
    )


class Measure(Entry):
    """Something that a department may do to a case's premises, devices, parties or supply."""

    name: Text = Field(description="name of the measure")
    track: Track = Field(description="the law it belongs to")
    bases: tuple[Code, ...] = Field(min_length=1, description="provisions it may rest on")
    stages: tuple[Code, ...] = Field(min_length=1, description="stages in which it may be taken")
    approval: Role | None = Field(default=None, description="who approves before it is taken")
    warrant: StrictBool = Field(default=False, description="whether a court's warrant must be there first")
    conditions: tuple[Code, ...] = Field(
        default=(), description="conditions that must hold before it is taken"
    )
    officers: Annotated[int, Field(ge=1)] = Field(default=1, description="officers who must take part")
    documents: tuple[Code, ...] = Field(default=(), description="documents that belong to it")
    clocks: tuple[Code, ...] = Field(
        default=(), description="clocks that it starts; each starts on measure_started"
    )
    explanation: Text = Field(description="what it does, and what it does not")


class Violation(Entry):
    """What somebody did, as the pack names it."""

    name: Text = Field(description="name of the violation")
    track: Track = Field(description="the law it belongs to")
    bases: tuple[Code, ...] = Field(min_length=1, description="provisions that forbid or sanction it")
    signs: Text = Field(description="what it looks like to a lens or an inspector")
