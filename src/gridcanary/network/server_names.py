"""Which names tell a session's server, from the surest to the least sure."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.network.sessions import UDP, Session

TLS, HTTP, CERTIFICATE, DNS, LOOKUP = "tls", "http", "certificate", "dns", "lookup"
DNS_PORTS = frozenset({53, 853, 5353})
WEB_PORTS = frozenset({80, 443, 8080, 8443, 2052, 2053, 2082, 2083, 2086, 2087, 2095, 2096, 8880})
"""Ports of web sites, with those that a large CDN opens for them."""


@dataclass(frozen=True, slots=True)
class ServerName:
    """A name of the server.

    Args:
        name: host name.
        told_by: one of TLS, HTTP, CERTIFICATE, DNS, or LOOKUP where only the question was seen and no session.
    """

    name: str
    told_by: str


def server_names(session: Session) -> list[ServerName]:
    """Names of the session's server.

    What the client itself asked for (TLS, HTTP) silences names of DNS, for one address serves many names; where the
    hello may hide the true name, all are told.
    """
    names = session.names
    if is_lookup(session):
        return [ServerName(name, LOOKUP) for name in names.dns]
    asked = [ServerName(name, kind) for name, kind in ((names.tls, TLS), (names.http_host, HTTP)) if name]
    if asked and not names.encrypted_hello:
        return asked
    shown = [ServerName(name.removeprefix("*."), CERTIFICATE) for name in names.certificate]
    return asked + shown + [ServerName(name, DNS) for name in names.dns]


def is_lookup(session: Session) -> bool:
    """Whether the record is a question to a resolver and no session with the named host."""
    if session.source.kind in ("cof", "resolver") or session.server.port in DNS_PORTS:
        return True
    return session.protocol == UDP and session.server.port == 0


def is_answered(session: Session) -> bool:
    """Whether both sides sent packets, as far as the record tells."""
    counts = session.counts
    return counts.packets_down > 0 and counts.packets_up > 0


def looks_like_browser(session: Session) -> bool:
    """Whether the client speaks HTTP/2, as browsers and programs of the web do and miners don't."""
    return any(protocol in ("h2", "h3") for protocol in session.names.alpn)
