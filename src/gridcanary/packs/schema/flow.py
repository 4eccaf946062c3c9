"""stages.yaml, transitions.yaml, conditions.yaml, loop_items.yaml: the way of a case."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool, model_validator

from gridcanary.packs.schema.base import Code, Entry, Fact, Text
from gridcanary.packs.schema.vocabulary import DepartmentKind, Role


class Stage(Entry):
    """A stage of a case."""

    name: Text = Field(description="name of the stage")
    order: Annotated[int, Field(ge=0)] = Field(description="place in lists and in the funnel")
    lead: DepartmentKind = Field(description="kind of department that leads")
    support: tuple[DepartmentKind, ...] = Field(default=(), description="kinds of departments that help")
    purpose: Text = Field(description="what has to be achieved before the case moves on")
    watch: StrictBool = Field(
        default=False, description="true for the stage in which the premises are watched"
    )
    terminal: StrictBool = Field(default=False, description="true where the way ends")


class Approval(Entry):
    """An approval that a gate demands."""

    role: Role = Field(description="role of the person who approves")
    department: DepartmentKind | None = Field(
        default=None, description="kind of department; left out for the one that leads the stage"
    )


class Gate(Entry):
    """What must be there before a case moves."""

    documents: tuple[Code, ...] = Field(default=(), description="documents that must be issued")
    one_of: tuple[tuple[Code, ...], ...] = Field(
        default=(), description="groups of documents of which one each must be issued"
    )
    approvals: tuple[Approval, ...] = Field(default=(), description="approvals that must be given")
    conditions: tuple[Code, ...] = Field(default=(), description="conditions that must hold")
    loop_items: tuple[Code, ...] = Field(
        default=(), description="loop items that, once opened, must be closed"
    )
    all_loop_items: StrictBool = Field(
        default=False, description="true where every opened loop item must be closed"
    )
    outcomes: tuple[Code, ...] = Field(
        default=(), description="outcomes with which this way is open; empty for any"
    )


class Transition(Entry):
    """A way from one stage to another, and its gate."""

    from_stage: Code = Field(description="stage that the case leaves")
    to_stage: Code = Field(description="stage that it enters")
    title: Text = Field(description="what the button says")
    backward: StrictBool = Field(
        default=False, description="true for going back: returned work or resurgence"
    )
    gate: Gate = Field(default=Gate(), description="what must be there")

    @model_validator(mode="after")
    def _moves(self) -> Transition:
        if self.from_stage == self.to_stage:
            raise ValueError("from_stage and to_stage are the same")
        return self


class ConditionRule(Fact):
    """A condition of gates and measures. Its key is one that the product can evaluate or ask for."""

    title: Text = Field(description="what is demanded, as a short sentence")
    missing: Text = Field(description="what to do when it does not hold")


class LoopItem(Entry):
    """Something that, once opened, must be closed before the case is."""

    name: Text = Field(description="what has to be done")
    responsible: DepartmentKind = Field(description="kind of department that answers for it")
    always: StrictBool = Field(
        default=False, description="true where every case with a confirmed mine opens it"
    )
    measures: tuple[Code, ...] = Field(default=(), description="measures that open it")
    referrals: tuple[Code, ...] = Field(default=(), description="referrals that open it")
    money: tuple[Code, ...] = Field(default=(), description="kinds of money that open it")
    closes_with: tuple[Code, ...] = Field(default=(), description="documents of which one closes it")

    @model_validator(mode="after")
    def _is_opened(self) -> LoopItem:
        if not (self.always or self.measures or self.referrals or self.money):
            raise ValueError("nothing opens it: give always, measures, referrals or money")
        return self
