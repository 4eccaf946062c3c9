"""The law and the figures, as anybody sees them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client

from gridcanary.accounts.models import Unit
from gridcanary.casework import law as law_book
from gridcanary.portal.figures import MEASURES
from gridcanary.tips.actions.sending import TipFacts, send_tip
from tests.casework.conftest import unit

PAGES = [f"/{lang}/open/{page}/" for lang in ("zh", "en") for page in ("law", "figures")]


@pytest.fixture
def bureau(db: None) -> Unit:
    return unit("jn-energy", "energy")


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_without_cookie_and_stays_small(address: str) -> None:
    page = Client().get(address)
    assert page.status_code == 200
    assert not page.cookies
    assert len(page.content) < 40_000


@pytest.mark.django_db
def test_every_answer_stands_with_source_and_date_and_says_where_it_is_unchecked() -> None:
    text = Client().get("/en/open/law/").content.decode()
    explainers = law_book.pack_for_new_cases().content.explainers
    assert len(explainers) >= 6
    assert text.count('<time datetime="') == len(explainers)
    lines = law_book.pack_for_new_cases().content.pack.hotlines
    unchecked = sum(not one.verified for one in (*explainers.values(), *lines))
    assert text.count("Not yet checked against the original text") == unchecked


@pytest.mark.django_db
def test_an_address_without_language_leads_on() -> None:
    page = Client().get("/open/law/", headers={"accept-language": "en"})
    assert page.headers["Location"] == "/en/open/law/"


def test_figures_come_as_files_with_their_method(bureau: Unit) -> None:
    for _number in range(3):
        send_tip(TipFacts(cues=("lights",), place="济宁市兖州区建设路88号"), unit=bureau)
    told = json.loads(Client().get("/en/open/figures/figures.json").content)
    assert told["months"][0]["tips"] == 3
    assert all(told["measures"][one.code]["method"] for one in MEASURES)
    text = Client().get("/zh/open/figures/figures.csv").content.decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["month"]]
    assert len(rows) == len(told["months"]) * len(MEASURES)
    assert next(row["value"] for row in rows if row["measure"] == "tips") == "3"
    assert Client().get("/en/open/figures/figures.xml").status_code == 404


def test_three_reports_of_a_county_are_not_told(bureau: Unit) -> None:
    for _number in range(3):
        send_tip(TipFacts(cues=("lights",), place="济宁市兖州区建设路88号"), unit=bureau)
    assert "兖州区" not in Client().get("/zh/open/figures/").content.decode()
