"""The two ends of a conversation, and where a record of it comes from."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class End:
    """One end of a conversation.

    Args:
        address: IPv4 or IPv6 as :func:`canonical` writes it.
        port: TCP or UDP port; 0 where a record tells none.
    """

    address: str
    port: int

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record was read.

    Args:
        file: the file as the user named it.
        kind: one of KINDS.
        sampling: one packet in so many was looked at; 1 where all were, 0 where some were and no one told how many.
    """

    file: str
    kind: str
    sampling: int = 1


KINDS = ("capture", "eve", "zeek", "nfdump", "cof", "resolver")


def canonical(address: str | bytes) -> str:
    """The one way to write an address: compressed lower-case IPv6, IPv4 out of its IPv6 mapping.

    Args:
        address: text, or 4 or 16 bytes in network order.

    Raises:
        ValueError: it is no address.

    >>> canonical("::FFFF:10.0.0.1"), canonical("2001:DB8:0::1")
    ('10.0.0.1', '2001:db8::1')
    """
    if isinstance(address, bytes) and len(address) == 4:
        return ".".join(map(str, address))
    parsed = ipaddress.ip_address(address.partition("%")[0] if isinstance(address, str) else address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(parsed)
