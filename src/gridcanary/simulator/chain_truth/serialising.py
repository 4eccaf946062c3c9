"""Transactions and blocks written as the network writes them, with Merkle roots, commitments and regtest work."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from gridcanary.chain.merkle import merkle_root
from gridcanary.chain.transactions import Input, Output, Transaction, sha256d

REGTEST_BITS = 0x207FFFFF
REGTEST_MAGIC = bytes.fromhex("fabfb5da")

GENESIS_TRANSACTION = bytes.fromhex(
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d01044554686520546"
    "96d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420"
    "666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61"
    "deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000"
)
GENESIS_TIME, GENESIS_NONCE = 1_296_688_602, 2


def counted(number: int) -> bytes:
    """A variable-length integer."""
    if number < 0xFD:
        return bytes([number])
    if number < 0x1_0000:
        return b"\xfd" + struct.pack("<H", number)
    return b"\xfe" + struct.pack("<I", number)


def pushed(data: bytes) -> bytes:
    """A script that pushes up to 75 bytes."""
    if len(data) > 75:
        raise ValueError(f"{len(data)} bytes need more than a plain push")
    return bytes([len(data)]) + data


def transaction_of(
    version: int, inputs: Sequence[Input], outputs: Sequence[Output], locktime: int
) -> Transaction:
    """The transaction with its bytes and txid; in the extended form where any input has a witness."""
    body = counted(len(inputs)) + b"".join(_input(one) for one in inputs)
    body += counted(len(outputs)) + b"".join(_output(one) for one in outputs)
    head, tail = struct.pack("<i", version), struct.pack("<I", locktime)
    plain = head + body + tail
    raw = plain
    if any(one.witness for one in inputs):
        raw = head + b"\0\1" + body + b"".join(_witness(one.witness) for one in inputs) + tail
    return Transaction(sha256d(plain), version, tuple(inputs), tuple(outputs), locktime, raw)


def _input(one: Input) -> bytes:
    previous = one.previous.txid + struct.pack("<I", one.previous.vout)
    return previous + counted(len(one.script)) + one.script + struct.pack("<I", one.sequence)


def _output(one: Output) -> bytes:
    return struct.pack("<Q", one.value) + counted(len(one.script)) + one.script


def _witness(items: tuple[bytes, ...]) -> bytes:
    return counted(len(items)) + b"".join(counted(len(item)) + item for item in items)


def height_push(height: int) -> bytes:
    """A height as BIP 34 wants it at the start of a coinbase."""
    if 1 <= height <= 16:
        return bytes([0x50 + height])
    size = height.bit_length() // 8 + 1
    return pushed(height.to_bytes(size, "little"))


def witness_commitment(others: Sequence[Transaction]) -> bytes:
    """The output script that commits to the witnesses of a block's transactions, the coinbase left out (BIP 141)."""
    root = merkle_root([bytes(32), *(sha256d(one.raw) for one in others)])
    return b"\x6a\x24\xaa\x21\xa9\xed" + sha256d(root + bytes(32))


def mined_block(previous: bytes, time: int, transactions: Sequence[Transaction]) -> tuple[bytes, bytes]:
    """A block's hash and bytes, with a nonce that meets regtest's target."""
    root = merkle_root([one.txid for one in transactions])
    head = struct.pack("<i", 0x20000000) + previous + root + struct.pack("<II", time, REGTEST_BITS)
    nonce = 0
    while (found := sha256d(head + struct.pack("<I", nonce)))[31] >= 0x7F:
        nonce += 1
    header = head + struct.pack("<I", nonce)
    return found, header + counted(len(transactions)) + b"".join(one.raw for one in transactions)


def genesis_block() -> tuple[bytes, bytes]:
    """Hash and bytes of regtest's first block."""
    root = sha256d(GENESIS_TRANSACTION)
    header = struct.pack("<i", 1) + bytes(32) + root
    header += struct.pack("<III", GENESIS_TIME, REGTEST_BITS, GENESIS_NONCE)
    return sha256d(header), header + b"\1" + GENESIS_TRANSACTION


def block_file(blocks: Sequence[bytes]) -> bytes:
    """The blocks as a node's blk file holds them, without obfuscation."""
    return b"".join(REGTEST_MAGIC + struct.pack("<I", len(block)) + block for block in blocks)
