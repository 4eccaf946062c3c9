from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.contracts.network import ENDPOINT_DAYS, NETWORK_FINDINGS
from gridcanary.network.endpoint_days import Part, covered_hours, endpoint_days, parts_by_day
from gridcanary.network.finding_rows import finding_row
from gridcanary.network.judging import judged
from gridcanary.network.pools.pool_list import shipped
from gridcanary.network.pseudonyms import Pseudonyms
from tests.network.made import dialogue, session, vote

HOUR = 3600.0


def row(client: str = "10.0.0.1", *, llr: float = 12.0, **told: Any) -> dict[str, Any]:
    timing = {key: told.pop(key) for key in ("begin_s", "seconds") if key in told}
    one = session(client, dialogue=dialogue(), **timing)
    return {**finding_row(judged(one, [vote(llr=llr)]), Pseudonyms(None), shipped()), **told}


def days(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    table = endpoint_days(pa.Table.from_pylist(list(rows), schema=NETWORK_FINDINGS))
    table.validate(full=True)
    assert table.schema == ENDPOINT_DAYS
    return table.to_pylist()


def test_nothing_listed_gives_no_rows() -> None:
    assert days() == []
    assert days(row(llr=0.5)) == []


def test_sessions_of_an_end_and_day_are_one_row() -> None:
    found = days(row(seconds=HOUR), row(begin_s=2 * HOUR, seconds=HOUR), row("10.0.0.2"))
    assert [(one["endpoint"], one["sessions"], one["rank"]) for one in found] == [
        ("10.0.0.1", 2, 1),
        ("10.0.0.2", 1, 2),
    ]
    assert found[0]["hours"] == pytest.approx(2.0)
    assert json.loads(found[0]["wallets"]) == ["49abc"]


def test_a_session_over_midnight_counts_in_both_days() -> None:
    found = days(row(begin_s=11 * HOUR, seconds=3 * HOUR))
    assert {(one["day"], round(one["hours"], 6)) for one in found} == {
        (dt.date(2026, 3, 1), 1.0),
        (dt.date(2026, 3, 2), 2.0),
    }


def test_a_session_that_ends_at_midnight_has_one_day() -> None:
    assert len(days(row(begin_s=11 * HOUR, seconds=HOUR))) == 1


def test_side_by_side_adds_up_and_one_after_the_other_does_not() -> None:
    side = days(row(seconds=HOUR, hashrate_hs=100.0), row(seconds=HOUR, hashrate_hs=50.0))
    turn = days(row(seconds=HOUR, hashrate_hs=100.0), row(begin_s=HOUR, seconds=HOUR, hashrate_hs=50.0))
    assert side[0]["hashrate_hs"] == pytest.approx(150.0)
    assert turn[0]["hashrate_hs"] == pytest.approx(75.0)


def test_a_session_that_tells_no_rate_does_not_dilute_the_others() -> None:
    found = days(row(seconds=HOUR, hashrate_hs=100.0), row(begin_s=HOUR, seconds=9 * HOUR))
    assert found[0]["hashrate_hs"] == pytest.approx(100.0)


def test_rates_of_two_algorithms_are_not_added_but_their_kilowatts_are() -> None:
    ethash = {"algorithm": "ethash", "hashrate_hs": 3e7, "kw_mid": 0.2}
    randomx = {"algorithm": "randomx", "hashrate_hs": 2e3, "kw_mid": 0.1}
    (found,) = days(row(seconds=HOUR, **ethash), row(seconds=HOUR, **randomx))
    assert (found["algorithm"], found["hashrate_hs"]) == ("ethash", pytest.approx(3e7))
    assert found["kw_mid"] == pytest.approx(0.3)


def test_a_session_without_length_keeps_its_rate() -> None:
    found = days(row(seconds=0, kw_mid=3.0))
    assert (found[0]["hours"], found[0]["kw_mid"]) == (0.0, 3.0)


def test_more_power_ranks_higher_where_the_likelihood_is_equal() -> None:
    found = days(row("10.0.0.1", kw_mid=1.0), row("10.0.0.2", kw_mid=30.0), row("10.0.0.3"))
    assert [one["endpoint"] for one in found] == ["10.0.0.2", "10.0.0.1", "10.0.0.3"]


def test_the_hypothesis_that_calls_for_most_care_is_told() -> None:
    assert days(row(), row(begin_s=HOUR, hypothesis="intrusion"))[0]["hypothesis"] == "intrusion"


SPANS = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), max_size=8)


@given(SPANS)
def test_covered_time_is_that_of_the_minutes_covered(spans: list[tuple[int, int]]) -> None:
    noon = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    parts = [Part({}, noon + dt.timedelta(minutes=a), noon + dt.timedelta(minutes=a + n)) for a, n in spans]
    minutes = {minute for a, n in spans for minute in range(a, a + n)}
    assert covered_hours(parts) == pytest.approx(len(minutes) / 60)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_parts_of_a_session_make_it_whole(begin_s: int, seconds: int) -> None:
    told = row(begin_s=begin_s, seconds=seconds)
    parts = list(parts_by_day(told))
    assert parts[0].start == told["first_seen"]
    assert parts[-1].stop == told["last_seen"]
    assert all(a.stop == b.start for a, b in itertools.pairwise(parts))
    assert len({part.start.date() for part in parts}) == len(parts)
