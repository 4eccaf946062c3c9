"""Names of pools in TLS, HTTP, certificates and DNS: strong where miners work, weak or silent elsewhere."""

from __future__ import annotations

import pytest

from gridcanary.network.detectors.pool_name import PoolName
from gridcanary.network.explain import render
from gridcanary.network.fusion import fuse
from gridcanary.network.sessions import UDP, Names, Session
from gridcanary.network.votes import STRONG, WEAK
from tests.network.detectors.made_sessions import BEGIN_NS, POOLS, made

DETECTOR = PoolName(POOLS)
YEAR_NS = 365 * 86_400 * 10**9


def tls(name: str, *alpn: str) -> Names:
    return Names(tls=name, alpn=alpn)


@pytest.mark.parametrize(
    ("session", "strength"),
    [
        pytest.param(made(names=tls("stratum.big.example")), STRONG, id="listed host and port"),
        pytest.param(
            made(5555, names=tls("xmr-eu1.big.example")), STRONG, id="unlisted work host, no web port"
        ),
        pytest.param(made(443, names=tls("stratum.big.example")), STRONG, id="listed at 443"),
        pytest.param(made(443, names=tls("xmr.big.example")), STRONG, id="TLS without protocols of the web"),
        pytest.param(made(443, names=tls("ws012.big.example", "http/1.1")), STRONG, id="WebSocket host"),
        pytest.param(
            made(3333, names=Names(dns=("stratum.big.example",))), STRONG, id="DNS tie at listed port"
        ),
        pytest.param(
            made(3333, names=Names(certificate=("*.stratum.big.example",))), STRONG, id="certificate"
        ),
        pytest.param(
            made(4444, names=Names(dns=("big.example",))), STRONG, id="pool's domain at no web port"
        ),
        pytest.param(
            made(3333, names=tls("us1.bigminer.example")), STRONG, id="place beneath a miner's site"
        ),
        pytest.param(made(443, names=tls("us1.bigminer.example")), WEAK, id="place beneath a site, web port"),
        pytest.param(
            made(993, names=tls("us1.bigminer.example")), WEAK, id="place beneath a site, mail port"
        ),
        pytest.param(made(9443, names=tls("us1.shop.example")), WEAK, id="place beneath an exchange"),
        pytest.param(made(8443, names=tls("ws.shop.example")), WEAK, id="an exchange's WebSocket"),
        pytest.param(made(9443, names=tls("btc.shop.example")), WEAK, id="a coin beneath an exchange"),
        pytest.param(made(443, names=tls("pool.shop.example")), WEAK, id="an exchange's page about its pool"),
        pytest.param(made(3333, names=tls("stratum.shop.example")), STRONG, id="stratum beneath an exchange"),
        pytest.param(made(443, names=tls("xmr.big.example", "h2", "http/1.1")), WEAK, id="browser"),
        pytest.param(made(80, names=Names(http_host="eth.big.example")), WEAK, id="plain HTTP at 80"),
        pytest.param(made(443, names=Names(dns=("xmr.big.example",))), WEAK, id="DNS tie at 443"),
        pytest.param(made(names=tls("stratum.big.example"), packets_down=0), WEAK, id="no answer"),
        pytest.param(made(443, names=tls("x7.big.example")), WEAK, id="unknown host of a pool"),
        pytest.param(made(names=tls("films.example")), WEAK, id="named in a report"),
    ],
)
def test_strength(session: Session, strength: str) -> None:
    vote = DETECTOR.vote(session)
    assert vote is not None
    assert vote.strength == strength
    assert fuse([vote])[1] == (strength == STRONG)
    for reason in (*vote.reasons, *vote.innocent):
        assert render(reason, "zh") != render(reason, "en")


@pytest.mark.parametrize(
    "session",
    [
        pytest.param(made(443, names=tls("big.example")), id="site"),
        pytest.param(made(443, names=tls("www.big.example")), id="www"),
        pytest.param(made(9443, names=tls("shop.example")), id="site of a firm at another port"),
        pytest.param(made(names=tls("seed.coin.example")), id="seed of nodes"),
        pytest.param(made(names=tls("other.example")), id="another name"),
        pytest.param(made(names=Names()), id="no name"),
        pytest.param(
            made(names=Names(tls="other.example", dns=("stratum.big.example",))), id="TLS tells better"
        ),
        pytest.param(
            made(names=tls("stratum.big.example"), begin_ns=BEGIN_NS + 30 * YEAR_NS), id="a dead entry"
        ),
    ],
)
def test_silence(session: Session) -> None:
    assert DETECTOR.vote(session) is None


def test_hidden_names_leave_the_word_to_dns() -> None:
    names = Names(tls="front.example", encrypted_hello=True, dns=("stratum.big.example",))
    vote = DETECTOR.vote(made(names=names))
    assert vote is not None
    assert vote.reasons[0].params["name"] == "stratum.big.example"


def test_old_entries_say_less() -> None:
    fresh, old = (
        DETECTOR.vote(made(5555, names=tls("xmr.big.example"), begin_ns=BEGIN_NS + years * YEAR_NS))
        for years in (0, 6)
    )
    assert fresh is not None
    assert old is not None
    assert old.llr < fresh.llr


@pytest.mark.parametrize(
    ("records", "seconds", "strength"),
    [(1, 0.0, WEAK), (50, 60.0, WEAK), (2, 9000.0, WEAK), (12, 9000.0, STRONG)],
)
def test_lookups_count_when_they_come_again(records: int, seconds: float, strength: str) -> None:
    names = Names(dns=("stratum.big.example",))
    session = made(
        0, names=names, protocol=UDP, kind="resolver", packets_down=0, records=records, seconds=seconds
    )
    vote = DETECTOR.vote(session)
    assert vote is not None
    assert vote.strength == strength
    assert "stratum.big.example" in render(vote.reasons[0], "en")


def test_a_lookup_of_a_web_site_says_nothing() -> None:
    names = Names(dns=("www.big.example",))
    assert DETECTOR.vote(made(0, names=names, protocol=UDP, kind="resolver", records=99, seconds=9e4)) is None


def test_method_and_entry() -> None:
    vote = DETECTOR.vote(made(443, names=tls("stratum.big.example")))
    assert vote is not None
    assert vote.method == "tls"
    assert vote.pool_entry is not None
    assert POOLS.entries[vote.pool_entry].place == "stratum.big.example:443"
