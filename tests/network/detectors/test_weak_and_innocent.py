"""Addresses, web sites, nodes and the sensor's alerts: weak words, and what isn't mining."""

from __future__ import annotations

import pytest

from gridcanary.network.detectors.nodes import Nodes
from gridcanary.network.detectors.pool_address import PoolAddress
from gridcanary.network.detectors.sensor_alerts import SensorAlerts
from gridcanary.network.detectors.website import Website
from gridcanary.network.explain import render
from gridcanary.network.fusion import fuse
from gridcanary.network.sessions import UDP, Names, Opening, SensorAlert
from gridcanary.network.votes import STRONG, WEAK, Vote
from tests.network.detectors.made_sessions import BEGIN_NS, POOLS, made

WEEK_NS = 7 * 86_400 * 10**9


def said(vote: Vote | None) -> Vote:
    assert vote is not None
    for reason in (*vote.reasons, *vote.innocent):
        assert render(reason, "zh") != render(reason, "en")
    return vote


def test_an_address_is_never_proof_and_ages_in_weeks() -> None:
    words = [
        PoolAddress(POOLS).vote(made(address="198.51.100.7", begin_ns=BEGIN_NS + weeks * WEEK_NS))
        for weeks in (0, 4, 8, 60)
    ]
    assert words[-1] is None
    likelihoods = [said(vote).llr for vote in words[:-1]]
    assert likelihoods == sorted(likelihoods, reverse=True)
    assert {said(vote).strength for vote in words[:-1]} == {WEAK}
    assert not fuse([said(words[0])])[1]


def test_an_address_at_another_port_says_less() -> None:
    here, elsewhere = (
        said(PoolAddress(POOLS).vote(made(port, address="198.51.100.7"))) for port in (3333, 22)
    )
    assert here.llr > elsewhere.llr > 0


def test_an_unlisted_address_says_nothing() -> None:
    assert PoolAddress(POOLS).vote(made(address="198.51.100.8")) is None


@pytest.mark.parametrize("name", ["big.example", "www.big.example", "shop.example"])
def test_a_web_site_is_never_proof(name: str) -> None:
    vote = said(Website(POOLS).vote(made(443, names=Names(tls=name))))
    assert vote.strength == WEAK
    assert not fuse([vote])[1]


@pytest.mark.parametrize("name", ["stratum.big.example", "other.example", "films.example"])
def test_other_names_are_no_web_site(name: str) -> None:
    assert Website(POOLS).vote(made(443, names=Names(tls=name))) is None


def opened(kind: str, *flights: int) -> Opening:
    return Opening(True, flights, 57, 57, 0.4, kind)


@pytest.mark.parametrize(
    ("session", "knows"),
    [
        pytest.param(
            made(3333, opening=opened("bitcoin", 126, -126)), True, id="bitcoin magic at a pool's port"
        ),
        pytest.param(made(18080, opening=opened("monero", 258, -300)), True, id="monero levin"),
        pytest.param(made(30303, opening=opened("unknown", 461, -430)), True, id="rlpx"),
        pytest.param(made(8333, names=Names(dns=("seed.coin.example",))), True, id="seed by name"),
        pytest.param(made(8333), False, id="port alone"),
        pytest.param(made(30303), False, id="ethereum's port alone"),
    ],
)
def test_nodes_speak_against_mining(session, knows: bool) -> None:
    vote = said(Nodes(POOLS).vote(session))
    assert vote.llr < 0
    assert vote.not_mining == knows


@pytest.mark.parametrize(
    "session",
    [
        pytest.param(made(8333, opening=opened("json", 80, -100)), id="json at a node's port"),
        pytest.param(made(8333, opening=opened("tls", 517, -4000)), id="tls at a node's port"),
        pytest.param(made(8333, protocol=UDP), id="udp"),
        pytest.param(made(443), id="web"),
    ],
)
def test_nodes_say_nothing_of_others(session) -> None:
    assert Nodes(POOLS).vote(session) is None


@pytest.mark.parametrize(
    ("rule", "category", "strength"),
    [
        (
            "2017871 ET COINMINER W32/BitCoinMiner.MultiThreat Subscribe/Authorize Stratum Protocol Message",
            "",
            STRONG,
        ),
        ("2022886 ET COINMINER Crypto Coin Miner Login", "Crypto Currency Mining Activity Detected", STRONG),
        ("2024792 ET POLICY Cryptocurrency Miner Checkin", "Potential Corporate Privacy Violation", STRONG),
        ("2016067 ET COINMINER Possible BitCoin Miner User-Agent (miner)", "", WEAK),
        ("2033268 ET POLICY Observed DNS Query to Coin Mining Domain (nanopool .org)", "", WEAK),
        ("1 local rule", "coin-mining", WEAK),
    ],
)
def test_alerts_are_weighed_by_what_the_rule_reads(rule: str, category: str, strength: str) -> None:
    vote = said(SensorAlerts().vote(made(alerts=(SensorAlert(rule, category),))))
    assert vote.strength == strength
    assert fuse([vote])[1] == (strength == STRONG)


@pytest.mark.parametrize(
    "alerts",
    [
        (),
        (SensorAlert("2013028 ET POLICY curl User-Agent Outbound", "Attempted Information Leak"),),
        (
            SensorAlert(
                "2021983 ET POLICY Possible ethereum traffic", "Potential Corporate Privacy Violation"
            ),
        ),
        (SensorAlert("9 Data mining of a determined adversary", "Misc activity"),),
    ],
)
def test_alerts_about_other_things_are_left_alone(alerts: tuple[SensorAlert, ...]) -> None:
    assert SensorAlerts().vote(made(alerts=alerts)) is None
