"""The parent's coinbase of merged-mined blocks: on Dogecoin the pool writes its name into Litecoin's coinbase."""

from __future__ import annotations

from collections.abc import Iterator

from gridcanary.chain.auxpow import is_merged, read_merged_work
from gridcanary.chain.blocks import read_header
from gridcanary.chain.history import EvidentHistory
from gridcanary.chain.pools.finders import Finder, finder_of
from gridcanary.chain.pools.known import PoolBook
from gridcanary.chain.transactions import Cursor, Transaction


def parent_coinbase(raw: bytes) -> Transaction | None:
    """The first transaction of the parent's block; None where the block was mined alone.

    Args:
        raw: a block of a network that allows merged mining.

    Raises:
        MalformedTransaction: the header announces a proof and there is none.
    """
    cursor = Cursor(raw)
    return read_merged_work(cursor).coinbase if is_merged(read_header(cursor)) else None


def finders_with_parents(history: EvidentHistory, book: PoolBook) -> Iterator[Finder]:
    """Who found each block, the parent's coinbase looked at too where the network allows merged mining."""
    for coinbase in history.coinbases():
        parent = None
        if history.network.merged:
            parent = parent_coinbase(history.block(coinbase.place.block_hash))
        yield finder_of(coinbase, book, parent)
