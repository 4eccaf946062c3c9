"""Host names in a certificate: subjectAltName, or the subject's common name where there is none.

X.509 in DER (RFC 5280); only the way to these two is walked, and nothing is verified, for a name is all that is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from gridcanary.network.tls.client_hello import host_name
from gridcanary.network.tls.octets import CutShort, Octets

SEQUENCE, SET, OID, OCTETS, EXTENSIONS, VERSION, DNS_NAME = 0x30, 0x31, 0x06, 0x04, 0xA3, 0xA0, 0x82
ALTERNATIVE_NAMES, COMMON_NAME = b"\x55\x1d\x11", b"\x55\x04\x03"
MOST_NAMES = 50


def names_of_chain(body: bytes) -> tuple[str, ...]:
    """Names of the first certificate in a Certificate message of TLS 1.2 or older.

    Args:
        body: the handshake message without type and length.

    Returns:
        Lower-case names, at most MOST_NAMES; none where the message is malformed.
    """
    try:
        return names_of_certificate(Octets(body).vector(3).vector(3).data)
    except CutShort:
        return ()


@lru_cache(maxsize=1024)
def names_of_certificate(der: bytes) -> tuple[str, ...]:
    """Names of one certificate; few servers answer most clients, so that those last read are remembered.

    Raises:
        CutShort: a length in it leads past its end.
    """
    fields = list(_elements(_inside(_inside(der))))
    if fields and fields[0][0] == VERSION:
        fields = fields[1:]
    extensions = next((content for tag, content in fields if tag == EXTENSIONS), b"")
    subject = fields[4][1] if len(fields) > 4 else b""
    raw = list(_alternative_names(extensions)) or list(_common_names(subject))
    found = (host_name(name) for name in raw[:MOST_NAMES])
    return tuple(dict.fromkeys(name for name in found if name))


def _alternative_names(extensions: bytes) -> Iterator[bytes]:
    for _, extension in _elements(_inside(extensions) if extensions else b""):
        parts = list(_elements(extension))
        if parts and parts[0] == (OID, ALTERNATIVE_NAMES) and parts[-1][0] == OCTETS:
            yield from (name for tag, name in _elements(_inside(parts[-1][1])) if tag == DNS_NAME)


def _common_names(subject: bytes) -> Iterator[bytes]:
    for _, attributes in _elements(subject):
        for _, attribute in _elements(attributes):
            parts = list(_elements(attribute))
            if len(parts) == 2 and parts[0] == (OID, COMMON_NAME):
                yield parts[1][1]


def _inside(der: bytes) -> bytes:
    return next(_elements(der), (0, b""))[1]


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tags and contents, walked by plain offsets: a certificate has dozens of them."""
    at, end = 0, len(der)
    while at < end:
        if at + 2 > end:
            raise CutShort
        tag, size, width = der[at], der[at + 1], 0
        if size & 0x80:
            width = size & 0x7F
            size = int.from_bytes(der[at + 2 : at + 2 + width], "big")
        at += 2 + width
        if at + size > end:
            raise CutShort
        yield tag, der[at : at + size]
        at += size
