"""Litecoin's Mimblewimble extension blocks (LIP-0002, LIP-0003): what goes in and comes out in the open.

Inside the extension block amounts and owners are hidden; there a trace ends. What the open chain shows is the
peg-ins (outputs that a miner moves inside), and the integrating transaction (HogEx), the last of its block, whose
first output holds everything that is inside and whose other outputs have come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gridcanary.chain.transactions import MWEB_FLAG, Cursor, MalformedTransaction, Output, Transaction

_HEADER_HASHES = 5
_HOLDING = b"\x58\x20"
_PEG_IN = b"\x59\x20"


@dataclass(frozen=True, slots=True)
class ExtensionBlock:
    """What follows the transactions of a Litecoin block since 2022, kept as bytes.

    Args:
        raw: the bytes after the mark of presence.
        height: as its header tells; None where even that is cut off.
        whole_header: whether the header is there to its end; whether the body is can't be told without reading
            Mimblewimble itself, and nothing in the open part depends on it.
    """

    raw: bytes
    height: int | None
    whole_header: bool


def is_hogex(transaction: Transaction) -> bool:
    """Whether it is the transaction that ties an extension block to its block."""
    raw = transaction.raw
    return raw[4:5] == b"\0" and bool(raw[5] & MWEB_FLAG) and bool(transaction.inputs)


def read_extension(cursor: Cursor) -> ExtensionBlock | None:
    """Everything from the cursor to the end; None where the block says that it has no extension block."""
    if not cursor.number(1):
        return None
    raw = cursor.data[cursor.at :]
    cursor.at = len(cursor.data)
    inner = Cursor(raw)
    height = None
    try:
        height = _read_varint(inner)
        inner.take(32 * _HEADER_HASHES)
        _read_varint(inner)
        _read_varint(inner)
    except MalformedTransaction:
        return ExtensionBlock(raw, height, False)
    return ExtensionBlock(raw, height, True)


def peg_ins(transactions: Sequence[Transaction]) -> list[tuple[Transaction, int, Output]]:
    """Outputs that go inside: transaction, number of the output, the output."""
    return [
        (transaction, at, output)
        for transaction in transactions
        for at, output in enumerate(transaction.outputs)
        if output.script.startswith(_PEG_IN) and len(output.script) == 34
    ]


def peg_outs(transactions: Sequence[Transaction]) -> list[Output]:
    """Outputs that have come out of the extension block, in the block's integrating transaction."""
    hogex = transactions[-1]
    return list(hogex.outputs[1:]) if is_hogex(hogex) else []


def held_inside(transactions: Sequence[Transaction]) -> int | None:
    """Satoshi inside the extension block after this block; None where there is no integrating transaction."""
    hogex = transactions[-1]
    if not is_hogex(hogex) or not hogex.outputs or not hogex.outputs[0].script.startswith(_HOLDING):
        return None
    return hogex.outputs[0].value


def _read_varint(cursor: Cursor) -> int:
    """Bitcoin Core's VARINT: seven bits a byte, the highest bit says that more follow, each adding one."""
    number = 0
    for _ in range(10):
        byte = cursor.number(1)
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            return number
        number += 1
    raise MalformedTransaction(cursor.at, "a number that doesn't end")
