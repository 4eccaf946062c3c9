"""The few things of a client's hello that every session needs: the host it asks for and the protocols it offers.

client_hello.read_client_hello reads all of it, at several times the cost; a test holds the two against each other.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from gridcanary.network.tls.client_hello import (
    ALPN,
    ENCRYPTED_HELLO,
    ENCRYPTED_NAME,
    SERVER_NAME,
    protocols_of,
    server_name_of,
)
from gridcanary.network.tls.octets import CutShort, Octets, extensions_of

_RANDOM_ENDS = 34
"""Two bytes of version and 32 of random stand before the session's number."""


@dataclass(slots=True)
class AskedHost:
    """What a hello asks for.

    Args:
        name: server_name, None without.
        alpn: protocols as bytes.
        is_encrypted: the hello may hide the true name.
    """

    name: str | None = None
    alpn: tuple[bytes, ...] = ()
    is_encrypted: bool = False


def asked_host(body: bytes) -> AskedHost | None:
    """Host and protocols of a client's hello; None where it is malformed before the extensions.

    Args:
        body: the handshake message without type and length.
    """
    begin = _extensions_begin(body)
    if begin is None:
        return None
    asked = AskedHost()
    stop = begin + 2 + (body[begin] << 8 | body[begin + 1]) if begin + 2 <= len(body) else len(body) + 1
    if stop > len(body):
        return asked
    for kind, start, end in extensions_of(body, begin + 2, stop):
        if kind == SERVER_NAME and asked.name is None:
            with contextlib.suppress(CutShort):
                asked.name = server_name_of(Octets(body[start:end]))
        elif kind == ALPN:
            asked.alpn += protocols_of(Octets(body[start:end]))
        elif kind in (ENCRYPTED_HELLO, ENCRYPTED_NAME):
            asked.is_encrypted = True
    return asked


def _extensions_begin(body: bytes) -> int | None:
    """Where the length of the extensions stands; None where it isn't a hello so far, or offers no cipher."""
    size = len(body)
    if size <= _RANDOM_ENDS or body[0] != 3:
        return None
    at = _RANDOM_ENDS + 1 + body[_RANDOM_ENDS]
    if at + 2 > size:
        return None
    ciphers = body[at] << 8 | body[at + 1]
    at += 2 + ciphers
    if ciphers < 2 or at >= size:
        return None
    at += 1 + body[at]
    return at if at <= size else None
