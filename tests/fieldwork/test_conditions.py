"""What the inspections keep open in a case, and what they vouch for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from gridcanary.accounts.models import User
from gridcanary.casework import loop, panels
from gridcanary.casework.models import Case
from gridcanary.fieldwork.actions import devices, records, visits
from gridcanary.fieldwork.actions.devices import DeviceFacts, Step
from gridcanary.fieldwork.conditions import CHECKS
from gridcanary.fieldwork.models import DeviceAct, InspectionPlan, Visit
from tests.fieldwork.conftest import SEEN_ALL, answer_all, second_site


def missing(code: str, case: Case) -> str:
    check = loop.condition(code)
    assert check is not None
    return check(Case.objects.get(pk=case.pk))


@pytest.mark.parametrize("code", [code for code in CHECKS if code != "devices_accounted_for"])
def test_a_case_nobody_visited_lacks_everything(shared: Case, code: str) -> None:
    assert missing(code, shared)


@pytest.mark.parametrize("code", [code for code in CHECKS if code != "devices_accounted_for"])
def test_a_whole_record_brings_everything(recorded: Visit, code: str) -> None:
    assert missing(code, recorded.case) == ""


def test_lights_without_evidence_are_named(arrived: Visit, officer: User) -> None:
    answer_all(officer, arrived, evidence=())
    records.answer(officer, arrived, "pool_record", "no", at=timezone.now())
    said = missing("evidence_checklist_complete", arrived.case)
    assert "Mining device: seen, but no evidence" in said
    assert "Record of a mining pool: looked for and not found" in said


@pytest.mark.parametrize(
    ("outcome", "is_enough"), [("cleared", True), ("victim_of_intrusion", True), ("confirmed", False)]
)
def test_an_outcome_without_sanctions_needs_no_three_lights(
    arrived: Visit, officer: User, outcome: str, is_enough: bool
) -> None:
    Case.objects.filter(pk=arrived.case_id).update(outcome=outcome)
    assert missing("evidence_checklist_complete", arrived.case)
    records.answer(officer, arrived, "pool_record", "no", at=timezone.now())
    assert (missing("evidence_checklist_complete", arrived.case) == "") is is_enough


def test_a_second_place_must_be_confirmed_too(recorded: Visit, officer: User) -> None:
    second_site(officer, recorded.case)
    assert "邹城市北宿镇冷库" in missing("site_confirmed", recorded.case)


def test_a_user_nobody_asked_for_is_missing(arrived: Visit, officer: User) -> None:
    answer_all(officer, arrived)
    visits.describe(officer, arrived, replace(SEEN_ALL, user_proof=""))
    visits.finish(officer, arrived, timezone.now(), "x")
    assert "兖州区工业园" in missing("user_confirmed", arrived.case)


def test_machines_that_were_seen_must_be_listed_and_disposed_of(recorded: Visit, officer: User) -> None:
    case = recorded.case
    assert missing("devices_accounted_for", case) == "Machines were seen, but the device list is empty."
    miner = devices.list_device(officer, case, DeviceFacts("asic"))
    assert "1 entry" in missing("devices_accounted_for", case)
    devices.dispose(officer, [miner], "destroyed", Step(timezone.now(), document="处字1号"))
    assert missing("devices_accounted_for", case) == ""


def test_what_is_unfinished_keeps_the_case_open(arrived: Visit, officer: User) -> None:
    case = arrived.case
    plain, taken = (devices.list_device(officer, case, DeviceFacts("psu", count=3)) for _ in range(2))
    devices.take_step(
        officer, [taken], DeviceAct.SEIZED, Step(timezone.now(), measure="register_preserve", holder="库房")
    )
    found = [(item.kind, item.ref) for item in loop.open_items(case)]
    assert ("visit", "") in found
    assert ("device", "") in found
    assert ("measure", "register_preserve") in found
    assert all(item.url and item.text for item in loop.open_items(case))
    assert plain.count == 3


def test_a_planned_visit_is_not_named_before_its_day_is_over(visit: Visit, plan: InspectionPlan) -> None:
    assert not [item for item in loop.open_items(visit.case) if item.kind == "visit"]
    InspectionPlan.objects.filter(pk=plan.pk).update(day=timezone.localdate() - dt.timedelta(days=1))
    assert [item for item in loop.open_items(visit.case) if item.kind == "visit"]


def test_the_tabs_are_there(shared: Case) -> None:
    assert {"inspection", "devices", "supply"} <= {str(tab["key"]) for tab in panels.tabs(shared)}
