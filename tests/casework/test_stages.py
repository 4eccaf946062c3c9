"""Gates: they say what is missing, and open when it is there."""

from __future__ import annotations

import pytest
from django.utils import timezone

from gridcanary.accounts.models import User
from gridcanary.casework import gates, law, loop
from gridcanary.casework.actions import cases, stages, tasks
from gridcanary.casework.actions.stages import GateClosed
from gridcanary.casework.models import Case, StageEntry
from gridcanary.casework.sharing import CaseRefused
from tests.casework.conftest import Departments


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Documents that are issued; tests add codes to it."""
    issued: set[str] = set()
    monkeypatch.setattr(loop, "_documents", [lambda case: issued])
    return issued


def lacking(case: Case, way: str) -> set[tuple[str, str]]:
    found = next(one for one in gates.ways(case) if one.code == way)
    return {(one.kind, one.code) for one in found.lacking}


def test_the_gate_names_each_paper_and_approval(
    case: Case, papers: set[str], officer: User, approver: User
) -> None:
    assert lacking(case, "accept_lead") == {("document", "lead_register"), ("approval", "approver")}
    with pytest.raises(GateClosed) as closed:
        stages.move(officer, case, "accept_lead")
    assert len(closed.value.missing) == 2
    assert Case.objects.get(pk=case.pk).stage == "lead"
    papers.add("lead_register")
    with pytest.raises(CaseRefused):
        stages.approve_way(officer, case, "accept_lead", "approver", granted=True)
    stages.approve_way(approver, case, "accept_lead", "approver", granted=True)
    assert lacking(case, "accept_lead") == set()
    stages.move(officer, case, "accept_lead")
    case.refresh_from_db()
    assert case.stage == "discover"
    assert StageEntry.objects.filter(case=case).count() == 2


def test_a_withdrawn_approval_closes_the_gate_again(case: Case, papers: set[str], approver: User) -> None:
    papers.add("lead_register")
    stages.approve_way(approver, case, "accept_lead", "approver", granted=True)
    with pytest.raises(CaseRefused):
        stages.approve_way(approver, case, "accept_lead", "approver", granted=False)
    stages.approve_way(approver, case, "accept_lead", "approver", granted=False, remark="wrong person")
    assert lacking(case, "accept_lead") == {("approval", "approver")}


def test_an_approval_counts_for_one_stay_in_a_stage(
    case: Case, papers: set[str], officer: User, approver: User
) -> None:
    papers.add("lead_register")
    stages.approve_way(approver, case, "accept_lead", "approver", granted=True)
    stages.move(officer, case, "accept_lead")
    case.refresh_from_db()
    case.stage = "lead"
    case.stage_since = timezone.now()
    case.save()
    assert ("approval", "approver") in lacking(case, "accept_lead")


def test_a_stranger_neither_moves_nor_approves(case: Case, papers: set[str], stranger: User) -> None:
    papers.add("lead_register")
    for act in (
        lambda: stages.move(stranger, case, "accept_lead"),
        lambda: stages.approve_way(stranger, case, "accept_lead", "approver", granted=True),
        lambda: cases.set_outcome(stranger, case, "confirmed", "x"),
    ):
        with pytest.raises(CaseRefused):
            act()


def test_a_case_does_not_close_over_an_open_task(
    case: Case, papers: set[str], officer: User, approver: User, departments: Departments
) -> None:
    papers |= {"lead_register", "lead_refusal"}
    task = tasks.set_task(officer, case, departments.energy, "tell the reporter")
    cases.set_outcome(officer, case, "not_accepted", "outside our area")
    stages.approve_way(approver, case, "decline_lead", "approver", granted=True)
    assert lacking(case, "decline_lead") == {("loop", "task")}
    tasks.finish(officer, task, "told")
    stages.move(officer, case, "decline_lead")
    case.refresh_from_db()
    assert not case.is_open
    with pytest.raises(CaseRefused):
        tasks.set_task(officer, case, departments.energy, "after closing")


def test_ways_for_other_outcomes_are_not_offered(case: Case, officer: User) -> None:
    cases.set_outcome(officer, case, "confirmed", "x")
    assert "decline_lead" not in {way.code for way in gates.ways(case)}


def test_statements_are_for_what_the_system_can_not_tell(case: Case, officer: User) -> None:
    with pytest.raises(CaseRefused):
        stages.state_condition(officer, case, "outcome_set", "I say so")
    with pytest.raises(CaseRefused):
        stages.state_condition(officer, case, "party_heard", " ")
    assert list(gates.unmet(case, "party_heard"))
    stages.state_condition(officer, case, "party_heard", "record no. 7 of today")
    assert not list(gates.unmet(case, "party_heard"))
    stages.state_condition(officer, case, "party_heard", "the record was void", holds=False)
    assert list(gates.unmet(case, "party_heard"))


@pytest.mark.parametrize("pack_id", ["cn", "cn_sd"])
def test_every_gate_of_a_pack_can_be_asked(case: Case, pack_id: str) -> None:
    pack = law.packs.load(pack_id)
    case.pack_version = law.store(pack)
    for stage in pack.stages:
        case.stage = stage
        for way in gates.ways(case):
            assert all(one.text for one in way.lacking)
