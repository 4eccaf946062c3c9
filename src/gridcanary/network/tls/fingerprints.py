"""JA3 and JA4: what a client's hello looks like, whoever it names.

JA3: salesforce/ja3 (MD5 of version, ciphers, extensions, groups, point formats). JA4: FoxIO's published specification
of the TLS client fingerprint (BSD-3-Clause).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from gridcanary.network.tls.client_hello import ALPN, SERVER_NAME, ClientHello

_JA4_VERSIONS = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2"}
_NOTHING = "0" * 12


RESERVED = frozenset(0x0A0A + 0x1010 * step for step in range(16))
"""Numbers that clients strew in to keep servers tolerant (GREASE, RFC 8701)."""


def ja3_text(hello: ClientHello) -> str:
    """What JA3 is the digest of."""
    lists = (hello.ciphers, hello.extensions, hello.groups)
    told = ["-".join(map(str, _plain(numbers))) for numbers in lists]
    return ",".join([str(hello.version), *told, "-".join(map(str, hello.point_formats))])


def ja3(hello: ClientHello) -> str:
    """JA3, 32 hexadecimal digits."""
    return hashlib.md5(ja3_text(hello).encode(), usedforsecurity=False).hexdigest()


def ja4(hello: ClientHello) -> str:
    """JA4 of a hello over TCP."""
    ciphers, extensions = _plain(hello.ciphers), _plain(hello.extensions)
    version = _JA4_VERSIONS.get(max(_plain(hello.versions), default=hello.version), "00")
    named = "d" if SERVER_NAME in extensions else "i"
    counts = f"{min(len(ciphers), 99):02d}{min(len(extensions), 99):02d}"
    return f"t{version}{named}{counts}{_first_protocol(hello.alpn)}_{_cipher_digest(ciphers)}_{_rest(hello)}"


def _plain(numbers: Iterable[int]) -> list[int]:
    return [number for number in numbers if number not in RESERVED]


def _cipher_digest(ciphers: Sequence[int]) -> str:
    return _digest(_hex(sorted(ciphers))) if ciphers else _NOTHING


def _rest(hello: ClientHello) -> str:
    extensions = sorted(kind for kind in _plain(hello.extensions) if kind not in (SERVER_NAME, ALPN))
    if not extensions:
        return _NOTHING
    signatures = _hex(_plain(hello.signatures))
    return _digest(_hex(extensions) + (f"_{signatures}" if signatures else ""))


def _first_protocol(alpn: Sequence[bytes]) -> str:
    protocol = next((name for name in alpn if name), b"")
    if not protocol:
        return "00"
    ends = bytes((protocol[0], protocol[-1]))
    if ends.isalnum():
        return ends.decode("ascii")
    text = protocol.hex()
    return text[0] + text[-1]


def _hex(numbers: Iterable[int]) -> str:
    return ",".join(f"{number:04x}" for number in numbers)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
