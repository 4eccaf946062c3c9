"""CashAddr, as Bitcoin Cash writes addresses: prefix, colon, version byte and hash with forty bits of checksum."""

from __future__ import annotations

from collections.abc import Iterable

from gridcanary.contracts.encodings.errors import BadAddress
from gridcanary.contracts.encodings.five_bits import (
    ALPHABET,
    letters_of,
    one_case,
    to_bytes,
    to_fives,
    values_of,
)

_GENERATORS = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
_CHECKSUM = 8
_SIZES = (20, 24, 28, 32, 40, 48, 56, 64)
"""Bytes of the hash, by the three lowest bits of the version byte."""
_TYPES = 16


def _remainder(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 35
        check = (check & 0x07FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check ^ 1


def _expanded(prefix: str) -> list[int]:
    return [ord(letter) & 31 for letter in prefix] + [0]


def encode(prefix: str, kind: int, digest: bytes) -> str:
    """The address with its prefix.

    Args:
        prefix: of the network, without the colon.
        kind: type bits, 0 to 15 (0 P2PKH, 1 P2SH; 2 and 3 the same for wallets that know tokens).
        digest: 20, 24, 28, 32, 40, 48, 56 or 64 bytes; ValueError otherwise.
    """
    if len(digest) not in _SIZES or not 0 <= kind < _TYPES:
        raise ValueError(f"no CashAddr: type {kind}, {len(digest)} bytes")
    values = to_fives(bytes([kind << 3 | _SIZES.index(len(digest))]) + digest)
    check = _remainder(_expanded(prefix) + values + [0] * _CHECKSUM)
    checksum = [check >> 5 * (_CHECKSUM - 1 - at) & 31 for at in range(_CHECKSUM)]
    return f"{prefix}:{letters_of(values + checksum)}"


def checksum_holds(prefix: str, letters: str) -> bool:
    """Whether the letters behind the colon belong to the prefix, whatever they stand for."""
    return set(letters) <= set(ALPHABET) and not _remainder(_expanded(prefix) + values_of(letters, letters))


def decode(text: str, prefix: str) -> tuple[int, bytes]:
    """Type bits and hash of an address, with its prefix or without.

    Args:
        text: the address.
        prefix: the network's, which the checksum covers.

    Raises:
        BadAddress: another prefix, strange or mixed letters, a wrong checksum, an undefined version or length.
    """
    given, colon, letters = one_case(text).rpartition(":")
    if colon and given != prefix:
        raise BadAddress(text, "network", f"its prefix is {given!r}, not {prefix!r}")
    values = values_of(letters, text)
    if len(values) <= _CHECKSUM:
        raise BadAddress(text, "length", f"{len(letters)} letters are too few")
    if _remainder(_expanded(prefix) + values):
        raise BadAddress(text, "checksum", "the checksum is wrong, so a letter was mistyped or is missing")
    data = to_bytes(values[:-_CHECKSUM], text)
    if data[0] & 0x80:
        raise BadAddress(text, "version", "the highest bit of its version is set, which means nothing yet")
    if len(data) - 1 != _SIZES[data[0] & 7]:
        raise BadAddress(
            text, "length", f"a hash of {len(data) - 1} bytes where {_SIZES[data[0] & 7]} are said"
        )
    return data[0] >> 3 & 15, data[1:]
