"""In every pack that ships, a case can go from the lead to its filing with what the pack itself asks for."""

from __future__ import annotations

from typing import Any

import pytest

from gridcanary import packs
from gridcanary.accounts.models import Role, User
from gridcanary.casework import gates, law, loop
from gridcanary.casework.actions import cases, stages
from gridcanary.casework.actions.cases import LeadFacts, SiteFacts, open_case
from gridcanary.casework.actions.sharing import share
from gridcanary.casework.models import Case
from tests.casework.conftest import Departments, person, unit

PACKS = [one.id for one in packs.available()]
AUTOMATIC = ("outcome_set", "no_open_clock")
"""Conditions that casework itself tells; officers state the others here."""


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Documents that count as issued; conditions of other rooms are stated by hand."""
    issued: set[str] = set()
    monkeypatch.setattr(loop, "_documents", [lambda case: issued])
    monkeypatch.setattr(loop, "_conditions", {code: loop._conditions[code] for code in AUTOMATIC})
    return issued


@pytest.fixture(params=PACKS)
def case(request: pytest.FixtureRequest, settings: Any, officer: User, departments: Departments) -> Case:
    settings.GRIDCANARY_PACK = request.param
    site = SiteFacts(premises_id="P1", meter_id="M1", address="3", admin_code="370812")
    lead = LeadFacts(
        subject_kind="meter", subject_id="M1", score=0.9, mode="A", kw_low=80, kw_mid=100, kw_high=120
    )
    return open_case(officer, departments.energy, "premises 3", sites=[(site, [lead])])


def approvers(case: Case, officer: User, departments: Departments, own: User) -> dict[str, User]:
    """An approver of each department kind that a gate of the pack names, brought into the case."""
    found = {"energy": own}
    for way in law.pack_of(case).transitions.values():
        for wanted in way.gate.approvals:
            kind = wanted.department
            if kind and kind not in found:
                department = unit(f"jn-{kind.replace('_', '-')}-2", kind, departments.city)
                found[kind] = person(f"approver-{kind}", department, Role.APPROVER)
                share(officer, case, department, "work", "approves")
    return found


def pass_gate(
    case: Case, way: gates.OpenWay, papers: set[str], officer: User, heads: dict[str, User]
) -> None:
    """Bring what the gate says that it lacks, then move."""
    pack, gate = law.pack_of(case), way.transition.gate
    papers |= {*gate.documents, *(group[0] for group in gate.one_of)}
    papers |= {
        item.closes_with[0]
        for code, item in pack.loop_items.items()
        if item.always and (gate.all_loop_items or code in gate.loop_items)
    }
    for wanted in gate.approvals:
        stages.approve_way(heads[wanted.department or "energy"], case, way.code, wanted.role, granted=True)
    for condition in gate.conditions:
        if condition not in AUTOMATIC:
            stages.state_condition(officer, case, condition, "record 1 of today")
    stages.move(officer, case, way.code)
    case.refresh_from_db()


def test_from_the_lead_to_the_filing(
    case: Case, papers: set[str], officer: User, approver: User, departments: Departments
) -> None:
    pack = law.pack_of(case)
    heads = approvers(case, officer, departments, approver)
    visited = [case.stage]
    while not pack.stage(case.stage).terminal:
        if case.stage == "investigate":
            cases.set_outcome(officer, case, "confirmed", "the three lights are on")
        ways = [way for way in gates.ways(case) if not way.transition.backward]
        order = {way.code: pack.stage(way.transition.to_stage).order for way in ways}
        onward = min(ways, key=lambda way: order[way.code])
        assert not onward.is_open, f"{onward.code} asks for nothing"
        pass_gate(case, onward, papers, officer, heads)
        visited.append(case.stage)
    assert visited == ["lead", "discover", "investigate", "rectify", "account", "watch", "closed"]
    assert not case.is_open


def test_what_each_gate_lacks_is_said_in_words(case: Case) -> None:
    pack = law.pack_of(case)
    for stage in pack.stages:
        case.stage = stage
        for way in gates.ways(case):
            assert all(one.text for one in way.lacking)
