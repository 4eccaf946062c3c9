"""Addresses as packets hold them, in words."""

from __future__ import annotations

from gridcanary.network.ends import canonical


def address_of(high: int, low: int) -> str:
    """An address out of its two halves, as ends.canonical writes it.

    >>> address_of(0, 0xFFFF_0A00_0001), address_of(0x2001_0DB8 << 32, 1)
    ('10.0.0.1', '2001:db8::1')
    """
    if not high and low >> 32 == 0xFFFF:
        return f"{low >> 24 & 255}.{low >> 16 & 255}.{low >> 8 & 255}.{low & 255}"
    return canonical(high.to_bytes(8, "big") + low.to_bytes(8, "big"))
