"""Stratum V2 by handshake lengths, and the encrypted protocols that must not be taken for it."""

from __future__ import annotations

import random

import pytest

from gridcanary.network.detectors.stratum_v2 import StratumV2
from gridcanary.network.explain import render
from gridcanary.network.fusion import fuse
from gridcanary.network.sessions import Opening
from gridcanary.network.votes import STRONG, WEAK
from tests.network.detectors.made_sessions import made


def opened(
    *flights: int, distinct: int = 57, printable: float = 0.37, kind: str = "binary", complete: bool = True
):
    return made(34254, opening=Opening(complete, flights, distinct, distinct, printable, kind))


@pytest.mark.parametrize(
    ("session", "strength", "listed"),
    [
        pytest.param(opened(64, -234, 137, -44, 120, -300), STRONG, True, id="whole"),
        pytest.param(opened(64, -170, 137, -44), STRONG, True, id="older text of the specification"),
        pytest.param(opened(64, -234, 137, -400), STRONG, True, id="success and more in one flight"),
        pytest.param(opened(64, -234, 137), WEAK, False, id="no answer to the setup"),
        pytest.param(opened(64, -234), WEAK, False, id="handshake alone"),
        pytest.param(opened(64, -234, 20, -44), WEAK, False, id="first message too short"),
    ],
)
def test_handshake(session, strength: str, listed: bool) -> None:
    vote = StratumV2().vote(session)
    assert vote is not None
    assert (vote.strength, vote.method, fuse([vote])[1]) == (strength, "stratum_v2", listed)
    assert all(render(reason, "zh") for reason in (*vote.reasons, *vote.innocent))


@pytest.mark.parametrize(
    "session",
    [
        pytest.param(made(), id="no opening told"),
        pytest.param(opened(64, -234, 137, -44, complete=False), id="middle of a session"),
        pytest.param(opened(64, -234, 137, -44, kind="json"), id="json"),
        pytest.param(opened(64, -234, 137, -44, distinct=20), id="few byte values"),
        pytest.param(opened(64, -234, 137, -44, printable=0.95), id="text"),
        pytest.param(opened(65, -234, 137, -44), id="one byte more"),
        pytest.param(opened(64, -233, 137, -44), id="one byte less from the server"),
        pytest.param(opened(-64, 234), id="the server speaks first"),
        pytest.param(opened(64), id="one flight"),
        pytest.param(opened(), id="none"),
        pytest.param(opened(461, -430, 200, -48), id="Ethereum's nodes"),
        pytest.param(opened(32, -300, 90), id="a proxy with a salt"),
        pytest.param(opened(1448, -517, 64), id="padded at random"),
    ],
)
def test_others_are_left_alone(session) -> None:
    assert StratumV2().vote(session) is None


def test_protocols_that_pad_at_random_are_almost_never_taken_for_it() -> None:
    """A transport like obfs4 sends 0 to 8192 random bytes first: even the two lengths hardly ever come together."""
    chance = random.Random(5)
    flights = (
        (chance.randint(32, 8192), -chance.randint(32, 8192), chance.randint(32, 1448))
        for _ in range(200_000)
    )
    assert sum(StratumV2().vote(opened(*three)) is not None for three in flights) <= 1
