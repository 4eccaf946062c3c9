"""What names and addresses meet in the pool list, and how entries age."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gridcanary.network.pools.csv_list import read_list
from gridcanary.network.pools.entry import PoolEntry
from gridcanary.network.pools.pool_list import NAMED, NEAR, NODES, SITE, WORK, PoolList, shipped

LISTED = date(2026, 8, 1)


def ns(year: int, month: int = 8, day: int = 1) -> int:
    return int(datetime(year, month, day, 12, tzinfo=UTC).timestamp()) * 10**9


def entry(host: str, port: int | None = None, role: str = "stratum", seen: date | None = None) -> PoolEntry:
    return PoolEntry(host, port, None, "", "", role, "test", LISTED, "MIT", seen)


POOLS = PoolList(
    [
        entry("stratum.big.example", 3333),
        entry("stratum.big.example", 443),
        entry("big.example", role="pool"),
        entry("shop.example", role="website"),
        entry("films.example", role="reported"),
        entry("seed.coin.example", role="seed"),
        entry("192.0.2.7", 3333, role="reported"),
        entry("2001:db8::7", 3333, role="reported", seen=date(2026, 1, 1)),
    ]
)


@pytest.mark.parametrize(
    ("name", "use"),
    [
        pytest.param("stratum.big.example", WORK, id="listed"),
        pytest.param("STRATUM.Big.Example.", WORK, id="case and final dot"),
        pytest.param("cn.stratum.big.example", WORK, id="beneath a work host"),
        pytest.param("btc-eu1.big.example", WORK, id="coin beneath a pool"),
        pytest.param("asia.big.example", WORK, id="place beneath a pool"),
        pytest.param("big.example", SITE, id="a pool's domain is its web site"),
        pytest.param("www.big.example", SITE, id="www"),
        pytest.param("x7.big.example", NEAR, id="unknown host of a pool"),
        pytest.param("shop.example", SITE, id="site"),
        pytest.param("cn.shop.example", NEAR, id="place beneath a firm that also runs a pool"),
        pytest.param("pool.shop.example", WORK, id="work word beneath a site"),
        pytest.param("films.example", NAMED, id="named in a report"),
        pytest.param("seed.coin.example", NODES, id="a coin's seed"),
    ],
)
def test_name_meets(name: str, use: str) -> None:
    match = POOLS.by_name(name, None, ns(2026))
    assert match is not None
    assert match.use == use


@pytest.mark.parametrize(
    "name", ["notbig.example", "example", "big.example.org", "", ".", "a..b", "stratum.big.example.evil.test"]
)
def test_name_meets_nothing(name: str) -> None:
    assert POOLS.by_name(name, 3333, ns(2026)) is None


def test_ports_of_a_host() -> None:
    agrees = {port: POOLS.by_name("stratum.big.example", port, ns(2026)) for port in (3333, 443, 22, None, 0)}
    assert {port: match and match.port_agrees for port, match in agrees.items()} == {
        3333: True,
        443: True,
        22: False,
        None: None,
        0: None,
    }
    assert agrees[443] is not None
    assert agrees[443].entry.port == 443


def test_addresses_age_in_weeks_and_names_in_years() -> None:
    address = [POOLS.by_address("192.0.2.7", 3333, ns(2026, 8, day)) for day in (1, 31)]
    assert [match and match.weight for match in address] == [1.0, 0.5]
    assert POOLS.by_address("192.0.2.7", 3333, ns(2027)) is None
    name = POOLS.by_name("stratum.big.example", 3333, ns(2027))
    assert name is not None
    assert name.weight == pytest.approx(0.5 ** (1 / 3), rel=1e-3)


def test_an_address_is_as_old_as_the_report_that_named_it() -> None:
    assert POOLS.by_address("2001:db8::7", 3333, ns(2026, 8)) is None
    fresh = POOLS.by_address("2001:db8::7", 3333, ns(2026, 1, 2))
    assert fresh is not None
    assert fresh.weight > 0.9


def test_an_entry_says_less_of_times_before_it_and_still_less_of_times_after() -> None:
    weights = [
        match.weight
        for year in (2026, 2020, 2032)
        if (match := POOLS.by_name("stratum.big.example", 3333, ns(year))) is not None
    ]
    assert weights == pytest.approx([1.0, 0.5 ** (2 / 3), 0.5**2], rel=2e-3)


@pytest.mark.parametrize(
    ("name", "port", "pool"),
    [
        ("btc.f2pool.com", 1314, "F2Pool"),
        ("ss.antpool.com", 443, "AntPool"),
        ("btc.viabtc.top", 25, "ViaBTC"),
        ("bs.poolbinance.com", 8888, "Binance Pool"),
        ("stratum.braiins.com", 3333, "Braiins"),
    ],
)
def test_shipped_list_knows_large_pools(name: str, port: int, pool: str) -> None:
    match = shipped().by_name(name, port, ns(2026, 11))
    assert match is not None
    assert (match.use, match.port_agrees, match.entry.title) == (WORK, True, pool)


@pytest.mark.parametrize(
    "name", ["www.f2pool.com", "f2pool.com", "antpool.com", "nanopool.org", "www.okex.com"]
)
def test_shipped_list_takes_no_web_site_for_work(name: str) -> None:
    match = shipped().by_name(name, 443, ns(2026, 11))
    assert match is not None
    assert match.use == SITE


def test_every_shipped_row_may_be_shipped() -> None:
    licences = {entry.licence for entry in shipped().entries}
    assert licences == {"MIT", "Apache-2.0", "BSD-3-Clause", "facts only (host and port)"}
    assert len({(e.host, e.port, e.source) for e in shipped().entries}) == len(shipped()) > 1300


def test_a_name_with_and_without_ports_is_found_where_no_port_is_asked():
    text = "\n".join(
        (
            "host,port,tls,pool,coin,role,source,source_date,licence,seen",
            "eu.pool.example,3333,,Example,BTC,stratum,test,2026-09-01,MIT,",
            "eu.pool.example,,,Example,BTC,stratum,test,2026-09-01,MIT,",
        )
    )
    found = PoolList(read_list(text, "test.csv"), "test").by_name(
        "eu.pool.example", None, 1_790_000_000_000_000_000
    )
    assert found is not None
    assert found.entry.host == "eu.pool.example"
