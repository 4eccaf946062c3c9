"""Numbers, ids and beginnings of texts in JSON."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridcanary.network.messages.object_kernel import (
    NUMBER,
    TEXT,
    digest_of,
)
from gridcanary.network.messages.rows import (
    NO_IDENT,
)

Bytes = NDArray[np.uint8]


@njit(cache=True, nogil=True)
def begins(text: Bytes, start: int, stop: int, word: NDArray[np.uint8]) -> bool:
    """Whether a text begins with a word."""
    if stop - start < len(word):
        return False
    for place in range(len(word)):  # noqa: SIM110  a kernel has no generators
        if text[start + place] != word[place]:
            return False
    return True


@njit(cache=True, nogil=True)
def number_in(text: Bytes, start: int, stop: int) -> float:
    """A decimal number; NaN where the text is none."""
    at, sign, mantissa, places, behind = start, 1.0, 0.0, 0, False
    digits = 0
    if at < stop and text[at] == 45:
        sign, at = -1.0, at + 1
    while at < stop:
        byte = text[at]
        if 48 <= byte <= 57:
            mantissa = mantissa * 10.0 + (byte - 48)
            digits += 1
            places += behind
        elif byte == 46 and not behind:
            behind = True
        else:
            break
        at += 1
    exponent, exponent_sign = 0, 1
    if at < stop and (text[at] | 32) == 101:
        at += 1
        if at < stop and (text[at] == 45 or text[at] == 43):
            exponent_sign, at = (-1 if text[at] == 45 else 1), at + 1
        while at < stop and 48 <= text[at] <= 57:
            exponent = min(exponent * 10 + text[at] - 48, 400)
            at += 1
    if at != stop or digits == 0 or digits > 300:
        return math.nan
    return sign * mantissa * 10.0 ** (exponent_sign * exponent - places)


@njit(cache=True, nogil=True)
def whole(text: Bytes, start: int, stop: int) -> int:
    """A whole number from 0 up to two thousand million; -1 for anything else."""
    value = number_in(text, start, stop)
    return int(value) if 0.0 <= value < 2.0e9 else -1


@njit(cache=True, nogil=True)
def identity(text: Bytes, kind: int, start: int, stop: int) -> int:
    """The id as a number: small whole numbers as they are, all else by digest."""
    if kind in (NUMBER, TEXT):
        if kind == NUMBER and stop - start <= 15:
            value = number_in(text, start, stop)
            if value == math.floor(value):
                return int(value)
        return int(digest_of(text, start, stop) >> np.uint64(2))
    return NO_IDENT
