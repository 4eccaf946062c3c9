"""Raw blocks to the rows of the lake's four tables: pure functions on one buffer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.chain.kernels.columns import Columns
from gridcanary.chain.kernels.gather import binary_array, fixed_rows, hash_array
from gridcanary.chain.kernels.parse import Parser
from gridcanary.chain.kernels.txids import merkle_root_over, txids
from gridcanary.chain.lake.spending import Spending, spending_of
from gridcanary.chain.networks import Network
from gridcanary.chain.transactions import sha256d
from gridcanary.contracts.chain import BLOCKS, INPUTS, OUTPUTS, TRANSACTIONS

Int64s = NDArray[np.int64]

_PARENT_AT, _ROOT_AT, _HEADER_BYTES = 4, 36, 80


UndoOf = Callable[[bytes, int, int], bytes | None]
"""The undo record of a block by its parent's hash, its transactions and their inputs, the coinbase left out."""


def no_undo(_parent: bytes, _transactions: int, _inputs: int) -> bytes | None:
    """Where no undo data is kept."""
    return None


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block to put into the lake.

    Args:
        height: its place in the best chain.
        raw: its bytes.
    """

    height: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class LakeRows:
    """Rows of some blocks, a batch a table, in the order of the chain.

    Args:
        tables: by the tables' names.
        damaged: heights of blocks that can't be read or whose Merkle root doesn't hold; they have no rows.
    """

    tables: dict[str, pa.RecordBatch]
    damaged: list[int]


def lake_rows(blocks: Sequence[PlacedBlock], network: Network, undo_of: UndoOf = no_undo) -> LakeRows:
    """The rows of some blocks.

    Args:
        blocks: in the order of the chain; some megabytes of them are enough at a time.
        network: whose blocks they are.
        undo_of: finds their undo records.
    """
    told = [(block, _proven(block, network, undo_of)) for block in blocks]
    whole = [block for block, proven in told if proven is not None]
    ids = np.concatenate([np.empty((0, 32), np.uint8), *(one.txids for _, one in told if one is not None)])
    undo = [one.undo for _, one in told if one is not None]
    damaged = sorted(block.height for block, proven in told if proven is None)
    data = np.frombuffer(bytearray(b"".join(block.raw for block in whole)), np.uint8)
    sizes = np.array([len(block.raw) for block in whole], np.int64)
    starts = np.cumsum(sizes) - sizes
    columns, _none = Parser(network.merged).read(data, starts, sizes)
    spending = spending_of(undo, data, columns, network)
    heights = np.array([block.height for block in whole], np.int32)
    keys = _keys(heights, columns)
    tables = {
        "blocks": _block_rows(heights, data, starts, sizes, columns, spending),
        "transactions": _transaction_rows(keys, ids, data, columns, spending),
        "inputs": _input_rows(keys, data, columns, spending),
        "outputs": _output_rows(keys, data, columns),
    }
    return LakeRows(tables, damaged)


@dataclass(frozen=True, slots=True)
class _Keys:
    """Height and position of every transaction, and the transaction of every input and output."""

    height: NDArray[np.int32]
    position: NDArray[np.int32]
    of_input: Int64s
    of_output: Int64s


def _keys(heights: NDArray[np.int32], columns: Columns) -> _Keys:
    counts = np.diff(columns.blocks.first_transaction)
    told = columns.transactions
    every = np.arange(told.start.size)
    first = np.repeat(columns.blocks.first_transaction[:-1], counts)
    return _Keys(
        np.repeat(heights, counts),
        (every - first).astype(np.int32),
        np.repeat(every, np.diff(told.first_input)),
        np.repeat(every, np.diff(told.first_output)),
    )


@dataclass(frozen=True, slots=True)
class _Proven:
    """Txids of a block that commits to them, uint8 [transactions, 32], and its undo record."""

    txids: NDArray[np.uint8]
    undo: bytes | None


def _proven(block: PlacedBlock, network: Network, undo_of: UndoOf) -> _Proven | None:
    """A block's txids and undo record; None where it can't be read or commits to other transactions."""
    data = np.frombuffer(bytearray(block.raw), np.uint8)
    columns, fault = Parser(network.merged).read(data, np.zeros(1, np.int64), np.array([data.size]))
    if fault is not None:
        return None
    ids = txids(data, columns)
    if merkle_root_over(ids) != block.raw[_ROOT_AT : _ROOT_AT + 32]:
        return None
    told = columns.transactions
    inputs = int(told.first_input[-1] - told.first_input[1])
    parent = block.raw[_PARENT_AT : _PARENT_AT + 32]
    return _Proven(ids, undo_of(parent, told.start.size - 1, inputs))


def _numbers(data: NDArray[np.uint8], starts: Int64s, kind: str) -> NDArray:
    """Four-byte numbers at some offsets."""
    return np.ascontiguousarray(fixed_rows(data, starts, 4)).view(kind).ravel()


def _block_rows(
    heights: NDArray[np.int32],
    data: NDArray[np.uint8],
    starts: Int64s,
    sizes: Int64s,
    columns: Columns,
    spending: Spending,
) -> pa.RecordBatch:
    headers = fixed_rows(data, starts, _HEADER_BYTES)
    hashes = np.frombuffer(b"".join(sha256d(one.tobytes()) for one in headers), np.uint8).reshape(-1, 32)
    first = columns.blocks.first_transaction[:-1]
    coinbase = columns.transactions.first_input[first]
    rewards = _sums(columns.outputs.value, columns.transactions.first_output)[first]
    fees = _sums(spending.fee, columns.blocks.first_transaction)
    times = np.ascontiguousarray(headers[:, 68:72]).view("<u4").ravel().astype(np.int64)
    arrays = [
        pa.array(heights),
        hash_array(hashes),
        hash_array(headers[:, 4:36]),
        pa.array(times, pa.int64()).cast(pa.timestamp("s", tz="UTC")),
        pa.array(np.ascontiguousarray(headers[:, :4]).view("<i4").ravel()),
        pa.array(np.ascontiguousarray(headers[:, 72:76]).view("<u4").ravel()),
        pa.array(sizes.astype(np.int32)),
        pa.array(np.diff(columns.blocks.first_transaction).astype(np.int32)),
        binary_array(
            data, columns.inputs.script_at[coinbase], columns.inputs.script_size[coinbase].astype(np.int64)
        ),
        pa.array(rewards),
        pa.array(fees, mask=~spending.known_block),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=BLOCKS)


def _transaction_rows(
    keys: _Keys, ids: NDArray[np.uint8], data: NDArray[np.uint8], columns: Columns, spending: Spending
) -> pa.RecordBatch:
    told = columns.transactions
    arrays = [
        pa.array(keys.height),
        pa.array(keys.position),
        hash_array(ids),
        pa.array(_numbers(data, told.start, "<i4")),
        pa.array(_numbers(data, told.end - 4, "<u4")),
        pa.array((told.end - told.start).astype(np.int32)),
        pa.array(np.diff(told.first_input).astype(np.int32)),
        pa.array(np.diff(told.first_output).astype(np.int32)),
        pa.array(_sums(columns.outputs.value, told.first_output)),
        pa.array(spending.fee, mask=~spending.known_fee),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=TRANSACTIONS)


def _input_rows(keys: _Keys, data: NDArray[np.uint8], columns: Columns, spending: Spending) -> pa.RecordBatch:
    rows = np.flatnonzero(keys.position[keys.of_input] > 0)
    of, claims = keys.of_input[rows], columns.inputs
    number = rows - columns.transactions.first_input[of]
    sequence_at = claims.script_at[rows] + claims.script_size[rows]
    arrays = [
        pa.array(keys.height[of]),
        pa.array(keys.position[of]),
        pa.array(number.astype(np.int32)),
        hash_array(fixed_rows(data, claims.previous_at[rows], 32)),
        pa.array(_numbers(data, claims.previous_at[rows] + 32, "<u4")),
        pa.array(_numbers(data, sequence_at, "<u4")),
        spending.source,
        spending.script,
        spending.satoshi,
        spending.height,
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=INPUTS)


def _output_rows(keys: _Keys, data: NDArray[np.uint8], columns: Columns) -> pa.RecordBatch:
    of, paid = keys.of_output, columns.outputs
    number = np.arange(of.size) - columns.transactions.first_output[of]
    arrays = [
        pa.array(keys.height[of]),
        pa.array(keys.position[of]),
        pa.array(number.astype(np.int32)),
        pa.array(paid.value.copy()),
        binary_array(data, paid.script_at, paid.script_size.astype(np.int64)),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=OUTPUTS)


def _sums(values: Int64s, first: Int64s) -> Int64s:
    """Sums of neighbouring values, group g being rows first[g] up to first[g + 1]."""
    upto = np.zeros(values.size + 1, np.int64)
    np.cumsum(values, out=upto[1:])
    return upto[first[1:]] - upto[first[:-1]]
