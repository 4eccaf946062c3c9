"""One block read with the plain reader: header and transactions. For fixtures, proofs and single blocks."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.chain.transactions import Cursor, Transaction, read_transaction, sha256d


@dataclass(frozen=True, slots=True)
class Header:
    """The eighty bytes that miners hash.

    Args:
        raw: the bytes themselves.
        previous: hash of the block before, in the order of hashing.
        merkle_root: root over the txids, in the order of hashing.
        time: the miner's clock [s since 1970, UTC].
        bits: the target in compact form.
    """

    raw: bytes
    version: int
    previous: bytes
    merkle_root: bytes
    time: int
    bits: int

    @property
    def hash(self) -> bytes:
        """The block's hash in the order of hashing."""
        return sha256d(self.raw)


@dataclass(frozen=True, slots=True)
class Block:
    """A header with all its transactions."""

    header: Header
    transactions: tuple[Transaction, ...]


def read_header(cursor: Cursor) -> Header:
    """The header at the cursor."""
    start = cursor.at
    version, previous, root = cursor.number(4), cursor.take(32), cursor.take(32)
    time, bits = cursor.number(4), cursor.number(4)
    cursor.take(4)
    return Header(cursor.data[start : cursor.at], version, previous, root, time, bits)


def read_block(cursor: Cursor) -> Block:
    """The block at the cursor, without any proof of merged mining in it."""
    header = read_header(cursor)
    return Block(header, tuple(read_transaction(cursor) for _ in range(cursor.count())))
