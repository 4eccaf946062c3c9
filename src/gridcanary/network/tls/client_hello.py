"""The client's hello: RFC 8446 section 4.1.2, RFC 6066 (server_name), RFC 7301 (ALPN), RFC 9849 (encrypted hello)."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from gridcanary.network.tls.octets import CutShort, Octets

SERVER_NAME, GROUPS, POINT_FORMATS, SIGNATURES, ALPN, VERSIONS = 0, 10, 11, 13, 16, 43
ENCRYPTED_HELLO, ENCRYPTED_NAME = 0xFE0D, 0xFFCE
"""ECH, and the draft before it (ESNI). Browsers send an empty ECH too, which can't be told from a true one."""
MOST_NAME = 255


@dataclass(slots=True)
class ClientHello:
    """What a client's hello offers, in its order, reserved values (GREASE, RFC 8701) included.

    Args:
        version: legacy_version.
        ciphers, extensions, groups, point_formats, signatures, versions: numbers.
        alpn: protocols as bytes.
        name: server_name, None without.
    """

    version: int
    ciphers: list[int]
    extensions: list[int] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    point_formats: list[int] = field(default_factory=list)
    signatures: list[int] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    alpn: list[bytes] = field(default_factory=list)
    name: str | None = None

    @property
    def is_encrypted(self) -> bool:
        """Whether the hello may hide the true name."""
        return ENCRYPTED_HELLO in self.extensions or ENCRYPTED_NAME in self.extensions


def read_client_hello(body: bytes) -> ClientHello | None:
    """A client's hello; None where it is malformed before the extensions.

    Args:
        body: the handshake message without type and length.
    """
    octets = Octets(body)
    try:
        version = octets.number(2)
        octets.take(32)
        octets.vector(1)
        hello = ClientHello(version, octets.vector(2).numbers(2))
        octets.vector(1)
    except CutShort:
        return None
    if version >> 8 != 3 or not hello.ciphers:
        return None
    with contextlib.suppress(
        CutShort
    ):  # some have no extensions; of malformed ones what was read before counts
        _read_extensions(octets.vector(2), hello)
    return hello


def _read_extensions(octets: Octets, hello: ClientHello) -> None:
    while octets:
        kind = octets.number(2)
        content = octets.vector(2)
        hello.extensions.append(kind)
        try:
            _read_extension(kind, content, hello)
        except CutShort:
            continue


def _read_extension(kind: int, content: Octets, hello: ClientHello) -> None:
    if kind == SERVER_NAME:
        hello.name = hello.name or _server_name(content.vector(2))
    elif kind == ALPN:
        names = content.vector(2)
        while names:
            hello.alpn.append(names.vector(1).data)
    elif kind == GROUPS:
        hello.groups.extend(content.vector(2).numbers(2))
    elif kind == POINT_FORMATS:
        hello.point_formats.extend(content.vector(1).numbers(1))
    elif kind == SIGNATURES:
        hello.signatures.extend(content.vector(2).numbers(2))
    elif kind == VERSIONS:
        hello.versions.extend(content.vector(1).numbers(2))


def _server_name(names: Octets) -> str | None:
    while names:
        kind, name = names.number(1), names.vector(2).data
        if kind == 0:
            return host_name(name)
    return None


def host_name(raw: bytes) -> str | None:
    """A host name out of bytes, lower case without a final dot; None where it is none.

    >>> host_name(b"Pool.Example."), host_name(b"a b"), host_name(b"")
    ('pool.example', None, None)
    """
    if not 0 < len(raw) <= MOST_NAME or not all(0x21 <= byte < 0x7F for byte in raw):
        return None
    return raw.decode("ascii").lower().rstrip(".") or None
