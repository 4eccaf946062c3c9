"""A case shared by energy and police, officers with certificates, a plan, and a visit under way."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from PIL import Image
from pytest_django import Settings

from gridcanary.accounts.models import Membership, Role, User
from gridcanary.casework.actions.cases import SiteFacts, add_site
from gridcanary.casework.models import Case, CaseShare, ShareLevel
from gridcanary.custody.models import Event
from gridcanary.fieldwork import rules
from gridcanary.fieldwork.actions import plans, records, visits
from gridcanary.fieldwork.actions.visits import Circumstances
from gridcanary.fieldwork.models import InspectionPlan, Visit
from tests.casework.conftest import (
    Departments,
    approver,
    browser,
    case,
    departments,
    officer,
    overseer,
    person,
    policeman,
    stranger,
)

__all__ = [
    "Departments",
    "approver",
    "browser",
    "case",
    "departments",
    "officer",
    "overseer",
    "person",
    "policeman",
    "stranger",
]


@pytest.fixture(autouse=True)
def _own_home(settings: Settings, tmp_path: Path) -> None:
    """Evidence, readings and keys of each test lie in a folder of its own."""
    settings.GRIDCANARY_HOME = tmp_path


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Refusals are compared in English; pages choose their own language."""
    with translation.override("en"):
        yield


@pytest.fixture
def shared(case: Case, departments: Departments, officer: User) -> Case:
    """The case, with the police and the power company working on it and the government reading it."""
    for unit, level in (
        (departments.police, ShareLevel.WORK),
        (departments.utility, ShareLevel.WORK),
        (departments.government, ShareLevel.READ),
    ):
        CaseShare.objects.create(case=case, unit=unit, level=level, given_by=officer)
    case.stage = "investigate"  # in which all measures can be taken
    case.save(update_fields=["stage"])
    return case


@pytest.fixture
def reader(departments: Departments) -> User:
    """An officer of a department that only reads the case."""
    return person("reader", departments.government, Role.OFFICER)


@pytest.fixture
def lineman(departments: Departments) -> User:
    """An approver of the power company."""
    return person("lineman", departments.utility, Role.OFFICER, Role.APPROVER)


def post_of(user: User) -> Membership:
    return user.memberships_now()[0]


def make_plan(user: User, case: Case, *others: User, **kwargs: object) -> InspectionPlan:
    facts: dict[str, object] = {
        "title": "突击检查",
        "day": timezone.localdate(),
        "sites": list(case.sites.all()),
        "officers": [post_of(user), *(post_of(other) for other in others)],
    }
    return plans.make_plan(user, **{**facts, **kwargs})  # type: ignore[arg-type]


@pytest.fixture
def plan(shared: Case, officer: User, policeman: User) -> InspectionPlan:
    """Two officers, of energy and police, go to the one place today."""
    return make_plan(officer, shared, policeman)


@pytest.fixture
def visit(plan: InspectionPlan) -> Visit:
    """The visit to the place, not begun."""
    return plan.visits.select_related("case", "plan", "site").get()


@pytest.fixture
def arrived(visit: Visit, officer: User) -> Visit:
    """The visit, with the officers on site."""
    return visits.arrive(officer, visit, timezone.now() - dt.timedelta(hours=1), certificates_shown=True)


SEEN_ALL = Circumstances(
    site_confirmed=True, user_proof="lease", met_as="tenant", witness_present=True, certificates_shown=True
)


def answer_all(user: User, visit: Visit, value: str = "yes", evidence: tuple[str, ...] = ("e1",)) -> None:
    """Answer every question of the checklist."""
    for question in rules.questions(visit.case):
        records.answer(user, visit, question.code, value, at=timezone.now(), evidence=evidence)


@pytest.fixture
def recorded(arrived: Visit, officer: User) -> Visit:
    """The visit with a finished record: three lights proved, place and user confirmed."""
    answer_all(officer, arrived)
    visits.describe(officer, arrived, SEEN_ALL)
    return visits.finish(officer, arrived, timezone.now(), "查获矿机 3 台")


def second_site(user: User, case: Case, address: str = "邹城市北宿镇冷库", **facts: object) -> None:
    """One more place in a case."""
    add_site(user, case, SiteFacts(**{"address": address, "meter_id": "M2", "admin_code": "370883", **facts}))  # type: ignore[arg-type]


def picture(name: str = "rack.jpg", colour: str = "red") -> SimpleUploadedFile:
    """A small photograph."""
    content = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")


def events(kind: str) -> list[Event]:
    """What the log holds of a kind."""
    return list(Event.objects.filter(kind=kind).order_by("seq"))


def entry(**fields: object) -> dict[str, object]:
    """An entry as a form sends it."""
    return {"entry_key": str(uuid.uuid4()), **fields}
