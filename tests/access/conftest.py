"""A case with something in every room, and people who must not see it: one world for all attacks on access."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone, translation
from PIL import Image
from pytest_django import DjangoDbBlocker

from gridcanary.accounts.models import (
    ApiToken,
    Membership,
    Role,
    TotpDevice,
    Unit,
    UnmaskRequest,
    User,
    UserSession,
)
from gridcanary.accounts.tokens import create_token
from gridcanary.accounts.unmask_actions import request_unmask
from gridcanary.casework.actions import campaigns, sharing, tasks
from gridcanary.casework.actions.cases import LeadFacts, SiteFacts, open_case
from gridcanary.casework.actions.reminders import remind
from gridcanary.casework.models import Case, CaseShare, Reminder, ReminderKind, ShareLevel
from gridcanary.chain.dossier import Draft, dossier_files
from gridcanary.chain.kinds import KINDS
from gridcanary.console.demo_cases.drafts import income_of, trace_of
from gridcanary.console.demo_cases.recorded_chain import RecordedChain
from gridcanary.custody.actions import Handling
from gridcanary.documents.actions import drafting, referring, serving
from gridcanary.documents.actions.serving import Scan
from gridcanary.documents.models import Document, Referral
from gridcanary.endpoints.actions.cases import take_up
from gridcanary.endpoints.actions.importing import import_findings
from gridcanary.endpoints.actions.lines import LineFacts, record_line
from gridcanary.endpoints.models import Endpoint, PremisesLink
from gridcanary.enforcement.actions.measures import Target, propose
from gridcanary.enforcement.actions.money import open_item
from gridcanary.enforcement.actions.parties import PartyFacts, add_party
from gridcanary.enforcement.models import Measure, MoneyItem, Part, Party, SubjectKind
from gridcanary.fieldwork.actions import devices, photos, plans, supply, visits
from gridcanary.fieldwork.actions.devices import DeviceFacts
from gridcanary.fieldwork.models import Device, Disconnection, InspectionPlan, Visit
from gridcanary.portal.actions.telling import Telling, write
from gridcanary.tips.actions.sending import TipFacts, send_tip
from gridcanary.tips.actions.settling import settle
from gridcanary.tips.models import Tip
from gridcanary.wallets.actions import attach_upload
from gridcanary.wallets.models import Dossier, DossierAddress
from gridcanary.watch.actions.returns import notice
from gridcanary.watch.actions.visits import plan as plan_watch
from gridcanary.watch.models import Return, ReturnKind
from tests.casework.conftest import person, unit
from tests.documents.conftest import entries, issued
from tests.documents.test_papers import PDF
from tests.endpoints.made import finding, pseudonym, written
from tests.wallets.small import laid_out, zipped

PERSONAL = {"id_number": "370812199001011234", "phone": "13812345678", "name": "欧阳密矿"}
"""What must never stand anywhere in clear."""

AMOUNTS = {"绝密甲": Decimal("4321.09")}
TOTP_SECRET = "JBSWY3DPEHPK3PXP"


@dataclass
class Room:
    """A case with one of everything."""

    case: Case
    party: Party
    measure: Measure
    money: MoneyItem
    device: Device
    plan: InspectionPlan
    visit: Visit
    paper: Document
    referral: Referral
    cut: Disconnection
    sign: Return
    reminder: Reminder
    unmask: UnmaskRequest
    dossier: Dossier
    income: Dossier
    ids: dict[str, int] = field(default_factory=dict)


@dataclass
class World:
    """People of one city whose case is secret, and of another that must not see it."""

    energy: Unit
    officer: User
    approver: User
    policeman: User
    lineman: User
    reader: User
    former: User
    stranger: User
    administrator: User
    secret: Room
    own: Room
    token: str
    stranger_token: str
    markers: tuple[str, ...]


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The workspace of a module's tests."""
    folder = tmp_path_factory.mktemp("home")
    with override_settings(GRIDCANARY_HOME=folder, GRIDCANARY_EVIDENCE=""):
        yield folder


def browser(user: User, language: str = "en", **more: object) -> Client:
    """A browser in which somebody is signed in."""
    client = Client(**more)  # type: ignore[arg-type]
    client.force_login(user)
    client.cookies["django_language"] = language
    return client


def picture(name: str = "rack.jpg", kind: str = "JPEG") -> SimpleUploadedFile:
    """A small photograph."""
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(content, kind)
    return SimpleUploadedFile(name, content.getvalue(), content_type=f"image/{kind.lower()}")


@dataclass(frozen=True)
class Team:
    """Who works on a case."""

    energy: Unit
    police: Unit
    officer: User
    second: User
    approver: User
    lineman: User


def filled(team: Team, mark: str) -> Room:
    """A case with something in every room; ``mark`` stands in all its texts."""
    officer = team.officer
    site = SiteFacts(
        premises_id=f"P{mark}", meter_id=f"M{mark}", address=f"{mark}路77号", admin_code="370812"
    )
    lead = LeadFacts(
        subject_kind="meter", subject_id=f"M{mark}", score=0.9, mode="A", kw_low=8, kw_mid=9, kw_high=10
    )
    case = open_case(officer, team.energy, f"{mark}号厂房", sites=[(site, [lead])], summary=f"{mark}概要")
    for joined in (team.police, team.lineman.memberships_now()[0].unit):
        CaseShare.objects.get_or_create(
            case=case, unit=joined, ended_at=None, defaults={"level": ShareLevel.WORK, "given_by": officer}
        )
    Case.objects.filter(pk=case.pk).update(stage="investigate")
    case.refresh_from_db()
    place = case.sites.get()
    party = add_party(
        officer,
        case,
        PartyFacts(name=PERSONAL["name"], id_number=PERSONAL["id_number"], phone=PERSONAL["phone"],
                   address=f"{mark}街1号"),
        [Part.OPERATOR],
    )  # fmt: skip
    measure = propose(
        officer,
        case,
        "register_preserve",
        "apl_56",
        team.energy,
        Target(SubjectKind.PARTY, party=party),
        f"{mark}缘由",
    )
    utility = team.lineman.memberships_now()[0].unit
    owed = AMOUNTS.get(mark, Decimal("10.00"))
    money = open_item(officer, case, "surcharge", utility, owed, reason=f"{mark}账单", party=party)
    plan = plans.make_plan(
        officer, title=f"{mark}突击", day=timezone.localdate(), sites=[place],
        officers=[officer.memberships_now()[0], team.second.memberships_now()[0]],
    )  # fmt: skip
    visit = plan.visits.select_related("case", "plan", "site").get()
    visit = visits.arrive(officer, visit, timezone.now() - dt.timedelta(hours=1), certificates_shown=True)
    device = devices.list_device(
        officer, case, DeviceFacts(kind="asic", model=f"{mark}S19", serial=f"SN{mark}1"), visit=visit
    )
    photos.add_visit_photos(officer, visit, [picture()], f"{mark}机架", at=timezone.now())
    paper = issued(case, "stop_order", officer, team.approver, party_name=f"{mark}公司")
    serving.add_scan(officer, paper, Scan(f"{mark}.pdf", PDF))
    serving.serve(
        officer, paper, way="in_person", served_to=PERSONAL["name"], served_at=timezone.now(),
        receipt=Scan("receipt.pdf", PDF),
    )  # fmt: skip
    draft = drafting.draft(
        officer, case, "investigation_report", entries(case, "investigation_report", officer)
    )
    referral = referring.prepare(officer, case, "to_police", team.police, f"{mark}移送")
    task = tasks.set_task(officer, case, team.police, f"{mark}任务", details=f"{mark}细节")
    cut = supply.order(team.lineman, place, "stop_supply", "supply_stop", reason=f"{mark}停电")
    plan_watch(case, officer, team.energy, timezone.localdate())
    sign = notice(case, ReturnKind.PREMISES, f"sign:{mark}", text=f"{mark}复燃")
    assert sign is not None
    clock = case.clocks.order_by("id").first()
    assert clock is not None
    reminder = remind(clock, ReminderKind.SOON)[0]
    campaign = campaigns.begin(officer, team.energy, f"{mark}行动", timezone.localdate())
    campaigns.put_into(officer, case, campaign)
    handover = sharing.hand_over(team.approver, case, team.police, f"{mark}移交")
    unmask = request_unmask(officer, party, "id_number", f"{mark}核实身份")
    endpoint, line = on_the_wire(officer, team.energy, case, mark)
    tip = told_tip(team.energy, mark)
    told = write(
        team.officer, case, Telling("案例", "A case", f"{mark} 查获矿机", f"{mark} machines", "370812")
    )
    dossier, income = (brought(officer, case, make, mark) for make in (trace_of, income_of))
    DossierAddress.objects.create(dossier=dossier, address=f"bc1q{mark}", role="watched", label=mark)
    case.refresh_from_db()
    scan = paper.files.order_by("id").first()
    assert scan is not None
    create_token(officer, f"{mark}令牌", ["cases:read", "cases:write"], 30)
    ids = {
        "task": task.pk, "clock": clock.pk, "campaign": campaign.pk, "handover": handover.pk, "draft": draft.pk,
        "part": party.roles.get().pk, "watch": case.watch_visits.earliest("pk").pk, "file": scan.pk,
        "photo": visit.photos.get().pk, "service": paper.services.get().pk,
        "told": told.pk,
        "tip": tip.pk, "reporter": tip.reporter.pk, "tip_lead": tip.lead_id or 0, "tip_reference": tip.reference,
        "endpoint": endpoint.pk, "line": line.pk, "account": endpoint.accounts.get().pk,
        "totp": TotpDevice.objects.create(user=team.approver, secret=TOTP_SECRET).pk,
        "session": UserSession.objects.create(user=officer, session_key=f"{mark}-session").pk,
        "post": officer.memberships_now()[0].pk, "token": ApiToken.objects.get(user=officer).pk, "hook": 1,
    }  # fmt: skip
    return Room(
        case,
        party,
        measure,
        money,
        device,
        plan,
        visit,
        paper,
        referral,
        cut,
        sign,
        reminder,
        unmask,
        dossier,
        income,
        ids,
    )


def told_tip(unit: Unit, mark: str) -> Tip:
    """A tip that the department received from somebody who gave a name."""
    facts = TipFacts(
        cues=("fan_roar",),
        told=f"{mark}夜里风扇响",
        place=f"济宁市兖州区{mark}路1号",
        name=PERSONAL["name"],
        phone=PERSONAL["phone"],
    )
    return settle(send_tip(facts, unit=unit).tip)


def on_the_wire(user: User, of: Unit, case: Case, mark: str) -> tuple[Endpoint, PremisesLink]:
    """An endpoint that the department imported and the case took up, with the carrier's answer."""
    row = finding(
        mark, worker=f"{mark}矿机", pool=f"{mark}.example", wallet=f"bc1q{mark}", account=f"{mark}账户名称"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / f"{mark}.parquet", [row])
        import_findings(path, of, user=user, admin_code="370812")
    endpoint = Endpoint.objects.get(pseudonym=pseudonym(mark))
    take_up(user, endpoint, case)
    facts = LineFacts(endpoint.last_seen, confidence=0.9, holder=PERSONAL["name"], address=f"{mark}街1号")
    return endpoint, record_line(user, endpoint, case, facts)


@cache
def drafted(make: Callable[[RecordedChain], Draft]) -> Draft:
    """What the demonstration makes a dossier of."""
    return make(RecordedChain())


def brought(user: User, case: Case, make: Callable[[RecordedChain], Draft], mark: str) -> Dossier:
    """A dossier of the demonstration, told apart by a mark, in a case."""
    draft = replace(drafted(make), scanned={"recording": mark})
    with tempfile.TemporaryDirectory() as folder:
        laid_out(dossier_files(draft, KINDS[draft.kind]), Path(folder))
        handling = Handling(officer="x", one_officer_reason="x", no_witness_reason="x")
        return attach_upload(user, case, zipped(Path(folder)), f"{mark}.zip", f"{mark}{draft.kind}", handling)


def team_of(prefix: str, root: Unit) -> Team:
    energy = unit(f"{prefix}-energy", "energy", root)
    police = unit(f"{prefix}-police", "police", root)
    utility = unit(f"{prefix}-utility", "utility", root)
    return Team(
        energy, police,
        officer=person(f"{prefix}-officer", energy, Role.OFFICER),
        second=person(f"{prefix}-second", police, Role.OFFICER),
        approver=person(f"{prefix}-approver", energy, Role.APPROVER),
        lineman=person(f"{prefix}-lineman", utility, Role.OFFICER, Role.APPROVER),
    )  # fmt: skip


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker, home: Path) -> Iterator[World]:
    """The world, once a module: every test begins with it and leaves nothing in it."""
    with django_db_blocker.unblock(), translation.override("en"):
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield _both_cities()
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


@pytest.fixture
def world(built: World, db: None) -> World:
    """Both cities, each with a case that has something in every room."""
    return built


def _both_cities() -> World:
    ours = team_of("jn", unit("jn", "local_government"))
    theirs = team_of("tz", unit("tz", "local_government"))
    government = unit("jn-gov", "local_government", Unit.objects.get(code="jn"))
    finance = unit("jn-finance", "finance", Unit.objects.get(code="jn"))
    secret, own = filled(ours, "绝密甲"), filled(theirs, "寻常乙")
    for joined, level, ended in (
        (government, ShareLevel.READ, None),
        (finance, ShareLevel.WORK, timezone.now()),
    ):
        CaseShare.objects.create(
            case=secret.case, unit=joined, level=level, given_by=ours.officer, ended_at=ended
        )
    stranger = theirs.officer
    Membership.objects.create(
        user=stranger,
        unit=theirs.energy,
        role=Role.APPROVER,
        since=dt.date(2020, 1, 1),
        certificate_no="ZJ-9",
    )
    Membership.objects.create(
        user=stranger, unit=theirs.energy, role=Role.SUPERVISOR, since=dt.date(2020, 1, 1)
    )
    _token, token = create_token(ours.officer, "exchange", ["cases:read", "cases:write"], 30)
    _other, stranger_token = create_token(stranger, "exchange", ["cases:read", "cases:write"], 30)
    return World(
        energy=ours.energy,
        officer=ours.officer,
        approver=ours.approver,
        policeman=ours.second,
        lineman=ours.lineman,
        reader=person("reader", government, Role.OFFICER, Role.APPROVER),
        former=person("former", finance, Role.OFFICER, Role.APPROVER),
        stranger=stranger,
        administrator=person("keeper", theirs.energy, Role.ADMINISTRATOR),
        secret=secret,
        own=own,
        token=token,
        stranger_token=stranger_token,
        markers=(
            "绝密甲",
            secret.case.number,
            secret.device.tag,
            "jn-officer",
            "4321.09",
            *PERSONAL.values(),
        ),
    )


def entry(**fields: object) -> dict[str, object]:
    """An entry as a form of the phone sends it."""
    return {"entry_key": str(uuid.uuid4()), **fields}
