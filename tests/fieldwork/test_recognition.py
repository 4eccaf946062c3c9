"""Moved devices: recognised by those who see both cases, hinted at to the others, and nothing leaks."""

from __future__ import annotations

import pytest
from django.urls import reverse

from gridcanary.accounts.models import Membership, Role, User
from gridcanary.casework.actions.cases import SiteFacts, open_case
from gridcanary.casework.models import Case
from gridcanary.fieldwork.actions import devices
from gridcanary.fieldwork.actions.devices import DeviceFacts
from gridcanary.fieldwork.models import Device
from gridcanary.fieldwork.recognition import recognised_ids, sightings
from tests.fieldwork.conftest import Departments, browser, events

SECRET = "滕州城东废弃砖厂"


@pytest.fixture
def elsewhere(departments: Departments, stranger: User) -> Device:
    """A miner in a case of another city, which the departments of this one must not see."""
    place = SiteFacts(meter_id="T9", address=SECRET, admin_code="370481")
    other = open_case(stranger, departments.other_energy, SECRET, sites=[(place, [])])
    facts = DeviceFacts("asic", "S19", "HT-2304-0017A", mac="00:1a:2b:3c:4d:5e")
    return devices.list_device(stranger, other, facts)


@pytest.fixture
def found_again(elsewhere: Device, shared: Case, officer: User) -> Device:
    return devices.list_device(officer, shared, DeviceFacts("asic", "S19", "ht2304 0017a"))


def test_another_department_is_told_whom_to_ask_and_nothing_else(
    found_again: Device, elsewhere: Device, officer: User, departments: Departments
) -> None:
    (hint,) = sightings(officer, found_again)
    assert hint.unit_name == departments.other_energy.name
    assert hint.device is None
    assert hint.listed_at is None
    page = browser(officer).get(reverse("fieldwork:device", kwargs={"tag": found_again.tag})).content.decode()
    assert "ask Tz-Energy" in page
    for secret in (SECRET, elsewhere.tag, elsewhere.case.number, "T9"):
        assert secret not in page


@pytest.mark.parametrize("name", ["case_devices", "labels", "case_inspection"])
def test_no_page_of_the_case_tells_of_the_other_one(
    found_again: Device, elsewhere: Device, officer: User, name: str
) -> None:
    page = browser(officer).get(reverse(f"fieldwork:{name}", kwargs={"number": found_again.case.number}))
    for secret in (SECRET, elsewhere.tag, elsewhere.case.number):
        assert secret not in page.content.decode()


def test_the_log_of_the_case_tells_nothing_of_the_other_one(found_again: Device, elsewhere: Device) -> None:
    (told,) = events("device.recognised")
    assert told.body == {"case": found_again.case.number, "tag": found_again.tag}


def test_the_other_department_gets_the_same_hint(
    found_again: Device, elsewhere: Device, stranger: User, departments: Departments
) -> None:
    (hint,) = sightings(stranger, elsewhere)
    assert (hint.unit_name, hint.device) == (departments.energy.name, None)


def test_whoever_sees_both_cases_gets_the_link(
    found_again: Device, elsewhere: Device, officer: User, departments: Departments
) -> None:
    Membership.objects.create(
        user=officer, unit=departments.other_energy, role=Role.ANALYST, since=found_again.listed_at.date()
    )
    (seen,) = sightings(User.objects.get(pk=officer.pk), found_again)
    assert seen.device == elsewhere
    page = browser(officer).get(reverse("fieldwork:device", kwargs={"tag": found_again.tag})).content.decode()
    assert elsewhere.tag in page


def test_a_network_address_recognises_too(elsewhere: Device, shared: Case, officer: User) -> None:
    found = devices.list_device(officer, shared, DeviceFacts("asic", mac="001A2B3C4D5E"))
    assert recognised_ids([found, elsewhere]) == {found.pk, elsewhere.pk}


def test_devices_without_numbers_are_not_recognised(elsewhere: Device, shared: Case, officer: User) -> None:
    found = devices.list_device(officer, shared, DeviceFacts("asic", "S19", count=3))
    assert recognised_ids([found]) == set()
    assert sightings(officer, found) == []


def test_the_same_case_is_no_sighting(shared: Case, officer: User) -> None:
    found = devices.list_device(officer, shared, DeviceFacts("asic", serial="HT23040017A"))
    assert recognised_ids([found]) == set()
    assert not events("device.recognised")
