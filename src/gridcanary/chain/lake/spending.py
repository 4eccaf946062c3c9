"""What the inputs of some blocks spend, as columns: from undo data, else from what the inputs show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.chain.kernels.columns import Columns
from gridcanary.chain.kernels.spent import SpentColumns, spent_columns
from gridcanary.chain.networks import Network
from gridcanary.chain.spenders import spender_script
from gridcanary.chain.transactions import Cursor, Input, MalformedTransaction, Outpoint

_UNDO, _SHOWN = "undo", "shown"


@dataclass(frozen=True, slots=True)
class Spending:
    """What is spent.

    Args:
        source, script, satoshi, height: Arrow arrays, a row per input but the coinbases', null where unknown.
        fee: satoshi, int64 [transactions], 0 where unknown.
        known_fee: bool [transactions].
        known_block: blocks with undo data, bool [blocks].
    """

    source: pa.Array
    script: pa.Array
    satoshi: pa.Array
    height: pa.Array
    fee: NDArray[np.int64]
    known_fee: NDArray[np.bool_]
    known_block: NDArray[np.bool_]


def spending_of(
    undo: Sequence[bytes | None], data: NDArray[np.uint8], columns: Columns, network: Network
) -> Spending:
    """What the inputs of parsed blocks spend.

    Args:
        undo: each block's undo record, in the order of the columns.
        data: the parsed buffer, uint8 [bytes].
        columns: its columns.
        network: for what inputs show.
    """
    told = columns.transactions
    fee, known_fee = np.zeros(told.start.size, np.int64), np.zeros(told.start.size, np.bool_)
    known_block = np.zeros(len(undo), np.bool_)
    parts: list[pa.RecordBatch] = [_nothing()]
    for at, record in enumerate(undo):
        first, behind = (int(one) for one in columns.blocks.first_transaction[at : at + 2])
        spent = _fitting(record, np.diff(told.first_input[first + 1 : behind + 1]))
        if spent is None:
            parts.append(_shown(data, columns, first + 1, behind, network))
            continue
        known_block[at] = True
        known_fee[first + 1 : behind] = True
        fee[first + 1 : behind] = _fees(spent, columns, first + 1, behind)
        parts.append(_undone(spent))
    joined = pa.Table.from_batches(parts).combine_chunks()
    source, script, satoshi, height = (joined.column(at).combine_chunks() for at in range(4))
    return Spending(source, script, satoshi, height, fee, known_fee, known_block)


def _fitting(undo: bytes | None, counts: NDArray[np.int64]) -> SpentColumns | None:
    """The columns of an undo record, None without one or where its inputs are not those of the block."""
    if undo is None:
        return None
    try:
        spent = spent_columns(undo)
    except MalformedTransaction:
        return None
    return spent if np.array_equal(spent.counts, counts) else None


def _fees(spent: SpentColumns, columns: Columns, first: int, behind: int) -> NDArray[np.int64]:
    ends = np.concatenate(([0], np.cumsum(spent.counts)))
    upto = np.concatenate(([0], np.cumsum(spent.value)))
    paid_first = columns.transactions.first_output[first : behind + 1]
    paid = columns.outputs.value[paid_first[0] : paid_first[-1]]
    paid_upto = np.concatenate(([0], np.cumsum(paid)))[paid_first - paid_first[0]]
    return np.diff(upto[ends]) - np.diff(paid_upto)


_SCHEMA = pa.schema(
    [("source", pa.string()), ("script", pa.binary()), ("satoshi", pa.int64()), ("height", pa.int32())]
)


def _nothing() -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=_SCHEMA)


def _undone(spent: SpentColumns) -> pa.RecordBatch:
    rows = spent.value.size
    offsets = np.zeros(rows + 1, np.int32)
    offsets[1:] = spent.script_end
    scripts = pa.Array.from_buffers(
        pa.binary(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(spent.scripts)]
    )
    heights = pa.array(spent.height, mask=spent.height == 0)
    source = pa.array([_UNDO] * rows, pa.string())
    return pa.RecordBatch.from_arrays([source, scripts, pa.array(spent.value), heights], schema=_SCHEMA)


def _shown(
    data: NDArray[np.uint8], columns: Columns, first: int, behind: int, network: Network
) -> pa.RecordBatch:
    scripts = [spender_script(claim, network) for claim in _claims(data, columns, first, behind)]
    source = [None if script is None else _SHOWN for script in scripts]
    nulls = [None] * len(scripts)
    arrays = [
        pa.array(source, pa.string()),
        pa.array(scripts, pa.binary()),
        pa.array(nulls, pa.int64()),
        pa.array(nulls, pa.int32()),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA)


def _claims(data: NDArray[np.uint8], columns: Columns, first: int, behind: int) -> Iterator[Input]:
    """The inputs of some neighbouring transactions, without hashing or reading anything else of them."""
    told, claims = columns.transactions, columns.inputs
    if first == behind:
        return
    begin = int(told.start[first])
    near = data[begin : told.end[behind - 1]].tobytes()
    rows = slice(told.first_input[first], told.first_input[behind])
    places = zip(
        (claims.previous_at[rows] - begin).tolist(),
        (claims.script_at[rows] - begin).tolist(),
        claims.script_size[rows].tolist(),
        claims.witness_at[rows].tolist(),
        strict=True,
    )
    for previous_at, script_at, size, witness_at in places:
        witness = _witness(Cursor(near, witness_at - begin)) if witness_at else ()
        previous = Outpoint(near[previous_at : previous_at + 32], 0)  # which output it was is not looked at
        yield Input(previous, near[script_at : script_at + size], witness)


def _witness(cursor: Cursor) -> tuple[bytes, ...]:
    return tuple(cursor.take(cursor.count()) for _ in range(cursor.count()))
