"""Addresses of Monero and other CryptoNote coins: Base58 in blocks, a number that names the coin, a Keccak checksum.

After "CryptoNote standard 007: keys and addresses" (2012) and Monero's own encoding in ``src/common/base58.cpp``.
"""

from __future__ import annotations

from gridcanary.contracts.encodings.base58 import ALPHABET
from gridcanary.contracts.encodings.errors import BadAddress
from gridcanary.contracts.encodings.keccak import keccak_256

_DIGITS = {letter: value for value, letter in enumerate(ALPHABET)}
_BLOCK_LETTERS = (0, 2, 3, 5, 6, 7, 9, 10, 11)
"""Letters of a block, by its bytes."""
_CHECKSUM = 4
_KEYS = (64, 72)
"""Bytes of the two public keys, and of these with a payment id."""
_LONGEST = 120


def encode(coin: int, keys: bytes) -> str:
    """The address.

    Args:
        coin: the coin's number, such as 18 for Monero.
        keys: public spend and view key, 64 bytes, and 8 of a payment id where there is one.
    """
    data = _varint(coin) + keys
    data += keccak_256(data)[:_CHECKSUM]
    return "".join(_block_letters(data[at : at + 8]) for at in range(0, len(data), 8))


def decode(text: str) -> tuple[int, bytes]:
    """The coin's number and the keys.

    Raises:
        BadAddress: a letter outside the alphabet, a length that no address has, or a wrong checksum.
    """
    if not 90 <= len(text) <= _LONGEST:
        raise BadAddress(text, "length", f"no address of a CryptoNote coin has {len(text)} letters")
    data = b"".join(_block_bytes(text[at : at + 11], text) for at in range(0, len(text), 11))
    if keccak_256(data[:-_CHECKSUM])[:_CHECKSUM] != data[-_CHECKSUM:]:
        raise BadAddress(text, "checksum", "the checksum is wrong, so a letter was mistyped or is missing")
    coin, size = _read_varint(data)
    keys = data[size:-_CHECKSUM]
    if len(keys) not in _KEYS:
        raise BadAddress(text, "length", f"it holds keys of {len(keys)} bytes")
    return coin, keys


def _block_letters(block: bytes) -> str:
    number, letters = int.from_bytes(block), ""
    for _ in range(_BLOCK_LETTERS[len(block)]):
        number, digit = divmod(number, 58)
        letters = ALPHABET[digit] + letters
    return letters


def _block_bytes(letters: str, text: str) -> bytes:
    number = 0
    for letter in letters:
        if letter not in _DIGITS:
            raise BadAddress(text, "characters", f"Base58 has no {letter!r}")
        number = number * 58 + _DIGITS[letter]
    if len(letters) not in _BLOCK_LETTERS or number >> 8 * (size := _BLOCK_LETTERS.index(len(letters))):
        raise BadAddress(text, "length", f"{letters!r} is no block of bytes")
    return number.to_bytes(size)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def _read_varint(data: bytes) -> tuple[int, int]:
    number = 0
    for at, byte in enumerate(data[:9]):
        number |= (byte & 0x7F) << 7 * at
        if byte < 0x80:
            return number, at + 1
    return number, len(data)
