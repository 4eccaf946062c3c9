"""The few pieces of ASN.1's distinguished encoding (DER) that a time stamp is written with."""

from __future__ import annotations

import datetime as dt


def tagged(tag: int, content: bytes) -> bytes:
    """A value with its tag and length."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts: bytes) -> bytes:
    """Values in order."""
    return tagged(0x30, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """Values in the order of their bytes, as DER wants sets."""
    return tagged(0x31, b"".join(sorted(parts)))


def integer(number: int) -> bytes:
    """A whole number that isn't negative."""
    return tagged(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def octets(content: bytes) -> bytes:
    """A string of bytes."""
    return tagged(0x04, content)


def explicit(number: int, content: bytes) -> bytes:
    """A value inside a context tag."""
    return tagged(0xA0 | number, content)


def oid(text: str) -> bytes:
    """An object identifier written with dots.

    >>> oid("1.2.840.113549").hex()
    '06062a864886f70d'
    """
    first, second, *rest = (int(part) for part in text.split("."))
    content = b""
    for arc in (first * 40 + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        content += bytes(reversed(groups))
    return tagged(0x06, content)


def generalized_time(moment: dt.datetime) -> bytes:
    """A time in UTC to the second."""
    return tagged(0x18, moment.astimezone(dt.UTC).strftime("%Y%m%d%H%M%SZ").encode())
