"""departments.yaml and roles.yaml: who works on a case, and who approves."""

from __future__ import annotations

from pydantic import Field

from gridcanary.packs.schema.base import Entry, Text
from gridcanary.packs.schema.vocabulary import Track


class Department(Entry):
    """What a department of this kind is called here, and what it may be asked for. Its key is its kind."""

    name: Text = Field(description="full name")
    short: Text = Field(description="short name for lists")
    duty: Text = Field(description="what it does in a case")
    tracks: tuple[Track, ...] = Field(description="tracks in which it may take measures at all")
    power_note: Text | None = Field(
        default=None,
        description="why it may not do what it is often asked for; shown when a measure is refused",
    )


class RoleName(Entry):
    """What a role is called here. Its key is the role."""

    name: Text = Field(description="name of the role")
    duty: Text = Field(description="what its approval means")
