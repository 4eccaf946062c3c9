"""Pages of units and of personal data: who gets in, and what happens."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from gridcanary.accounts.demo import build_people
from gridcanary.accounts.models import Membership, PersonalDataRead, Role, Unit, UnmaskRequest, User
from gridcanary.accounts.unit_actions import add_membership
from gridcanary.accounts.urls import urlpatterns
from gridcanary.console.security import HEADERS
from tests.accounts.test_unmasking import colleague

pytestmark = pytest.mark.django_db
PHONE = "13812341234"
ENERGY = "demo-county-energy"


@pytest.fixture
def people() -> dict[str, User]:
    return build_people(User.objects.create(username="demo"))


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def administrator(people: dict[str, User]) -> Client:
    return browser_of(people["demo"])


@pytest.fixture
def officer(people: dict[str, User]) -> Client:
    return browser_of(people["demo.energy"])


ARGUMENTS = {"code": ENERGY, "pk": 1, "label": "accounts.user", "field": "phone"}
OPEN = {"login", "second_factor", "oidc_login", "oidc_callback"}


@pytest.mark.parametrize("name", sorted({p.name for p in urlpatterns if p.name} - OPEN))
def test_strangers_see_no_page(client: Client, name: str) -> None:
    wanted = next(iter(get_resolver("gridcanary.accounts.urls").reverse_dict.getlist(name)))[0][0][1]
    address = reverse(f"accounts:{name}", kwargs={key: ARGUMENTS[key] for key in wanted})
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("accounts:login"))


def test_every_answer_carries_the_headers_and_pages_are_not_kept(officer: Client, client: Client) -> None:
    for answer in (officer.get(reverse("accounts:account")), client.get(reverse("accounts:login"))):
        for name, value in HEADERS.items():
            assert answer[name] == value
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "no-store" in answer["Cache-Control"]
    assert "unsafe-inline" not in HEADERS["Content-Security-Policy"]
    assert "unsafe-eval" not in HEADERS["Content-Security-Policy"]


def test_only_administrators_see_units(administrator: Client, officer: Client) -> None:
    page = administrator.get(reverse("accounts:units"))
    assert "Demo County Public Security Bureau" in page.content.decode()
    assert officer.get(reverse("accounts:units")).status_code == 403
    assert officer.get(reverse("accounts:unit", args=[ENERGY])).status_code == 403
    assert officer.post(reverse("accounts:new_unit"), {}).status_code == 403


def test_an_administrator_of_one_unit_reaches_no_other(people: dict[str, User]) -> None:
    add_membership(people["demo.energy"], Unit.objects.get(code=ENERGY), Role.ADMINISTRATOR)
    local = browser_of(people["demo.energy"])
    assert local.get(reverse("accounts:unit", args=[ENERGY])).status_code == 200
    for name in ("unit", "new_member"):
        assert local.get(reverse(f"accounts:{name}", args=["demo-county-police"])).status_code == 404
    post = Membership.objects.get(user=people["demo.police"])
    assert local.post(reverse("accounts:end_post", args=["demo-county-police", post.pk])).status_code == 404
    assert local.post(reverse("accounts:end_post", args=[ENERGY, post.pk])).status_code == 404
    fields = {"parent": Unit.objects.get(code="demo").pk, "code": "mine", "name_zh": "我", "kind": "energy"}
    local.post(reverse("accounts:new_unit"), fields)
    assert not Unit.objects.filter(code="mine").exists()


def test_adding_a_unit_and_a_person(administrator: Client) -> None:
    county = Unit.objects.get(code="demo-county")
    fields = {"parent": county.pk, "code": "fire", "name_zh": "示范县消防救援大队", "kind": "police"}
    assert administrator.post(reverse("accounts:new_unit"), fields).status_code == 302
    assert Unit.objects.get(code="fire").path == county.path + "fire/"
    address = reverse("accounts:new_member", args=["fire"])
    member = {"username": "zhao", "role": "officer", "certificate_no": "A1", "certified_until": "2030-01-31"}
    assert "first password" in administrator.post(address, member).content.decode()
    assert administrator.post(address, {**member, "password": "short"}).status_code == 200
    assert not User.objects.filter(username="zhao").exists()
    assert administrator.post(address, {**member, "password": "correct horse battery"}).status_code == 302
    zhao = User.objects.get(username="zhao")
    assert zhao.unit == Unit.objects.get(code="fire")
    assert zhao.memberships_now()[0].is_certified()
    assert administrator.post(address, {**member, "password": "taking it over 1"}).status_code == 200
    page = administrator.get(reverse("accounts:unit", args=["fire"])).content.decode()
    assert "zhao" in page
    administrator.post(reverse("accounts:end_post", args=["fire", zhao.memberships_now()[0].pk]))
    assert zhao.unit is None


def test_locking_from_the_page(people: dict[str, User], administrator: Client) -> None:
    officer = people["demo.energy"]
    address = reverse("accounts:set_locked", args=[ENERGY, officer.pk])
    administrator.post(address, {"locked": "1"})
    officer.refresh_from_db()
    assert not officer.is_active
    administrator.post(address, {"locked": "0"})
    officer.refresh_from_db()
    assert officer.is_active
    administrator.post(reverse("accounts:set_locked", args=[ENERGY, people["demo"].pk]), {"locked": "1"})
    people["demo"].refresh_from_db()
    assert people["demo"].is_active


def test_a_person_of_two_houses_is_not_locked_by_one(people: dict[str, User]) -> None:
    shared = people["demo.energy.approver"]
    add_membership(shared, Unit.objects.get(code="demo-county-police"), Role.CLERK)
    add_membership(people["demo.energy"], Unit.objects.get(code=ENERGY), Role.ADMINISTRATOR)
    local = browser_of(people["demo.energy"])
    local.post(reverse("accounts:set_locked", args=[ENERGY, shared.pk]), {"locked": "1"})
    shared.refresh_from_db()
    assert shared.is_active


def test_asking_deciding_reading_and_the_record(people: dict[str, User], officer: Client) -> None:
    subject = colleague(people)
    ask = reverse("accounts:unmask_ask", args=["accounts.user", subject.pk, "phone"])
    page = officer.get(ask).content.decode()
    assert "138****1234" in page
    assert PHONE not in page
    assert "Say in a few words" in officer.post(ask, {"reason": "x"}).content.decode()
    assert officer.post(ask, {"reason": "to summon the holder"}).status_code == 302
    asked = UnmaskRequest.objects.get()
    show = reverse("accounts:unmask_show", args=[asked.pk])
    assert PHONE not in officer.post(show, follow=True).content.decode()
    officer.post(reverse("accounts:unmask_decide", args=[asked.pk]), {"decision": "approve"})
    approver = browser_of(people["demo.energy.approver"])
    assert "to summon the holder" in approver.get(reverse("accounts:unmask_requests")).content.decode()
    approver.post(reverse("accounts:unmask_decide", args=[asked.pk]), {"decision": "approve"})
    assert officer.get(show).status_code == 405
    shown = officer.post(show)
    assert PHONE in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert approver.post(show).status_code == 404
    record = browser_of(people["demo"]).get(reverse("accounts:reads")).content.decode()
    assert "to summon the holder" in record
    assert "demo.energy.approver" in record
    assert PHONE not in record
    assert PersonalDataRead.objects.count() == 1


def test_reading_needs_a_fresh_proof(people: dict[str, User], officer: Client) -> None:
    subject = colleague(people)
    ask = reverse("accounts:unmask_ask", args=["accounts.user", subject.pk, "phone"])
    officer.post(ask, {"reason": "to summon the holder"})
    asked = UnmaskRequest.objects.get()
    browser_of(people["demo.energy.approver"]).post(
        reverse("accounts:unmask_decide", args=[asked.pk]), {"decision": "approve"}
    )
    session = officer.session
    session["confirmed_at"] = 0
    session.save()
    answer = officer.post(reverse("accounts:unmask_show", args=[asked.pk]))
    assert answer["Location"].startswith(reverse("accounts:confirm"))
    assert not PersonalDataRead.objects.exists()


def test_the_record_is_for_supervisors(officer: Client) -> None:
    assert officer.get(reverse("accounts:reads")).status_code == 403


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("accounts.user", "password"),
        ("accounts.user", "nothing"),
        ("no.model", "phone"),
        ("nonsense", "phone"),
    ],
)
def test_what_is_no_personal_data_cannot_be_asked_for(officer: Client, label: str, field: str) -> None:
    address = reverse("accounts:unmask_ask", args=[label, 1, field])
    assert officer.get(address).status_code == 404
    assert not UnmaskRequest.objects.exists()
