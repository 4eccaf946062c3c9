"""Opening cases, and what each change leaves in the log."""

from __future__ import annotations

import pytest
from django.urls import reverse

from gridcanary import packs
from gridcanary.accounts.models import User
from gridcanary.casework import law
from gridcanary.casework.actions import cases
from gridcanary.casework.actions.cases import SiteFacts, open_case
from gridcanary.casework.case_queries import cases_at
from gridcanary.casework.models import AppendOnly, Case, PackVersion, ShareLevel, StageEntry
from gridcanary.casework.sharing import CaseRefused
from gridcanary.custody.models import Event
from tests.casework.conftest import Departments, browser


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case_ref=case.number).order_by("seq").values_list("kind", flat=True))


def test_a_new_case_stands_in_the_packs_first_stage_and_is_its_units_alone(
    case: Case, departments: Departments
) -> None:
    assert case.stage == law.pack_of(case).switches.first_stage
    assert [(share.unit, share.level) for share in case.shares.all()] == [
        (departments.energy, ShareLevel.OWN)
    ]
    assert case.admin_code == "370812"
    assert StageEntry.objects.get(case=case).entered == case.stage
    assert kinds(case)[:3] == ["case.opened", "site.added", "lead.taken"]


def test_numbers_run_without_gaps_in_each_unit(
    officer: User, stranger: User, departments: Departments
) -> None:
    mine = [open_case(officer, departments.energy, f"case {n}").number for n in range(3)]
    other = open_case(stranger, departments.other_energy, "case").number
    assert [number.rsplit("-", 1)[1] for number in mine] == ["0001", "0002", "0003"]
    assert other.startswith("tz-energy-")
    assert other.endswith("-0001")


def test_a_case_opens_only_for_a_department_in_which_one_works(
    officer: User, departments: Departments
) -> None:
    with pytest.raises(CaseRefused):
        open_case(officer, departments.police, "not mine")
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("title", "site"),
    [
        pytest.param("  ", SiteFacts(meter_id="M"), id="no title"),
        pytest.param("t", SiteFacts(), id="no place"),
    ],
)
def test_a_refused_opening_leaves_nothing(
    officer: User, departments: Departments, title: str, site: SiteFacts
) -> None:
    with pytest.raises(CaseRefused):
        open_case(officer, departments.energy, title, sites=[(site, ())])
    assert not Case.objects.exists()
    assert not Event.objects.exists()


def test_a_case_keeps_the_pack_with_which_it_began(case: Case) -> None:
    frozen = PackVersion.objects.get()
    assert packs.from_frozen(frozen.frozen).digest == case.pack_version.digest == frozen.digest
    with pytest.raises(AppendOnly):
        frozen.save()


def test_moving_to_another_pack_needs_an_approver_of_the_leading_department(
    case: Case, officer: User, approver: User
) -> None:
    other = packs.load("cn")
    assert other.digest != case.pack_version.digest
    with pytest.raises(CaseRefused):
        cases.move_to_pack(officer, case, other, "new law")
    with pytest.raises(CaseRefused):
        cases.move_to_pack(approver, case, other, " ")
    cases.move_to_pack(approver, case, other, "the province's notice ended")
    case.refresh_from_db()
    assert law.pack_of(case).id == "cn"
    assert kinds(case)[-1] == "case.pack_changed"
    with pytest.raises(CaseRefused):
        cases.move_to_pack(approver, case, other, "again")


def test_an_outcome_needs_a_reason_and_a_code_of_the_pack(case: Case, officer: User) -> None:
    code = next(iter(law.pack_of(case).outcomes))
    for outcome, reason in (("nonsense", "because"), (code, "")):
        with pytest.raises(CaseRefused):
            cases.set_outcome(officer, case, outcome, reason)
    cases.set_outcome(officer, case, code, "three lights")
    assert Case.objects.get(pk=case.pk).outcome == code


def test_describing_logs_what_changed_and_nothing_when_nothing_did(case: Case, officer: User) -> None:
    cases.describe(officer, case, title="New title", summary="", origin="unknown")
    last = Event.objects.filter(case_ref=case.number).latest("seq")
    assert last.body["changed"] == {"title": ["工业园 3 号厂房", "New title"]}
    before = Event.objects.count()
    cases.describe(officer, case, title="New title", summary="", origin="unknown")
    assert Event.objects.count() == before


def test_hints_of_duplicates_show_only_what_one_may_see(case: Case, officer: User, stranger: User) -> None:
    assert list(cases_at(officer, meter_id="M1")) == [case]
    assert not cases_at(stranger, meter_id="M1").exists()
    assert not cases_at(officer).exists()


def test_the_page_on_law_shows_what_is_unverified_and_moves_only_for_an_approver(
    case: Case, officer: User, approver: User
) -> None:
    address = reverse("casework:law", args=[case.number])
    page = browser(officer).get(address).content.decode()
    assert case.pack_version.digest in page
    assert "[unverified]" in page
    other = str(next(one for one in packs.available() if one.id == "cn"))
    browser(officer).post(address, {"pack": other, "reason": "new law"})
    assert Case.objects.get(pk=case.pk).pack_version == case.pack_version
    browser(approver).post(address, {"pack": other, "reason": "new law"})
    assert law.pack_of(Case.objects.get(pk=case.pk)).id == "cn"
