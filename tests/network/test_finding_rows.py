from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from gridcanary.contracts.network import NETWORK_FINDINGS
from gridcanary.contracts.reasons import Reason
from gridcanary.network.dialogue import Login
from gridcanary.network.ends import Source
from gridcanary.network.finding_rows import finding_row, ranked
from gridcanary.network.judging import judged
from gridcanary.network.pools.pool_list import shipped
from gridcanary.network.pseudonyms import Pseudonyms
from gridcanary.network.sessions import Counts, Names, Opening, Session
from gridcanary.network.votes import WEAK
from tests.network.made import CLIENT, NOON_NS, SERVER, dialogue, session, vote

NAMES = Pseudonyms(b"k" * 32)


def row(one: Session | None = None, *votes: Any, names: Pseudonyms = NAMES) -> dict[str, Any]:
    return finding_row(judged(one or session(dialogue=dialogue()), votes or [vote()]), names, shipped())


def test_a_row_fits_the_table() -> None:
    table = pa.Table.from_pylist([row()], schema=NETWORK_FINDINGS)
    table.validate(full=True)
    assert set(row()) <= set(NETWORK_FINDINGS.names)


def test_no_address_is_in_a_row() -> None:
    told = vote(
        reasons=(Reason("end.shared", {"line": CLIENT}),), innocent=(Reason("end.shared", {"at": SERVER}),)
    )
    one = session(names=Names(tls=SERVER), dialogue=dialogue())
    text = json.dumps(finding_row(judged(one, [told], (CLIENT,)), NAMES, shipped()), default=str)
    assert CLIENT not in text
    assert SERVER not in text
    assert NAMES.of(CLIENT) in text


def test_plain_addresses_where_these_were_asked_for() -> None:
    assert row(names=Pseudonyms(None))["client"] == CLIENT


def test_what_the_messages_told_is_there() -> None:
    told = row()
    assert (told["method"], told["wallet"], told["wallet_network"]) == ("cryptonote", "49abc", "monero")
    assert (told["worker"], told["workers"], told["agent"]) == ("rig7", 1, "XMRig/6.21.0")
    assert told["account"] is None


def test_the_pool_is_that_of_the_strongest_vote_for_mining() -> None:
    told = row(None, vote("pool_name", 5.0, pool_entry=3), vote("website", -1.0, WEAK, pool_entry=4))
    entry = shipped().entries[3]
    assert (told["pool_entry"], told["pool_entry_date"]) == (entry.place, entry.source_date)
    assert "pool" not in row(None, vote(), vote("website", -1.0, WEAK, pool_entry=4))


def test_an_account_is_no_wallet() -> None:
    logins = (Login(NOON_NS, "farm8", worker="10x1x1x24"), Login(NOON_NS, "farm8", worker="10x1x1x25"))
    told = row(session(dialogue=dialogue(logins=logins)))
    assert (told["wallet"], told["account"], told["workers"]) == (None, "farm8", 2)


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({}, ""),
        ({"shed": True}, "shed"),
        ({"counts": Counts(5, 0)}, "one_way"),
        ({"dialogue": dialogue(gaps=2, begun=False)}, "gaps,midstream"),
        ({"opening": Opening(complete=False, flights=())}, "midstream"),
        ({"source": Source("x", "nfdump", sampling=1000)}, "sampled"),
    ],
)
def test_what_limits_the_figures_is_said(given: dict[str, Any], codes: str) -> None:
    assert row(session(**given))["quality"] == codes


def test_a_listed_session_always_names_innocent_explanations() -> None:
    assert json.loads(row()["innocent"])
    assert row()["innocent_zh"]
    assert row(None, vote(llr=1.0))["innocent"] == "[]"


def test_the_same_session_has_the_same_id_and_another_key_another() -> None:
    assert row()["session_id"] == row()["session_id"]
    assert row()["session_id"] != row(names=Pseudonyms(b"l" * 32))["session_id"]
    assert row()["session_id"] != row(session(begin_s=1))["session_id"]


def test_listed_rows_come_first_then_the_likelier() -> None:
    rows = [row(None, vote(llr=llr)) for llr in (1.0, 9.0, 2.0, 12.0)]
    table = ranked(pa.Table.from_pylist(rows, schema=NETWORK_FINDINGS))
    assert table["llr"].to_pylist() == [12.0, 9.0, 2.0, 1.0]
    assert table["rank"].to_pylist() == [1, 2, 3, 4]


def test_what_speaks_against_mining_is_an_explanation_and_no_reason() -> None:
    told = row(None, vote(), vote("website", -1.0, WEAK, reasons=(Reason("node.innocent"),)))
    assert [reason["code"] for reason in json.loads(told["reasons"])] == ["end.elsewhere"]
    assert "node.innocent" in {reason["code"] for reason in json.loads(told["innocent"])}
