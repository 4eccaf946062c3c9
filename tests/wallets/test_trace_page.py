from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.urls import reverse

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.chain.dossier import dossier_files
from gridcanary.chain.kinds import KINDS
from gridcanary.console.demo_cases.drafts import trace_of
from gridcanary.console.demo_cases.recorded_chain import RecordedChain
from gridcanary.custody.models import Event
from gridcanary.wallets.models import Dossier, DossierAddress
from gridcanary.wallets.trace_book import TraceBook
from gridcanary.wallets.trace_graph import FIRST_SHOWN, MORE_SHOWN, draw, opened_from
from tests.casework.conftest import browser
from tests.wallets.conftest import BROUGHT
from tests.wallets.small import laid_out, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def trace_files() -> dict[str, bytes]:
    """The files of the demonstration's trace."""
    return dossier_files(trace_of(RecordedChain()), KINDS["trace"])


@pytest.fixture
def told(trace_files: Mapping[str, bytes]) -> dict:
    return json.loads(trace_files["trace.json"])


@pytest.fixture
def book(told: dict) -> TraceBook:
    return TraceBook(told)


@pytest.fixture
def dossier(case: Case, officer: User, trace_files: Mapping[str, bytes], tmp_path: Path) -> Dossier:
    """The trace, brought into the case."""
    data = {**BROUGHT, "archive": zipped(laid_out(trace_files, tmp_path / "d"))}
    browser(officer).post(reverse("wallets:attach", args=[case.number]), data)
    return Dossier.objects.get()


def address(name: str, dossier: Dossier) -> str:
    return reverse(f"wallets:{name}", args=[dossier.case.number, dossier.item.ref])


def coins(satoshi: int) -> str:
    return f"{satoshi / 1e8:,.8f}"


def test_the_page_shows_the_four_rules_side_by_side(dossier: Dossier, officer: User, told: dict) -> None:
    page = browser(officer).get(address("dossier", dossier)).content.decode()
    for rule in ("Poison", "Haircut", "First in, first out", "Last in, first out"):
        assert f"{rule} [rBTC]" in page
    for rule in told["rules"]:
        for satoshi in told["ends"][rule].values():
            assert coins(satoshi) in page
    assert coins(told["received_satoshi"]) in page
    assert "Test network regtest" in page


def test_every_address_to_freeze_is_listed_with_its_reason(
    dossier: Dossier, officer: User, told: dict
) -> None:
    page = browser(officer).get(address("dossier", dossier)).content.decode()
    assert told["freeze"]
    for entry in told["freeze"]:
        assert entry["address"] in page
        assert f"({entry['confidence']} %)" in page


def test_the_page_speaks_chinese(dossier: Dossier, officer: User) -> None:
    page = browser(officer, "zh-hans").get(address("dossier", dossier)).content.decode()
    for words in ("涉案资金流向", "冻结清单", "先进先出法", "矿工手续费", "逐层追踪", "测试网络 regtest"):
        assert words in page
    assert "trace." not in page


def test_nothing_in_the_page_runs_or_is_styled_inside_it(dossier: Dossier, officer: User) -> None:
    page = browser(officer).get(address("dossier", dossier)).content.decode()
    assert " style=" not in page
    assert "<script>" not in page
    assert "onclick" not in page


@pytest.mark.parametrize("rule", ["poison", "haircut", "fifo", "lifo"])
def test_the_sankey_carries_the_rules_sums(dossier: Dossier, officer: User, told: dict, rule: str) -> None:
    drawn = browser(officer).get(address("sankey", dossier), {"rule": rule}).json()
    wallets = {at for at, node in enumerate(drawn["nodes"]) if node["kind"] == "wallet"}
    left = sum(link["value"] for link in drawn["links"] if link["from"] in wallets)
    assert left == pytest.approx(sum(told["ends"][rule].values()) / 1e8)


def test_an_unknown_rule_is_the_first_in_first_out(dossier: Dossier, officer: User) -> None:
    client = browser(officer)
    assert (
        client.get(address("sankey", dossier), {"rule": "x"}).json()
        == client.get(address("sankey", dossier), {"rule": "fifo"}).json()
    )


def test_wallets_are_open_at_first_and_show_their_largest_payments(book: TraceBook) -> None:
    drawing = draw(book, opened_from(book, [], [], "fifo"))
    by_column = [sum(box.column == column for box in drawing.boxes) for column in range(3)]
    assert by_column == [2, 2 * FIRST_SHOWN, 0]
    assert all(box.hidden > 0 for box in drawing.boxes if box.column == 0)


def test_a_click_opens_the_next_hop_and_another_closes_it(book: TraceBook) -> None:
    first = draw(book, opened_from(book, [], [], "fifo"))
    payment = next(box for box in first.boxes if box.column == 1)
    opened = opened_from(book, [*book.roots, payment.id], [], "fifo")
    second = draw(book, opened)
    added = {box.id for box in second.boxes} - {box.id for box in first.boxes}
    assert added <= {edge.end for edge in book.edges[payment.id]}
    assert added
    assert payment.id not in opened.toggled(payment.id)


def test_more_followers_come_when_asked_for(book: TraceBook) -> None:
    root = book.roots[0]
    few = draw(book, opened_from(book, [root], [], "fifo"))
    many = draw(book, opened_from(book, [root], [root], "fifo"))
    whole = len(book.edges[root])
    assert sum(line.edge.start == root for line in few.lines) == FIRST_SHOWN
    assert sum(line.edge.start == root for line in many.lines) == min(whole, FIRST_SHOWN + MORE_SHOWN)


def test_what_is_not_in_the_trace_opens_nothing(book: TraceBook) -> None:
    assert opened_from(book, ["address:nobody"], ["x"], "fifo").nodes == ()
    assert opened_from(book, [""], [], "fifo").nodes == ()


def test_no_two_boxes_share_a_place(book: TraceBook) -> None:
    drawing = draw(book, opened_from(book, list(book.nodes), [], "fifo"))
    assert len({(box.x, box.y) for box in drawing.boxes}) == len(drawing.boxes)
    assert drawing.width > max(box.x for box in drawing.boxes)
    assert drawing.height > max(box.y for box in drawing.boxes)


def test_htmx_gets_the_graph_alone_and_a_person_a_page(
    dossier: Dossier, officer: User, book: TraceBook
) -> None:
    client, query = browser(officer), {"open": book.roots, "rule": "haircut"}
    part = client.get(address("graph", dossier), query, headers={"HX-Request": "true"}).content.decode()
    page = client.get(address("graph", dossier), query).content.decode()
    assert part.startswith('<div id="hops"')
    assert "<html" not in part
    assert "<html" in page
    assert page.count('<path class="flow"') == part.count('<path class="flow"') > 0


def test_the_list_to_freeze_is_the_dossiers_own_and_its_export_is_recorded(
    dossier: Dossier, officer: User, trace_files: Mapping[str, bytes], told: dict
) -> None:
    client = browser(officer)
    whole = client.post(address("freeze", dossier)).content
    assert whole == b"\xef\xbb\xbf" + trace_files["tables/freeze.csv"]
    service = told["freeze"][0]["service"]
    part = client.post(address("freeze", dossier), {"service": service}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(part)))
    assert {row["service"] for row in rows} == {service}
    assert {row["address"] for row in rows} == {
        entry["address"] for entry in told["freeze"] if entry["service"] == service
    }
    logged = Event.objects.filter(kind="dossier.exported").order_by("seq")
    assert [event.body["table"] for event in logged] == ["freeze", f"freeze {service}"]


def test_all_addresses_can_be_searched(dossier: Dossier, officer: User, told: dict) -> None:
    wallet, frozen = told["wallets"][0]["address"], told["freeze"][0]["address"]
    roles = dict(DossierAddress.objects.filter(address__in=[wallet, frozen]).values_list("address", "role"))
    assert roles == {wallet: "watched", frozen: "service"}
    page = browser(officer).get(reverse("wallets:search"), {"q": frozen}).content.decode()
    assert "Address at a service" in page


@pytest.mark.parametrize("name", ["dossier", "graph", "sankey", "freeze", "receipts", "months", "power"])
def test_a_stranger_finds_nothing_of_it(dossier: Dossier, stranger: User, name: str) -> None:
    for method in ("get", "post"):
        assert getattr(browser(stranger), method)(address(name, dossier)).status_code in (404, 405)


@pytest.mark.parametrize("name", ["receipts", "months", "power"])
def test_pages_of_another_kind_are_not_there(dossier: Dossier, officer: User, name: str) -> None:
    assert browser(officer).get(address(name, dossier)).status_code == 404
