"""Addresses to counties: the table of this project, and what must never be guessed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.places import State, match_address
from gridcanary.places.divisions import divisions, within

TABLE = list(
    csv.DictReader(Path(__file__).with_name("addresses.csv").read_text(encoding="utf-8").splitlines())
)


def told(address: str) -> str:
    """The code where one is given, else the state."""
    match = match_address(address)
    return match.code if match.state in (State.EXACT, State.INFERRED) else match.state.value


def test_the_table_has_its_size_and_writes_codes_that_exist() -> None:
    assert len(TABLE) >= 300
    assert len({row["address"] for row in TABLE}) == len(TABLE)
    states = {state.value for state in State}
    assert all(row["expected"] in states or row["expected"] in divisions() for row in TABLE)


def test_at_least_95_of_100_addresses_are_told_right() -> None:
    wrong = [
        (row["address"], row["expected"], told(row["address"]))
        for row in TABLE
        if told(row["address"]) != row["expected"]
    ]
    assert len(wrong) <= 0.05 * len(TABLE), wrong


def test_no_address_of_the_table_gets_a_wrong_place() -> None:
    """A place above the true one is not wrong, only less than could be told."""
    guessed = []
    for row in TABLE:
        match = match_address(row["address"])
        if match.state in (State.EXACT, State.INFERRED):
            fits = row["expected"].isdigit() and within(row["expected"], match.code)
            guessed += [] if fits else [(row["address"], row["expected"], match.code)]
    assert not guessed


@pytest.mark.parametrize(
    ("address", "default", "code"),
    [
        ("市中区经四路", "370400", "370402"),
        ("市中区经四路", "370100", "370103"),
        ("鼓楼街道", "370800", "370812"),
    ],
)
def test_the_callers_own_area_decides_only_where_told_and_says_so(
    address: str, default: str, code: str
) -> None:
    assert match_address(address).state is State.AMBIGUOUS
    match = match_address(address, default=default)
    assert (match.code, match.by_default, match.state) == (code, True, State.INFERRED)


def test_the_own_area_decides_nothing_where_two_of_it_fit() -> None:
    assert match_address("市中区", default="370000").state is State.AMBIGUOUS


def test_all_that_fit_are_told() -> None:
    assert set(match_address("市中区").candidates) >= {"370103", "370402"}
    assert "山东省济南市市中区" in match_address("市中区").names


@pytest.mark.parametrize("address", ["从济南到泰安的高速边", "兖州和曲阜交界处", "新泰往蒙阴去的路上"])
def test_between_two_places_is_neither(address: str) -> None:
    match = match_address(address)
    assert match.state is State.AMBIGUOUS
    assert len(match.candidates) >= 2


def test_an_old_name_gives_todays_code_and_is_not_exact() -> None:
    match = match_address("山东省莱芜市莱城区口镇工业园8号")
    assert (match.state, match.code, match.town, match.rest) == (
        State.INFERRED,
        "370116",
        "口镇街道",
        "工业园8号",
    ) or (
        match.state,
        match.code,
    ) == (State.INFERRED, "370116")


def test_a_zone_over_several_counties_stays_at_its_city() -> None:
    match = match_address("济宁高新区王因街道幸福路3号")
    assert (match.code, match.level, match.zone) == ("370800", "city", "济宁高新区")


@pytest.mark.parametrize(
    "address",
    [
        "江山南路",
        "济南路5号",
        "青岛啤酒",
        "德州扒鸡店",
        "泰山大厦",
        "平原上",
        "菏泽路口",
        "中山路",
        "牡丹江路",
        "济南桥东头",
    ],
)
def test_streets_houses_and_dishes_are_no_places(address: str) -> None:
    assert match_address(address).state is State.UNKNOWN


def test_every_full_name_in_shandong_is_found_again() -> None:
    for code, division in divisions().items():
        if code.startswith("37") and division.level == "county":
            city = divisions()[code[:4] + "00"].name
            match = match_address(f"山东省{city}{division.name}人民路1号")
            assert (match.state, match.code, match.rest) == (State.EXACT, code, "人民路1号"), division.name


@given(st.text(alphabet="山东济南市中区兖州莱芜路街镇村号一二三1２# ，", max_size=30))
def test_any_text_gives_an_answer_that_holds_together(text: str) -> None:
    match = match_address(text)
    if match.state in (State.EXACT, State.INFERRED):
        assert match.code in divisions()
        assert within(match.code, "370000")
        assert match.candidates == (match.code,)
    if match.state is State.AMBIGUOUS:
        assert not match.code
        assert match.candidates
