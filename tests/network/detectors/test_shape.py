"""Shape is a weak vote, and real encrypted mining has it."""

from __future__ import annotations

import dataclasses

import pytest

from gridcanary.network.detectors.shape import Shape, active_share, is_thin_and_steady
from gridcanary.network.ends import End, Source
from gridcanary.network.sessions import TCP, Counts, Opening, Session, Timing
from gridcanary.network.votes import WEAK
from tests.network.length_tables import sessions_of_table
from tests.network.real_data import CAPTURES, needs_network_data

HOUR_NS = 3600 * 10**9
MINER = Timing(
    active_minutes=58,
    top_sizes_share=0.8,
    asks=240,
    asks_answered=238,
    ask_gap_mean_s=14.0,
    ask_gap_sd_s=14.5,
    top_asks_share=0.97,
)


def session_of(timing: Timing | None = MINER, **changes) -> Session:
    """An hour of a hidden miner, but for the changes."""
    told = {
        "client": End("100.64.0.1", 40_000),
        "server": End("198.18.0.1", 443),
        "protocol": TCP,
        "first_ns": 0,
        "last_ns": HOUR_NS,
        "counts": Counts(500, 500, 60_000, 90_000, 250, 350),
        "source": Source("made", "capture"),
        "opening": Opening(True, (517, -1400), kind="tls"),
        "timing": timing,
    }
    return Session(**(told | changes))


def test_a_miner_s_rhythm_is_a_weak_vote_with_an_innocent_explanation():
    vote = Shape().vote(session_of())
    assert vote.strength == WEAK
    assert [reason.code for reason in vote.reasons] == ["shape.steady", "shape.rhythm"]
    assert vote.innocent


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"ask_gap_sd_s": 0.2}, id="heartbeat"),
        pytest.param({"ask_gap_sd_s": 40.0}, id="people"),
        pytest.param({"top_asks_share": 0.2}, id="many sizes"),
        pytest.param({"asks": 4}, id="hardly asks"),
        pytest.param({"ask_gap_mean_s": 900.0, "ask_gap_sd_s": 900.0}, id="seldom"),
    ],
)
def test_other_rhythms_are_told_less_of(changes):
    vote = Shape().vote(session_of(dataclasses.replace(MINER, **changes)))
    assert [reason.code for reason in vote.reasons] == ["shape.steady"]
    assert vote.llr < Shape().vote(session_of()).llr


@pytest.mark.parametrize(
    "session",
    [
        pytest.param(session_of(None), id="log without timing"),
        pytest.param(session_of(last_ns=HOUR_NS // 6), id="ten minutes"),
        pytest.param(session_of(counts=Counts(500, 9000, 60_000, 90_000_000, 250, 8000)), id="thick"),
        pytest.param(session_of(dataclasses.replace(MINER, active_minutes=9)), id="mostly silent"),
        pytest.param(session_of(dataclasses.replace(MINER, top_sizes_share=0.1)), id="all sizes"),
        pytest.param(session_of(opening=Opening(True, (21, -21), kind="ssh")), id="ssh"),
        pytest.param(session_of(counts=Counts(0, 500, 0, 90_000, 0, 350)), id="silent client"),
    ],
)
def test_what_is_not_thin_and_steady_gets_no_vote(session):
    assert Shape().vote(session) is None


@pytest.mark.data
@needs_network_data
@pytest.mark.parametrize("server", ["203.91.77.146", "144.168.36.74"])
def test_real_encrypted_mining_has_the_shape_but_for_its_length(server):
    tables = (CAPTURES / "ifip119-meta").glob("*.csv")
    sessions = [one for table in tables for one in sessions_of_table(table) if one.server.address == server]
    assert sessions
    longest = max(sessions, key=lambda one: one.seconds)
    assert Shape().vote(longest) is None
    assert active_share(longest, longest.timing) > 0.9
    longest.last_ns = longest.first_ns + 900 * 10**9
    longest.timing.active_minutes = 15
    assert is_thin_and_steady(longest, longest.timing)
