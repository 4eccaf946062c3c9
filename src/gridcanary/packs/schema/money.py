"""prices.yaml, theft.yaml, penalties.yaml, money.yaml, factors.yaml: what is paid and how it is reckoned."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StringConstraints

from gridcanary.packs.schema.base import Code, Entry, Fact, Text, Words
from gridcanary.packs.schema.vocabulary import DepartmentKind, MoneyBase

Rate = Annotated[Decimal, Field(ge=0, max_digits=20, decimal_places=8)]
Share = Annotated[Decimal, Field(gt=0, le=1)]
PositiveInt = Annotated[int, Field(ge=1)]
Hours = Annotated[Decimal, Field(gt=0, le=24)]


class PriceRule(Fact):
    """A surcharge on the electricity of mining."""

    title: Text = Field(description="name of the rule")
    area_prefix: Annotated[str, StringConstraints(pattern=r"^\d{0,6}$")] = Field(
        default="", description="administrative code where it applies, from its left; empty for everywhere"
    )
    draft: StrictBool = Field(
        default=False,
        description="true for a rule that was only proposed: shown, never charged, never in force",
    )
    rate_per_kwh: Rate = Field(description="surcharge in the pack's currency for each kWh, tax included")
    scope: Literal["mining_only", "whole_account"] = Field(
        description="whether the mine's kWh or all kWh of the account are charged"
    )
    start: Literal["mining_start", "notice", "listing"] = Field(
        description="from when: start of mining, the notice to the user, or the entry in the list"
    )
    not_before: Literal["issue", "notice", "listing"] | None = Field(
        default=None,
        description="the earliest start all the same: issue of the rule, the notice, the listing",
    )
    proration: Literal["daily_average", "metered"] = Field(
        description="how a part of a billing cycle is reckoned"
    )
    notice_required: StrictBool = Field(description="whether the user must be told before it is charged")
    lister: DepartmentKind | None = Field(
        default=None, description="kind of department that decides on the list"
    )
    stop_report_fields: tuple[Text, ...] = Field(
        default=(), description="what a report that mining stopped must state"
    )

    def in_force(self, on: dt.date) -> bool:
        """Whether the rule may be charged on a day; a draft never."""
        return not self.draft and super().in_force(on)


class TheftRule(Fact):
    """Back-billing of stolen or misdeclared electricity."""

    title: Text = Field(description="name of the rule")
    kind: Literal["theft", "tariff_misuse"] = Field(description="what it is about")
    penalty_multiplier: Rate = Field(description="contract penalty as a multiple of the charge or difference")
    multiplier_is_maximum: StrictBool = Field(default=False, description="true where it may be less")
    presumed_days: PositiveInt | None = Field(
        default=None, description="days where the period cannot be found out"
    )
    presumed_hours_power: Hours | None = Field(default=None, description="hours a day for power users")
    presumed_hours_lighting: Hours | None = Field(default=None, description="hours a day for lighting users")
    fine_multiplier: Rate | None = Field(
        default=None, description="most that the administrative fine may be, as a multiple of the charge"
    )


class PenaltyRule(Fact):
    """A fine, or what is added when money is late."""

    title: Text = Field(description="name of the rule")
    kind: Literal["fine", "late_fee"] = Field(description="what it is")
    daily_rate: Share | None = Field(default=None, description="share of the amount for each day late")
    cap_multiple: Rate | None = Field(
        default=None, description="most that it may become, as a multiple of the amount"
    )
    maximum: Rate | None = Field(default=None, description="most that it may be, in the pack's currency")
    minimum: Rate | None = Field(default=None, description="least that it may be, in the pack's currency")


class MoneyKind(Entry):
    """A kind of money that a case's ledger holds."""

    name: Text = Field(description="name of the amount")
    base: MoneyBase = Field(description="what it is reckoned from")
    collector: DepartmentKind = Field(description="kind of department that collects it")
    rules: tuple[Code, ...] = Field(
        default=(), description="entries of prices, theft or penalties that reckon it"
    )
    due_clock: Code | None = Field(
        default=None, description="clock within which it is paid; starts when the claim is served"
    )
    documents: tuple[Code, ...] = Field(default=(), description="documents that claim it")
    needs_decision: StrictBool = Field(
        default=False, description="whether a decision must be served before it is due"
    )


class Factor(Fact):
    """A factor of the working tables: a household's electricity, the carbon of a kWh, what mining machines need."""

    title: Text = Field(description="what it is")
    kind: Literal["household_kwh_per_year", "co2_kg_per_kwh", "bitcoin_joules_per_terahash"] = Field(
        description="what it converts"
    )
    value: Rate = Field(description="the value in the unit that the kind names")
    region: Words = Field(description="where it holds, such as CN, CN-SD or world")
    year: Annotated[int, Field(ge=1990, le=2100)] = Field(description="year that the value describes")
