"""A small sum that a browser does before it sends, so that sending thousands of reports costs somebody a day.

Like Hashcash: find a number for which SHA-256 of ``challenge:number`` begins with so many zero bits. No third party
is asked, nothing about the browser is measured, and nobody has to read crooked letters. The challenge is signed and
names its time and what it is for, so that the server keeps no list of challenges.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
from typing import Final

BITS: Final = 16
"""65,536 tries on average: a fifth of a second in a desktop's browser, one or two on an old telephone."""
MOST_BITS: Final = 26
MAX_AGE_SECONDS: Final = 3600
MOST_DIGITS: Final = 12
_MARK_LETTERS: Final = 24


def challenge(key: bytes, subject: str, now: float, *, bits: int = BITS) -> str:
    """A challenge for one thing that is to be sent.

    Args:
        key: secret of the server.
        subject: what it is for; an answer to it is good for nothing else.
        now: seconds since 1970.
        bits: how many leading zero bits an answer needs.

    Returns:
        ``bits:time:mark``, to be shown to the browser.
    """
    issued = int(now)
    return f"{bits}:{issued}:{_mark(key, subject, bits, issued)}"


def solve(text: str) -> int:
    """The smallest answer to a challenge; the browser's script does the same."""
    bits = int(text.partition(":")[0])
    return next(number for number in itertools.count() if _zero_bits(text, str(number)) >= bits)


def is_solved(key: bytes, subject: str, text: str, answer: str, now: float, *, bits: int = BITS) -> bool:
    """Whether somebody did the work for this subject, lately.

    Args:
        key: the same secret.
        subject: the same subject.
        text: the challenge as it came back.
        answer: a decimal number.
        now: seconds since 1970.
        bits: the fewest that are asked now.
    """
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts[:2]):
        return False
    if len(parts[0]) > 2 or len(parts[1]) > MOST_DIGITS or not 0 < len(answer) <= MOST_DIGITS:
        return False
    if not (answer.isascii() and answer.isdecimal()):
        return False
    asked, issued = int(parts[0]), int(parts[1])
    fresh = 0 <= now - issued <= MAX_AGE_SECONDS
    ours = hmac.compare_digest(parts[2].encode(), _mark(key, subject, asked, issued).encode())
    return fresh and ours and asked >= bits and _zero_bits(text, answer) >= asked


def _mark(key: bytes, subject: str, bits: int, issued: int) -> str:
    message = f"gridcanary proof of work\0{subject}\0{bits}\0{issued}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:_MARK_LETTERS]


def _zero_bits(text: str, answer: str) -> int:
    digest = int.from_bytes(hashlib.sha256(f"{text}:{answer}".encode()).digest())
    return 256 - digest.bit_length()
