from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.network.resolve import Assignment, Holder, Observation, Resolver
from gridcanary.network.resolve.assignments import ALL_PORTS, single
from gridcanary.network.resolve.lines import read_lines, read_places
from gridcanary.network.resolve.nat import read_nat
from gridcanary.network.resolve.radius import read_radius

SECOND = 10**9
HOUR = 3600 * SECOND
NOON = int(dt.datetime(2026, 5, 31, 12, tzinfo=dt.UTC).timestamp()) * SECOND


def held(
    start: int, end: int, who: Holder, sure: int | None = None, ports: tuple[int, int] = ALL_PORTS
) -> Assignment:
    sure = end if sure is None else sure
    return Assignment(single("203.0.113.9"), ports, start, sure, end, who, "radius", "r.csv, row 2")


def seen(time_ns: int = NOON, port: int | None = 40_000, error: float = 1.0) -> Observation:
    return Observation("203.0.113.9", port, time_ns, error)


def test_one_holder_all_the_time_is_resolved() -> None:
    found = Resolver([held(NOON - HOUR, NOON + HOUR, Holder("a1"))], {"a1": "P1"}).resolve(seen())
    assert (found.state, found.premises_id, found.confidence) == ("resolved", "P1", 1.0)
    assert found.candidates[0].basis == "radius>account"


def test_nobody_held_it() -> None:
    found = Resolver([held(NOON - HOUR, NOON - 60 * SECOND, Holder("a1"))], {"a1": "P1"}).resolve(seen())
    assert (found.state, found.candidates, found.covered) == ("unknown", (), 0.0)


def test_a_change_of_holder_within_the_clock_error_is_ambiguous() -> None:
    before, after = held(NOON - HOUR, NOON, Holder("a1")), held(NOON, NOON + HOUR, Holder("a2"))
    book = Resolver([before, after], {"a1": "P1", "a2": "P2"})
    found = book.resolve(seen(NOON + 5 * SECOND, error=10))
    assert found.state == "ambiguous"
    assert found.premises_id is None
    assert [(one.premises_id, one.confidence) for one in found.candidates] == [("P2", 0.75), ("P1", 0.25)]
    assert book.resolve(seen(NOON + 11 * SECOND, error=10)).premises_id == "P2"


def test_the_records_clocks_count_too() -> None:
    pair = [held(NOON - HOUR, NOON, Holder("a1")), held(NOON, NOON + HOUR, Holder("a2"))]
    later = seen(NOON + 5 * SECOND, error=1)
    assert Resolver(pair, {"a1": "P1", "a2": "P2"}).resolve(later).state == "resolved"
    assert Resolver(pair, {"a1": "P1", "a2": "P2"}, records_error_s=10).resolve(later).state == "ambiguous"


def test_two_holders_at_once_share_the_confidence() -> None:
    pair = [held(NOON - HOUR, NOON + HOUR, Holder(name)) for name in ("a1", "a2")]
    found = Resolver(pair, {"a1": "P1", "a2": "P2"}).resolve(seen())
    assert (found.state, [one.confidence for one in found.candidates]) == ("ambiguous", [0.5, 0.5])


def test_two_accounts_of_one_premises_are_one_premises() -> None:
    pair = [held(NOON - HOUR, NOON + HOUR, Holder(name)) for name in ("a1", "a2")]
    assert Resolver(pair, {"a1": "P1", "a2": "P1"}).resolve(seen()).premises_id == "P1"


def test_the_drop_counts_where_the_account_is_not_known() -> None:
    book = Resolver([held(NOON - HOUR, NOON + HOUR, Holder("a1", "olt1/1/3"))], {}, {"olt1/1/3": "P7"})
    found = book.resolve(seen())
    assert (found.premises_id, found.candidates[0].basis) == ("P7", "radius>drop")


def test_an_account_far_from_its_drop_is_ambiguous() -> None:
    book = Resolver(
        [held(NOON - HOUR, NOON + HOUR, Holder("a1", "olt1/1/3"))], {"a1": "P1"}, {"olt1/1/3": "P7"}
    )
    assert book.resolve(seen()).state == "ambiguous"


def test_a_holder_without_a_place_is_told_apart_from_nobody() -> None:
    found = Resolver([held(NOON - HOUR, NOON + HOUR, Holder("a1"))]).resolve(seen())
    assert (found.state, found.premises_id) == ("unplaced", None)


def test_a_session_without_stop_fades() -> None:
    book = Resolver([held(NOON - HOUR, NOON + 4 * HOUR, Holder("a1"), sure=NOON)], {"a1": "P1"})
    told = [book.resolve(seen(NOON + hours * HOUR, error=0)).confidence for hours in range(5)]
    assert told == [1.0, 0.75, 0.5, 0.25, 0.0]


def test_ports_of_a_block_divide_an_address(tmp_path: Path) -> None:
    nat, radius, accounts = tmp_path / "nat.csv", tmp_path / "radius.csv", tmp_path / "accounts.csv"
    nat.write_text(
        "time,natEvent,sourceIPv4Address,postNATSourceIPv4Address,portRangeStart,portRangeEnd\n"
        "2026-05-31T11:00:00Z,16,100.64.0.1,203.0.113.9,1024,2047\n"
        "2026-05-31T11:00:00Z,16,100.64.0.2,203.0.113.9,2048,3071\n"
        "2026-05-31T13:00:00Z,17,100.64.0.1,203.0.113.9,1024,2047\n"
        "2026-05-31T13:00:00Z,17,100.64.0.2,203.0.113.9,2048,3071\n"
    )
    radius.write_text(
        "Acct-Status-Type,Acct-Session-Id,User-Name,Framed-IP-Address,Event-Timestamp\n"
        "Start,s1,a1,100.64.0.1,2026-05-31T10:00:00Z\nStop,s1,a1,100.64.0.1,2026-05-31T14:00:00Z\n"
        "Start,s2,a2,100.64.0.2,2026-05-31T18:00:00+08:00\nStop,s2,a2,100.64.0.2,2026-05-31T14:00:00Z\n"
    )
    accounts.write_text("account,premises_id\na1,P1\na2,P2\n")
    book = Resolver([*read_nat(nat), *read_radius(radius)], read_places(accounts, "account"))
    first = book.resolve(seen(port=1500))
    assert (first.premises_id, first.candidates[0].basis) == ("P1", "nat>radius>account")
    assert first.candidates[0].records == (f"{nat}, row 2", f"{radius}, row 2")
    assert book.resolve(seen(port=2048)).premises_id == "P2"
    assert book.resolve(seen(port=5000)).state == "unknown"
    without_port = book.resolve(seen(port=None))
    assert (without_port.state, without_port.confidence) == ("ambiguous", 0.5)


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param([(1024, 2047)], id="one block on record"),
        pytest.param([(1024, 2047), (4096, 5119)], id="two blocks of one customer"),
        pytest.param([(40_000, 40_000)], id="one session"),
    ],
)
def test_a_shared_address_without_a_port_names_nobody(blocks: list[tuple[int, int]]) -> None:
    inside = [held(0, NOON + HOUR, Holder(inside="100.64.0.1"), ports=ports) for ports in blocks]
    line = Assignment(
        single("100.64.0.1"), ALL_PORTS, 0, NOON + HOUR, NOON + HOUR, Holder("a1"), "radius", "r"
    )
    book = Resolver([*inside, line], {"a1": "P1"})
    blind = book.resolve(seen(port=None))
    assert (blind.state, blind.premises_id, blind.confidence) == ("ambiguous", None, 0.5)
    known = book.resolve(seen(port=blocks[0][0]))
    assert (known.state, known.premises_id, known.confidence) == ("resolved", "P1", 1.0)


def test_an_address_that_one_line_holds_whole_needs_no_port() -> None:
    book = Resolver([held(0, NOON + HOUR, Holder("a1"))], {"a1": "P1"})
    assert book.resolve(seen(port=None)).premises_id == "P1"


def test_leased_lines_need_no_table(tmp_path: Path) -> None:
    lines = tmp_path / "lines.csv"
    lines.write_text(
        "prefix,premises_id,from\n203.0.113.8/29,P3,2025-01-01T00:00:00+08:00\n2001:db8::/48,P4,\n"
    )
    book = Resolver(read_lines(lines))
    assert book.resolve(seen()).premises_id == "P3"
    assert book.resolve(Observation("2001:db8::77", 1, NOON)).premises_id == "P4"
    assert book.resolve(Observation("203.0.113.16", 1, NOON)).state == "unknown"


def test_a_hardware_address_is_one_however_it_is_written() -> None:
    book = Resolver([held(0, NOON + HOUR, Holder("aa:bb:cc:00:11:22"))], {"aa:bb:cc:00:11:22": "P1"})
    assert book.resolve(seen()).premises_id == "P1"


MINUTE = st.integers(0, 100)


@given(
    st.lists(st.tuples(MINUTE, MINUTE, MINUTE, st.sampled_from("abc")), max_size=8),
    MINUTE,
    st.integers(0, 3600),
    st.sampled_from([None, 5]),
)
def test_confidences_are_shares(spans: list, minute: int, error: int, port: int | None) -> None:
    assignments = []
    for a, b, c, name in spans:
        start, sure, end = (NOON + minutes * 60 * SECOND for minutes in sorted((a, b, c)))
        assignments.append(held(start, end, Holder(name), sure))
    moment = NOON + minute * 60 * SECOND
    places = {"a": "P1", "b": "P2"}
    found = Resolver(assignments, places).resolve(seen(moment, port, error))
    assert 0 <= found.covered <= 1
    assert sum(one.confidence for one in found.candidates) <= 1 + 1e-9
    assert all(0 < one.confidence <= 1 for one in found.candidates)
    assert (found.state == "resolved") == (found.premises_id is not None)
    if found.state == "resolved":
        assert found.confidence >= 0.95


def test_a_negative_clock_error_is_refused() -> None:
    with pytest.raises(ValueError, match="clock error"):
        Resolver([]).resolve(seen(error=-1))
