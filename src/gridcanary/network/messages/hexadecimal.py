"""Targets written in hexadecimal, and the hashes that a share under them takes on average."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

LONGEST_DIGITS = 64
"""A target has 256 bits; more digits are no target."""


_NIBBLE = np.full(256, -1, np.int8)
_NIBBLE[48:58] = np.arange(10)
_NIBBLE[65:71] = _NIBBLE[97:103] = np.arange(10, 16)

_EXACT_DIGITS = 15
"""Digits that fit an int64, two more than a float64 holds."""


@njit(cache=True, nogil=True)
def nibble(byte: int) -> int:
    """Value of a hexadecimal digit, -1 for any other byte."""
    return int(_NIBBLE[byte])


@njit(cache=True, nogil=True)
def is_hex(text: NDArray[np.uint8], start: int, stop: int) -> bool:
    """Whether the bytes are hexadecimal digits and nothing else, at least one."""
    for at in range(start, stop):
        if _NIBBLE[text[at]] < 0:
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
        2^256 / target; NaN where the text is no target.
    """
    start = skip_0x(text, start, stop)
    if stop - start > LONGEST_DIGITS or not is_hex(text, start, stop):
        return math.nan
    while start < stop and text[start] == 48:
        start += 1
    value, left = 0, stop
    for at in range(start, min(stop, start + _EXACT_DIGITS)):
        value = value * 16 + nibble(text[at])
        left = at + 1
    return math.ldexp(1.0 / value, 256 - 4 * (stop - left)) if value else math.nan


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
    at = stop - 2
    while at > start and text[at] == 48 and text[at + 1] == 48:
        at -= 2
    value, below = 0, at + 2
    while at >= start and below - at < _EXACT_DIGITS:
        value = value * 256 + nibble(text[at]) * 16 + nibble(text[at + 1])
        at -= 2
    return math.ldexp(1.0 / value, 4 * digits - 4 * (at + 2 - start)) if value else math.nan


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
