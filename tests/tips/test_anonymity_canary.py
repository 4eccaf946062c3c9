"""An anonymous tip with a canary in everything that a device gives away: none of them may be found anywhere."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from gridcanary.accounts.models import Role, UserSession
from gridcanary.console.backups import back_up
from gridcanary.console.sign_in_settings import RATES
from gridcanary.custody.actions import export_case
from gridcanary.custody.models import EvidenceItem
from gridcanary.tips.actions import desk, sending
from gridcanary.tips.limits import BUCKETS
from gridcanary.tips.models import Tip, TipState
from gridcanary.tips.proof_of_work import solve
from tests.casework.conftest import Departments, person
from tests.tips import canaries
from tests.tips.canaries import Place, found_in
from tests.tips.test_report_pages import hidden

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Heard:
    """What the code said while a tip came: log records of every logger, and every statement to the database."""

    records: list[str]
    statements: list[str]

    def places(self) -> list[Place]:
        """As places to look at."""
        return [
            Place("log", "\n".join(self.records).encode()),
            Place("statements", "\n".join(self.statements).encode()),
        ]


class Ear(logging.Handler):
    """Keeps formatted records, with tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[str] = []
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.records.append(self.format(record))


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Listen to every logger at DEBUG."""
    ear, statements = Ear(), list[str]()
    silent = [one for one in map(logging.getLogger, logging.root.manager.loggerDict) if not one.propagate]
    levels = {one: one.level for one in (logging.root, logging.getLogger("gridcanary"), *silent)}
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    for logger in (logging.root, *silent):
        logger.addHandler(ear)

    def listen(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        statements.append(f"{sql} {params!r}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield Heard(ear.records, statements)
    for logger, level in levels.items():
        logger.removeHandler(ear)
        logger.setLevel(level)


@pytest.fixture(params=[0, 1], ids=["direct", "behind a proxy"])
def careful(request: pytest.FixtureRequest, settings: Settings) -> None:
    """Limits as in use, which look at addresses."""
    BUCKETS.clear()
    settings.GRIDCANARY_RATES, settings.GRIDCANARY_PROXIES = RATES, request.param


def device(*, fails: bool = False) -> Client:
    """A browser that tells everything; with ``fails`` a fault of ours becomes a page, as in use."""
    return Client(raise_request_exception=not fails, **canaries.HEADERS)  # type: ignore[arg-type]


def shot(shade: int = 90) -> SimpleUploadedFile:
    """The photograph that tells everything."""
    name = canaries.WORDS["name of a file"]
    return SimpleUploadedFile(name, canaries.telling_photograph(shade), "image/jpeg")


def checked(**more: object) -> str:
    """Answers with a photograph, as far as the check page."""
    given = {"cues": ["fan_roar"], "told": "整夜轰鸣", "town": "兖州区颜店镇", "files": [shot()]}
    page = device().post("/zh/report/", given | more)
    assert page.status_code == 200
    return page.content.decode()


def sent(page: str, **more: str) -> str:
    """Send what was checked; returns the receipt."""
    challenge = hidden(page, "challenge")
    given = {"token": hidden(page, "token"), "challenge": challenge, "work": str(solve(challenge)), **more}
    done = device().post("/zh/report/send/", given)
    assert done.status_code == 200
    return hidden(done.content.decode(), "receipt")


def comes_back(receipt: str, **more: str) -> None:
    """The reporter types the receipt back, mistypes it, asks, and adds a picture."""
    client = device()
    client.post("/zh/report/receipt/", {"receipt": receipt, "typed": receipt})
    client.post("/zh/report/receipt/", {"receipt": receipt, "save": "1"})
    client.post("/zh/report/answer/", {"receipt": "0000 0000 0000 0000"})
    opened = client.post("/zh/report/answer/", {"receipt": receipt}).content.decode()
    given = {"ticket": hidden(opened, "ticket"), "text": "还在响", "files": [shot(70)], **more}
    assert client.post("/zh/report/answer/add/", given).status_code == 200


def everywhere(home: Path) -> list[Place]:
    """Tables, raw files of the database, and everything in the workspace."""
    return [*canaries.tables(), *canaries.database_files(), *canaries.files_below(home)]


def test_no_canary_of_an_anonymous_tip_is_kept(
    departments: Departments, careful: None, heard: Heard, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wanted = canaries.of_the_request() | canaries.of_the_picture()
    page = checked()
    assert found_in([*everywhere(home), *heard.places()], wanted) == [], "while it waits"
    receipt = sent(page, strip="1")
    comes_back(receipt, strip="1")
    assert Tip.objects.get().attachments.count() == 2
    wanted["receipt"] = canaries.receipt_forms(receipt)
    said = capfd.readouterr()
    memory = Place("memory of the limits", repr(vars(BUCKETS)).encode())
    output = Place("output", (said.out + said.err).encode())
    assert found_in([*everywhere(home), *heard.places(), memory, output], wanted) == []
    assert heard.statements


def test_an_original_that_is_kept_holds_its_hidden_data_alone(
    departments: Departments, careful: None, heard: Heard, home: Path
) -> None:
    receipt = sent(checked())
    comes_back(receipt)
    wanted = canaries.of_the_request() | {"receipt": canaries.receipt_forms(receipt)}
    assert found_in([*everywhere(home), *heard.places()], wanted) == []
    originals = set(EvidenceItem.objects.filter(parent=None).values_list("sha256", flat=True))
    hidden_words = {name: forms for name, forms in canaries.of_the_picture().items() if "itude" not in name}
    where = {line.split(":")[0].split("/")[-1] for line in found_in(everywhere(home), hidden_words)}
    assert where == originals, "in the sealed originals, and nowhere else"


def test_faults_tell_nothing(
    departments: Departments, careful: None, heard: Heard, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = checked()

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(sending, "record", broken)
    client, wanted = device(fails=True), canaries.of_the_request() | canaries.of_the_picture()
    assert client.post("/zh/report/send/", {"token": hidden(page, "token"), "strip": "1"}).status_code == 500
    assert client.post("/zh/report/send/", {"token": "x"}).status_code == 410
    assert client.get("/zh/report/nowhere/").status_code == 404
    assert any("the disk is full" in line for line in heard.records)
    assert found_in([*everywhere(home), *heard.places()], wanted) == []
    assert not Tip.objects.exists()


def test_what_staff_can_take_away_holds_no_canary(
    departments: Departments, careful: None, home: Path, tmp_path: Path
) -> None:
    receipt = sent(checked(), strip="1")
    comes_back(receipt, strip="1")
    officer = person("desk", departments.energy, Role.OFFICER, Role.APPROVER, Role.ANALYST)
    tip = Tip.objects.get()
    assert tip.lead is not None
    case = desk.open_lead_case(officer, tip.lead, "兖州颜店疑似挖矿")
    desk.decide(officer, tip, TipState.ACTED, "已现场核查。")
    back_up(tmp_path / "backup.tar")
    export_case(tip.reference, tmp_path / "bag-of-the-tip", actor=officer)
    export_case(case.number, tmp_path / "bag-of-the-case", actor=officer)
    client = Client()
    client.force_login(officer)
    addresses = [
        reverse("tips:tip", kwargs={"reference": tip.reference}),
        reverse("tips:lead", kwargs={"pk": tip.lead_id}),
        reverse("tips:leads"),
        reverse("casework:case", kwargs={"number": case.number}),
        *(f"/zh/open/figures/figures.{ending}" for ending in ("csv", "json")),
    ]
    pages = []
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        content = answer.getvalue()
        pages.append(Place(address, content))
    wanted = canaries.of_the_request() | canaries.of_the_picture()
    wanted["receipt"] = canaries.receipt_forms(receipt)
    taken = [*canaries.files_below(tmp_path), *pages]
    assert (tmp_path / "backup.tar").stat().st_size > 10_000
    assert found_in(taken, wanted) == []


def test_the_time_of_day_is_kept_nowhere(departments: Departments, careful: None, home: Path) -> None:
    canaries.forget_when_the_database_was_made()
    began = time.time()
    comes_back(sent(checked()))
    moments = canaries.times_between(began, time.time())
    told = [place.name for place in everywhere(home) if moments.search(place.content)]
    numbers = [
        name
        for name, values in canaries.columns()
        for value in values
        if isinstance(value, int | float)
        and any(began - 1 <= value / unit <= time.time() for unit in (1, 1e3, 1e6, 1e9))
    ]
    clocks = [
        name
        for name, values in canaries.columns()
        for value in values
        if isinstance(value, dt.datetime) and began - 1 <= value.timestamp() <= time.time()
    ]
    assert (told, numbers, clocks) == ([], [], [])
    sealed = [path for path in (home / "evidence").rglob("*") if path.is_file()]
    assert sealed
    assert [path.name for path in sealed if path.stat().st_mtime > began - 1] == []


@pytest.mark.parametrize("address", ["/zh/report/", "/report/", "/en/open/figures/", "/zh/nowhere/"])
def test_a_signed_in_officer_is_nobody_on_public_pages(departments: Departments, address: str) -> None:
    client = Client(**canaries.HEADERS)  # type: ignore[arg-type]
    client.defaults.pop("HTTP_COOKIE")
    client.force_login(person("reporting-officer", departments.energy, Role.OFFICER))
    assert client.get("/tips/").status_code == 200
    records = list(UserSession.objects.values())
    UserSession.objects.update(last_seen_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    statements = list[str]()

    def listen(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        client.get(address)
    assert records
    assert UserSession.objects.get().last_seen_at == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert [one for one in statements if "session" in one or "accounts_user" in one] == []


CONTROLS = canaries.of_the_request() | canaries.of_the_picture()
CONTROLS["receipt"] = canaries.receipt_forms("5724830196275513")


@pytest.mark.parametrize("canary", CONTROLS)
def test_the_search_finds_every_form_where_it_is(departments: Departments, home: Path, canary: str) -> None:
    """A canary is planted in each form in a column, in a file and in a page of the database that was given up."""
    forms = CONTROLS[canary]
    folder = home / "evidence"
    folder.mkdir(parents=True)
    with connection.cursor() as cursor:
        kind = "BLOB" if connection.vendor == "sqlite" else "bytea"
        cursor.execute(f"CREATE TABLE planted (held {kind})")
        try:
            for form, content in forms.items():
                cursor.execute("INSERT INTO planted VALUES (%s)", [b"before " + content + b" after"])
                (folder / f"{len(list(folder.iterdir()))}").write_bytes(b"before " + content)
                assert f"planted.held: {canary} as {form}" in found_in(canaries.tables(), {canary: forms})
                found = found_in(canaries.files_below(home), {canary: forms})
                assert any(line.endswith(f": {canary} as {form}") for line in found)
        finally:
            cursor.execute("DROP TABLE planted")
    if connection.vendor == "sqlite":
        left = found_in(canaries.database_files(), {canary: forms})
        assert {line.split(" as ")[-1] for line in left} >= set(forms), "in pages that were given up"


def test_base64_is_found_wherever_the_word_begins() -> None:
    import base64

    for before in ("", "a", "ab", "abc"):
        text = base64.b64encode(f"{before}{canaries.WORDS['Cookie']} and more".encode())
        assert found_in([Place("cookie", text)], canaries.of_the_request())


@pytest.mark.parametrize("ahead", [0, 8])
def test_a_time_of_day_is_found(ahead: int) -> None:
    now = time.time()
    clock = dt.datetime.fromtimestamp(now, dt.UTC) + dt.timedelta(hours=ahead)
    moments = canaries.times_between(now, now)
    assert moments.search(clock.isoformat().encode())
    assert moments.search(str(now).encode())
    assert not moments.search((clock - dt.timedelta(hours=1)).isoformat().encode())
