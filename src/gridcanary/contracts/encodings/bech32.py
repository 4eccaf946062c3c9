"""Bech32 (BIP 173) for witness version 0 and Bech32m (BIP 350) for versions 1 to 16."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from gridcanary.contracts.encodings.errors import BadAddress
from gridcanary.contracts.encodings.five_bits import letters_of, one_case, to_bytes, to_fives, values_of

Variant = Literal["bech32", "bech32m"]

_CONSTANTS: dict[Variant, int] = {"bech32": 1, "bech32m": 0x2BC830A3}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM = 6
_LONGEST = 90
_MOST_VERSION = 16
_PROGRAM_BYTES = range(2, 41)
_FIRST_VERSION_BYTES = (20, 32)


def _feedback(top: int) -> int:
    folded = 0
    for bit, generator in enumerate(_GENERATORS):
        folded ^= generator if top >> bit & 1 else 0
    return folded


_FEEDBACK = tuple(_feedback(top) for top in range(32))


def _remainder(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ _FEEDBACK[check >> 25]
    return check


def _expanded(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def encode(prefix: str, values: list[int], variant: Variant) -> str:
    """Groups of five bits as text, with their checksum."""
    check = _remainder(_expanded(prefix) + values + [0] * _CHECKSUM) ^ _CONSTANTS[variant]
    checksum = [check >> 5 * (_CHECKSUM - 1 - at) & 31 for at in range(_CHECKSUM)]
    return f"{prefix}1{letters_of(values + checksum)}"


def decode(text: str) -> tuple[str, list[int], Variant]:
    """Prefix, groups of five bits and which of the two checksums holds.

    Raises:
        BadAddress: for every text that BIP 173 and BIP 350 call invalid.
    """
    if any(not 33 <= ord(letter) <= 126 for letter in text):
        raise BadAddress(text, "characters", "it holds a space or a letter that is not ASCII")
    lower = one_case(text)
    prefix, separator, letters = lower.rpartition("1")
    if not separator or not prefix:
        raise BadAddress(text, "characters", "no prefix that ends in 1")
    if len(text) > _LONGEST or len(letters) < _CHECKSUM:
        raise BadAddress(text, "length", f"{len(text)} letters are too {_few_or_many(text)}")
    values = values_of(letters, text)
    check = _remainder(_expanded(prefix) + values)
    for variant, constant in _CONSTANTS.items():
        if check == constant:
            return prefix, values[:-_CHECKSUM], variant
    raise BadAddress(text, "checksum", "the checksum is wrong, so a letter was mistyped or is missing")


def _few_or_many(text: str) -> str:
    return "many" if len(text) > _LONGEST else "few"


def encode_witness(prefix: str, version: int, program: bytes) -> str:
    """The address of a witness program; ValueError for a program that can't be one."""
    if not _valid_program(version, program):
        raise ValueError(f"no witness program: version {version}, {len(program)} bytes")
    return encode(prefix, [version, *to_fives(program)], "bech32m" if version else "bech32")


def decode_witness(text: str) -> tuple[str, int, bytes]:
    """Prefix, witness version and program of an address.

    Raises:
        BadAddress: not Bech32, the checksum of the other variant, or a program that can't be one.
    """
    prefix, values, variant = decode(text)
    if not values:
        raise BadAddress(text, "length", "it holds no witness program")
    version, program = values[0], to_bytes(values[1:], text)
    if version > _MOST_VERSION:
        raise BadAddress(text, "version", f"there is no witness version {version}")
    if (variant == "bech32m") != (version > 0):
        raise BadAddress(text, "checksum", f"witness version {version} is not written in {variant}")
    if not _valid_program(version, program):
        raise BadAddress(text, "length", f"witness version {version} has no program of {len(program)} bytes")
    return prefix, version, program


def _valid_program(version: int, program: bytes) -> bool:
    if version == 0:
        return len(program) in _FIRST_VERSION_BYTES
    return 1 <= version <= _MOST_VERSION and len(program) in _PROGRAM_BYTES
