"""One row of the pool list."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import date

STRATUM, POOL, WEBSITE, REPORTED, SEED = "stratum", "pool", "website", "reported", "seed"
ROLES = (STRATUM, POOL, WEBSITE, REPORTED, SEED)
"""stratum: a host where miners work. pool: a pool's domain, its web site and work hosts beneath it. website: a site of
a pool's operator, never a proof of mining. reported: named by a list of malware addresses that doesn't say whether it
is a pool, a private proxy or an infected site. seed: where a coin's nodes find each other, which is not mining."""


@dataclass(frozen=True, slots=True)
class PoolEntry:
    """A host, perhaps with a port, and what a source says of it.

    Args:
        host: lower-case name without a final dot, or an address as ends.canonical writes it.
        port: TCP port; None where the source tells none.
        tls: whether the port speaks TLS; None where untold.
        pool: the pool's name, empty where untold.
        coin: ticker or algorithm, empty where untold.
        role: one of ROLES.
        source: who says so.
        source_date: when the source was last changed (for facts gathered by hand: when they were read).
        licence: under which the row may be passed on.
        seen: day of the report that the source cites for this row, None where it cites none with a date.
    """

    host: str
    port: int | None
    tls: bool | None
    pool: str
    coin: str
    role: str
    source: str
    source_date: date
    licence: str
    seen: date | None = None

    @property
    def is_address(self) -> bool:
        """Whether the host is an IP address."""
        return is_address(self.host)

    @property
    def place(self) -> str:
        """``host:port``, or the host alone where no port is told."""
        if self.port is None:
            return self.host
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def title(self) -> str:
        """What to call the pool: its name, or the host where none is told."""
        return self.pool or self.host

    @property
    def order(self) -> tuple[str, int, str, str]:
        """By what rows of a list file are sorted."""
        return (self.host, self.port or 0, self.role, self.source)


def is_address(host: str) -> bool:
    """Whether a host is written as an IP address.

    >>> is_address("10.0.0.1"), is_address("pool.example"), is_address("2001:db8::1")
    (True, False, True)
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
