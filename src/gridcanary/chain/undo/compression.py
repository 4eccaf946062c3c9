"""How a node squeezes amounts and scripts in its undo data; as Bitcoin Core's ``compressor.cpp``."""

from __future__ import annotations

from gridcanary.chain.transactions import Cursor, MalformedTransaction

FIELD_PRIME = 2**256 - 2**32 - 977
"""Prime of the field of secp256k1 (SEC 2, version 2.0, section 2.4.1)."""

_SPECIAL_SIZES = (20, 20, 32, 32, 32, 32)
"""Bytes behind the marks 0 (P2PKH), 1 (P2SH), 2 and 3 (P2PK, compressed key), 4 and 5 (P2PK, uncompressed)."""

_MOST_SCRIPT_BYTES = 10_000
"""Longer scripts can't be spent (``MAX_SCRIPT_SIZE``), so a node never undoes one."""


def read_varint(cursor: Cursor) -> int:
    """Bitcoin Core's VARINT, up to 63 bits: seven bits a byte, highest first; every byte but the last adds one."""
    number = 0
    for _ in range(9):
        byte = cursor.number(1)
        number = number << 7 | byte & 0x7F
        if number >> 63:
            break
        if not byte & 0x80:
            return number
        number += 1
    raise MalformedTransaction(cursor.at, "a number that doesn't end")


def expanded_amount(squeezed: int) -> int:
    """Satoshi of a squeezed amount, which keeps its zeros at the end as an exponent."""
    if squeezed == 0:
        return 0
    rest, exponent = divmod(squeezed - 1, 10)
    if exponent < 9:
        rest, digit = divmod(rest, 9)
        return (rest * 10 + digit + 1) * 10**exponent
    return (rest + 1) * 10**exponent


def expanded_key(x: bytes, odd: bool) -> bytes | None:
    """The uncompressed public key with this x; None where the curve has no such point.

    Args:
        x: 32 bytes, big-endian.
        odd: whether y is odd.
    """
    number = int.from_bytes(x, "big")
    square = (pow(number, 3, FIELD_PRIME) + 7) % FIELD_PRIME
    root = pow(square, (FIELD_PRIME + 1) // 4, FIELD_PRIME)
    if number >= FIELD_PRIME or root * root % FIELD_PRIME != square:
        return None
    y = root if bool(root & 1) == odd else FIELD_PRIME - root
    return b"\x04" + x + y.to_bytes(32, "big")


def read_script(cursor: Cursor) -> bytes:
    """The script at the cursor, expanded; MalformedTransaction where there is none."""
    at, mark = cursor.at, read_varint(cursor)
    if mark >= len(_SPECIAL_SIZES):
        size = mark - len(_SPECIAL_SIZES)
        if size > _MOST_SCRIPT_BYTES:
            raise MalformedTransaction(at, f"a script of {size} bytes, which can't be spent")
        return cursor.take(size)
    packed = cursor.take(_SPECIAL_SIZES[mark])
    if mark == 0:
        return b"\x76\xa9\x14" + packed + b"\x88\xac"
    if mark == 1:
        return b"\xa9\x14" + packed + b"\x87"
    if mark in (2, 3):
        return b"\x21" + bytes([mark]) + packed + b"\xac"
    key = expanded_key(packed, odd=mark == 5)
    if key is None:
        raise MalformedTransaction(at, "a public key that isn't on the curve")
    return b"\x41" + key + b"\xac"
