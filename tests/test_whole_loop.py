"""A case goes from the lead to its filing through the real actions of every room, in each country's pack."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from gridcanary.accounts.actions import renew_demo_user
from gridcanary.accounts.models import User
from gridcanary.casework import gates, law, loop
from gridcanary.casework.actions import cases, stages
from gridcanary.casework.actions.cases import LeadFacts, SiteFacts, open_case
from gridcanary.casework.actions.stages import GateClosed
from gridcanary.casework.models import Case
from gridcanary.console.demo_cases import inspection, papers, ways
from gridcanary.console.demo_cases.people import Cast, bring_in
from gridcanary.custody.actions import export_case
from gridcanary.custody.checking import verify_all
from gridcanary.documents.papers import files_for_export
from gridcanary.enforcement.actions import money
from gridcanary.enforcement.models import EntryKind, MoneyItem
from gridcanary.evidence.verification import verify_bag
from gridcanary.fieldwork import rules
from gridcanary.fieldwork.actions import devices
from gridcanary.fieldwork.models import Device, DeviceKind
from gridcanary.watch.actions.visits import record_visit
from gridcanary.watch.models import WatchResult, WatchVisit

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

STAGES = ["lead", "discover", "investigate", "rectify", "account", "watch", "closed"]
OWED = Decimal("1200.00")


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast.of(User.objects.get(username=renew_demo_user()[0]))


@pytest.fixture(params=["cn_sd", "my", "kz"])
def case(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path, cast: Cast) -> Case:
    settings.GRIDCANARY_HOME, settings.GRIDCANARY_EVIDENCE = tmp_path, str(tmp_path / "evidence")
    settings.GRIDCANARY_PACK = request.param
    site = SiteFacts(premises_id="P1", meter_id="M1", address="3", admin_code="990127")
    lead = LeadFacts(subject_kind="meter", subject_id="M1", score=0.9, mode="B", kw_mid=100)
    return open_case(cast.demo, cast.unit("energy"), "premises 3", sites=[(site, [lead])], summary="odd load")


def work_in_the_stage(cast: Cast, case: Case) -> None:
    """What the stage is for, apart from papers and statements."""
    today = timezone.localdate()
    if case.stage == "discover":
        inspection.record(cast, inspection.plan(cast, case, today))
    elif case.stage == "investigate":
        cases.set_outcome(cast.officer("energy"), case, "confirmed", "the three lights are on")
        found = [devices.DeviceFacts(DeviceKind.ASIC, "S19", f"SN{number}") for number in range(3)]
        devices.list_devices(cast.officer("energy"), case, found, site=case.sites.get())
    elif case.stage == "rectify":
        dispose(cast, case)
        bring_in(cast, case, "utility", "back-bill")
        money.open_item(
            cast.officer("utility"), case, "back_bill", cast.unit("utility"), OWED, reason="by meter reading"
        )
    elif case.stage == "watch":
        for visit in WatchVisit.objects.filter(case=case):
            WatchVisit.objects.filter(pk=visit.pk).update(due_on=today)
            visit.refresh_from_db()
            record_visit(cast.officer("energy"), visit, WatchResult.CLEAN, "curve and rooms", today)


def dispose(cast: Cast, case: Case) -> None:
    """Account for the machines by the first department that may do so for good."""
    kinds = {kind for rule in law.pack_of(case).disposals.values() if rule.final for kind in rule.departments}
    kind = sorted(kinds)[0]
    bring_in(cast, case, kind, "disposal")
    chosen = next(one for one in rules.disposals(case, cast.unit(kind)) if one.final)
    step = devices.Step(timezone.now(), document="paper 1", holder="gone")
    devices.dispose(cast.officer(kind), list(Device.objects.filter(case=case)), chosen.code, step)


def bring_what_lacks(cast: Cast, case: Case, way: gates.OpenWay) -> None:
    """Papers, statements and payments that the gate asks for; what a room vouches for is never stated."""
    for one in way.lacking:
        if one.kind == "document":
            papers.issue(cast, case, one.code)
        elif one.kind == "condition" and loop.condition(one.code) is None:
            ways.state(cast, case, one.code, "record 1 of today")
        elif one.kind == "loop" and one.code in law.pack_of(case).loop_items:
            item = law.pack_of(case).loop_items[one.code]
            if item.closes_with and item.closes_with[0] not in loop.issued_documents(case):
                papers.issue(cast, case, item.closes_with[0])
    if case.stage == "account":
        item = MoneyItem.objects.get(case=case)
        money.enter(cast.officer("utility"), item, money.Movement(EntryKind.COLLECTED, OWED, document="R1"))


def onward(case: Case) -> gates.OpenWay:
    """The way to the next stage."""
    pack = law.pack_of(case)
    forward = [way for way in gates.ways(case) if not way.transition.backward]
    return min(forward, key=lambda way: pack.stage(way.transition.to_stage).order)


def test_from_the_lead_to_the_filing(case: Case, cast: Cast, tmp_path: Path) -> None:
    visited = [case.stage]
    while case.is_open:
        work_in_the_stage(cast, case)
        way = onward(case)
        with pytest.raises(GateClosed):
            stages.move(cast.officer("energy"), case, way.code)
        bring_what_lacks(cast, case, way)
        ways.go(cast, case, way.code)
        visited.append(case.stage)
    assert visited == STAGES
    assert not list(loop.open_items(case))
    report = verify_all()
    assert report.intact, report.faults
    files = files_for_export(case)
    assert len(files) > 10
    bag = export_case(case.number, tmp_path / "bag", actor=cast.demo, documents=files, reason="for the court")
    checked = verify_bag(bag)
    assert checked.intact, checked.faults
    assert checked.items
    (bag / "data" / "case.json").write_text("{}")
    assert not verify_bag(bag).intact
