"""What all entries share: frozen, no unknown keys, texts in several languages, facts with their source."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, model_validator

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
"""How entries are named: lower-case letters, digits and underscores."""

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""A text that is not empty."""


class Entry(BaseModel):
    """An entry of a pack: it cannot be changed, and a key nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Text(Entry):
    """The same words in the languages of the console (zh, en), and where the pack needs them in others."""

    zh: Words = Field(description="simplified Chinese")
    en: Words = Field(description="English")
    ms: Words | None = Field(default=None, description="Malay")
    ru: Words | None = Field(default=None, description="Russian")
    kk: Words | None = Field(default=None, description="Kazakh")

    def of(self, lang: str) -> str:
        """The text in a language such as ``zh``, ``zh-hans`` or ``en``; English where it is not there."""
        found = getattr(self, lang[:2].lower(), None) if lang[:2].lower() in type(self).model_fields else None
        return str(found) if found else self.en


class Fact(Entry):
    """A statement of law: where it stands, from when until when it holds, and whether somebody read it there."""

    source: Code = Field(description="code of the law or notice in sources.yaml")
    article: Words = Field(description="article, paragraph or section as it is cited")
    valid_from: dt.date = Field(description="first day on which it holds")
    valid_to: dt.date | None = Field(
        default=None, description="last day on which it holds; left out while in force"
    )
    verified: StrictBool = Field(
        description="true only if it was read in the primary source or measured; otherwise shown as unverified"
    )
    note: Text | None = Field(
        default=None, description="what a reader should know, such as why it is unverified"
    )

    @model_validator(mode="after")
    def _dates_in_order(self) -> Fact:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} lies before valid_from {self.valid_from}")
        return self

    def in_force(self, on: dt.date) -> bool:
        """Whether the fact holds on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
