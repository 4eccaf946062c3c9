"""Calculator pages: what is typed, what is reckoned, what is entered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from gridcanary import packs
from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.enforcement.calculators import calculator
from gridcanary.enforcement.models import MoneyItem
from gridcanary.enforcement.reckoning import told
from tests.casework.conftest import browser
from tests.enforcement.conftest import World

pytestmark = pytest.mark.django_db
DETAILS = {"document": "No. 7", "reason": ""}
CYCLE = {
    "mining_from": "2026-03-11", "mining_to": "2026-04-30", "rows": "3",
    "first_0": "2026-03-01", "last_0": "2026-03-31", "kwh_0": "31000",
    "first_1": "2026-04-01", "last_1": "2026-04-30", "kwh_1": "30000",
}  # fmt: skip
METERED = {**CYCLE, "mining_0": "20000", "part_0": "15000", "mining_1": "25000"}
THEFT = {
    "power_kw": "100",
    "hours_per_day": "20",
    "days": "30",
    "use": "power",
    "price_per_kwh": "0.65",
    "part": "charge",
}

TABLE = [
    # national floor: mining alone, by reading: (15,000 + 25,000) kWh x 0.30
    pytest.param("cn", "", "surcharge", "national_floor", METERED, "12000.00", id="national floor"),
    # Sichuan: whole account by daily average: 31,000 / 31 x 21 + 30,000 = 51,000 kWh x 2
    pytest.param("cn", "510100", "surcharge", "sichuan", CYCLE, "102000.00", id="Sichuan, prorated"),
    # Zhejiang: whole account from the listing: 30,000 kWh x 0.50
    pytest.param(
        "cn", "330100", "surcharge", "zhejiang", {**CYCLE, "listed": "2026-04-01"}, "15000.00", id="Zhejiang, listed"
    ),
    # 100 kW x 20 h x 30 d x 0.65
    pytest.param("cn", "", "back_bill", "theft", THEFT, "39000.00", id="theft, found out"),
    pytest.param("cn", "", "contract_penalty", "theft", {**THEFT, "part": "penalty"},
        "117000.00", id="contract penalty, threefold"),
    # presumed: 100 kW x 12 h x 180 d x 0.65
    pytest.param(
        "cn", "", "back_bill", "theft", {**THEFT, "hours_per_day": "", "days": ""}, "140400.00", id="theft, presumed"
    ),
    pytest.param(
        "cn", "", "back_bill", "tariff_misuse", {"price_due": "0.85", "price_paid": "0.55", "kwh": "10000",
         "part": "charge"},
        "3000.00",
        id="wrong tariff",
    ),
    pytest.param(
        "cn", "", "fine", "theft_fine", {"amount": "150000", "charge": "39000"}, "150000.00", id="fine within the limit"
    ),
    pytest.param("cn", "", "fine", "disturbing_supply", {"amount": "50000"}, "50000.00", id="fine at the limit"),
    pytest.param(
        "cn", "", "late_fee", "late_fee", {"principal": "10000", "due": "2026-03-01", "paid": "2026-03-11"}, "3000.00",
        id="ten days late",
    ),
    pytest.param(
        "cn", "", "proceeds", "",
        {"coins": "0.5", "coin": "BTC", "price": "480000.123", "day": "2026-05-01", "source": "exchange"}, "240000.06",
        id="proceeds",
    ),
]  # fmt: skip


def in_area(case: Case, area: str) -> Case:
    if area:
        Case.objects.filter(pk=case.pk).update(admin_code=area)
        case.refresh_from_db()
    return case


def url_of(case: Case, kind: str, rule: str) -> str:
    return f"/cases/{case.number}/money/new/{kind}/" + (f"?rule={rule}" if rule else "")


@pytest.mark.parametrize(("pack", "area", "kind", "rule", "typed", "amount"), TABLE)
def test_the_page_reckons_and_then_enters(
    world: World, case: Case, pack: str, area: str, kind: str, rule: str, typed: dict[str, Any], amount: str
) -> None:
    case, client = in_area(case, area), browser(world.officer)
    url = url_of(case, kind, rule)
    assert client.get(url).status_code == 200
    shown = client.post(url, {**typed, "rule": rule, "do": "calculate"})
    assert f"Due: {Decimal(amount):,} CNY" in shown.content.decode()
    assert not MoneyItem.objects.exists()
    form = {**typed, **DETAILS, "rule": rule, "unit": world.utility.pk, "do": "save"}
    assert client.post(url, form).status_code == 302
    item = MoneyItem.objects.get()
    assert (item.kind, item.rule, item.entries.get().amount) == (kind, rule, Decimal(amount))
    page = client.get(f"/cases/{case.number}/money/{item.pk}/").content.decode()
    assert f"{Decimal(amount):,}" in page


@pytest.mark.parametrize(
    ("kind", "rule", "typed", "told_"),
    [
        pytest.param("surcharge", "national_floor", CYCLE, "charges mining alone", id="no mining kWh"),
        pytest.param(
            "surcharge", "national_floor", {**METERED, "part_0": ""}, "by meter reading", id="no reading of a part"
        ),
        pytest.param(
            "surcharge", "national_floor", {**METERED, "mining_to": "2026-03-01"}, "lies before",
            id="days turned round",
        ),
        pytest.param(
            "surcharge", "national_floor", {**METERED, "first_1": "2026-03-20"}, "without overlap", id="overlap"
        ),
        pytest.param(
            "surcharge", "national_floor", {**METERED, "kwh_1": ""}, "Give first day, last day and use", id="half a row"
        ),
        pytest.param(
            "surcharge", "national_floor",
            {**METERED, "mining_from": "2020-01-01", "mining_to": "2020-02-01"}, "No day of these cycles",
            id="too early",
        ),
        pytest.param("back_bill", "theft", {**THEFT, "multiple": "4"}, "allow this multiple", id="multiple"),
        pytest.param("back_bill", "theft", {**THEFT, "metered_kwh": "999999"}, "metered energy", id="metered"),
        pytest.param(
            "back_bill", "tariff_misuse", {"price_due": "0.5", "price_paid": "0.6", "kwh": "1", "part": "charge"},
            "at least the price",
            id="prices turned round",
        ),
        pytest.param("fine", "theft_fine", {"amount": "10"}, "Give the charge", id="no charge"),
        pytest.param("fine", "theft_fine", {"amount": "500", "charge": "99"}, "0 to 495.00", id="above five times"),
        pytest.param("fine", "disturbing_supply", {"amount": "50000.01"}, "to 50,000", id="above the limit"),
        pytest.param(
            "late_fee", "late_fee", {"principal": "1", "due": "2026-03-01", "paid": "2026-03-01"}, "not late",
            id="in time",
        ),
        pytest.param(
            "proceeds", "",
            {"coins": "0.00000001", "coin": "BTC", "price": "1", "day": "2026-05-01", "source": "x"},
            "comes to nothing",
            id="dust",
        ),
    ],
)  # fmt: skip
def test_what_can_not_be_reckoned_says_why(
    world: World, case: Case, kind: str, rule: str, typed: dict[str, Any], told_: str
) -> None:
    form = {**typed, **DETAILS, "rule": rule, "unit": world.utility.pk, "do": "save"}
    answer = browser(world.officer).post(url_of(case, kind, rule), form)
    assert answer.status_code == 400
    assert told_ in answer.content.decode()
    assert not MoneyItem.objects.exists()


def test_presumptions_and_unverified_rules_are_marked(world: World, case: Case) -> None:
    typed = {**THEFT, "hours_per_day": "", "days": "", "rule": "theft", "do": "calculate"}
    page = browser(world.officer).post(url_of(case, "back_bill", "theft"), typed).content.decode()
    assert "presumed" in page
    assert "not verified in the source" in page
    assert "was not verified in the primary source" in page


@pytest.mark.parametrize(
    ("machines", "hours", "flag"),
    [
        pytest.param("540", "140", False, id="half a kilowatt each"),
        pytest.param("540", "2000", True, id="too little"),
        pytest.param("5", "100", True, id="too much"),
    ],
)
def test_energy_that_does_not_fit_the_machines_is_flagged(
    world: World, case: Case, machines: str, hours: str, flag: bool
) -> None:
    typed = {**METERED, "machines": machines, "hours": hours, "rule": "national_floor", "do": "calculate"}
    page = browser(world.officer).post(url_of(case, "surcharge", "national_floor"), typed).content.decode()
    assert ("kW for each machine" in page) == flag


def test_an_amount_decided_elsewhere_needs_a_word_on_how(world: World, case: Case) -> None:
    client, url = browser(world.officer), f"/cases/{case.number}/money/new/proceeds/?manual=yes"
    assert 'name="coins"' not in client.get(url).content.decode()
    form = {"manual": "yes", "amount": "9.99", "unit": world.utility.pk, "do": "save"}
    assert client.post(url, form).status_code == 400
    assert client.post(url, {**form, "reason": "judgment 7"}).status_code == 302
    assert MoneyItem.objects.get().entries.get().amount == Decimal("9.99")


def test_both_parts_of_a_back_bill_can_be_one_amount(world: World, case: Case) -> None:
    form = {**THEFT, **DETAILS, "part": "total", "rule": "theft", "unit": world.utility.pk, "do": "save"}
    browser(world.officer).post(url_of(case, "back_bill", "theft"), form)
    assert MoneyItem.objects.get().entries.get().amount == Decimal("156000.00")


def test_more_rows_keep_what_was_typed(world: World, case: Case) -> None:
    typed = {**METERED, "rule": "national_floor", "do": "more"}
    page = browser(world.officer).post(url_of(case, "surcharge", "national_floor"), typed).content.decode()
    assert 'name="first_5"' in page
    assert 'value="31000"' in page


def test_rules_of_other_areas_and_drafts_can_not_be_chosen(world: World, case: Case) -> None:
    page = browser(world.officer).get(f"/cases/{case.number}/money/").content.decode()
    assert "It holds in another area." in page
    assert "?rule=national_floor" in page
    assert "?rule=sichuan" not in page


@pytest.mark.parametrize("address", ["gold/", "surcharge/?rule=theft"], ids=["kind", "rule of another kind"])
def test_what_the_pack_lacks_is_absent(world: World, case: Case, address: str) -> None:
    assert browser(world.officer).get(f"/cases/{case.number}/money/new/{address}").status_code == 404


def test_a_stored_calculation_is_told_in_both_languages(world: World, case: Case) -> None:
    form = {**THEFT, **DETAILS, "rule": "theft", "unit": world.utility.pk, "do": "save"}
    browser(world.officer).post(url_of(case, "back_bill", "theft"), form)
    stored, pack = MoneyItem.objects.get().calculation, law.pack_of(case)
    with override("en"):
        english = [line["text"] for line in told(pack, stored)["lines"]]
    with override("zh-hans"):
        chinese = [line["text"] for line in told(pack, stored)["lines"]]
    assert any("Stolen energy: 100 kW" in text for text in english)
    assert any("窃电量：100 千瓦" in text for text in chinese)


@pytest.mark.parametrize("name", [found.id for found in packs.available()])
def test_every_rule_of_every_pack_has_a_calculator(name: str) -> None:
    pack = packs.load(name)
    missing = [
        (kind, rule)
        for kind, found in pack.money.items()
        for rule in found.rules
        if calculator(pack, kind, rule) is None
    ]
    assert not missing
