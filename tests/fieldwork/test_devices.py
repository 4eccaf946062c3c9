"""Devices: listing, measures, disposal, labels, and what the history keeps."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.accounts.models import User
from gridcanary.casework.models import AppendOnly, Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.fieldwork.actions import devices
from gridcanary.fieldwork.actions.devices import DeviceFacts, Step
from gridcanary.fieldwork.identifiers import mac_key, serial_key
from gridcanary.fieldwork.models import Device, DeviceAct, DeviceEvent, DeviceState, Visit
from tests.fieldwork.conftest import browser, events

MINER = DeviceFacts("asic", "Antminer S19", "HT23040017A", hash_rate_th=Decimal(95), rated_w=3250)


def step(**facts: str) -> Step:
    return Step(timezone.now(), **facts)


@pytest.fixture
def miner(shared: Case, officer: User) -> Device:
    return devices.list_device(officer, shared, MINER, site=shared.sites.get())


def test_tags_are_numbered(shared: Case, officer: User) -> None:
    made = [devices.list_device(officer, shared, DeviceFacts("psu", count=3)).tag for _ in range(3)]
    assert made == [f"{shared.number}-{number:04d}" for number in (1, 2, 3)]
    more = devices.list_devices(officer, shared, [DeviceFacts("psu"), MINER])
    assert [one.tag[-4:] for one in more] == ["0004", "0005"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        pytest.param(DeviceFacts("toaster"), "what kind", id="unknown-kind"),
        pytest.param(DeviceFacts("asic", count=0), "at least 1", id="none"),
        pytest.param(
            DeviceFacts("asic", serial="HT23040017A", count=2), "by itself", id="two-with-one-serial"
        ),
        pytest.param(DeviceFacts("asic", rated_w=-1), "negative", id="negative"),
        pytest.param(DeviceFacts("asic", mac="00:11"), "no network address", id="short-mac"),
    ],
)
def test_facts_that_do_not_go_together_are_refused(
    shared: Case, officer: User, facts: DeviceFacts, said: str
) -> None:
    with pytest.raises(CaseRefused, match=said):
        devices.list_device(officer, shared, facts)


def test_a_device_is_on_the_list_once(miner: Device, shared: Case, officer: User) -> None:
    with pytest.raises(CaseRefused, match=miner.tag):
        devices.list_device(officer, shared, DeviceFacts("asic", serial="ht-2304 0017a"))
    with pytest.raises(CaseRefused, match=miner.tag):
        devices.list_devices(
            officer, shared, [DeviceFacts("psu"), DeviceFacts("asic", serial="HT2304-0017A")]
        )
    assert Device.objects.count() == 1  # all or nothing


def test_only_departments_at_work_list_devices(shared: Case, reader: User, stranger: User) -> None:
    for user in (reader, stranger):
        with pytest.raises(CaseRefused):
            devices.list_device(user, shared, MINER)


def test_taking_needs_a_measure_that_the_law_gives_the_department(
    miner: Device, officer: User, policeman: User
) -> None:
    with pytest.raises(CaseRefused, match="can't take this measure"):
        devices.take_step(officer, [miner], DeviceAct.SEIZED, step(measure="seize", holder="库房"))
    with pytest.raises(CaseRefused, match="can't take this measure"):
        devices.take_step(officer, [miner], DeviceAct.SEIZED, step(holder="库房"))
    (taken,) = devices.take_step(
        officer,
        [miner],
        DeviceAct.SEIZED,
        step(measure="register_preserve", holder="库房", seal_number="F-1"),
    )
    assert (taken.state, taken.holder, taken.measure_code) == (
        DeviceState.SEIZED,
        "库房",
        "register_preserve",
    )
    assert taken.holder_unit == officer.unit
    devices.take_step(policeman, [miner], DeviceAct.MOVED, step(holder="市局物证室"))
    devices.take_step(officer, [miner], DeviceAct.RELEASED, step())
    with pytest.raises(CaseRefused, match="neither sealed nor in custody"):
        devices.take_step(officer, [miner], DeviceAct.RELEASED, step())
    acts = list(DeviceEvent.objects.filter(device=miner).values_list("act", "holder"))
    assert [act for act, _holder in acts] == ["listed", "seized", "moved", "released"]
    assert events("device.seized")[0].body["tags"] == [miner.tag]


def test_moving_says_where_to(miner: Device, officer: User) -> None:
    with pytest.raises(CaseRefused, match="where the devices are"):
        devices.take_step(officer, [miner], DeviceAct.MOVED, step())


def test_a_disposal_is_one_of_the_packs_with_its_paper(miner: Device, officer: User, lineman: User) -> None:
    with pytest.raises(CaseRefused, match="can't record this disposal"):
        devices.dispose(lineman, [miner], "destroyed", step(document="1"))
    with pytest.raises(CaseRefused, match="number of the paper"):
        devices.dispose(officer, [miner], "destroyed", step())
    (kept,) = devices.dispose(officer, [miner], "confiscated", step(document="没字1号"))
    assert (kept.disposal_final, kept.state) == (False, DeviceState.LISTED)
    (gone,) = devices.dispose(officer, [miner], "destroyed", step(document="处字1号"))
    assert (gone.disposal_final, gone.state) == (True, DeviceState.DISPOSED)
    assert not Device.objects.all().unaccounted()
    with pytest.raises(CaseRefused, match="accounted for already"):
        devices.take_step(officer, [miner], DeviceAct.MOVED, step(holder="x"))


def test_a_correction_keeps_what_stood_there(miner: Device, officer: User) -> None:
    with pytest.raises(CaseRefused, match="say why"):
        devices.correct(officer, miner, MINER, "nothing changed")
    fixed = DeviceFacts("asic", "Antminer S19 Pro", "HT23040018B", hash_rate_th=Decimal(95), rated_w=3250)
    devices.correct(officer, miner, fixed, "铭牌看错")
    event = DeviceEvent.objects.get(act="corrected")
    assert event.changes == {
        "model": ["Antminer S19", "Antminer S19 Pro"],
        "serial": ["HT23040017A", "HT23040018B"],
    }
    miner.refresh_from_db()
    assert miner.serial_key == "HT23040018B"
    with pytest.raises(AppendOnly):
        event.delete()


def test_devices_of_two_cases_are_not_handled_together(
    miner: Device, officer: User, stranger: User, departments: object
) -> None:
    with pytest.raises(CaseRefused, match="at least one"):
        devices.take_step(officer, [], DeviceAct.MOVED, step(holder="x"))


@given(st.text(max_size=30))
def test_a_serial_is_compared_without_its_dress(text: str) -> None:
    key = serial_key(text)
    assert serial_key(key) == key
    assert serial_key(f" {text.lower()}-") in (key, serial_key(text.lower()))
    assert not key or key.isalnum()


@pytest.mark.parametrize(
    ("serial", "key"),
    [
        ("ht-2304 0017a", "HT23040017A"),
        ("0000000", ""),
        ("A-1", ""),
        ("To be filled by O.E.M.", ""),
        ("", ""),
    ],
)
def test_serials_that_identify_nothing_are_no_key(serial: str, key: str) -> None:
    assert serial_key(serial) == key


@pytest.mark.parametrize(
    ("mac", "key"), [("00-1a-2B-3c-4d-5e", "001A2B3C4D5E"), ("ff:ff:ff:ff:ff:ff", ""), ("", "")]
)
def test_network_addresses_are_compared_without_their_dress(mac: str, key: str) -> None:
    assert mac_key(mac) == key


def test_labels_lead_to_the_device(miner: Device, officer: User) -> None:
    page = browser(officer).get(reverse("fieldwork:labels", kwargs={"number": miner.case.number}))
    assert page.content.decode().count('class="label"') == 1
    assert "<svg" in page.content.decode()
    assert browser(officer).get(reverse("fieldwork:device", kwargs={"tag": miner.tag})).status_code == 200


def test_many_are_handled_at_once_on_the_page(miner: Device, shared: Case, officer: User) -> None:
    other = devices.list_device(officer, shared, DeviceFacts("psu", count=12))
    client = browser(officer)
    place = reverse("fieldwork:device_step", kwargs={"number": shared.number, "act": "seal"})
    sent = {
        "tag": [miner.tag, other.tag],
        "step-at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "step-measure": "register_preserve",
        "step-seal_number": "F-7",
    }
    assert "Recorded for 2 entries" in client.post(place, sent, follow=True).content.decode()
    place = reverse("fieldwork:device_step", kwargs={"number": shared.number, "act": "dispose"})
    sent = {"tag": [miner.tag], "disposal-at": sent["step-at"], "disposal-disposal": "destroyed"}
    assert "number of the paper" in client.post(place, sent, follow=True).content.decode()
    assert Device.objects.filter(state=DeviceState.SEALED).count() == 2


def test_a_device_listed_at_a_visit_belongs_to_its_place(
    arrived: Visit, policeman: User, lineman: User
) -> None:
    device = devices.list_device(policeman, arrived.case, MINER, visit=arrived)
    assert device.site == arrived.site
    assert device.listed_at - timezone.now() < dt.timedelta(minutes=1)
    with pytest.raises(CaseRefused, match="doesn't take part"):
        devices.list_device(lineman, arrived.case, DeviceFacts("psu"), visit=arrived)
