"""A case in investigation with the departments of a city, and a store of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from gridcanary.accounts.models import Role, User
from gridcanary.casework import law
from gridcanary.casework.models import Case, CaseShare, ShareLevel
from gridcanary.documents.actions import drafting, issuing, reviewing
from gridcanary.documents.fields import FIELDS, Kind
from gridcanary.documents.models import Document, State
from gridcanary.documents.papers import fields_of, template_for
from gridcanary.documents.queries import newest
from gridcanary.documents.signing import roles_lacking
from tests.casework.conftest import (  # noqa: F401  # fixtures
    Departments,
    approver,
    case,
    departments,
    officer,
    overseer,
    person,
    policeman,
    stranger,
)

SAMPLES = {Kind.LINE: "样例", Kind.TEXT: "经查，现场发现设备。\n第二行。", Kind.DAY: "2026-12-01",
           Kind.MOMENT: "2026-11-20T09:30:00", Kind.NUMBER: "97.5"}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, settings: django_settings) -> None:
    settings.GRIDCANARY_HOME = tmp_path
    settings.GRIDCANARY_EVIDENCE = ""


@pytest.fixture
def reviewer(departments: Departments) -> User:  # noqa: F811
    return person("reviewer", departments.energy, Role.LEGAL_REVIEWER)


@pytest.fixture
def at_stage(case: Case) -> Callable[[str], Case]:  # noqa: F811
    """Puts the case into a stage without asking its gates."""

    def put(stage: str) -> Case:
        case.stage = stage
        case.save(update_fields=["stage"])
        return case

    return put


def entries(case: Case, code: str, user: User, **changes: str) -> dict[str, str]:  # noqa: F811
    """Something in every field of a paper."""
    unit = user.memberships_now()[0].unit
    fields = fields_of(template_for(law.pack_of(case), code, unit))
    return {field.name: SAMPLES[FIELDS[field.name].kind] for field in fields} | changes


def approved(case: Case, code: str, writer: User, *others: User, **changes: str) -> Document:  # noqa: F811
    """A paper that everybody has agreed to."""
    paper = drafting.draft(writer, case, code, entries(case, code, writer, **changes))
    reviewing.submit(writer, paper)
    for role in roles_lacking(paper, newest(paper)):
        by = next(
            one for one in others if {post.role for post in one.memberships_now()} & set(law.ROLES[role])
        )
        reviewing.review(by, paper, role, granted=True, seen=newest(paper).no)
    paper.refresh_from_db()
    assert paper.state == State.APPROVED
    return paper


def issued(case: Case, code: str, writer: User, *others: User, **changes: str) -> Document:  # noqa: F811
    """A paper in force."""
    return issuing.issue(writer, approved(case, code, writer, *others, **changes))


def take_part(case: Case, user: User) -> None:  # noqa: F811
    """Let the person's department work on the case."""
    unit = user.memberships_now()[0].unit
    CaseShare.objects.get_or_create(
        case=case, unit=unit, ended_at=None, defaults={"level": ShareLevel.WORK, "given_by": case.opened_by}
    )


def soon(**passed: int) -> dt.datetime:
    """Now, or a little later or earlier."""
    return timezone.now() + dt.timedelta(**passed)
