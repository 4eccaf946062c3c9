"""pack.yaml: what the jurisdiction is, and the switches that change how the product behaves in it."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, StrictBool, StringConstraints, field_validator

from gridcanary.packs.schema.base import Code, Entry, Text, Words
from gridcanary.packs.schema.vocabulary import DepartmentKind, Digest, OffenceModel, Weekday

Version = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+){1,2}$")]
"""Two or three numbers with points, written in quotes: "2026.1"."""


class LicenceRegistry(Entry):
    """Where miners are registered, in countries that license them."""

    name: Text = Field(description="the registry")
    keeper: DepartmentKind = Field(description="kind of the department that keeps it")
    required: StrictBool = Field(description="whether a case needs the result of a look-up before measures")
    how: Text = Field(description="how an officer looks a licence up")


class Hotline(Entry):
    """A telephone line for tips."""

    name: Text = Field(description="whose line it is")
    number: Words = Field(description="the number, in quotes")
    hours: Text = Field(description="when it is answered")
    source: Code = Field(description="code of the notice in sources.yaml")
    article: Words = Field(description="where it stands there")
    verified: StrictBool = Field(description="whether somebody read it there")


class RewardScheme(Entry):
    """What somebody whose tip leads to a mine may receive."""

    source: Code = Field(description="code of the notice in sources.yaml")
    article: Words = Field(description="where it stands there")
    verified: StrictBool = Field(description="whether somebody read it there")
    text: Text = Field(description="who receives what, and how to claim it")


class Switches(Entry):
    """What the jurisdiction is, and how the product behaves in it."""

    id: Code = Field(description="the pack's name, equal to its folder's")
    version: Version = Field(
        description='version of the pack, in quotes: "2026.1"; raise it with each change'
    )
    extends: Words | None = Field(
        default=None, description="the pack this one is laid over: `cn` or `cn@2026.1`"
    )
    title: Text = Field(description="name of the pack")
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = Field(
        description="ISO 3166 code of the country"
    )
    area_prefix: Annotated[str, StringConstraints(pattern=r"^\d{0,6}$")] = Field(
        default="",
        description="administrative code where the pack applies, from its left; empty for the whole country",
    )
    offence_model: OffenceModel = Field(description="what is forbidden here")
    offence: Text = Field(description="the offence in one sentence for the public")
    licence_registry: LicenceRegistry | None = Field(
        default=None, description="register of licensed miners, if any"
    )
    hotlines: tuple[Hotline, ...] = Field(default=(), description="telephone lines for tips")
    reward_scheme: RewardScheme | None = Field(default=None, description="reward for tips, if any")
    warrant_gate: StrictBool = Field(description="whether entering premises needs a court's warrant")
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(description="ISO 4217 code")
    time_zone: Words = Field(description="IANA name of the zone in which days end")
    working_week: tuple[Weekday, ...] = Field(min_length=1, description="the days that are normally worked")
    languages: tuple[Words, ...] = Field(min_length=1, description="languages that the pack has texts in")
    document_language: Words = Field(description="language in which documents are issued")
    digests: tuple[Digest, ...] = Field(
        min_length=1, description="digests of evidence; sha256 is always there"
    )
    officers_per_visit: Annotated[int, Field(ge=1)] = Field(description="officers that an inspection needs")
    watch_days: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        min_length=1, description="days after closure on which the premises are looked at again"
    )
    remedy_clocks: tuple[Code, ...] = Field(
        default=(),
        description="clocks that must have run out before a decision is final and its case may be told to everybody",
    )
    first_stage: Code = Field(description="stage in which a case begins")
    legal_notice: Text | None = Field(default=None, description="sentence printed where law is shown")

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not a time zone of the IANA list, such as Asia/Shanghai")
        return value

    @field_validator("digests")
    @classmethod
    def _has_sha256(cls, value: tuple[Digest, ...]) -> tuple[Digest, ...]:
        if "sha256" not in value:
            raise ValueError("must contain sha256, which the event log is built on")
        return value

    @field_validator("watch_days")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if list(value) != sorted(set(value)):
            raise ValueError("must rise, such as [30, 90, 180, 365]")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)
