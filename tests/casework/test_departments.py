"""Joint work: receipts, leaving, handing the lead over, tasks."""

from __future__ import annotations

import pytest

from gridcanary.accounts.models import User
from gridcanary.casework.actions import sharing, tasks
from gridcanary.casework.case_queries import waiting_handovers, waiting_receipts
from gridcanary.casework.models import Case, ShareLevel, TaskState
from gridcanary.casework.sharing import CaseRefused
from tests.casework.conftest import Departments


@pytest.fixture
def joint_case(case: Case, officer: User, departments: Departments) -> Case:
    sharing.share(officer, case, departments.police, ShareLevel.WORK, "joint inspection")
    return case


def test_a_department_confirms_receipt_once(
    joint_case: Case, policeman: User, officer: User, departments: Departments
) -> None:
    assert [share.case for share in waiting_receipts(policeman)] == [joint_case]
    with pytest.raises(CaseRefused):
        sharing.confirm_receipt(officer, joint_case, departments.police)
    share = sharing.confirm_receipt(policeman, joint_case, departments.police)
    assert share.received_by == policeman
    assert not waiting_receipts(policeman).exists()
    with pytest.raises(CaseRefused):
        sharing.confirm_receipt(policeman, joint_case, departments.police)


@pytest.mark.parametrize(
    ("level", "purpose"),
    [
        pytest.param("own", "x", id="two leaders"),
        pytest.param("read", "x", id="takes part already"),
        pytest.param("work", "", id="no purpose"),
    ],
)
def test_what_is_no_invitation(
    joint_case: Case, officer: User, departments: Departments, level: str, purpose: str
) -> None:
    with pytest.raises(CaseRefused):
        sharing.share(officer, joint_case, departments.police, level, purpose)


def test_only_the_leading_department_invites(
    joint_case: Case, policeman: User, departments: Departments
) -> None:
    with pytest.raises(CaseRefused):
        sharing.share(policeman, joint_case, departments.utility, ShareLevel.WORK, "x")


def test_the_lead_moves_only_when_it_is_accepted(
    joint_case: Case, officer: User, policeman: User, departments: Departments
) -> None:
    offer = sharing.hand_over(officer, joint_case, departments.police, "a theft")
    assert Case.objects.get(pk=joint_case.pk).owner_unit == departments.energy
    assert list(waiting_handovers(policeman)) == [offer]
    with pytest.raises(CaseRefused):
        sharing.answer_handover(officer, offer, accept=True)
    sharing.answer_handover(policeman, offer, accept=True)
    joint_case.refresh_from_db()
    assert joint_case.owner_unit == departments.police
    levels = {s.unit: s.level for s in joint_case.shares.filter(ended_at__isnull=True)}
    assert levels == {departments.police: "own", departments.energy: "work"}
    with pytest.raises(CaseRefused):
        sharing.answer_handover(policeman, offer, accept=False, answer="too late")


def test_a_refused_handover_needs_a_reason_and_changes_nothing(
    joint_case: Case, officer: User, policeman: User, departments: Departments
) -> None:
    offer = sharing.hand_over(officer, joint_case, departments.police, "a theft")
    with pytest.raises(CaseRefused):
        sharing.hand_over(officer, joint_case, departments.utility, "a second offer")
    with pytest.raises(CaseRefused):
        sharing.answer_handover(policeman, offer, accept=False)
    sharing.answer_handover(policeman, offer, accept=False, answer="not a crime")
    assert Case.objects.get(pk=joint_case.pk).owner_unit == departments.energy


def test_a_department_with_tasks_does_not_leave(
    joint_case: Case, officer: User, policeman: User, departments: Departments
) -> None:
    task = tasks.set_task(officer, joint_case, departments.police, "find the tenant", person=policeman)
    with pytest.raises(CaseRefused):
        sharing.end_share(officer, joint_case, departments.police, "done")
    tasks.finish(policeman, task, "found")
    sharing.end_share(officer, joint_case, departments.police, "done")
    assert joint_case.shares.filter(unit=departments.police, ended_at__isnull=False).exists()


def test_the_leader_can_not_leave(case: Case, officer: User, departments: Departments) -> None:
    with pytest.raises(CaseRefused):
        sharing.end_share(officer, case, departments.energy, "tired")


def test_tasks_are_done_by_their_department_and_dropped_with_a_reason(
    joint_case: Case, officer: User, policeman: User, departments: Departments
) -> None:
    task = tasks.set_task(officer, joint_case, departments.police, "find the tenant")
    with pytest.raises(CaseRefused):
        tasks.finish(officer, task, "not mine")
    with pytest.raises(CaseRefused):
        tasks.drop(officer, task, " ")
    tasks.take(policeman, task)
    with pytest.raises(CaseRefused):
        tasks.finish(policeman, task, "")
    tasks.drop(officer, task, "found by others")
    task.refresh_from_db()
    assert (task.state, task.person, task.ended_by) == (TaskState.DROPPED, policeman, officer)
    with pytest.raises(CaseRefused):
        tasks.finish(policeman, task, "after all")


def test_tasks_go_only_to_departments_and_people_that_take_part(
    case: Case, officer: User, policeman: User, departments: Departments
) -> None:
    with pytest.raises(CaseRefused):
        tasks.set_task(officer, case, departments.police, "x")
    with pytest.raises(CaseRefused):
        tasks.set_task(officer, case, departments.energy, "x", person=policeman)
