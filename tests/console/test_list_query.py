"""Filters live in the address: what is read from one leads back to it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.casework.queries import STATES
from gridcanary.console.archive import Customer
from gridcanary.console.findings import ListedFinding
from gridcanary.console.list_query import ANY_STATE, DEFAULT_BUDGET, ListQuery, kept_findings

queries = st.builds(
    ListQuery,
    county=st.sampled_from(["", "370102"]),
    tariff_class=st.sampled_from(["", "agricultural", "transformer"]),
    mode=st.sampled_from(["", "A", "B", "C", "D"]),
    state=st.sampled_from([ANY_STATE, *STATES]),
    text=st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), max_size=20),
    budget=st.integers(0, 10**6),
    page=st.integers(1, 500),
)


@given(queries)
def test_an_address_leads_back_to_the_same_view(query: ListQuery) -> None:
    assert ListQuery.from_address(QueryDict(query.address.lstrip("?"))) == query


def test_the_plain_address_is_the_plain_list() -> None:
    assert ListQuery().address == ""


@pytest.mark.parametrize(
    "address", ["mode=Z&state=guilty", "budget=-5&page=0", "budget=x&page=y", "budget=&mode="], ids=str
)
def test_what_is_not_understood_counts_as_not_given(address: str) -> None:
    query = ListQuery.from_address(QueryDict(address))
    assert query.mode == ""
    assert query.state == ANY_STATE
    assert query.page == 1
    assert query.budget in (0, DEFAULT_BUDGET)


def listed(meter: str, mode: str, tariff_class: str, county: str) -> ListedFinding:
    customer = Customer(f"P-{meter}", meter, "云河县冷库", "白石镇", county, None, tariff_class)
    texts: dict[str, tuple[str, ...]] = {"zh": (), "en": ()}
    day = dt.date(2026, 4, 1)
    return ListedFinding(
        "meter", meter, 0.5, 1, True, mode, None, None, None, None, None, None, texts, texts, None, (), day,
        customer, county,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("", ["M1", "M2", "M3"], id="all"),
        pytest.param("mode=A", ["M1", "M3"], id="mode"),
        pytest.param("class=agricultural", ["M1"], id="class"),
        pytest.param("county=370103", ["M3"], id="county"),
        pytest.param("state=marked", ["M2"], id="state"),
        pytest.param("state=open", ["M1", "M3"], id="open includes what nobody decided"),
        pytest.param("q=m2", ["M2"], id="number, either case"),
        pytest.param("q=冷库", ["M1", "M2", "M3"], id="name"),
        pytest.param("q=p-m3", ["M3"], id="premises"),
        pytest.param("mode=A&county=370102&class=residential", [], id="all filters hold together"),
    ],
)
def test_filters(address: str, expected: list[str]) -> None:
    findings = [
        listed("M1", "A", "agricultural", "370102"),
        listed("M2", "D", "commercial", "370102"),
        listed("M3", "A", "residential", "370103"),
    ]
    states = {("meter", "M2"): "marked"}
    kept = kept_findings(ListQuery.from_address(QueryDict(address)), findings, states)
    assert [finding.subject_id for finding in kept] == expected
