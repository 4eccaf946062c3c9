"""Targets written in hexadecimal, and the hashes that a share under them takes on average."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

LONGEST_DIGITS = 64
"""A target has 256 bits; more digits are no target."""


@njit(cache=True, nogil=True)
def nibble(byte: int) -> int:
    """Value of a hexadecimal digit, -1 for any other byte."""
    if 48 <= byte <= 57:
        return byte - 48
    lower = byte | 32
    if 97 <= lower <= 102:
        return lower - 87
    return -1


@njit(cache=True, nogil=True)
def is_hex(text: NDArray[np.uint8], start: int, stop: int) -> bool:
    """Whether the bytes are hexadecimal digits and nothing else, at least one."""
    for at in range(start, stop):
        if nibble(text[at]) < 0:
            return False
    return stop > start


@njit(cache=True, nogil=True)
def skip_0x(text: NDArray[np.uint8], start: int, stop: int) -> int:
    """Where the digits begin, behind ``0x`` if there is one."""
    if stop - start >= 2 and text[start] == 48 and text[start + 1] == 120:
        return start + 2
    return start


@njit(cache=True, nogil=True)
def big_endian_hashes(text: NDArray[np.uint8], start: int, stop: int) -> float:
    """Hashes behind a share under a 256-bit target, highest digit first, leading zeros as they please.

    Returns:
        2^256 / (target + 1); NaN where the text is no target.
    """
    start = skip_0x(text, start, stop)
    if stop - start > LONGEST_DIGITS or not is_hex(text, start, stop):
        return math.nan
    value = 0.0
    for at in range(start, stop):
        value = value * 16.0 + nibble(text[at])
    return 2.0**256 / (value + 1.0) if value > 0.0 else math.nan


@njit(cache=True, nogil=True)
def little_endian_hashes(text: NDArray[np.uint8], start: int, stop: int) -> float:
    """Hashes behind a share under a target whose lowest byte comes first and that has as many bits as are written.

    CryptoNote pools send the upper 4 or 8 bytes of the target so, getwork servers all 32.

    Returns:
        2^bits / target; NaN where the text is no target.
    """
    digits = stop - start
    if digits > LONGEST_DIGITS or digits % 2 or not is_hex(text, start, stop):
        return math.nan
    value = 0.0
    for at in range(stop - 2, start - 1, -2):
        value = value * 256.0 + nibble(text[at]) * 16 + nibble(text[at + 1])
    return 2.0 ** (4 * digits) / value if value > 0.0 else math.nan


@njit(cache=True, nogil=True)
def hex_number(text: NDArray[np.uint8], start: int, stop: int) -> int:
    """A small number in hexadecimal with or without 0x; -1 where it is none."""
    start = skip_0x(text, start, stop)
    if stop - start > 15 or not is_hex(text, start, stop):
        return -1
    value = 0
    for at in range(start, stop):
        value = value * 16 + nibble(text[at])
    return value


@njit(cache=True, nogil=True)
def coinbase_height(text: NDArray[np.uint8], start: int, stop: int) -> int:
    """Block height from the first half of a coinbase (BIP 34: the script begins with it); -1 where it tells none."""
    at = start + 84  # version 4 bytes, one input, outpoint 36 bytes, length of the script: two digits each
    if (
        stop - start < 92
        or text[start + 8] != 48
        or text[start + 9] != 49
        or not is_hex(text, start, start + 92)
    ):
        return -1
    if text[at] != 48 or text[at + 1] != 51:  # 03: a push of three bytes, heights from 32,768 to 16,777,215
        return -1
    height = 0
    for byte in range(2, -1, -1):
        height = height * 256 + nibble(text[at + 2 + 2 * byte]) * 16 + nibble(text[at + 3 + 2 * byte])
    return height
