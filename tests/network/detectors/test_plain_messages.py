"""Votes on plain mining messages: strong for what only mining says, weak for what others say too."""

from __future__ import annotations

import pytest

from gridcanary.network.detectors.cryptonote import CryptoNote
from gridcanary.network.detectors.eth_proxy import EthProxy
from gridcanary.network.detectors.getblocktemplate import GetBlockTemplate
from gridcanary.network.detectors.getwork import GetWork
from gridcanary.network.detectors.stratum_v1 import StratumV1
from gridcanary.network.dialogue import FAMILIES
from gridcanary.network.explain import render
from gridcanary.network.plain_votes import MOST_LLR
from gridcanary.network.votes import STRONG, WEAK, Vote
from tests.network.made import session
from tests.network.messages.streams import DOWN, UP, Said, dialogue, line
from tests.network.messages.talks import TALKS, stratum

DETECTORS = (StratumV1(), CryptoNote(), EthProxy(), GetWork(), GetBlockTemplate())


def votes(said: list[Said]) -> list[Vote]:
    """What all detectors of plain messages say of a talk."""
    found = [detector.vote(session(dialogue=dialogue(said))) for detector in DETECTORS]
    return [vote for vote in found if vote is not None]


def login(**params: object) -> list[Said]:
    """A CryptoNote login and nothing else."""
    return [(UP, 0.0, line(id=1, method="login", params=params))]


def test_every_family_has_a_detector():
    assert sorted(detector.name for detector in DETECTORS) == sorted(FAMILIES)


@pytest.mark.parametrize("family", list(TALKS))
def test_one_detector_speaks_and_its_reasons_can_be_read(family):
    (vote,) = votes(TALKS[family]())
    assert (vote.detector, vote.method, vote.strength) == (family, family, STRONG)
    for reason in (*vote.reasons, *vote.innocent):
        for lang in ("zh", "en"):
            assert render(reason, lang)


@pytest.mark.parametrize(
    ("said", "strength"),
    [
        pytest.param(login(login="user", **{"pass": "x"}), WEAK, id="login-of-anything"),
        pytest.param(login(login="user", **{"pass": "x"}, agent="xmr/1.0"), STRONG, id="login-with-agent"),
        pytest.param(
            [(UP, 0, line(id=1, method="eth_getWork", params=[]))], STRONG, id="eth-getwork-over-tcp"
        ),
        pytest.param([(UP, 0, line(id=1, method="getblocktemplate", params=[]))], WEAK, id="lone-template"),
        pytest.param([(UP, 0, line(id=1, method="mining.subscribe", params=[]))], STRONG, id="subscribe"),
        pytest.param([(DOWN, 0, stratum()[5][2])], STRONG, id="a-job-alone"),
    ],
)
def test_how_strong_a_single_message_is(said, strength):
    (vote,) = votes(said)
    assert vote.strength == strength


def test_a_lone_eth_getwork_over_http_is_weak_until_it_is_repeated():
    body = line(id=1, method="eth_getWork", params=[])
    asked = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    assert [vote.strength for vote in votes([(UP, 0.0, asked)])] == [WEAK]
    assert [vote.strength for vote in votes([(UP, 0.0, asked), (UP, 10.0, asked)])] == [STRONG]


def test_more_is_worth_more_up_to_a_limit():
    weights = [votes(stratum(shares=shares))[0].llr for shares in (0, 1, 8, 200)]
    assert weights == sorted(weights)
    assert weights[-1] == MOST_LLR


def test_sessions_without_messages_are_let_be():
    assert [detector.vote(session()) for detector in DETECTORS] == [None] * len(DETECTORS)
