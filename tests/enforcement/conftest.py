"""A case that an energy bureau leads, with police and power company, and another city that must not see it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from gridcanary import packs
from gridcanary.accounts.models import Membership, Role, Unit, User
from gridcanary.casework.actions.cases import SiteFacts, open_case
from gridcanary.casework.actions.sharing import share
from gridcanary.casework.models import Case, ShareLevel
from gridcanary.enforcement.actions.parties import PartyFacts, add_party
from gridcanary.enforcement.models import Part, Party
from tests.casework.conftest import person, unit


@dataclass(frozen=True)
class World:
    """Departments and people of two cities."""

    energy: Unit
    police: Unit
    utility: Unit
    other_energy: Unit
    officer: User
    second: User
    head: User
    policeman: User
    police_head: User
    lineman: User
    utility_head: User
    stranger: User

    def post(self, user: User) -> Membership:
        """The first post of a person."""
        return user.memberships_now()[0]


@pytest.fixture
def world(db: None) -> World:
    city, other = unit("jn", "local_government"), unit("tz", "local_government")
    energy, police = unit("jn-energy", "energy", city), unit("jn-police", "police", city)
    utility, other_energy = unit("jn-utility", "utility", city), unit("tz-energy", "energy", other)
    return World(
        energy=energy,
        police=police,
        utility=utility,
        other_energy=other_energy,
        officer=person("officer", energy, Role.OFFICER),
        second=person("second", energy, Role.OFFICER),
        head=person("head", energy, Role.APPROVER),
        policeman=person("policeman", police, Role.OFFICER),
        police_head=person("police_head", police, Role.APPROVER),
        lineman=person("lineman", utility, Role.OFFICER, certified=False),
        utility_head=person("utility_head", utility, Role.APPROVER, certified=False),
        stranger=person("stranger", other_energy, Role.OFFICER, Role.APPROVER),
    )


def opened(world: World, stage: str = "investigate", pack: str = "cn") -> Case:
    site = SiteFacts(meter_id="M1", address="兖州区工业园 3 号厂房", admin_code="370812")
    case = open_case(world.officer, world.energy, "3 号厂房", sites=[(site, [])], pack=packs.load(pack))
    for joined in (world.police, world.utility):
        share(world.officer, case, joined, ShareLevel.WORK, "joint work")
    Case.objects.filter(pk=case.pk).update(stage=stage)
    case.refresh_from_db()
    return case


@pytest.fixture
def case(world: World) -> Case:
    return opened(world)


@pytest.fixture
def foreign_case(world: World) -> Case:
    site = SiteFacts(meter_id="M9", address="滕州市 9 号", admin_code="370481")
    return open_case(world.stranger, world.other_energy, "9 号", sites=[(site, [])], pack=packs.load("cn"))


MINER = PartyFacts(
    name="王小矿", id_number="370812199001011234", phone="138-1234-5678", address="山东省济宁市兖州区某路1号"
)


@pytest.fixture
def party(world: World, case: Case) -> Party:
    return add_party(world.officer, case, MINER, [Part.OPERATOR])
