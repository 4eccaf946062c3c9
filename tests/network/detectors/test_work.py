"""Hash rate, proxy and intrusion as detectors tell them of a session."""

from __future__ import annotations

import ipaddress

import numpy as np
import pytest

from gridcanary.contracts.reasons import Reason
from gridcanary.network.detectors.hashrate import HashrateDetector
from gridcanary.network.detectors.intrusion import IntrusionDetector
from gridcanary.network.detectors.proxy import ProxyDetector
from gridcanary.network.dialogue import Login, Shares
from gridcanary.network.endpoint_uses import INSTITUTIONS, EndpointUse, EndpointUses
from gridcanary.network.explain import render
from gridcanary.network.finding_rows import hypothesis_of
from gridcanary.network.machine_classes import machines
from gridcanary.network.sessions import Session
from gridcanary.network.work import work_columns, written_rate
from tests.network.made import CLIENT, NOON_NS, dialogue, session, vote

SHARES = 100


def mining(
    rate_hs: float, algorithm: str, *, workers: tuple[str, ...] = ("rig7",), agent: str = ""
) -> Session:
    """An hour of mining with a share every 36 s."""
    times = NOON_NS + (np.arange(1, SHARES + 1) * 36e9).astype(np.int64)
    shares = Shares(
        times,
        np.full(SHARES, rate_hs * 36),
        (np.arange(SHARES) % len(workers)).astype(np.int32),
        np.ones(SHARES, np.int8),
        workers,
    )
    logins = tuple(Login(NOON_NS, "account", worker=worker, agent=agent) for worker in workers)
    told = dialogue(
        algorithm=algorithm,
        shares=shares,
        logins=logins,
        login_count=len(logins),
        jobs_ns=np.array([NOON_NS]),
    )
    return session(seconds=3_601, dialogue=told)


def uses(**told) -> EndpointUses:
    return EndpointUses([EndpointUse(ipaddress.ip_network(CLIENT), **told)])


def test_the_rate_is_told_with_its_interval_and_kilowatts() -> None:
    spoken = HashrateDetector().vote(mining(2_000, "randomx", agent="XMRig/6.21"))
    texts = [render(reason, "en") for reason in spoken.reasons]
    assert "1.98 kH/s" in texts[0]
    assert "ordinary processors" in texts[1]


@pytest.mark.parametrize("kind", sorted({machine.kind for machine in machines()}))
def test_every_kind_of_machine_has_its_words(kind: str) -> None:
    told = {"low_kw": 1, "mid_kw": 2, "high_kw": 3}
    assert render(Reason(f"work.power.{kind}", told), "zh")


@pytest.mark.parametrize("use", sorted(INSTITUTIONS))
def test_every_institution_has_its_words(use: str) -> None:
    assert render(Reason(f"intrusion.place.{use}"), "zh")


def test_columns_of_the_finding() -> None:
    columns = work_columns(mining(100e12, "sha256d", workers=("10x1x1x24",)))
    assert columns["hashrate_low_hs"] < columns["hashrate_hs"] < columns["hashrate_high_hs"]
    assert columns["machine_class"] == "asic"
    assert 0 < columns["kw_low"] < columns["kw_mid"] < columns["kw_high"]
    assert columns["rack_position"] == "10.1.1.24"


@pytest.mark.parametrize("made", [session(), session(dialogue=dialogue())], ids=["no messages", "no shares"])
def test_no_rate_is_told_where_none_was_measured(made: Session) -> None:
    assert HashrateDetector().vote(made) is None
    assert "hashrate_hs" not in work_columns(made)


@pytest.mark.parametrize(
    ("made", "codes"),
    [
        pytest.param(
            mining(100e12, "sha256d", workers=("a1", "a2", "a3")), {"proxy.workers"}, id="three workers"
        ),
        pytest.param(mining(50e15, "sha256d"), {"proxy.rate"}, id="a hundred machines' rate"),
        pytest.param(mining(1e6, "randomx"), {"proxy.rate"}, id="a dozen large servers' rate"),
        pytest.param(mining(50e9, "ethash"), {"proxy.rate"}, id="hundreds of cards' rate"),
        pytest.param(
            mining(2e3, "randomx", agent="xmrig-proxy/6.21.1"), {"proxy.agent"}, id="says so itself"
        ),
    ],
)
def test_proxies(made: Session, codes: set[str]) -> None:
    spoken = ProxyDetector().vote(made)
    assert {reason.code for reason in spoken.reasons} == codes
    assert (spoken.hypothesis, spoken.llr) == ("proxy", 0.0)
    assert all(render(reason, "zh") for reason in (*spoken.reasons, *spoken.innocent))


def test_a_proxys_machines_are_counted_by_its_rate() -> None:
    columns = work_columns(mining(50e15, "sha256d"))
    assert columns["workers"] > 80
    assert "workers" not in work_columns(mining(100e12, "sha256d"))


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(mining(200e12, "sha256d", agent="cgminer/4.12"), id="a special machine"),
        pytest.param(mining(16e3, "randomx", agent="XMRig/6.22.2"), id="a desktop of sixteen cores"),
        pytest.param(mining(60e3, "randomx", agent="XMRig/6.22.2"), id="a server of 64 cores"),
        pytest.param(mining(600e6, "ethash", agent="ethminer/0.19"), id="a computer with six cards"),
        pytest.param(session(), id="no messages"),
    ],
)
def test_one_machine_is_no_proxy(made: Session) -> None:
    assert ProxyDetector().vote(made) is None
    assert "workers" not in work_columns(made)


CLUSTER_HS = 100_000.0
"""Two dozen servers' work, some kilowatts."""


def test_a_schools_servers_that_mine_without_any_load_were_broken_into() -> None:
    victim = uses(use="school", role="server", unexplained_kw=0.0)
    spoken = IntrusionDetector(victim).vote(mining(CLUSTER_HS, "randomx", agent="XMRig/6.21"))
    assert spoken.hypothesis == "intrusion"
    assert [reason.code for reason in spoken.reasons] == [
        "intrusion.place.school",
        "intrusion.server",
        "intrusion.no_load",
    ]
    assert all(render(reason, "en") for reason in (*spoken.reasons, *spoken.innocent))


def test_the_meter_is_not_asked_about_a_few_watts() -> None:
    victim = uses(use="school", unexplained_kw=1.5)
    spoken = IntrusionDetector(victim).vote(mining(2_000, "randomx"))
    assert [reason.code for reason in spoken.reasons] == ["intrusion.place.school"]


@pytest.mark.parametrize(
    ("told", "made"),
    [
        pytest.param({"use": "home"}, mining(2_000, "randomx"), id="a home"),
        pytest.param({"use": "school", "role": "server"}, mining(100e12, "sha256d"), id="special machines"),
        pytest.param(
            {"use": "school", "unexplained_kw": 9.0}, mining(CLUSTER_HS, "randomx"), id="the load is there"
        ),
        pytest.param({"use": "school", "role": "server"}, session(), id="no mining"),
    ],
)
def test_no_intrusion(told: dict, made: Session) -> None:
    assert IntrusionDetector(uses(**told)).vote(made) is None


def test_an_address_that_the_table_lacks_is_no_intrusion() -> None:
    assert IntrusionDetector(EndpointUses([])).vote(mining(2_000, "randomx")) is None


def test_the_gravest_hypothesis_is_told() -> None:
    proxy, intrusion = vote(hypothesis="proxy"), vote(hypothesis="intrusion")
    assert hypothesis_of([vote(), proxy, intrusion]) == "intrusion"
    assert hypothesis_of([vote(), proxy]) == "proxy"
    assert hypothesis_of([vote()]) == "mining"


@pytest.mark.parametrize(
    ("rate", "algorithm", "written"),
    [
        (0.0, None, "0 H/s"),
        (999.9, None, "1e+03 H/s"),
        (1.5e18, "sha256d", "1.5 EH/s"),
        (3e3, "equihash", "3 kSol/s"),
    ],
)
def test_rates_as_people_write_them(rate: float, algorithm: str | None, written: str) -> None:
    assert written_rate(rate, algorithm) == written
