"""A fingerprint of what a picture shows: near for copies, other sizes and other compressions of one picture.

From 32 by 32 grey values, which are made where the picture is decoded, the lowest 8 by 8 waves (DCT-II) are taken and
each is compared with their median: 64 bits. Two hashes of one picture differ in few bits, of two pictures in about
32. It is no proof: a picture that was cropped or turned gets another hash.
"""

from __future__ import annotations

from typing import Final

import numpy as np

SIDE: Final = 32
WAVES: Final = 8
HEX_DIGITS: Final = 16
NEAR_BITS: Final = 10
"""Hashes this near are of one picture, as far as a first look can tell."""

_STEPS = np.arange(SIDE)
_BASIS = np.cos(np.pi / SIDE * (_STEPS[None, :] + 0.5) * np.arange(WAVES)[:, None])


def picture_hash(greys: bytes) -> str:
    """The hash of a picture.

    Args:
        greys: 32 by 32 grey values, a byte each, row by row.

    Returns:
        16 hexadecimal digits; empty for a picture of one colour, which would be near to every other such.
    """
    if len(greys) != SIDE * SIDE:
        raise ValueError(f"expected {SIDE * SIDE} grey values, found {len(greys)}")
    values = np.frombuffer(greys, dtype=np.uint8).reshape(SIDE, SIDE).astype(np.float64)
    if np.ptp(values) < 2:
        return ""
    waves = (_BASIS @ values @ _BASIS.T).ravel()
    bits = waves > np.median(waves[1:])  # the first is the mean brightness, which says nothing
    bits[0] = False
    return f"{int.from_bytes(np.packbits(bits).tobytes()):016x}"


def distance(one: str, other: str) -> int:
    """In how many of 64 bits two hashes differ; 64 where either is empty."""
    if not one or not other:
        return 64
    return (int(one, 16) ^ int(other, 16)).bit_count()
