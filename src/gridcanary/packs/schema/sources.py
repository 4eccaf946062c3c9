"""sources.yaml: the laws and notices that facts cite."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StrictBool, model_validator

from gridcanary.packs.schema.base import Code, Entry, Text, Words


class DayCounting(Entry):
    """Which of a law's limits in days are working days; all others are calendar days."""

    article: Words = Field(description="where the law says so")
    verified: StrictBool = Field(description="whether somebody read it there")
    listed: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(), description="the limits that are working days, such as [2, 3, 5, 7]"
    )
    up_to: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="limits up to this many days are working days"
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> DayCounting:
        if bool(self.listed) == (self.up_to is not None):
            raise ValueError("needs either listed or up_to")
        return self

    def unit_of(self, days: int) -> Literal["days", "working_days"]:
        """Whether a limit of so many days in this law means working days."""
        working = days in self.listed if self.listed else days <= (self.up_to or 0)
        return "working_days" if working else "days"


class Source(Entry):
    """A law, regulation, notice or measured fact that others cite."""

    title: Text = Field(description="title as it is cited")
    number: Words | None = Field(default=None, description="document number, such as 发改运行〔2021〕1283号")
    issuer: Text | None = Field(default=None, description="who issued it")
    valid_from: dt.date = Field(description="day on which it came into force")
    valid_to: dt.date | None = Field(default=None, description="last day in force")
    replaced_by: Code | None = Field(default=None, description="the source that replaced it")
    url: Words | None = Field(default=None, description="address of the official text")
    verified: StrictBool = Field(
        description="whether its existence and dates were read in the primary source"
    )
    day_counting: DayCounting | None = Field(default=None, description="which limits are working days")
    note: Text | None = Field(default=None, description="what a reader should know")

    @model_validator(mode="after")
    def _dates_in_order(self) -> Source:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} lies before valid_from {self.valid_from}")
        return self
