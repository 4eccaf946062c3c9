"""What else was tried: forged files, forged texts, made-up tokens, odd numbers, and traces that stay behind."""

from __future__ import annotations

import io
import logging
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from gridcanary.accounts.models import PersonalDataRead, TotpDevice
from gridcanary.accounts.rate_limits import visitor_of
from gridcanary.accounts.unmask_actions import UnmaskRefused, request_unmask
from gridcanary.casework.models import Case
from gridcanary.contracts.errors import InputError
from gridcanary.custody.models import Event
from gridcanary.documents.views.files import given
from gridcanary.fieldwork.device_file import read_device_list
from gridcanary.oversight.exports import csv_lines, xlsx_bytes
from tests.access.addresses import addresses
from tests.access.conftest import PERSONAL, TOTP_SECRET, World, browser, entry, filled, team_of
from tests.casework.conftest import unit

pytestmark = pytest.mark.django_db
SCRIPT = "<img src=x onerror=alert(1)>\"'"


@pytest.mark.parametrize("model", ["key of a colleague's authenticator", "telephone of another city"])
def test_what_is_no_datum_of_a_case_one_sees_cannot_be_asked_for(world: World, model: str) -> None:
    record, field = (
        (TotpDevice.objects.get(pk=world.secret.ids["totp"]), "secret")
        if model.startswith("key")
        else (world.stranger, "phone")
    )
    with pytest.raises(UnmaskRefused):
        request_unmask(world.officer, record, field, "核实身份信息")
    address = reverse("accounts:unmask_ask", args=[record._meta.label_lower, record.pk, field])
    assert browser(world.officer).get(address).status_code == 404


def test_the_personal_data_of_a_service_stay_with_the_case(world: World) -> None:
    args = ["documents.service", world.secret.ids["service"], "served_to"]
    address = reverse("accounts:unmask_ask", args=args)
    assert browser(world.officer).get(address).status_code == 200
    assert browser(world.stranger).get(address).status_code == 404


def test_clear_text_needs_a_fresh_proof(world: World) -> None:
    client = browser(world.officer)
    session = client.session
    session["confirmed_at"] = 0
    session.save()
    party = world.secret.party
    address = reverse("enforcement:reveal", args=[world.secret.case.number, party.pk, "name"])
    assert client.post(address)["Location"].startswith("/accounts/confirm/")


def test_made_up_tokens_are_one_visitor() -> None:
    def visitor(path: str, authorization: str) -> str:
        request = RequestFactory().post(path, headers={"Authorization": authorization})
        request.user = Client().get("/accounts/login/").wsgi_request.user
        return visitor_of(request)

    for path in ("/accounts/login/", "/api/v1/cases"):
        assert len({visitor(path, f"Bearer gck_{number}") for number in range(3)} | {visitor(path, "")}) == 1


def test_a_real_token_is_a_visitor_of_its_own(world: World) -> None:
    request = RequestFactory().get("/api/v1/cases", headers={"Authorization": f"Bearer {world.token}"})
    request.user = Client().get("/accounts/login/").wsgi_request.user
    assert visitor_of(request).startswith("token ")
    assert world.token not in visitor_of(request)


def test_an_earlier_case_is_named_only_to_those_who_see_it(world: World) -> None:
    own, secret = world.own.case, world.secret.case
    Case.objects.filter(pk=own.pk).update(returned_from=secret)
    page = browser(world.stranger).get(reverse("casework:case", args=[own.number])).content.decode()
    assert "came back" in page
    assert secret.number not in page


def test_every_page_of_a_paper_that_is_opened_alone_is_a_reading(world: World) -> None:
    case, paper = world.secret.case, world.secret.paper
    version = paper.versions.latest("no")
    before = PersonalDataRead.objects.count()
    client = browser(world.policeman)
    for page in (2, 2, 1):
        client.get(reverse("documents:page", args=[case.number, paper.pk, version.no, page]))
    pages = PersonalDataRead.objects.count() - before
    assert pages == (2 if version.personal else 0)
    assert version.personal


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/oversight/?first=0001-01-01&last=9999-12-31", id="days at the end of time"),
        pytest.param("/oversight/export/cases.csv?last=9999-12-31", id="days at the end of time, exported"),
        pytest.param("/fieldwork/plans/new/?campaign=%C2%B2", id="a superscript for a number"),
        pytest.param("/cases/?campaign=99999999999999999999999", id="a number beyond the database"),
        pytest.param("/cases/?page=-1&q=%00", id="a zero byte"),
        pytest.param("/cases/%2e%2e%2f%2e%2e%2fetc%2fpasswd/", id="a way out"),
        pytest.param("/papers/jn-energy/..%2f..%2fsecret.docx", id="a template outside"),
    ],
)
def test_odd_addresses_break_nothing(world: World, path: str) -> None:
    assert browser(world.officer).get(path).status_code in (200, 400, 404)


def test_a_campaign_of_others_is_not_named(world: World) -> None:
    address = f"/fieldwork/plans/new/?campaign={world.secret.ids['campaign']}"
    assert browser(world.stranger).get(address).status_code == 404


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", "＠x"]


@pytest.mark.parametrize("text", [*FORMULAS, "a\x0bb\x00"], ids=repr)
def test_exports_hold_nothing_that_a_spreadsheet_runs(text: str) -> None:
    line = list(csv_lines(["x"], [(text,)]))[1]
    assert text not in FORMULAS or line.lstrip('"').startswith("'")
    sheet = load_workbook(io.BytesIO(xlsx_bytes("x", ["x"], [(text,)]))).worksheets[0]
    assert sheet["A2"].data_type == "s"
    assert "\x0b" not in line


def workbook(cells: str) -> bytes:
    """A workbook whose sheet holds these rows."""
    made = io.BytesIO()
    Workbook().save(made)
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                content = start + cells.encode() + b"</sheetData></worksheet>"
            new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(workbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), id="a far corner"),
        pytest.param(workbook("<row>" + " " * (60 << 20) + "</row>"), id="a bomb"),
        pytest.param(workbook("<row><c></row>"), id="broken"),
        pytest.param(b"PK\x03\x04nonsense", id="no archive"),
    ],
)
def test_forged_device_lists_are_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read_device_list(io.BytesIO(content), "list.xlsx")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", id="svg"),
        pytest.param("a.jpg", b"<!doctype html><script>alert(1)</script>", id="html called jpg"),
        pytest.param("a.html", b"\xff\xd8\xff<script>alert(1)</script>", id="picture called html"),
        pytest.param("a.zip", b"PK\x03\x04" + b"\0" * 100, id="archive"),
    ],
)
def test_what_is_no_photograph_is_not_taken(world: World, name: str, content: bytes) -> None:
    before = Event.objects.count()
    answer = browser(world.officer).post(
        reverse("fieldwork:entry", args=[world.secret.visit.pk, "photo"]),
        entry(caption="x", photos=[SimpleUploadedFile(name, content, content_type="image/jpeg")]),
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
    assert Event.objects.count() == before


def test_what_only_begins_like_a_photograph_is_kept_and_never_shown(world: World) -> None:
    """Evidence is kept as it was found; pages show a copy made from the picture alone, and here there is none."""
    client, visit = browser(world.officer), world.secret.visit
    file = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff<script>alert(1)</script>", content_type="text/html")
    address = reverse("fieldwork:entry", args=[visit.pk, "photo"])
    client.post(address, entry(caption="x", photos=[file]))
    shown = client.get(reverse("fieldwork:photo", args=[visit.photos.latest("pk").pk]))
    assert shown.status_code == 404


def test_no_name_of_a_file_adds_a_header() -> None:
    header = given(b"", "application/pdf", 'a"\r\nSet-Cookie: x=1\r\n.pdf')["Content-Disposition"]
    assert "\r" not in header
    assert "\n" not in header


def test_only_known_host_names_are_answered(client: Client) -> None:
    assert client.get("/accounts/login/", headers={"Host": "evil.example"}).status_code == 400


def test_a_session_from_before_the_sign_in_is_worth_nothing(client: Client, world: World) -> None:
    world.officer.set_password("correct horse battery")
    world.officer.save()
    client.cookies["sessionid"] = "planted"
    client.post("/accounts/login/", {"username": world.officer.username, "password": "correct horse battery"})
    assert client.session.session_key != "planted"
    assert client.cookies["sessionid"].value != "planted"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_text_becomes_markup(world: World, language: str) -> None:
    room = filled(team_of("xx", unit("xx", "local_government")), SCRIPT)
    client, pages = browser(room.case.opened_by, language), 0
    for address in addresses(room):
        if address.name.startswith(("console:", "accounts:logout")):
            continue
        response = client.get(address.path)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            assert "<img src=x" not in response.content.decode(), address
            pages += 1
    assert pages > 40


def test_nothing_personal_stays_in_the_log_or_in_an_error(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    kept = "\n".join(Event.objects.values_list("entry", flat=True))
    secrets = [*PERSONAL.values(), TOTP_SECRET, world.token, world.stranger_token]
    assert not [one for one in secrets if one in kept]
    client = browser(world.officer)
    client.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        client.post(
            reverse("enforcement:new_party", args=[world.secret.case.number]), {**PERSONAL, "parts": "none"}
        )
        client.get(f"/cases/{world.secret.case.number}/nothing/")
    assert not [one for one in secrets if one in caplog.text]
