"""The server's hello: which version was agreed on."""

from __future__ import annotations

from gridcanary.network.tls.octets import CutShort, Octets, extensions_of

SUPPORTED_VERSIONS = 43
VERSION_NAMES = {
    0x0300: "SSLv3.0",
    0x0301: "TLSv1.0",
    0x0302: "TLSv1.1",
    0x0303: "TLSv1.2",
    0x0304: "TLSv1.3",
}


def agreed_version(body: bytes) -> int | None:
    """The version's number; None where the message is malformed.

    Args:
        body: the handshake message without type and length.
    """
    octets = Octets(body)
    try:
        version = octets.number(2)
        octets.take(32)
        octets.vector(1)
        octets.take(3)
    except CutShort:
        return None
    try:
        data = octets.vector(2).data
        for kind, start, stop in extensions_of(data):
            if kind == SUPPORTED_VERSIONS:
                return Octets(data[start:stop]).number(2)
    except CutShort:
        pass  # TLS 1.2 and older may end without extensions
    return version
