"""A block of any network, read to its last byte: header, proof of merged mining, transactions, extension block."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.chain.auxpow import MergedWork, is_merged, read_merged_work
from gridcanary.chain.blocks import Block, read_header
from gridcanary.chain.mweb import ExtensionBlock, is_hogex, read_extension
from gridcanary.chain.networks import Network
from gridcanary.chain.transactions import Cursor, MalformedTransaction, read_transaction


@dataclass(frozen=True, slots=True)
class WholeBlock:
    """A block with what some networks add to it.

    Args:
        block: header and transactions.
        merged: the parent's proof, where the block was mined together with a parent.
        extension: Litecoin's Mimblewimble extension block, where there is one.
    """

    block: Block
    merged: MergedWork | None = None
    extension: ExtensionBlock | None = None


def parse_block(raw: bytes, network: Network) -> WholeBlock:
    """The block that these bytes are, to the last byte.

    Raises:
        MalformedTransaction: they aren't one; it names the byte.
    """
    cursor = Cursor(raw)
    header = read_header(cursor)
    merged = read_merged_work(cursor) if network.merged and is_merged(header) else None
    at, count = cursor.at, cursor.count()
    if not 0 < count <= (len(raw) - cursor.at) // 10:
        raise MalformedTransaction(at, f"{count} transactions are announced in {len(raw) - cursor.at} bytes")
    transactions = tuple(read_transaction(cursor) for _ in range(count))
    extension = read_extension(cursor) if network.mweb and is_hogex(transactions[-1]) else None
    if cursor.at != len(raw):
        raise MalformedTransaction(cursor.at, f"{len(raw) - cursor.at} bytes are left over")
    return WholeBlock(Block(header, transactions), merged, extension)
