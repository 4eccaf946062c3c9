"""Search by part of a text: the index of pairs finds what a plain look at every row finds."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.accounts.models import User
from gridcanary.casework import case_queries
from gridcanary.casework.actions.cases import SiteFacts, open_case
from gridcanary.casework.case_queries import CaseSearch, campaigns_of, count_up_to, find_cases
from gridcanary.casework.models import Case, CaseSite
from gridcanary.casework.text_search import INDEXES, grams
from gridcanary.casework.views import case_list
from tests.casework.conftest import Departments, browser


@given(st.text(max_size=8), st.text(min_size=1, max_size=6), st.text(max_size=8))
def test_a_text_has_every_gram_of_its_parts(before: str, part: str, after: str) -> None:
    whole = before + part + after
    held = {whole[place : place + size] for place in range(len(whole)) for size in (1, 2)}
    assert set(grams(part)) <= held


@pytest.fixture
def named(officer: User, departments: Departments) -> list[Case]:
    titles = ("冷库夜间恒定负荷", "Straße 12% a_b", "养殖场 负荷阶跃", "O'Brien \\ {x}")
    place = SiteFacts(address="柳林镇槐树路17号", meter_id="M9", transformer_id="T9")
    return [open_case(officer, departments.energy, title, sites=[(place, ())]) for title in titles]


@pytest.mark.parametrize(
    "text",
    [
        "冷库",
        "冷",
        "负荷",
        "straße",
        "STRA",
        "12%",
        "%",
        "_",
        "a_b",
        "'",
        "\\",
        "{x}",
        "树路17",
        "jn-energy",
        "没有",
    ],
)
@pytest.mark.parametrize("common", [1, 30_000], ids=["too-common-for-the-index", "by-the-index"])
def test_parts_find_what_a_plain_comparison_finds(
    named: list[Case], officer: User, text: str, common: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_queries, "COMMON", common)
    plain = Case.objects.filter(number__icontains=text) | Case.objects.filter(title__icontains=text)
    there = CaseSite.objects.filter(address__icontains=text).values("case_id")
    expected = {*plain, *Case.objects.filter(pk__in=there)}
    assert set(find_cases(officer, CaseSearch(text=text))) == expected


@pytest.mark.parametrize(("text", "found"), [("M9", 4), ("T9", 4), ("m9", 0), ("T99", 0)])
@pytest.mark.parametrize("common", [1, 30_000], ids=["too-common-for-the-index", "by-the-index"])
def test_meters_and_transformers_are_found_by_their_whole_number(
    named: list[Case], officer: User, text: str, found: int, common: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_queries, "COMMON", common)
    assert find_cases(officer, CaseSearch(text=text)).count() == found


def test_the_indexes_stand_on_postgresql(db: None) -> None:
    with connection.cursor() as cursor:
        held = {
            name
            for _name, table, _column in INDEXES
            for name in connection.introspection.get_constraints(cursor, table)
        }
    expected = {name for name, _table, _column in INDEXES}
    assert held & expected == (expected if connection.vendor == "postgresql" else set())


def test_a_list_says_that_there_are_more_and_reads_no_frozen_law(
    named: list[Case], officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_list, "LISTED", 3)
    monkeypatch.setattr(case_list, "PAGE_SIZE", 2)
    client = browser(officer)
    client.get(reverse("casework:cases"))
    with CaptureQueriesContext(connection) as asked:
        text = client.get(reverse("casework:cases"), {"page": "99"}).content.decode()
    assert "3+ cases" in text
    assert "2 / 2" in text
    assert not [query["sql"] for query in asked.captured_queries if '"frozen"' in query["sql"]]
    monkeypatch.setattr(case_list, "LISTED", 4)
    assert "4 cases" in client.get(reverse("casework:cases")).content.decode()


def test_counting_ends_where_it_is_told(named: list[Case], officer: User) -> None:
    cases = Case.objects.visible_to(officer)
    assert [count_up_to(cases, most) for most in (0, 2, 4, 9)] == [0, 2, 4, 4]
    assert not campaigns_of(officer).exists()
