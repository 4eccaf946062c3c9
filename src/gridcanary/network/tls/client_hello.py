"""The client's hello: RFC 8446 section 4.1.2, RFC 6066 (server_name), RFC 7301 (ALPN), RFC 9849 (encrypted hello)."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field

from gridcanary.network.tls.octets import CutShort, Octets, extensions_of

SERVER_NAME, GROUPS, POINT_FORMATS, SIGNATURES, ALPN, VERSIONS = 0, 10, 11, 13, 16, 43
_READ = frozenset((SERVER_NAME, GROUPS, POINT_FORMATS, SIGNATURES, ALPN, VERSIONS))
ENCRYPTED_HELLO, ENCRYPTED_NAME = 0xFE0D, 0xFFCE
"""ECH, and the draft before it (ESNI). Browsers send an empty ECH too, which can't be told from a true one."""
MOST_NAME = 255
_VISIBLE = re.compile(rb"[\x21-\x7e]{1,%d}" % MOST_NAME)


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
        _read_extensions(octets.vector(2).data, hello)
    return hello


def _read_extensions(data: bytes, hello: ClientHello) -> None:
    for kind, start, stop in extensions_of(data):
        hello.extensions.append(kind)
        if kind in _READ:
            with contextlib.suppress(CutShort):
                _read_extension(kind, Octets(data[start:stop]), hello)


def _read_extension(kind: int, content: Octets, hello: ClientHello) -> None:
    if kind == SERVER_NAME:
        hello.name = hello.name or server_name_of(content)
    elif kind == ALPN:
        hello.alpn.extend(protocols_of(content))
    elif kind == GROUPS:
        hello.groups.extend(content.vector(2).numbers(2))
    elif kind == POINT_FORMATS:
        hello.point_formats.extend(content.vector(1).numbers(1))
    elif kind == SIGNATURES:
        hello.signatures.extend(content.vector(2).numbers(2))
    elif kind == VERSIONS:
        hello.versions.extend(content.vector(1).numbers(2))


def protocols_of(content: Octets) -> tuple[bytes, ...]:
    """Protocols in the content of an ALPN extension, up to where it is cut off."""
    found = []
    with contextlib.suppress(CutShort):
        names = content.vector(2)
        while names:
            found.append(names.vector(1).data)
    return tuple(found)


def server_name_of(content: Octets) -> str | None:
    """The host in the content of a server_name extension.

    Raises:
        CutShort: it ends early.
    """
    names = content.vector(2)
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
    if _VISIBLE.fullmatch(raw) is None:
        return None
    return raw.decode("ascii").lower().rstrip(".") or None
