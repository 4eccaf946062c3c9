"""The alphabet of Bech32 and CashAddr, and groups of eight bits as groups of five."""

from __future__ import annotations

from collections.abc import Iterable

from gridcanary.contracts.encodings.errors import BadAddress

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


def one_case(text: str) -> str:
    """The text in lower case; BadAddress where it mixes both, as both encodings forbid."""
    if text.lower() != text and text.upper() != text:
        raise BadAddress(text, "mixed_case", "capital and small letters are mixed")
    return text.lower()


def values_of(letters: str, text: str) -> list[int]:
    """Groups of five bits that the letters stand for; BadAddress, with the whole text, for a strange letter."""
    for letter in letters:
        if letter not in _VALUES:
            raise BadAddress(text, "characters", f"this kind of address has no {letter!r}")
    return [_VALUES[letter] for letter in letters]


def letters_of(values: Iterable[int]) -> str:
    """The letters that stand for groups of five bits."""
    return "".join(ALPHABET[value] for value in values)


def to_fives(data: bytes) -> list[int]:
    """Bytes as groups of five bits, the last filled up with zeros."""
    count = (len(data) * 8 + 4) // 5
    number = int.from_bytes(data) << (count * 5 - len(data) * 8)
    return [(number >> (5 * at)) & 31 for at in range(count - 1, -1, -1)]


def to_bytes(fives: list[int], text: str) -> bytes:
    """Groups of five bits as bytes; BadAddress where a whole group is left over or the filling isn't zero."""
    spare = len(fives) * 5 % 8
    number = 0
    for value in fives:
        number = number << 5 | value
    if spare > 4 or number & ((1 << spare) - 1):
        raise BadAddress(text, "padding", "bits are left over behind the last byte")
    return (number >> spare).to_bytes(len(fives) * 5 // 8)
