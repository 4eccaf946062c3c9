"""Referrals from preparation to answer."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable

import pytest

from gridcanary.accounts.models import Role, User
from gridcanary.casework.loop import open_items
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused, takes_part
from gridcanary.documents.actions import referring
from gridcanary.documents.models import Referral, ReferralState
from gridcanary.documents.papers import stored
from tests.casework.conftest import Departments, person, unit
from tests.documents.conftest import issued

pytestmark = pytest.mark.django_db


@pytest.fixture
def prepared(
    at_stage: Callable[[str], Case], officer: User, approver: User, departments: Departments
) -> Referral:
    case = at_stage("investigate")
    return referring.prepare(officer, case, "to_police", departments.police, "涉嫌盗窃电力。")


def with_papers(one: Referral, officer: User, approver: User) -> None:
    for code in ("criminal_referral", "investigation_report", "device_list"):
        issued(one.case, code, officer, approver)


def sent(one: Referral, officer: User, approver: User) -> Referral:
    with_papers(one, officer, approver)
    referring.decide(approver, one, granted=True)
    return referring.send(officer, one)


def clocks(one: Referral) -> dict[str, str]:
    return {clock.code: clock.state for clock in one.case.clocks.filter(subject=one.subject)}


def test_a_referral_goes_to_the_police_and_comes_back(
    prepared: Referral, officer: User, approver: User, policeman: User, departments: Departments
) -> None:
    assert clocks(prepared) == {"referral_approval": "running"}
    referring.decide(approver, prepared, granted=True)
    assert clocks(prepared)["referral_dispatch"] == "running"
    with pytest.raises(CaseRefused):
        referring.send(officer, prepared)
    with_papers(prepared, officer, approver)
    one = referring.send(officer, prepared)
    assert takes_part(one.case, departments.police)
    assert ("referral", "to_police") in {(item.kind, item.ref) for item in open_items(one.case)}
    one = referring.receive(policeman, one, "济公（受）〔2026〕3号")
    assert {"police_decide", "police_reroute"} <= set(clocks(one))
    answer = issued(one.case, "police_answer", policeman, person("chief", departments.police, Role.APPROVER))
    one = referring.answer(policeman, one, "0", document=answer)
    assert one.state == ReferralState.ANSWERED
    assert set(clocks(one).values()) - {"stopped"} <= {"running"}
    assert not [item for item in open_items(one.case) if item.kind == "referral"]


def test_the_bag_holds_what_was_sent(prepared: Referral, officer: User, approver: User) -> None:
    one = sent(prepared, officer, approver)
    bag = zipfile.ZipFile(io.BytesIO(stored(one.packages.get().sha256)))
    names = bag.namelist()
    assert [name for name in names if name.endswith(".pdf") and "documents/" in name]
    assert len([name for name in names if name.startswith("data/documents/")]) == 6
    for line in bag.read("manifest-sha256.txt").decode().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(bag.read(name)).hexdigest() == digest
    assert set(names) >= {
        "bagit.txt",
        "bag-info.txt",
        "manifest-sm3.txt",
        "data/index.pdf",
        "data/index.json",
    }


def test_the_bag_is_valid_for_other_programs(
    prepared: Referral, officer: User, approver: User, tmp_path: object
) -> None:
    import bagit

    one = sent(prepared, officer, approver)
    zipfile.ZipFile(io.BytesIO(stored(one.packages.get().sha256))).extractall(str(tmp_path))
    assert bagit.Bag(str(tmp_path)).is_valid()


def test_who_prepared_it_does_not_approve_it(
    at_stage: Callable[[str], Case], approver: User, departments: Departments
) -> None:
    one = referring.prepare(approver, at_stage("investigate"), "to_police", departments.police, "x")
    with pytest.raises(CaseRefused):
        referring.decide(approver, one, granted=True)


def test_passing_on_opens_the_case_to_the_other_department(
    prepared: Referral, officer: User, approver: User, policeman: User, departments: Departments
) -> None:
    other = unit("jn-west-police", "police", departments.city)
    one = referring.receive(policeman, sent(prepared, officer, approver), "收 1")
    one = referring.reroute(policeman, one, other, "不属本辖区")
    assert takes_part(one.case, other)
    with pytest.raises(CaseRefused):
        referring.answer(policeman, one, "0", remark="立案")
    detective = person("detective", other, Role.OFFICER)
    one = referring.answer(detective, referring.receive(detective, one, "收 2"), "1", remark="不予立案")
    assert one.state == ReferralState.ANSWERED


@pytest.mark.parametrize(
    ("code", "to", "summary"),
    [
        pytest.param("to_police", "utility", "x", id="wrong kind of department"),
        pytest.param("to_police", "police", " ", id="no summary"),
        pytest.param("to_nobody", "police", "x", id="unknown referral"),
    ],
)
def test_what_is_not_prepared(
    code: str, to: str, summary: str, at_stage: Callable[[str], Case], officer: User, departments: Departments
) -> None:
    with pytest.raises(CaseRefused):
        referring.prepare(officer, at_stage("investigate"), code, getattr(departments, to), summary)


def test_a_second_one_waits_for_the_first(
    prepared: Referral, officer: User, departments: Departments
) -> None:
    with pytest.raises(CaseRefused):
        referring.prepare(officer, prepared.case, "to_police", departments.police, "又一次")


def test_strangers_do_nothing(prepared: Referral, stranger: User, policeman: User) -> None:
    for act in (
        lambda: referring.decide(stranger, prepared, granted=True),
        lambda: referring.send(stranger, prepared),
        lambda: referring.receive(stranger, prepared, "1"),
        lambda: referring.receive(policeman, prepared, "1"),
    ):
        with pytest.raises(CaseRefused):
            act()


def test_the_page_offers_approval_to_those_who_may(prepared: Referral, officer: User, approver: User) -> None:
    assert not referring.may_decide(officer, prepared)
    assert referring.may_decide(approver, prepared)
