"""Two counties' departments with people, and a case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.test import Client

from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.casework.actions.cases import LeadFacts, SiteFacts, open_case
from gridcanary.casework.models import Case

SINCE = dt.date(2020, 1, 1)


@dataclass(frozen=True)
class Departments:
    """Units of a city and of its neighbour, which must not see each other."""

    city: Unit
    energy: Unit
    police: Unit
    utility: Unit
    government: Unit
    supervision: Unit
    other_city: Unit
    other_energy: Unit


def unit(code: str, kind: str, parent: Unit | None = None) -> Unit:
    path = f"{parent.path if parent else ''}{code}/"
    return Unit.objects.create(
        code=code,
        name_zh=f"{code}局",
        name_en=code.title(),
        kind=kind,
        parent=parent,
        path=path,
        admin_code="3708",
    )


def person(name: str, of: Unit, *roles: str, certified: bool = True) -> User:
    user = User.objects.create(username=name)
    for number, role in enumerate(roles):
        Membership.objects.create(
            user=user,
            unit=of,
            role=role,
            since=SINCE,
            is_primary=number == 0,
            certificate_no=f"ZJ-{user.pk}" if certified else "",
        )
    return user


@pytest.fixture
def departments(db: None) -> Departments:
    city, other = unit("jn", "local_government"), unit("tz", "local_government")
    return Departments(
        city=city,
        energy=unit("jn-energy", "energy", city),
        police=unit("jn-police", "police", city),
        utility=unit("jn-utility", "utility", city),
        government=unit("jn-gov", "local_government", city),
        supervision=unit("jn-sup", "supervision", city),
        other_city=other,
        other_energy=unit("tz-energy", "energy", other),
    )


@pytest.fixture
def officer(departments: Departments) -> User:
    return person("officer", departments.energy, Role.OFFICER)


@pytest.fixture
def approver(departments: Departments) -> User:
    return person("approver", departments.energy, Role.APPROVER)


@pytest.fixture
def policeman(departments: Departments) -> User:
    return person("policeman", departments.police, Role.OFFICER)


@pytest.fixture
def stranger(departments: Departments) -> User:
    return person("stranger", departments.other_energy, Role.OFFICER, Role.APPROVER)


@pytest.fixture
def overseer(departments: Departments) -> User:
    """Somebody above all departments of the city."""
    return person("overseer", departments.city, Role.SUPERVISOR)


@pytest.fixture
def case(officer: User, departments: Departments) -> Case:
    site = SiteFacts(premises_id="P1", meter_id="M1", address="兖州区工业园 3 号厂房", admin_code="370812")
    lead = LeadFacts(
        subject_kind="meter", subject_id="M1", score=0.9, mode="A", kw_low=80, kw_mid=100, kw_high=120
    )
    return open_case(officer, departments.energy, "工业园 3 号厂房", sites=[(site, [lead])])


def browser(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = language
    return client
