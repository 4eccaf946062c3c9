"""What goes in and out. Times are ISO 8601 with a zone; codes are those of the case's pack."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=160, pattern=r"^[^\x00]*$")]
Identifier = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64, pattern=r"^[^\x00]*$")]
Area = Annotated[str, StringConstraints(pattern=r"^(\d{2}){0,3}$")]


class Problem(Schema):
    """Why something was not done, in one sentence."""

    detail: str
    missing: list[str] = Field(default_factory=list)


class SiteIn(Schema):
    """A place: at least one of premises, meter, transformer and address. Coordinates are WGS-84 degrees."""

    model_config = ConfigDict(extra="forbid")

    premises_id: Identifier = ""
    meter_id: Identifier = ""
    transformer_id: Identifier = ""
    address: Annotated[Text, Field(max_length=300)] = ""
    admin_code: Area = ""
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None


class SiteOut(Schema):
    """A place of a case."""

    id: int
    premises_id: str
    meter_id: str
    transformer_id: str
    kind: str
    address: str
    admin_code: str
    lat: float | None
    lon: float | None


class CaseIn(Schema):
    """A case to open. ``unit`` is the code of the department that leads it."""

    model_config = ConfigDict(extra="forbid")

    unit: Identifier
    title: Annotated[Short, Field(min_length=1)]
    summary: Text = ""
    sites: Annotated[list[SiteIn], Field(min_length=1, max_length=200)]


class CaseOut(Schema):
    """A case in lists."""

    number: str
    title: str
    stage: str
    outcome: str
    origin: str
    admin_code: str
    unit: str
    opened_at: dt.datetime
    updated_at: dt.datetime
    closed_at: dt.datetime | None
    pack: str
    pack_version: str
    returned_from: str | None


class CaseDetail(CaseOut):
    """A case with its places and the ways out of its stage."""

    summary: str
    sites: list[SiteOut]
    ways: list[WayOut]


class WayOut(Schema):
    """A way out of a case's stage, and what it lacks."""

    code: str
    to_stage: str
    backward: bool
    lacking: list[LackingOut]


class LackingOut(Schema):
    """One thing that a way still needs."""

    kind: str
    code: str
    text: str


class CasePage(Schema):
    """A page of cases, the last changed first."""

    count: int
    items: list[CaseOut]


class MoveIn(Schema):
    """A way to go, and why."""

    model_config = ConfigDict(extra="forbid")

    way: Identifier
    remark: Text = ""


class OutcomeIn(Schema):
    """What a case turned out to be."""

    model_config = ConfigDict(extra="forbid")

    outcome: Identifier
    reason: Annotated[Text, Field(min_length=1)]


class TaskIn(Schema):
    """Something to do. ``unit`` is the code of a department that works on the case."""

    model_config = ConfigDict(extra="forbid")

    unit: Identifier
    title: Annotated[Short, Field(min_length=1)]
    details: Text = ""
    due_on: dt.date | None = None


class TaskEndIn(Schema):
    """What came of a task; ``dropped`` ends it without."""

    model_config = ConfigDict(extra="forbid")

    result: Annotated[Text, Field(min_length=1)]
    dropped: bool = False


class TaskOut(Schema):
    """A task."""

    id: int
    case: str
    unit: str
    title: str
    details: str
    due_on: dt.date | None
    state: str
    result: str


class ClockOut(Schema):
    """A clock."""

    id: int
    case: str
    code: str
    unit: str
    state: str
    started_at: dt.datetime
    due_at: dt.datetime | None
    provisional: bool
    late: bool


class EventOut(Schema):
    """An event of the log that belongs to a case."""

    seq: int
    occurred_at: dt.datetime
    kind: str
    actor: str | None
    unit: str
    body: dict[str, Any]


CaseDetail.model_rebuild()
WayOut.model_rebuild()
