from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.chain.dossier import dossier_files
from gridcanary.chain.kinds import KINDS
from gridcanary.console.demo_cases.drafts import income_of
from gridcanary.console.demo_cases.recorded_chain import RecordedChain
from gridcanary.custody.models import Event
from gridcanary.wallets.amounts import figure
from gridcanary.wallets.contents import Contents
from gridcanary.wallets.income_book import Asked, IncomeBook, conflicting
from gridcanary.wallets.models import Dossier, DossierAddress
from gridcanary.wallets.views.tables import PAGE_ROWS
from gridcanary.wallets.words_of_trace import reasons
from tests.casework.conftest import browser
from tests.wallets.conftest import BROUGHT
from tests.wallets.small import laid_out, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def income_files() -> dict[str, bytes]:
    """The files of the demonstration's income."""
    return dossier_files(income_of(RecordedChain()), KINDS["income"])


@pytest.fixture
def rows(income_files: Mapping[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(income_files["tables/receipts.csv"].decode())))


@pytest.fixture
def told(income_files: Mapping[str, bytes]) -> dict:
    return json.loads(income_files["tables/income.json"])


@pytest.fixture
def dossier(case: Case, officer: User, income_files: Mapping[str, bytes], tmp_path: Path) -> Dossier:
    """The income, brought into the case."""
    data = {**BROUGHT, "archive": zipped(laid_out(income_files, tmp_path / "d"))}
    browser(officer).post(reverse("wallets:attach", args=[case.number]), data)
    return Dossier.objects.get()


def address(name: str, dossier: Dossier) -> str:
    return reverse(f"wallets:{name}", args=[dossier.case.number, dossier.item.ref])


def test_the_page_shows_sums_wallets_pools_and_conventions(
    dossier: Dossier, officer: User, told: dict
) -> None:
    page = browser(officer).get(address("dossier", dossier)).content.decode()
    sums = (f"{Decimal(told['total'][name]):,}" for name in ("coins", "cny", "usd"))
    for words in (*sums, *told["pools"]):
        assert words in page
    for wallet in told["wallets"]:
        assert wallet["address"] in page
        assert wallet["income"]["coins"] in page
    assert "Open of the day (00:00 UTC)" in page
    assert "Close of the day (24:00 UTC)" in page
    assert "Test network regtest" in page


def test_the_page_speaks_chinese(dossier: Dossier, officer: User) -> None:
    page = browser(officer, "zh-hans").get(address("dossier", dossier)).content.decode()
    for words in (
        "矿池收益",
        "钱包地址",
        "计价口径及其影响",
        "由收益推算的算力与用电功率",
        "来源不明、未计入",
        "矿池支付",
    ):
        assert words in page


def test_nothing_in_the_page_runs_or_is_styled_inside_it(dossier: Dossier, officer: User) -> None:
    page = browser(officer).get(address("dossier", dossier)).content.decode()
    assert " style=" not in page
    assert "<script>" not in page


def test_every_receipt_is_on_exactly_one_page(
    dossier: Dossier, officer: User, rows: list[dict[str, str]]
) -> None:
    client = browser(officer)
    pages = -(-len(rows) // PAGE_ROWS)
    shown = [
        name
        for page in range(1, pages + 1)
        for name in client.get(address("receipts", dossier), {"view": "all", "page": page})
        .content.decode()
        .split('title="')[1:]
    ]
    outputs = [name.split('"')[0] for name in shown if ":" in name.split('"')[0]]
    assert sorted(outputs) == sorted(f"{row['txid']}:{row['vout']}" for row in rows)


@pytest.mark.parametrize("sort", ["coins", "-coins", "cny", "-cny", "time", "-time"])
def test_receipts_are_sorted_as_asked(sort: str, income_files: Mapping[str, bytes]) -> None:
    book = IncomeBook.of(Contents(income_files))
    assert book is not None
    column = {"coins": "satoshi", "cny": "cny", "time": "time_utc"}[sort.removeprefix("-")]
    found = [row[column] for row in book.chosen(Asked("all", sort, ""))]
    values = found if column == "time_utc" else [Decimal(one) for one in found]
    assert values == sorted(values, reverse=sort.startswith("-"))  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ({}, Asked("income", "time", "")),
        ({"view": "x", "sort": "y"}, Asked("income", "time", "")),
        ({"view": "others", "sort": "-cny", "q": " ab "}, Asked("others", "-cny", "ab")),
    ],
)
def test_what_is_asked_for(query: dict[str, str], asked: Asked) -> None:
    assert Asked.of(query) == asked


@pytest.mark.parametrize(
    ("standing", "by_address", "by_tag", "conflict"),
    [
        ("pool", "AntPool", "AntPool", False),
        ("pool", "", "AntPool", False),
        ("pool", "AntPool", "F2Pool", True),
        ("unresolved", "", "", True),
    ],
)
def test_a_conflict_is_never_hidden(standing: str, by_address: str, by_tag: str, conflict: bool) -> None:
    row = {"standing": standing, "pools_by_address": by_address, "pools_by_tag": by_tag}
    assert conflicting(row) is conflict


@pytest.mark.parametrize("unit", ["coins", "cny", "usd"])
def test_the_bars_sum_up_to_the_total(dossier: Dossier, officer: User, told: dict, unit: str) -> None:
    drawn = browser(officer).get(address("months", dossier), {"unit": unit}).json()
    assert {one["name"] for one in drawn["series"]} == set(told["pools"])
    whole = sum(value for one in drawn["series"] for value in one["values"])
    assert whole == pytest.approx(float(told["total"][unit]))


def test_the_power_of_months_is_a_band(dossier: Dossier, officer: User) -> None:
    drawn = browser(officer).get(address("power", dossier)).json()
    assert drawn["x"]
    for low, mid, high in zip(drawn["low"], drawn["mid"], drawn["high"], strict=True):
        assert low <= mid <= high


@pytest.mark.parametrize(
    ("text", "shown"), [("0", "0"), ("12.5", "12.5"), ("0.0001", "< 0.001"), ("0.001", "0.001")]
)
def test_what_is_too_small_to_mean_anything_is_said_so(text: str, shown: str) -> None:
    assert figure(text) == shown


@pytest.mark.parametrize(
    ("coded", "told"),
    [
        ("payout.known_recipients (known 8, recipients 9)", "pays 9 recipients, 8 of whom"),
        ("nobody.knows (a 1)", "nobody.knows (a 1)"),
        ("payout.known_recipients (known 8)", "payout.known_recipients (known 8)"),
        ("no code at all!", "no code at all!"),
        ("", ""),
    ],
)
def test_reasons_are_told_in_words_where_there_are_any(coded: str, told: str) -> None:
    with translation.override("en"):
        assert reasons(coded).startswith(told)


def test_htmx_gets_the_table_alone(dossier: Dossier, officer: User) -> None:
    part = browser(officer).get(address("receipts", dossier), headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="receipt-table"')


def test_the_receipts_leave_as_they_are_and_it_is_recorded(
    dossier: Dossier, officer: User, income_files: Mapping[str, bytes]
) -> None:
    content = browser(officer).post(address("receipts_csv", dossier)).content
    assert content == b"\xef\xbb\xbf" + income_files["tables/receipts.csv"]
    assert Event.objects.get(kind="dossier.exported").body["table"] == "receipts"


def test_wallets_and_payers_can_be_searched(dossier: Dossier, told: dict) -> None:
    assert DossierAddress.objects.filter(address=told["wallets"][0]["address"], role="watched").exists()
    assert DossierAddress.objects.filter(role="payer").exists()


@pytest.mark.parametrize("name", ["graph", "sankey"])
def test_pages_of_another_kind_are_not_there(dossier: Dossier, officer: User, name: str) -> None:
    assert browser(officer).get(address(name, dossier)).status_code == 404
