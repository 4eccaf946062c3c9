"""RIPEMD-160, for the systems whose OpenSSL no longer offers it (3.0 before 3.0.7, and FIPS builds).

After Dobbertin, Bosselaers and Preneel, "RIPEMD-160: a strengthened version of RIPEMD" (1996), appendix A.
"""

from __future__ import annotations

import hashlib
import struct

_LEFT_WORDS = (
    *range(16),
    7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8,
    3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12,
    1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2,
    4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13,
)  # fmt: skip
_RIGHT_WORDS = (
    5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12,
    6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2,
    15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13,
    8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14,
    12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11,
)  # fmt: skip
_LEFT_TURNS = (
    11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8,
    7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12,
    11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5,
    11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12,
    9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6,
)  # fmt: skip
_RIGHT_TURNS = (
    8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6,
    9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11,
    9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5,
    15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8,
    8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11,
)  # fmt: skip
_LEFT_ADDED = (0x00000000, 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xA953FD4E)
_RIGHT_ADDED = (0x50A28BE6, 0x5C4DD124, 0x6D703EF3, 0x7A6D76E9, 0x00000000)
_START = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)
_MASK = 0xFFFFFFFF
_BLOCK = 64

OFFERED = "ripemd160" in hashlib.algorithms_available
"""Whether this Python's OpenSSL has it, which is some hundred times faster."""


def ripemd160(data: bytes) -> bytes:
    """The digest, 20 bytes."""
    return hashlib.new("ripemd160", data, usedforsecurity=False).digest() if OFFERED else plain(data)


def plain(data: bytes) -> bytes:
    """The digest without OpenSSL."""
    padded = data + b"\x80" + bytes(-(len(data) + 9) % _BLOCK) + struct.pack("<Q", 8 * len(data))
    state = list(_START)
    for at in range(0, len(padded), _BLOCK):
        words = struct.unpack("<16I", padded[at : at + _BLOCK])
        left = _line(state, words, _LEFT_WORDS, _LEFT_TURNS, _LEFT_ADDED, range(5))
        right = _line(state, words, _RIGHT_WORDS, _RIGHT_TURNS, _RIGHT_ADDED, range(4, -1, -1))
        state = [
            (state[(word + 1) % 5] + left[(word + 2) % 5] + right[(word + 3) % 5]) & _MASK
            for word in range(5)
        ]
    return struct.pack("<5I", *state)


def _line(
    state: list[int],
    words: tuple[int, ...],
    order: tuple[int, ...],
    turns: tuple[int, ...],
    added: tuple[int, ...],
    functions: range,
) -> list[int]:
    """One of the two parallel lines of eighty steps."""
    a, b, c, d, e = state
    for step in range(80):
        mixed = a + _mix(functions[step // 16], b, c, d) + words[order[step]] + added[step // 16]
        a, b, c, d, e = e, (_turn(mixed & _MASK, turns[step]) + e) & _MASK, b, _turn(c, 10), d
    return [a, b, c, d, e]


def _turn(word: int, bits: int) -> int:
    return (word << bits | word >> (32 - bits)) & _MASK


def _mix(function: int, x: int, y: int, z: int) -> int:
    """The five Boolean functions of the paper."""
    if function == 0:
        return x ^ y ^ z
    if function == 1:
        return (x & y) | (~x & _MASK & z)
    if function == 2:
        return (x | (~y & _MASK)) ^ z
    if function == 3:
        return (x & z) | (y & ~z & _MASK)
    return x ^ (y | (~z & _MASK))
