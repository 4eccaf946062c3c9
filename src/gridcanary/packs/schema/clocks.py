"""clocks.yaml: the limits that run, as data for the clock engine."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, model_validator

from gridcanary.packs.schema.base import Code, Entry, Fact, Text
from gridcanary.packs.schema.vocabulary import DepartmentKind, Event, Role

Positive = Annotated[int, Field(ge=1)]
Unit = Literal["hours", "days", "working_days", "months", "years"]


class Limit(Entry):
    """How long: exactly one of the five."""

    hours: Positive | None = Field(
        default=None, description="hours, counted to the second, nights and holidays too"
    )
    days: Positive | None = Field(default=None, description="calendar days")
    working_days: Positive | None = Field(
        default=None, description="days of the working week without holidays"
    )
    months: Positive | None = Field(default=None, description="calendar months")
    years: Positive | None = Field(default=None, description="calendar years")

    @model_validator(mode="after")
    def _exactly_one(self) -> Limit:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"needs exactly one of hours, days, working_days, months, years; has {given or 'none'}"
            )
        return self

    @property
    def unit(self) -> Unit:
        """Which of the five is given."""
        units: tuple[Unit, ...] = ("hours", "days", "working_days", "months", "years")
        return next(unit for unit in units if getattr(self, unit) is not None)

    @property
    def amount(self) -> int:
        """How many of them."""
        return int(getattr(self, self.unit))


class Boundary(Entry):
    """How the first and the last day count; hours ignore both."""

    first_day: Literal["excluded", "included"] = Field(
        default="excluded", description="whether the day of the event counts as the first"
    )
    last_day: Literal["exact", "next_working_day", "previous_working_day"] = Field(
        default="exact", description="what happens when the last day is a holiday"
    )


class Extension(Entry):
    """The one extension that is allowed."""

    limit: Limit = Field(description="how much longer, in the unit of the clock's own limit")
    approver: Role = Field(description="who approves it")
    notify_party: StrictBool = Field(default=False, description="whether the party must be told with reasons")


class Clock(Fact):
    """A limit that starts with an event and ends with another."""

    title: Text = Field(description="what has to happen in time")
    starts_on: Event = Field(description="event that starts it")
    ends_on: tuple[Event, ...] = Field(min_length=1, description="events of which one ends it")
    limit: Limit = Field(description="how long")
    boundary: Boundary = Field(default=Boundary(), description="how the first and last day count")
    suspend_reasons: tuple[Code, ...] = Field(
        default=(), description="reasons in suspensions.yaml that stop it"
    )
    extension: Extension | None = Field(default=None, description="the one extension, if any")
    responsible: DepartmentKind | None = Field(
        default=None, description="kind of department that must act; left out for a party's own limit"
    )
    escalate_to: Role = Field(description="who is told when it is late")
    warn_days: Annotated[int, Field(ge=0)] = Field(
        default=3, description="days before the end from which it is due soon, at most half of the limit"
    )
    effect: Text = Field(description="what follows when it runs out")

    @model_validator(mode="after")
    def _extension_in_the_same_unit(self) -> Clock:
        if self.extension and self.extension.limit.unit != self.limit.unit:
            raise ValueError(
                f"extension is in {self.extension.limit.unit}, the limit in {self.limit.unit}; use one unit"
            )
        return self


class Suspension(Fact):
    """A reason for which time does not count."""

    title: Text = Field(description="the reason")
