from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.network.fusion import GROUNDS, LISTED_LLR, STRONG_CAP, WEAK_TOGETHER_CAP, fuse, in_order
from gridcanary.network.votes import STRONG, WEAK, Vote
from tests.network.made import vote

VOTES = st.builds(
    vote,
    st.sampled_from([*GROUNDS, "another"]),
    st.floats(-50, 50),
    st.sampled_from([STRONG, WEAK]),
)


@given(st.lists(VOTES, max_size=8), st.randoms())
def test_the_order_of_votes_does_not_matter(votes: list[Vote], chance: object) -> None:
    mixed = list(votes)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert fuse(mixed)[0] == pytest.approx(fuse(votes)[0])
    assert fuse(mixed)[1] == fuse(votes)[1]


@given(st.lists(VOTES.filter(lambda one: one.strength == WEAK), max_size=30))
def test_weak_votes_alone_never_list(votes: list[Vote]) -> None:
    llr, listed = fuse(votes)
    assert not listed
    assert llr <= WEAK_TOGETHER_CAP + 1e-9


@given(st.lists(VOTES, max_size=8))
def test_a_vote_said_twice_weighs_as_much_as_once(votes: list[Vote]) -> None:
    assert fuse(votes + votes)[0] == pytest.approx(fuse(votes)[0])


@given(st.lists(VOTES, max_size=6), VOTES.filter(lambda one: one.llr > 0))
def test_one_more_vote_for_mining_never_lowers_the_suspicion(votes: list[Vote], more: Vote) -> None:
    assert fuse([*votes, more])[0] >= fuse(votes)[0] - 1e-9 or more.strength == STRONG


@pytest.mark.parametrize(
    ("votes", "listed"),
    [
        pytest.param([], False, id="nothing"),
        pytest.param([vote(llr=LISTED_LLR + 0.1)], True, id="one strong vote"),
        pytest.param([vote(llr=LISTED_LLR - 0.1)], False, id="a strong vote that is not sure"),
        pytest.param(
            [vote("pool_name", LISTED_LLR - 1), vote("shape", 2.0, WEAK)], True, id="helped by a weak one"
        ),
        pytest.param(
            [vote("pool_name", LISTED_LLR - 1), vote("website", 2.0, WEAK)], False, id="same ground"
        ),
        pytest.param([vote("pool_name", 8.0), vote("shape", -5.0, WEAK)], False, id="spoken against"),
        pytest.param([vote("pool_name", 8.0), vote("nodes", -9.0, not_mining=True)], False, id="a node"),
        pytest.param(
            [vote("cryptonote", 12.0), vote("nodes", -1.0, not_mining=True)], True, id="messages beat a node"
        ),
    ],
)
def test_what_is_listed(votes: list[Vote], listed: bool) -> None:
    assert fuse(votes)[1] is listed


def test_a_ground_is_capped_and_grounds_are_added() -> None:
    assert fuse([vote("stratum_v1", 100.0)])[0] == pytest.approx(STRONG_CAP)
    assert fuse([vote("stratum_v1", 5.0), vote("pool_name", 6.0)])[0] == pytest.approx(11.0)
    assert fuse([vote("stratum_v1", 5.0), vote("sensor_alerts", 6.0)])[0] == pytest.approx(6.0)
    assert fuse([vote("shape", 9.0, WEAK)])[0] == pytest.approx(math.log(10))


def test_strong_votes_are_told_first() -> None:
    told = in_order([vote("shape", 9.0, WEAK), vote("pool_name", 5.0), vote("stratum_v1", 12.0)])
    assert [one.detector for one in told] == ["stratum_v1", "pool_name", "shape"]
