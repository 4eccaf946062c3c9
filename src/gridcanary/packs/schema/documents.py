"""documents.yaml and referrals.yaml: what is issued, under which number, and what is sent to others."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, StrictBool, field_validator

from gridcanary.packs.schema.base import Code, Entry, Fact, Text, Words
from gridcanary.packs.schema.vocabulary import DepartmentKind, Event, Role

NUMBER_FIELDS = frozenset({"unit", "year", "seq", "case", "code"})
"""What a numbering pattern may hold: issuing unit, year, running number, case number, document code."""


class Document(Entry):
    """A kind of document."""

    title: Text = Field(description="title as printed")
    numbering: Words | None = Field(
        default=None,
        description="pattern of its number, such as {unit}〔{year}〕{seq}号; left out for records without one",
    )
    template: Words = Field(description="file in the pack's templates folder")
    stages: tuple[Code, ...] = Field(min_length=1, description="stages in which it is issued")
    issuers: tuple[DepartmentKind, ...] = Field(
        min_length=1, description="kinds of departments that issue it"
    )
    measure: Code | None = Field(default=None, description="measure that it belongs to")
    signed_by: tuple[Role, ...] = Field(default=(), description="roles that sign")
    served: StrictBool = Field(
        default=False, description="whether it is served on a party, with proof of service"
    )
    attachments: tuple[Text, ...] = Field(default=(), description="what belongs to it")
    on_issue: Event | None = Field(
        default=None, description="event that its issue is; events start and end clocks"
    )
    on_service: Event | None = Field(default=None, description="event that its service on the party is")

    @field_validator("numbering")
    @classmethod
    def _known_fields(cls, value: str | None) -> str | None:
        if value is None:
            return None
        fields = set(re.findall(r"\{([^{}:]*)(?::[^{}]*)?\}", value))
        if fields - NUMBER_FIELDS or not {"year", "seq"} <= fields:
            raise ValueError(
                f"needs {{year}} and {{seq}}; may also hold {{unit}}, {{case}} and {{code}}: {value}"
            )
        return value

    def number(self, *, unit: str, year: int, seq: int, case: str = "", code: str = "") -> str:
        """The number of one document; empty where the kind has none.

        >>> kind = Document(title={"zh": "函", "en": "Letter"}, numbering="{unit}〔{year}〕{seq}号",
        ...                 template="a.docx", stages=["lead"], issuers=["energy"])
        >>> kind.number(unit="鲁能源矿", year=2026, seq=7)
        '鲁能源矿〔2026〕7号'
        """
        if self.numbering is None:
            return ""
        return self.numbering.format(unit=unit, year=year, seq=seq, case=case, code=code)


class Referral(Fact):
    """A way of handing something to another department and being told what came of it."""

    name: Text = Field(description="name of the referral")
    to: DepartmentKind = Field(description="kind of department that receives it")
    from_kinds: tuple[DepartmentKind, ...] = Field(min_length=1, description="kinds that may send it")
    approval: Role | None = Field(default=None, description="who approves before it is sent")
    documents: tuple[Code, ...] = Field(default=(), description="documents that the pack must contain")
    attachments: tuple[Text, ...] = Field(default=(), description="what else it must contain")
    receipt_clock: Code | None = Field(default=None, description="clock for the receipt")
    answer_clock: Code | None = Field(default=None, description="clock for the answer")
    answers: tuple[Text, ...] = Field(min_length=1, description="answers that may come back")
    when: Text = Field(description="when it must be sent")
    reminder_days: Annotated[int, Field(ge=1)] = Field(
        default=30, description="days after which an unanswered referral is chased where no clock is set"
    )
