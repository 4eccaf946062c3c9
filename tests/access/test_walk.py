"""Every address of the resolver, asked by people who must not see what lies behind it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from gridcanary.accounts.models import Membership, Role, User
from gridcanary.casework.models import (
    Approval,
    Case,
    CaseClock,
    CaseShare,
    Handover,
    Reminder,
    StageEntry,
    Task,
)
from gridcanary.custody.models import Event, EvidenceItem
from gridcanary.documents.models import Document, DocumentFile, DocumentVersion, Referral, Service
from gridcanary.endpoints.models import Endpoint, EndpointDay, EndpointSession, PremisesLink, TakenUp
from gridcanary.enforcement.models import Measure, MoneyEntry, MoneyItem, Party, PartyRole
from gridcanary.fieldwork.models import (
    ChecklistAnswer,
    Device,
    Disconnection,
    InspectionPlan,
    Visit,
    VisitPhoto,
)
from gridcanary.portal.models import TypicalCase
from gridcanary.tips.models import Reporter, Tip, TipLead, TipMessage
from gridcanary.wallets.models import Dossier, DossierAddress
from gridcanary.watch.models import Return, WatchVisit
from tests.access.addresses import Address, addresses, routes
from tests.access.conftest import World, browser, picture

pytestmark = pytest.mark.django_db

ABSENT = {401, 403, 404, 405}
"""401 is the API's: it knows no sessions."""
OPEN_TO_ALL = {
    "api-1:openapi-json",
    "api-1:api-root",
    "accounts:login", "accounts:second_factor", "accounts:oidc_login", "accounts:oidc_callback", "accounts:logout",
    "fieldwork:worker", "fieldwork:session", "set_language",
}  # fmt: skip
"""Addresses that answer somebody who isn't signed in; none tells anything of a case."""

ENDS_THE_SESSION = {"accounts:logout", "accounts:password"}
STORED = (
    Approval, Case, CaseClock, CaseShare, Handover, Reminder, StageEntry, Task, EvidenceItem, Document, DocumentFile,
    DocumentVersion, Referral, Service, Measure, MoneyEntry, MoneyItem, Party, PartyRole, ChecklistAnswer, Device,
    Disconnection, InspectionPlan, Visit, VisitPhoto, Return, WatchVisit, Dossier, DossierAddress,
    Endpoint, EndpointDay, EndpointSession, PremisesLink, TakenUp, Tip, TipLead, TipMessage, Reporter, TypicalCase,
)  # fmt: skip


def said(world: World) -> dict[str, Any]:
    """Fields of many forms at once, filled in so that something would happen."""
    return {
        "choice": "drop", "result": "x", "reason": "为了测试而写", "remark": "为了测试而写", "granted": "yes",
        "role": "approver", "title": "x", "summary": "x", "origin": "new", "outcome": "confirmed", "basis": "x",
        "part": "witness", "accept": "yes", "answer": "x", "decision": "approve", "locked": "1", "kind": "asic",
        "amount": "1.00", "note": "x", "way": "left", "served_to": "x", "share-unit": world.stranger.unit.pk,
        "share-level": "work", "share-purpose": "x", "hand-unit": world.stranger.unit.pk, "hand-note": "x",
        "tag": world.secret.device.tag, "field": "id_number", "receipt": "x", "event": "x", "name": "x",
        "unit": world.stranger.unit.pk, "to_unit": world.stranger.unit.pk, "code": "000000", "address": "x",
        "photos": picture(), "seen": "1", "reason_of_change": "x", "meter_id": "x", "admin_code": "370812",
        "case": world.secret.case.number, "campaign": world.secret.ids["campaign"],
        "q": f"bc1q{world.secret.case.title[:3]}",
    }  # fmt: skip


@dataclass(frozen=True)
class Stored:
    """What was stored, to see later that it is as it was."""

    case: Case
    rows: dict[type[Model], dict[int, dict[str, object]]]
    events: int

    def changed(self) -> list[str]:
        """Kinds of rows that were changed or went away, and whether the case's history has grown."""
        now = stored(self.case)
        found = [
            model.__name__
            for model, rows in self.rows.items()
            if any(now.rows[model].get(pk) != row for pk, row in rows.items())
        ]
        return found + (["events"] if now.events != self.events else [])


def stored(case: Case) -> Stored:
    """Everything that is there; every action in a case adds an event to its history."""
    rows = {model: {row["id"]: row for row in model._default_manager.values()} for model in STORED}
    return Stored(case, rows, Event.objects.filter(case_ref=case.number).count())


def ask(client: Client, method: str, address: Address, form: dict[str, Any] | None) -> Any:
    if "photos" in (form or {}):
        form = {**(form or {}), "photos": picture()}
    return getattr(client, method)(address.path, form or {})


def told(response: Any) -> str:
    """Everything that an answer says, headers too."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace") + " ".join(
        f"{name}: {value}" for name, value in response.headers.items()
    )


def person_of(world: World, who: str) -> User:
    """Somebody who must see nothing of the secret case."""
    if who == "stranger":
        return world.stranger
    if who == "share ended":
        return world.former
    user = User.objects.create(username=who, is_superuser=who == "superuser", is_staff=who == "superuser")
    if who == "post ended":
        Membership.objects.create(
            user=user, unit=world.energy, role=Role.OFFICER, since=dt.date(2020, 1, 1),
            until=timezone.localdate() - dt.timedelta(days=1),
        )  # fmt: skip
    if who == "administrator of the department":
        Membership.objects.create(
            user=user, unit=world.energy, role=Role.ADMINISTRATOR, since=dt.date(2020, 1, 1)
        )
    return user


def test_the_addresses_lead_somewhere(world: World) -> None:
    """The walk below proves nothing where the ids are wrong: who works on the case finds all of it."""
    lost = []
    clients = [browser(one) for one in (world.officer, world.policeman, world.lineman)]
    for address in addresses(world.secret):
        if not address.keys or address.name.startswith(("console", "accounts", "api")):
            continue
        answers = [ask(client, "get", address, None).status_code for client in clients]
        if not {200, 302, 405} & set(answers):
            lost.append((address.name, address.path, answers))
    assert {name for name, _path, _answers in lost} <= {"documents:referral_package"}, lost


@pytest.mark.parametrize(
    "who", ["stranger", "share ended", "post ended", "superuser", "administrator of the department"]
)
def test_nothing_of_a_case_is_told_or_changed(world: World, who: str) -> None:
    user = person_of(world, who)
    client, form, before = browser(user), said(world), stored(world.secret.case)
    leaks, opened, broken = [], [], []
    for address in addresses(world.secret):
        if address.name in ENDS_THE_SESSION:
            continue
        for method in ("get", "post"):
            response = ask(client, method, address, form if method == "post" else None)
            text = told(response)
            asked = {address.path, *form.values()}
            found = [
                mark for mark in world.markers if mark in text and not any(mark in str(one) for one in asked)
            ]
            if is_own_unit(address, who):  # an administrator knows who is in the unit
                found = [mark for mark in found if mark != world.officer.username]
            if found:
                leaks.append((method, address.path, response.status_code, found))
            if response.status_code >= 500:
                broken.append((method, address.path))
            if address.keys and not is_own_unit(address, who) and response.status_code not in ABSENT:
                opened.append((method, address.path, response.status_code))
    assert not leaks, leaks
    assert not broken, broken
    assert not opened, opened
    assert before.changed() == []


def is_own_unit(address: Address, who: str) -> bool:
    """Whether it is about accounts, which an administrator keeps."""
    return who.startswith("administrator") and address.name.startswith("accounts:")


@pytest.mark.parametrize("method", ["get", "post"])
def test_ids_of_another_case_do_not_open_below_ones_own(world: World, method: str) -> None:
    client, form, before = browser(world.stranger), said(world), stored(world.secret.case)
    opened, leaks = [], []
    for address in addresses(world.secret, number=world.own.case.number):
        if "number" not in address.keys or len(address.keys) < 2:
            continue
        response = ask(client, method, address, form if method == "post" else None)
        if response.status_code not in ABSENT:
            opened.append((address.path, response.status_code))
        leaks += [mark for mark in world.markers if mark in told(response)]
    assert not opened, opened
    assert not leaks, leaks
    assert before.changed() == []


def test_who_only_reads_the_case_changes_nothing_in_it(world: World) -> None:
    client, form, before = browser(world.reader), said(world), stored(world.secret.case)
    broken = []
    for address in addresses(world.secret):
        if address.name in ENDS_THE_SESSION or address.name == "casework:confirm":
            continue
        if ask(client, "post", address, form).status_code >= 500:
            broken.append(address.path)
    assert not broken
    assert before.changed() == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_gets_in_without_signing_in(world: World, method: str) -> None:
    client, form = Client(), said(world)
    inside = []
    for address in addresses(world.secret):
        response = ask(client, method, address, form if method == "post" else None)
        text = told(response)
        assert not [mark for mark in world.markers if mark in text and mark not in address.path], address
        to_sign_in = response.status_code == 302 and response["Location"].startswith("/accounts/login/")
        if address.name in OPEN_TO_ALL or is_for_everybody(address) or to_sign_in:
            continue
        if not (address.path.startswith("/api/") and response.status_code in {401, 404, 405}):
            inside.append((address.path, response.status_code))
    assert not inside, inside


def is_for_everybody(address: Address) -> bool:
    """Whether it is a public page, on which nobody is signed in and nothing of a case is to be had."""
    return bool(getattr(resolve(address.path).func, "is_public_page", False))


def test_no_form_is_taken_without_its_token(world: World) -> None:
    client, form = browser(world.officer, enforce_csrf_checks=True), said(world)
    taken = []
    for address in addresses(world.secret):
        response = ask(client, "post", address, form)
        if address.path.startswith("/api/") or is_for_everybody(address):
            continue
        if response.status_code not in ABSENT:
            taken.append((address.path, response.status_code))
    assert not taken, taken


def test_every_address_has_a_name_and_is_walked(world: World) -> None:
    walked = {address.name for address in addresses(world.secret)}
    assert walked == {name for name, _route, _pattern in routes()}
    assert len(walked) > 120


@pytest.mark.parametrize("who", ["a stranger's token", "a made-up token", "a token of somebody locked"])
def test_the_api_tells_no_more_than_the_pages(world: World, who: str) -> None:
    token = {"a stranger's token": world.stranger_token, "a token of somebody locked": world.token}.get(
        who, "gck_x"
    )
    if who == "a token of somebody locked":
        User.objects.filter(pk=world.officer.pk).update(is_active=False)
    client, before = Client(headers={"Authorization": f"Bearer {token}"}), stored(world.secret.case)
    bodies = {"title": "x", "unit": world.energy.code, "sites": [{"address": "x"}], "address": "x", "way": "x",
              "outcome": "confirmed", "reason": "x", "dropped": True, "result": "x"}  # fmt: skip
    opened = []
    for address in addresses(world.secret):
        if not address.path.startswith("/api/"):
            continue
        for method in ("get", "post", "delete"):
            response = getattr(client, method)(address.path, bodies, content_type="application/json")
            assert not [mark for mark in world.markers if mark in told(response) and mark not in address.path]
            if address.keys and response.status_code not in ABSENT | {422}:
                opened.append((method, address.path, response.status_code))
    assert not opened, opened
    assert before.changed() == []
