"""Pages: each renders in both languages, and shows what comes next."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gridcanary.accounts.models import Membership, Role, User
from gridcanary.casework.models import Case
from gridcanary.fieldwork.actions import devices, photos, records, visits
from gridcanary.fieldwork.actions.devices import DeviceFacts
from gridcanary.fieldwork.models import Device, Visit, VisitPhoto, VisitState
from gridcanary.fieldwork.queries import officers_for
from tests.fieldwork.conftest import SEEN_ALL, browser, entry, make_plan, picture, post_of

PAGES = (
    "plans", "new_plan", "plan", "plan_sheet", "visit", "phone", "blank_form", "case_inspection", "case_devices",
    "new_device", "import_devices", "device_pattern", "labels", "device", "correct_device", "case_supply",
)  # fmt: skip


@pytest.fixture
def device(arrived: Visit, officer: User) -> Device:
    facts = DeviceFacts("asic", "Antminer S19", "HT23040017A", hash_rate_th=Decimal("95"), rated_w=3250)
    return devices.list_device(officer, arrived.case, facts, visit=arrived)


def address(name: str, visit: Visit, device: Device) -> str:
    known: dict[str, object] = {
        "plan_id": visit.plan_id,
        "visit_id": visit.pk,
        "number": visit.case.number,
        "tag": device.tag,
    }
    wanted = {
        "plan": "plan_id", "plan_sheet": "plan_id", "visit": "visit_id", "phone": "visit_id",
        "blank_form": "visit_id", "device": "tag", "correct_device": "tag", "plans": "", "new_plan": "",
    }.get(name, "number")  # fmt: skip
    return reverse(f"fieldwork:{name}", kwargs={wanted: known[wanted]} if wanted else {})


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_renders(name: str, language: str, arrived: Visit, device: Device, officer: User) -> None:
    answer = browser(officer, language).get(address(name, arrived, device))
    assert answer.status_code == 200
    assert "Invalid" not in answer.content.decode()


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("plans", "new_plan")])
def test_strangers_find_nothing(name: str, arrived: Visit, device: Device, stranger: User) -> None:
    assert browser(stranger).get(address(name, arrived, device)).status_code == 404


@pytest.mark.parametrize("name", ["plan", "plan_sheet", "visit", "phone", "blank_form"])
def test_a_planned_visit_is_hidden_from_other_departments_of_the_case(
    name: str, visit: Visit, officer: User, lineman: User
) -> None:
    device = devices.list_device(officer, visit.case, DeviceFacts("asic"))
    assert browser(lineman).get(address(name, visit, device)).status_code == 404
    assert browser(officer).get(address(name, visit, device)).status_code == 200


def test_the_case_tab_does_not_tell_of_a_planned_visit(visit: Visit, lineman: User) -> None:
    page = browser(lineman).get(reverse("fieldwork:case_inspection", kwargs={"number": visit.case.number}))
    assert "No visit that you may know of yet" in page.content.decode()
    assert reverse("fieldwork:visit", kwargs={"visit_id": visit.pk}) not in page.content.decode()


def test_a_plan_is_made_from_the_case(shared: Case, officer: User, policeman: User) -> None:
    client = browser(officer)
    start = reverse("fieldwork:new_plan") + f"?case={shared.number}"
    assert f"{policeman} · " in client.get(start).content.decode()
    sent = {
        "title": "突击检查",
        "sites": [site.pk for site in shared.sites.all()],
        "day": timezone.localdate().isoformat(),
        "officers": [post_of(officer).pk, post_of(policeman).pk],
    }
    answer = client.post(start, sent, follow=True)
    assert "Open on the phone" in answer.content.decode()
    alone = client.post(start, {**sent, "officers": [post_of(officer).pk]})
    assert "at least 2 officers" in alone.content.decode()


def test_forms_of_the_phone_work_without_scripts(visit: Visit, officer: User) -> None:
    client = browser(officer)

    def send(form: str, **fields: object) -> str:
        place = reverse("fieldwork:entry", kwargs={"visit_id": visit.pk, "kind": form})
        return client.post(place, entry(**fields), follow=True).content.decode()

    assert "Recorded." in send("arrive", certificates_shown="on")
    for code in ("devices_running", "mining_software", "pool_record"):
        said = {"item": code, "answer": "yes", "note": "3 台", "photos": [picture(f"{code}.jpg")]}
        assert "Recorded." in send("answer", **said)
    assert "Recorded." in send(
        "load", kw_total="9.75", kw_a="3.2", kw_b="3.3", kw_c="3.25", instrument="FLUKE 345 #12"
    )
    assert "Recorded." in send("meter", meter_id="M1", register_kwh="12345.6", seal_intact="yes")
    assert "Recorded." in send(
        "device", kind="asic", model="S19", serial="HT23040017A", count="1", photos=[picture()]
    )
    assert "Recorded." in send("photo", caption="机房", photos=[picture("a.jpg"), picture("b.jpg", "blue")])
    assert "Recorded." in send("people", met_as="tenant", met_name="王某某", witness_present="on", site_confirmed="on",
                               user_proof="lease", certificates_shown="on")  # fmt: skip
    refused = send("finish", result="查获矿机")
    assert "Not answered" in refused
    visit.refresh_from_db()
    assert visit.state == VisitState.ON_SITE
    assert visit.photos.count() == 6
    assert visit.devices.get().events.count() == 2
    assert (
        "王某某" not in client.get(reverse("fieldwork:visit", kwargs={"visit_id": visit.pk})).content.decode()
    )


def test_a_name_is_masked_and_can_be_asked_for(arrived: Visit, officer: User, stranger: User) -> None:
    visits.describe(officer, arrived, replace(SEEN_ALL, met_name="王小明"))
    place = reverse(
        "accounts:unmask_ask",
        kwargs={"label": "fieldwork.visitperson", "pk": arrived.people.get().pk, "field": "name"},
    )
    page = browser(officer).get(reverse("fieldwork:visit", kwargs={"visit_id": arrived.pk})).content.decode()
    assert "王**" in page
    assert place in page
    assert browser(officer).get(place).status_code == 200
    assert browser(stranger).get(place).status_code == 404


def test_a_photograph_is_shown_as_its_copy_and_only_to_those_who_see_the_case(
    arrived: Visit, officer: User, stranger: User
) -> None:
    photos.add_visit_photos(officer, arrived, [picture()], "机架", at=timezone.now())
    place = reverse("fieldwork:photo", kwargs={"photo_id": VisitPhoto.objects.get().pk})
    shown = browser(officer).get(place)
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.content[:2] == b"\xff\xd8"
    assert browser(stranger).get(place).status_code == 404


def test_the_worker_is_the_same_for_everybody(client: Client, db: None) -> None:
    answer = client.get(reverse("fieldwork:worker"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_the_session_tells_who_is_signed_in(client: Client, officer: User) -> None:
    place = reverse("fieldwork:session")
    assert client.get(place).json()["user"] is None
    assert browser(officer).get(place).json()["user"] == officer.pk


def test_a_device_page_of_a_moved_device_warns(arrived: Visit, device: Device, officer: User) -> None:
    page = browser(officer).get(address("device", arrived, device)).content.decode()
    assert "known from another case" not in page


def test_an_answer_shows_with_its_light(arrived: Visit, officer: User) -> None:
    records.answer(officer, arrived, "mining_software", "yes", at=timezone.now() - dt.timedelta(minutes=1))
    place = reverse("fieldwork:case_inspection", kwargs={"number": arrived.case.number})
    assert "seen, no evidence yet" in browser(officer).get(place).content.decode()


def test_the_list_names_what_is_to_do(visit: Visit, officer: User, policeman: User) -> None:
    page = browser(officer).get(reverse("fieldwork:plans")).content.decode()
    assert "Today" in page
    assert "突击检查" in page
    later = make_plan(officer, visit.case, policeman, day=timezone.localdate() + dt.timedelta(days=3))
    assert "To come" in browser(officer).get(reverse("fieldwork:plans")).content.decode()
    assert later.title


def test_somebody_with_two_posts_is_offered_once(shared: Case, officer: User) -> None:
    Membership.objects.create(
        user=officer,
        unit=post_of(officer).unit,
        role=Role.APPROVER,
        since=dt.date(2020, 1, 1),
        certificate_no="ZJ-1",
    )
    offered = officers_for(list(shared.sites.all()), timezone.localdate())
    assert [post.user for post in offered].count(officer) == 1
