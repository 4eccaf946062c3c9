"""What the reader makes of plain talks, whole, cut, broken, one-sided and turned round."""

from __future__ import annotations

import dataclasses
from random import Random

import numpy as np
import pytest

from gridcanary.network.dialogue import Dialogue
from gridcanary.network.messages import MessageReader
from gridcanary.network.messages.codes import KEYS, METHODS, digest
from tests.network.messages.streams import DOWN, UP, cut, dialogue, line, pieces
from tests.network.messages.talks import (
    ETHER,
    MONERO,
    TALKS,
    TARGET,
    WALLET,
    cryptonote,
    eth_proxy,
    notify,
    stratum,
)


def plain(found: Dialogue | None) -> dict:
    """A dialogue as comparable values."""
    assert found is not None
    told = dataclasses.asdict(found)
    return {name: repr(value) for name, value in told.items()}


def test_no_two_words_share_a_digest():
    words = {*KEYS, *METHODS}
    assert len({digest(word.encode()) for word in words}) == len(words)


@pytest.mark.parametrize(
    ("family", "hashes", "user", "worker", "algorithm"),
    [
        pytest.param("stratum_v1", 2 * 2.0**32, WALLET, "rig-07", "sha256d", id="stratum-v1"),
        pytest.param("cryptonote", 2.0**32 / 0xFFFF, MONERO, "ryzen", "randomx", id="cryptonote"),
        pytest.param("eth_proxy", 2.0**256 / TARGET, ETHER, "rig2", "ethash", id="eth-proxy"),
    ],
)
def test_a_talk_is_read(family, hashes, user, worker, algorithm):
    found = dialogue(TALKS[family]())
    assert found.family == family
    assert found.algorithm == algorithm
    assert [(login.user, login.wallet, login.worker, login.accepted) for login in found.logins] == [
        (user, user, worker, True)
    ]
    assert found.shares.accepted.tolist() == [1, 1, 1]
    assert found.shares.time_ns.tolist() == [10**9, 2 * 10**9, 3 * 10**9]
    assert [found.shares.workers[place] for place in found.shares.worker] == [worker] * 3
    assert found.shares.hashes.tolist() == pytest.approx([hashes] * 3)
    assert len(found.jobs_ns) == 1
    assert found.begun
    assert not found.reversed


def test_heights_of_jobs():
    assert dialogue(eth_proxy()).job_heights.tolist() == [0x492609]
    assert dialogue(cryptonote()).job_heights.tolist() == [2349732]
    assert dialogue(stratum()).job_heights.tolist() == [0x080829]


def test_a_password_is_nowhere():
    assert "secret" not in repr(dialogue(cryptonote()))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("family", list(TALKS))
def test_cuts_change_nothing(family, seed):
    random = Random(seed)
    whole = TALKS[family]()
    expected = plain(dialogue(whole))
    parts = cut(whole, random)
    reader = MessageReader()
    at = 0
    while at < len(parts):  # in several calls, too
        size = random.randint(1, 9)
        batch = pieces(parts[at : at + size], begun=at == 0)
        reader.read(batch)
        at += size
    assert plain(reader.close(7)) == expected


@pytest.mark.parametrize("family", list(TALKS))
@pytest.mark.parametrize("side", [UP, DOWN], ids=["client-only", "server-only"])
def test_one_side_is_enough(family, side):
    found = dialogue([one for one in TALKS[family]() if one[0] == side])
    assert found is not None
    assert found.family == family
    assert set(found.shares.accepted.tolist()) <= {-1}


@pytest.mark.parametrize("family", list(TALKS))
def test_a_wrong_guess_of_the_client_is_turned(family):
    turned = dialogue([(not up, time, text) for up, time, text in TALKS[family]()])
    right = dialogue(TALKS[family]())
    assert turned.reversed
    assert turned.methods == right.methods
    assert turned.shares.accepted.tolist() == right.shares.accepted.tolist()


@pytest.mark.parametrize("family", list(TALKS))
def test_a_beginning_in_the_middle_of_a_message(family):
    whole = TALKS[family](shares=5)
    place = len(whole) - 10
    up, time, text = whole[place]
    found = dialogue([(up, time, text[17:]), *whole[place + 1 :]])
    assert found.family == family
    assert len(found.shares) == 4


def test_a_hole_loses_one_message_and_no_more():
    whole = stratum(shares=4)
    up, time, text = whole[6]
    holed = [*whole[:6], (up, time, text[:30]), *whole[7:]]
    found = dialogue(holed, gaps=[8])
    assert len(found.shares) == 3
    assert (found.gaps, found.unreadable) == (1, 1)


def test_junk_between_messages_is_passed_over():
    lines = [(up, time, b"\x00\xff}}]\n" + text) for up, time, text in cryptonote()]
    assert len(dialogue(lines).shares) == 3


def test_a_share_counts_by_the_difficulty_of_its_job():
    said = [
        (DOWN, 0.0, line(id=None, method="mining.set_difficulty", params=[1])),
        (DOWN, 0.1, notify("old")),
        (DOWN, 1.0, line(id=None, method="mining.set_difficulty", params=[8])),
        (UP, 1.1, line(id=4, method="mining.submit", params=["w.1", "old", "0", "0", "1"])),
        (DOWN, 1.2, notify("new")),
        (UP, 1.3, line(id=5, method="mining.submit", params=["w.1", "new", "0", "0", "1"])),
        (UP, 1.4, line(id=6, method="mining.submit", params=["w.1", "never seen", "0", "0", "1"])),
        (DOWN, 1.5, line(id=5, result=None, error=[23, "Low difficulty", None])),
        (DOWN, 1.5, line(id=4, result=True, error=None)),
    ]
    found = dialogue(said)
    assert (found.shares.hashes / 2**32).tolist() == [1, 8, 8]
    assert found.shares.accepted.tolist() == [1, 0, -1]
    assert [round(hashes / 2**32) for _, hashes in found.target_changes] == [1, 8]


def test_without_a_target_hashes_are_unknown():
    found = dialogue([(UP, 0.0, line(id=4, method="mining.submit", params=["w.1", "a", "0", "0", "1"]))])
    assert np.isnan(found.shares.hashes).all()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(line(id=1, jsonrpc="2.0", method="web3_clientVersion", params=[]), id="web3"),
        pytest.param(line(id=1, method="getblockchaininfo", params=[]), id="node-rpc"),
        pytest.param(line(id=1, method="login", params=["root", "secret"]), id="router-login"),
        pytest.param(line(id=1, method="login", params={"user": "a", "token": "b"}), id="other-login"),
        pytest.param(line(id=1, method="login", params={"login": "bob"}), id="login-without-password"),
        pytest.param(
            line(id=1, method="job", params={"id": 4, "state": "done", "queue": "print"}), id="print-job"
        ),
        pytest.param(line(id=1, method="submit", params={"form": "x", "answers": [1, 2]}), id="form"),
        pytest.param(line(id=1, result={"status": "OK"}, error=None), id="ok"),
        pytest.param(line(id=1, result=["0x" + "a" * 64, "text", "more"]), id="hashes-that-are-no-work"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"{" * 5000, id="braces"),
        pytest.param(b'{"method": "mining.submit"', id="unfinished"),
        pytest.param(b"\xff\xfe" * 500, id="binary"),
        pytest.param(b'{"note": "say mining.submit to the pool", "id": 1}\n', id="the-word-in-a-text"),
    ],
)
def test_other_talk_is_no_mining(text):
    assert dialogue([(UP, 0.0, text), (DOWN, 0.1, text)]) is None


def test_several_logins_name_the_shares_of_each():
    said = []
    for number in (1, 2):
        login = {"login": f"{MONERO}.rig{number}", "pass": "x", "agent": "XMRig/6"}
        job = {"blob": "0e0e" * 38, "job_id": f"J{number}", "target": "ffff0000"}
        said.append((UP, number, line(id=number, method="login", params=login)))
        said.append(
            (DOWN, number + 0.1, line(id=number, result={"id": f"s{number}", "job": job, "status": "OK"}))
        )
    for number in (2, 1, 2):
        proof = {"id": f"s{number}", "job_id": f"J{number}", "nonce": "00", "result": "ab"}
        said.append((UP, 5.0, line(id=9, method="submit", params=proof)))
    found = dialogue(said)
    assert [found.shares.workers[place] for place in found.shares.worker] == ["rig2", "rig1", "rig2"]
    assert found.login_count == 2


def test_patience_ends_without_mining():
    reader = MessageReader()
    reader.read(pieces([(UP, 0.0, b"x" * 70_000)]))
    assert reader.hopeless(7)
    assert reader.close(7) is None
    reader.read(pieces([(UP, 0.0, notify("a") + b"x" * 70_000)]))
    assert not reader.hopeless(7)


def test_an_endless_message_is_let_go_and_the_next_read():
    endless = b'{"id":1,"result":{"transactions":["' + b"a" * 80_000
    parts = [(DOWN, 0.0, endless[at : at + 1400]) for at in range(0, len(endless), 1400)]
    reader = MessageReader()
    reader.read(pieces([*parts, (DOWN, 1.0, b'"]}}\n' + notify("a"))]))
    assert reader.close(7).methods == {"<mining.notify": 1}


def test_what_ethminer_calls_itself_by_default_is_no_worker():
    proof = ["0x0", "0x" + "a1" * 32, "0x" + "c3" * 32]
    said = [
        *eth_proxy(shares=0),
        (UP, 2.0, line(id=4, method="eth_submitWork", params=proof, worker="eth1.0")),
    ]
    found = dialogue(said)
    assert [login.worker for login in found.logins] == ["rig2"]
    assert found.shares.workers == ("rig2",)


def test_more_messages_than_are_kept_are_a_hole(monkeypatch):
    monkeypatch.setattr("gridcanary.network.messages.talk.MOST_ROWS", 10)
    reader = MessageReader()
    for part in range(4):
        reader.read(pieces(stratum(shares=1), begun=part == 0))
    found = reader.close(7)
    assert sum(found.methods.values()) == 8
    assert found.gaps > 0
