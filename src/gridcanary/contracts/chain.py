"""Arrow schemas of the lake of blocks, a row a block, transaction, input or output of the best chain.

A transaction is named by (height, position): eight bytes that join the four tables, and sort them in the order of
the chain. Hashes are bytes in the order of hashing, shown reversed. Amounts are satoshi. Signatures and witnesses
are left out; whoever needs them reads the block.
"""

from __future__ import annotations

import pyarrow as pa

HASH = pa.binary(32)

BLOCKS = pa.schema(
    [
        pa.field("height", pa.int32(), nullable=False),
        pa.field("block_hash", HASH, nullable=False),
        pa.field("previous_hash", HASH, nullable=False),
        pa.field("time", pa.timestamp("s", tz="UTC"), nullable=False),
        pa.field("version", pa.int32(), nullable=False),
        pa.field("bits", pa.uint32(), nullable=False),
        pa.field("size_bytes", pa.int32(), nullable=False),
        pa.field("transactions", pa.int32(), nullable=False),
        pa.field("coinbase_script", pa.binary(), nullable=False),
        pa.field("reward_satoshi", pa.int64(), nullable=False),
        pa.field("fees_satoshi", pa.int64()),
    ]
)
"""A row per block. time is the miner's clock; bits the compact target; coinbase_script the miner's own bytes;
reward_satoshi what the coinbase pays out; fees_satoshi what the transactions left, null without undo data."""

TRANSACTIONS = pa.schema(
    [
        pa.field("height", pa.int32(), nullable=False),
        pa.field("position", pa.int32(), nullable=False),
        pa.field("txid", HASH, nullable=False),
        pa.field("version", pa.int32(), nullable=False),
        pa.field("locktime", pa.uint32(), nullable=False),
        pa.field("size_bytes", pa.int32(), nullable=False),
        pa.field("inputs", pa.int32(), nullable=False),
        pa.field("outputs", pa.int32(), nullable=False),
        pa.field("output_satoshi", pa.int64(), nullable=False),
        pa.field("fee_satoshi", pa.int64()),
    ]
)
"""A row per transaction. position is its number in the block, 0 the coinbase; size_bytes counts the witness;
fee_satoshi is null for coinbases and without undo data."""

INPUTS = pa.schema(
    [
        pa.field("height", pa.int32(), nullable=False),
        pa.field("position", pa.int32(), nullable=False),
        pa.field("input", pa.int32(), nullable=False),
        pa.field("previous_txid", HASH, nullable=False),
        pa.field("previous_output", pa.uint32(), nullable=False),
        pa.field("sequence", pa.uint32(), nullable=False),
        pa.field("spent_source", pa.string()),
        pa.field("spent_script", pa.binary()),
        pa.field("spent_satoshi", pa.int64()),
        pa.field("spent_height", pa.int32()),
    ]
)
"""A row per input, coinbases' left out. input is its number in the transaction; previous_output the number of the
output that it spends. spent_source says where spent_script comes from, one of SPENT_SOURCES, null where nothing tells
it; spent_satoshi and spent_height (of the block that created the output) are known from undo data only."""

SPENT_SOURCES = ("undo", "shown")
"""undo: the node's undo data, proven by its checksum. shown: the key or script that the input shows, which is what the
input looks like and no proof."""

OUTPUTS = pa.schema(
    [
        pa.field("height", pa.int32(), nullable=False),
        pa.field("position", pa.int32(), nullable=False),
        pa.field("output", pa.int32(), nullable=False),
        pa.field("satoshi", pa.int64(), nullable=False),
        pa.field("script", pa.binary(), nullable=False),
    ]
)
"""A row per output. output is its number in the transaction. On Bitcoin Cash a script may begin with 0xef and a token
(CashTokens), which stands before the script proper."""

LAKE_TABLES = {"blocks": BLOCKS, "transactions": TRANSACTIONS, "inputs": INPUTS, "outputs": OUTPUTS}
"""The tables of the lake by the names of their folders."""
