"""The demonstration's cases: one in every stage, made by the rooms' own actions, with something to do next."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from gridcanary.accounts.actions import renew_demo_user
from gridcanary.accounts.models import User
from gridcanary.casework.elsewhere import waiting_elsewhere
from gridcanary.casework.models import Case, CaseClock, CaseShare
from gridcanary.casework.models.campaign import Campaign
from gridcanary.console.demo_cases.county import make_cases
from gridcanary.console.demo_cases.lead import group_first
from gridcanary.console.findings import FindingsBook
from gridcanary.custody.checking import verify_all
from gridcanary.documents.models import Document, Referral, State
from gridcanary.enforcement.queries import money_totals
from gridcanary.fieldwork.models import Device, InspectionPlan
from gridcanary.portal.energy import stops
from gridcanary.tips.models import Tip, TipLead, TipState
from gridcanary.watch.queries import open_returns

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(db: None) -> User:
    return User.objects.get(username=renew_demo_user()[0])


@pytest.fixture
def cases(settings: Settings, tmp_path: Path, demo: User, book: FindingsBook) -> list[Case]:
    settings.GRIDCANARY_EVIDENCE = str(tmp_path / "evidence")
    settings.GRIDCANARY_PACK = "cn_sd"
    return make_cases(demo, book)


def test_there_is_a_case_in_every_stage_with_something_to_do(
    cases: list[Case], demo: User, book: FindingsBook
) -> None:
    assert [case.stage for case in cases] == [
        "lead", "discover", "investigate", "rectify", "watch", "closed", "rectify",
    ]  # fmt: skip
    assert set(Case.objects.visible_to(demo)) == set(cases)
    assert {case.campaign for case in cases} == {None, Campaign.objects.get()}
    assert CaseShare.objects.filter(case=cases[1], received_at=None).count() == 1
    assert InspectionPlan.objects.filter(visits__case=cases[1], state="planned").exists()
    assert Device.objects.filter(case=cases[2], state="sealed").count() > 1
    assert any(clock.is_late for clock in CaseClock.objects.filter(case=cases[2], state="running"))
    assert Referral.objects.get(case=cases[2]).state == "prepared"
    assert Document.objects.get(case=cases[3], code="rectification_acceptance").state == State.IN_REVIEW
    surcharge = next(
        one for one in money_totals(Case.objects.filter(pk=cases[3].pk)) if one.kind == "surcharge"
    )
    assert 0 < surcharge.balance.collected < surcharge.balance.due
    assert open_returns(demo).get().case == cases[4]
    assert [one.case_number for one in waiting_elsewhere(demo)]
    assert verify_all().intact
    client = Client()
    client.force_login(demo)
    for case in cases:
        assert client.get(reverse("casework:case", kwargs={"number": case.number})).status_code == 200
    assert make_cases(demo, book) == []


def test_without_a_scan_it_says_what_to_do(empty_home: Path, demo: User) -> None:
    with pytest.raises(CommandError, match="run gridcanary demo first"):
        call_command("create_demo_cases")


def test_no_finding_is_in_two_cases(book: FindingsBook) -> None:
    keys = [finding.key for findings in group_first(book) for finding in findings]
    assert len(keys) == len(set(keys)) > 5


def test_tips_stand_at_the_desk_in_every_state(cases: list[Case], demo: User) -> None:
    tips = list(Tip.objects.visible_to(demo).order_by("id"))
    assert {tip.state for tip in tips} == {TipState.CHECKED, TipState.RECEIVED, TipState.NOTHING}
    assert tips[0].lead == tips[1].lead
    assert tips[0].lead is not None
    assert tips[0].lead.case == cases[1]
    assert tips[0].premises_id == cases[1].sites.all()[0].premises_id
    assert TipLead.objects.exclude(flags=[]).count() == 1
    assert {tip.channel for tip in tips} == {"web", "telephone"}


def test_mines_that_were_cut_off_count_as_energy_stopped(cases: list[Case]) -> None:
    found, unmeasured = stops()
    mines = [
        case for case in cases if case.outcome and case.stage in ("rectify", "watch") and case != cases[6]
    ]
    assert len(found) + unmeasured == sum(case.sites.count() for case in mines)
    assert all(one.mining_kw > 0 for one in found)
    assert any(one.running_again_on is not None for one in found), "the case whose watch found it again"
