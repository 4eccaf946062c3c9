"""Cutting the supply: the order, the proof at the meter, the way back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from django.urls import reverse
from django.utils import timezone

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.contracts.tables import READINGS
from gridcanary.fieldwork.access import ChangedMeanwhile
from gridcanary.fieldwork.actions import devices, supply
from gridcanary.fieldwork.actions.devices import DeviceFacts
from gridcanary.fieldwork.meter_proof import Reading, prove, readings_around
from gridcanary.fieldwork.models import Disconnection, ProofKind
from gridcanary.fieldwork.open_ends import is_proved, open_ends
from gridcanary.fieldwork.proof_chart import proof_chart
from gridcanary.power import lake as lakes
from tests.fieldwork.conftest import browser, events, picture

CUT = dt.datetime(2026, 3, 10, 10, 7, tzinfo=dt.UTC)
ZONE = timezone.get_fixed_timezone(8 * 60)


def readings(before_w: int | None, after_w: int | None, *, hours_after: int = 48) -> list[Reading]:
    """Quarter hours from a day before the cut; the one in which the cut lies is half."""
    start = CUT.replace(minute=0) - dt.timedelta(days=1)
    made = []
    for slot in range(96 + 4 * hours_after):
        at = start + dt.timedelta(minutes=15 * slot)
        is_half = at < CUT < at + dt.timedelta(minutes=15)
        made.append(Reading(at, 15, 50_000 if is_half else before_w if at < CUT else after_w))
    return made


@pytest.mark.parametrize(
    ("before_w", "after_w", "holds"),
    [
        pytest.param(100_000, 0, True, id="dead"),
        pytest.param(100_000, 500, True, id="half-a-percent"),
        pytest.param(100_000, 501, False, id="more"),
        pytest.param(1_000, 50, True, id="electronics"),
        pytest.param(1_000, 51, False, id="more-than-electronics"),
        pytest.param(100_000, -600, False, id="feeds-in"),
        pytest.param(None, 0, True, id="nothing-known-before"),
        pytest.param(100_000, None, False, id="no-readings"),
    ],
)
def test_a_dead_meter_is_proved_and_a_living_one_is_not(
    before_w: int | None, after_w: int | None, holds: bool
) -> None:
    proof = prove(readings(before_w, after_w), CUT)
    assert proof.holds is holds
    assert proof.before_w == before_w
    assert proof.expected == 96


def test_the_interval_of_the_cut_does_not_count() -> None:
    proof = prove(readings(100_000, 0), CUT)
    assert (proof.most_w, proof.read) == (0, 95)


@pytest.mark.parametrize(("hours", "holds"), [(20, True), (18, False)])
def test_too_few_readings_prove_nothing(hours: int, holds: bool) -> None:
    assert prove(readings(100_000, 0, hours_after=hours), CUT).holds is holds


def test_one_night_of_mining_breaks_the_proof() -> None:
    rows = readings(100_000, 0)
    at = 96 + 60
    rows[at] = Reading(rows[at].at, 15, 90_000)
    assert not prove(rows, CUT).holds


def test_the_curve_is_drawn_with_its_gaps() -> None:
    rows = readings(100_000, 0)
    rows[10] = Reading(rows[10].at, 15, None)
    drawn = proof_chart(rows, CUT, CUT + dt.timedelta(days=1))
    assert drawn is not None
    assert len(drawn.segments) == 2
    assert drawn.most_kw == 100
    assert 0 < drawn.cut_x < drawn.proof_x <= 720
    assert proof_chart([], CUT, CUT) is None


def write_lake(home: Path, meter: str, first: dt.date, loads_w: list[list[int]]) -> None:
    lakes.create_lake(home / "lake")
    for number, load_w in enumerate(loads_w):
        day = first + dt.timedelta(days=number)
        table = pa.table({"meter_id": [meter], "day": [day], "load_w": [load_w]}, schema=READINGS)
        lakes.write_day(home / "lake", day, table)


def test_readings_come_from_the_lake_with_their_times(tmp_path: Path) -> None:
    write_lake(tmp_path, "M1", dt.date(2026, 3, 9), [[7] * 96, [5] * 24])
    found = readings_around(tmp_path / "lake", "M1", CUT)
    assert len(found) == 120
    assert found[0].at == dt.datetime(2026, 3, 9, tzinfo=ZONE)
    assert (found[96].at, found[96].minutes) == (dt.datetime(2026, 3, 10, tzinfo=ZONE), 60)
    assert readings_around(tmp_path / "lake", "M2", CUT) == []
    assert readings_around(tmp_path / "nowhere", "M1", CUT) == []


@pytest.fixture
def cut(shared: Case, lineman: User) -> Disconnection:
    return supply.order(lineman, shared.sites.get(), "stop_supply", "supply_stop", reason="擅自接入")


def long_ago(days: int = 3) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


@pytest.fixture
def dead(cut: Disconnection, lineman: User) -> Disconnection:
    return supply.execute(lineman, cut, at=long_ago(), where_cut="熔断器", register_kwh=Decimal(12000))


def test_the_pack_decides_who_may_order(shared: Case, officer: User, policeman: User, lineman: User) -> None:
    site = shared.sites.get()
    with pytest.raises(CaseRefused):
        supply.order(policeman, site, "stop_supply", "supply_stop")
    with pytest.raises(CaseRefused):
        supply.order(lineman, site, "order_stop_use", "ecl_71_stop")
    with pytest.raises(CaseRefused, match="doesn't cut the supply"):
        supply.order(officer, site, "register_preserve", "apl_56")
    assert supply.order(officer, site, "order_stop_use", "ecl_71_stop").meter_id == "M1"
    with pytest.raises(CaseRefused, match="ordered off already"):
        supply.order(lineman, site, "stop_supply", "supply_stop")


def test_an_order_keeps_the_case_open_until_it_is_proved(
    dead: Disconnection, lineman: User, tmp_path: Path
) -> None:
    def waiting() -> list[str]:
        return [item.ref for item in open_ends(dead.case)]

    assert waiting() == ["stop_supply"]
    with pytest.raises(CaseRefused, match="no readings of meter M1"):
        supply.prove_from_readings(lineman, dead)
    first = timezone.localdate(dead.executed_at) - dt.timedelta(days=2)
    assert dead.executed_at is not None
    slot = int(
        (timezone.localtime(dead.executed_at).hour * 60 + timezone.localtime(dead.executed_at).minute) / 15
    )
    half = [90_000] * slot + [40_000] + [0] * (95 - slot)
    write_lake(tmp_path, "M1", first, [[90_000] * 96, [90_000] * 96, half, [0] * 48 + [80_000] * 48])
    assert not supply.prove_from_readings(lineman, dead).holds or slot < 48
    write_lake(tmp_path, "M1", first, [[90_000] * 96, [90_000] * 96, half, [0] * 96])
    proof = supply.prove_from_readings(lineman, dead)
    assert (proof.holds, proof.kind, proof.most_w) == (True, ProofKind.READINGS, 0)
    assert is_proved(dead)
    assert waiting() == []
    assert events("supply.proved")[-1].body["holds"] is True


def test_a_register_that_stands_still_is_proof_with_a_photograph(dead: Disconnection, lineman: User) -> None:
    now = timezone.now()
    with pytest.raises(CaseRefused, match="photograph"):
        supply.prove_on_site(lineman, dead, at=now, register_kwh=Decimal(12000), evidence=[])
    with pytest.raises(CaseRefused, match="run backwards"):
        supply.prove_on_site(lineman, dead, at=now, register_kwh=Decimal(11999), evidence=["e"])
    soon = long_ago() + dt.timedelta(hours=1)
    with pytest.raises(CaseRefused, match="24 hours"):
        supply.prove_on_site(lineman, dead, at=soon, register_kwh=Decimal(12000), evidence=["e"])
    grown = supply.prove_on_site(lineman, dead, at=now, register_kwh=Decimal(12100), evidence=["e"])
    assert (grown.holds, grown.most_w) == (False, 1388)
    assert supply.prove_on_site(lineman, dead, at=now, register_kwh=Decimal(12001), evidence=["e"]).holds


def test_a_cut_is_recorded_once_and_not_in_the_future(cut: Disconnection, lineman: User) -> None:
    with pytest.raises(CaseRefused, match="future"):
        supply.execute(lineman, cut, at=timezone.now() + dt.timedelta(hours=1))
    with pytest.raises(CaseRefused, match="Record first"):
        supply.prove_from_readings(lineman, cut)
    supply.execute(lineman, cut, at=timezone.now())
    with pytest.raises(ChangedMeanwhile):
        supply.execute(lineman, cut, at=timezone.now())
    with pytest.raises(CaseRefused, match="what the register showed"):
        supply.prove_on_site(lineman, cut, at=timezone.now(), register_kwh=Decimal(1), evidence=["e"])


def test_the_supply_comes_back_only_when_its_conditions_are_met(
    dead: Disconnection, lineman: User, officer: User
) -> None:
    miner = devices.list_device(officer, dead.case, DeviceFacts("asic"), site=dead.site)
    with pytest.raises(CaseRefused) as refused:
        supply.reconnect(lineman, dead, at=timezone.now(), reason="已整改")
    assert "outcome" in str(refused.value)
    assert "still on site" in str(refused.value)
    Case.objects.filter(pk=dead.case_id).update(outcome="confirmed")
    devices.dispose(officer, [miner], "destroyed", devices.Step(timezone.now(), document="处字1号"))
    with pytest.raises(CaseRefused, match="role"):
        supply.reconnect(officer, dead, at=timezone.now(), reason="已整改")
    back = supply.reconnect(lineman, dead, at=timezone.now(), reason="已整改")
    assert back.reconnected_at is not None
    with pytest.raises(CaseRefused, match="over"):
        supply.reconnect(lineman, dead, at=timezone.now(), reason="again")


def test_an_order_that_was_not_carried_out_is_withdrawn(cut: Disconnection, lineman: User) -> None:
    with pytest.raises(CaseRefused, match="Say why"):
        supply.withdraw(lineman, cut, "")
    supply.withdraw(lineman, cut, "已自行停用")
    assert list(open_ends(cut.case)) == []
    with pytest.raises(CaseRefused, match="over"):
        supply.execute(lineman, cut, at=timezone.now())


def test_the_pages_lead_through_it(shared: Case, lineman: User, stranger: User, tmp_path: Path) -> None:
    client, number = browser(lineman), shared.number
    start = reverse("fieldwork:case_supply", kwargs={"number": number})
    sent = {"site": shared.sites.get().pk, "measure": "stop_supply|supply_stop", "reason": "x"}
    page = client.post(start, sent, follow=True)
    assert "Next: switch off" in page.content.decode()
    made = Disconnection.objects.get()

    def act(step: str, **fields: object) -> str:
        place = reverse("fieldwork:supply_step", kwargs={"number": number, "cut_id": made.pk, "step": step})
        assert browser(stranger).post(place).status_code == 404
        return client.post(place, fields, follow=True).content.decode()

    at = timezone.localtime(long_ago()).strftime("%Y-%m-%dT%H:%M")
    assert "Next: the proof" in act(
        "executed", at=at, where_cut="熔断器", register_kwh="100", photos=[picture()]
    )
    assert "There are no readings" in act("readings")
    assert "Photograph of the register" in act("read-again", at=at, register_kwh="100")
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    assert "proved" in act("read-again", at=now, register_kwh="100", photos=[picture()])
    assert "The outcome of the case is not set" in act("reconnected", at=now, reason="x")
    assert "Off and proved" in client.get(start).content.decode()
