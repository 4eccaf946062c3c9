"""Base58Check: version byte, payload and four bytes of double SHA-256, without the letters 0, O, I and l."""

from __future__ import annotations

from hashlib import sha256

from gridcanary.contracts.encodings.errors import BadAddress

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {letter: value for value, letter in enumerate(ALPHABET)}
_CHECKSUM = 4
_LONGEST = 120
"""Letters; extended keys have 111. The time to decode grows with the square of the length."""


def encode_check(payload: bytes) -> str:
    """Version and payload as text, with their checksum."""
    data = payload + _checksum(payload)
    number, letters = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        letters = ALPHABET[digit] + letters
    zeros = len(data) - len(data.lstrip(b"\0"))
    return ALPHABET[0] * zeros + letters


def decode_check(text: str) -> bytes:
    """Version and payload of a text.

    Raises:
        BadAddress: a letter outside the alphabet, too short or long, or a wrong checksum.
    """
    data = decode(text)
    if len(data) <= _CHECKSUM:
        raise BadAddress(text, "length", f"{len(text)} letters are too few")
    payload, checksum = data[:-_CHECKSUM], data[-_CHECKSUM:]
    if _checksum(payload) != checksum:
        raise BadAddress(text, "checksum", "the checksum is wrong, so a letter was mistyped or is missing")
    return payload


def decode(text: str) -> bytes:
    """All bytes of a text, whatever its checksum may be.

    Raises:
        BadAddress: a letter outside the alphabet, or too long.
    """
    if len(text) > _LONGEST:
        raise BadAddress(text, "length", f"{len(text)} letters are too many")
    number = 0
    for letter in text:
        if letter not in _DIGITS:
            raise BadAddress(text, "characters", f"Base58 has no {letter!r}")
        number = number * 58 + _DIGITS[letter]
    zeros = len(text) - len(text.lstrip(ALPHABET[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def _checksum(payload: bytes) -> bytes:
    return sha256(sha256(payload).digest()).digest()[:_CHECKSUM]
