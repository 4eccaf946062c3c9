"""One transaction, as the network hashes it; the plain reader that proofs and single transactions go through.

Whole block files go through the columnar kernels instead; both must tell the same, which tests check.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from typing import NamedTuple

from gridcanary.contracts.errors import GridcanaryError

NULL_TXID = bytes(32)
MWEB_FLAG = 0x08


class MalformedTransaction(GridcanaryError):
    """Bytes that are no transaction."""

    def __init__(self, offset: int, problem: str) -> None:
        self.offset, self.problem = offset, problem
        super().__init__(f"byte {offset}: {problem}")


class Outpoint(NamedTuple):
    """An output of an earlier transaction: its txid in the order of hashing, and its number."""

    txid: bytes
    vout: int


@dataclass(frozen=True, slots=True)
class Output:
    """Satoshi that a script guards."""

    value: int
    script: bytes


@dataclass(frozen=True, slots=True)
class Input:
    """A claim on an earlier output.

    Args:
        previous: which output; :data:`NULL_TXID` in a coinbase.
        script: the scriptSig, in a coinbase the miner's own bytes.
        witness: items of the witness, empty without.
        sequence: the sequence number.
        spent: the output that is spent, where it is known.
    """

    previous: Outpoint
    script: bytes
    witness: tuple[bytes, ...] = ()
    sequence: int = 0xFFFFFFFF
    spent: Output | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction with the bytes it was read from.

    Args:
        txid: double SHA-256 of the bytes without witness, in the order of hashing (shown reversed).
        raw: all bytes, witness included.
    """

    txid: bytes
    version: int
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    locktime: int
    raw: bytes = field(repr=False, compare=False)

    @property
    def shown_id(self) -> str:
        """The txid as people and explorers write it."""
        return self.txid[::-1].hex()

    @property
    def is_coinbase(self) -> bool:
        """Whether it creates coins."""
        return len(self.inputs) == 1 and self.inputs[0].previous.txid == NULL_TXID


def sha256d(data: bytes) -> bytes:
    """Double SHA-256, 32 bytes."""
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


class Cursor:
    """Reads little-endian fields one after the other and never past the end."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def take(self, count: int) -> bytes:
        """The next bytes; MalformedTransaction where there are fewer."""
        if count > len(self.data) - self.at:
            raise MalformedTransaction(
                self.at, f"{count} bytes are announced, {len(self.data) - self.at} are left"
            )
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, size: int) -> int:
        """An unsigned integer of so many bytes."""
        return int.from_bytes(self.take(size), "little")

    def count(self) -> int:
        """A variable-length integer."""
        first = self.number(1)
        return first if first < 0xFD else self.number({0xFD: 2, 0xFE: 4, 0xFF: 8}[first])


def read_transaction(cursor: Cursor) -> Transaction:
    """The transaction at the cursor, which moves behind it; MalformedTransaction where there is none."""
    start = cursor.at
    version = struct.unpack("<i", cursor.take(4))[0]
    flags = _flags(cursor)
    body = cursor.at
    inputs = [_read_input(cursor) for _ in range(_bounded(cursor, 41))]
    outputs = tuple(_read_output(cursor) for _ in range(_bounded(cursor, 9)))
    body_end = cursor.at
    witnesses = [_read_witness(cursor) for _ in inputs] if flags & 1 else [()] * len(inputs)
    if flags & MWEB_FLAG and cursor.number(1):
        raise MalformedTransaction(cursor.at, "a Mimblewimble transaction outside its extension block")
    locktime = cursor.number(4)
    raw = cursor.data[start : cursor.at]
    hashed = raw if not flags else raw[:4] + cursor.data[body:body_end] + raw[-4:]
    told = tuple(
        Input(one.previous, one.script, witness, one.sequence)
        for one, witness in zip(inputs, witnesses, strict=True)
    )
    return Transaction(sha256d(hashed), version, told, outputs, locktime, raw)


def parse_transaction(raw: bytes) -> Transaction:
    """The transaction that these bytes are, to the last byte; MalformedTransaction otherwise."""
    cursor = Cursor(raw)
    transaction = read_transaction(cursor)
    if cursor.at != len(raw):
        raise MalformedTransaction(cursor.at, f"{len(raw) - cursor.at} bytes are left over")
    return transaction


def _flags(cursor: Cursor) -> int:
    """Flags of the extended form (1 witness, 8 Mimblewimble); 0 in the old form, where nothing is taken."""
    if cursor.data[cursor.at : cursor.at + 1] != b"\0":
        return 0
    if cursor.data[cursor.at + 1 : cursor.at + 2] in (b"", b"\0"):
        return 0
    cursor.take(1)
    flags = cursor.number(1)
    if flags & ~(1 | MWEB_FLAG):
        raise MalformedTransaction(cursor.at - 1, f"unknown flags {flags:#x}")
    return flags


def _bounded(cursor: Cursor, least_size: int) -> int:
    """A count whose items, of at least so many bytes each, can still fit into what is left."""
    at, count = cursor.at, cursor.count()
    if count * least_size > len(cursor.data) - cursor.at:
        raise MalformedTransaction(at, f"{count} items are announced, too many for what is left")
    return count


def _read_input(cursor: Cursor) -> Input:
    previous = Outpoint(cursor.take(32), cursor.number(4))
    script = cursor.take(cursor.count())
    return Input(previous, script, (), cursor.number(4))


def _read_output(cursor: Cursor) -> Output:
    value = cursor.number(8)
    return Output(value, cursor.take(cursor.count()))


def _read_witness(cursor: Cursor) -> tuple[bytes, ...]:
    return tuple(cursor.take(cursor.count()) for _ in range(_bounded(cursor, 1)))
