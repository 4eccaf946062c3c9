"""The 16 digits with which a reporter comes back: made here, told once, kept as a digest alone.

15 digits are drawn by the operating system's random source, the last is a check digit (Damm), so that one digit typed
wrong, or two neighbours swapped, is noticed before anything is looked up. What is stored is Argon2id of the digits.
Its salt is one of the installation and secret, so that a receipt is found by its digest: a table of users would give
each row a salt of its own, but here nobody says which row they mean. Without the installation's key file the digests
of a stolen database can't be tried at all; with it, each try costs ``MEMORY_KIB`` and some hundredths of a second, and
there are 10^15: a million processor-years. More cost a try would add nothing to that, and would let floods stop the
line.
"""

from __future__ import annotations

import secrets
from typing import Final

from argon2.low_level import Type, hash_secret_raw

DIGITS: Final = 16
GROUP: Final = 4
SALT_BYTES: Final = 16
MEMORY_KIB: Final = 46 * 1024
"""46 MiB and one pass, the first of the settings that OWASP's cheat sheet of 2024 gives for Argon2id."""
PASSES: Final = 1
LANES: Final = 1
DIGEST_BYTES: Final = 32

_DAMM: Final = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
"""Damm's quasigroup of order 10: row is what was read so far, column the next digit."""

_SAME_DIGITS: Final = {ord(wide): str(value) for value, wide in enumerate("０１２３４５６７８９")}
"""Full-width digits, as Chinese keyboards write them."""


def new_receipt() -> str:
    """A fresh receipt: 16 digits without spaces."""
    body = "".join(secrets.choice("0123456789") for _ in range(DIGITS - 1))
    return body + check_digit(body)


def check_digit(digits: str) -> str:
    """The digit that follows these ones (Damm's algorithm).

    >>> check_digit("572")
    '4'
    """
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def normalised(typed: str) -> str | None:
    """The receipt that somebody typed, with spaces, hyphens or full-width digits.

    Args:
        typed: as it came.

    Returns:
        16 digits; None where they are not 16 or the check digit does not fit.
    """
    plain = typed.translate(_SAME_DIGITS)
    digits = "".join(letter for letter in plain if letter not in " -\u3000\u2010\u2011\u2013\t")
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    return digits if check_digit(digits[:-1]) == digits[-1] else None


def grouped(receipt: str) -> str:
    """Four groups of four digits, as it is shown.

    >>> grouped("1234567890123456")
    '1234 5678 9012 3456'
    """
    return " ".join(receipt[start : start + GROUP] for start in range(0, len(receipt), GROUP))


def receipt_digest(receipt: str, salt: bytes, *, memory_kib: int = MEMORY_KIB) -> str:
    """What is stored of a receipt, and what it is looked up by. Right and wrong receipts cost the same.

    Args:
        receipt: 16 digits.
        salt: the installation's, at least 16 bytes, secret.
        memory_kib: for tests alone.

    Returns:
        Argon2id in hexadecimal, 64 letters.
    """
    if len(salt) < SALT_BYTES:
        raise ValueError(f"expected a salt of at least {SALT_BYTES} bytes, found {len(salt)}")
    digest = hash_secret_raw(receipt.encode(), salt, PASSES, memory_kib, LANES, DIGEST_BYTES, Type.ID)
    return digest.hex()
