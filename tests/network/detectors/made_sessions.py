"""Sessions for tests of detectors: a plain TCP session of ten minutes, with whatever a test changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

from gridcanary.network.ends import End, Source
from gridcanary.network.pools.entry import PoolEntry
from gridcanary.network.pools.pool_list import PoolList
from gridcanary.network.sessions import TCP, Counts, Names, Opening, SensorAlert, Session

SECOND_NS = 10**9
BEGIN_NS = int(datetime(2026, 8, 1, 12, tzinfo=UTC).timestamp()) * SECOND_NS
LISTED = date(2026, 8, 1)


def made(
    port: int = 3333,
    *,
    names: Names | None = None,
    opening: Opening | None = None,
    alerts: tuple[SensorAlert, ...] = (),
    address: str = "198.51.100.9",
    kind: str = "capture",
    protocol: int = TCP,
    packets_down: int = 40,
    seconds: float = 600.0,
    records: int = 1,
    begin_ns: int = BEGIN_NS,
) -> Session:
    """A session."""
    return Session(
        client=End("10.0.0.5", 50_000),
        server=End(address, port),
        protocol=protocol,
        first_ns=begin_ns,
        last_ns=begin_ns + int(seconds * SECOND_NS),
        counts=Counts(packets_up=40, packets_down=packets_down, bytes_up=4000, bytes_down=8000),
        source=Source("made", kind),
        names=names or Names(),
        opening=opening,
        alerts=alerts,
        records=records,
    )


def listed(
    host: str, port: int | None = None, role: str = "stratum", *, tls: bool | None = None
) -> PoolEntry:
    """An entry of LISTED."""
    return PoolEntry(host, port, tls, "Big Pool", "BTC", role, "a list", LISTED, "MIT")


POOLS = PoolList(
    [
        listed("stratum.big.example", 3333),
        listed("stratum.big.example", 443, tls=True),
        listed("big.example", role="pool"),
        listed("shop.example", role="website"),
        listed("bigminer.example", role="website"),
        listed("films.example", role="reported"),
        listed("seed.coin.example", role="seed"),
        listed("198.51.100.7", 3333, role="reported"),
    ]
)
