"""What a parse yields: one array a field, rows in the order of the bytes. Offsets count from the buffer's start."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]


class BlockColumns(NamedTuple):
    """One row a block; the transactions of block b are rows ``first_transaction[b]`` up to that of b + 1.

    Args:
        first_transaction: int64 [blocks + 1].
        transactions_at: where the first transaction begins, behind header, AuxPoW and count, int64 [blocks].
        transactions_end: where the last one ends; an extension block may follow, int64 [blocks].
    """

    first_transaction: Int64s
    transactions_at: Int64s
    transactions_end: Int64s


class TransactionColumns(NamedTuple):
    """One row a transaction; its inputs are rows ``first_input[t]`` up to that of t + 1, outputs alike.

    Args:
        start, end: its bytes, witness included, int64 [transactions].
        body_end: end of the outputs, where the witness (or the lock time) begins, int64 [transactions].
        flags: 0 for the old form, else bit 0 for a witness and bit 3 for Mimblewimble, uint8 [transactions].
        first_input, first_output: int64 [transactions + 1].
    """

    start: Int64s
    end: Int64s
    body_end: Int64s
    flags: NDArray[np.uint8]
    first_input: Int64s
    first_output: Int64s


class InputColumns(NamedTuple):
    """One row an input.

    Args:
        previous_at: offset of the outpoint: 32 bytes of txid, then 4 of the output's number, int64 [inputs].
        script_at: offset of the scriptSig, int64 [inputs].
        script_size: its length; the sequence number is behind it, int32 [inputs].
        witness_at: offset of the witness, which begins with its number of items; 0 without, int64 [inputs].
    """

    previous_at: Int64s
    script_at: Int64s
    script_size: NDArray[np.int32]
    witness_at: Int64s


class OutputColumns(NamedTuple):
    """One row an output.

    Args:
        value: satoshi, int64 [outputs].
        script_at: offset of the script, int64 [outputs].
        script_size: its length, int32 [outputs].
    """

    value: Int64s
    script_at: Int64s
    script_size: NDArray[np.int32]


class Columns(NamedTuple):
    """A parse of some blocks in one buffer."""

    blocks: BlockColumns
    transactions: TransactionColumns
    inputs: InputColumns
    outputs: OutputColumns

    def body_start(self) -> Int64s:
        """Where the count of inputs begins: behind the version and, in the extended form, two more bytes."""
        return self.transactions.start + np.where(self.transactions.flags, 6, 4)


def empty_columns(blocks: int, transactions: int, inputs: int, outputs: int) -> Columns:
    """Room for so many rows, not filled."""
    return Columns(
        BlockColumns(*(np.empty(blocks + extra, np.int64) for extra in (1, 0, 0))),
        TransactionColumns(
            np.empty(transactions, np.int64),
            np.empty(transactions, np.int64),
            np.empty(transactions, np.int64),
            np.empty(transactions, np.uint8),
            np.empty(transactions + 1, np.int64),
            np.empty(transactions + 1, np.int64),
        ),
        InputColumns(
            np.empty(inputs, np.int64),
            np.empty(inputs, np.int64),
            np.empty(inputs, np.int32),
            np.empty(inputs, np.int64),
        ),
        OutputColumns(np.empty(outputs, np.int64), np.empty(outputs, np.int64), np.empty(outputs, np.int32)),
    )


def cut_columns(room: Columns, blocks: int, transactions: int, inputs: int, outputs: int) -> Columns:
    """The filled part of some room, as views."""
    told, claims, paid = room.transactions, room.inputs, room.outputs
    return Columns(
        BlockColumns(
            room.blocks.first_transaction[: blocks + 1],
            room.blocks.transactions_at[:blocks],
            room.blocks.transactions_end[:blocks],
        ),
        TransactionColumns(
            told.start[:transactions],
            told.end[:transactions],
            told.body_end[:transactions],
            told.flags[:transactions],
            told.first_input[: transactions + 1],
            told.first_output[: transactions + 1],
        ),
        InputColumns(
            claims.previous_at[:inputs],
            claims.script_at[:inputs],
            claims.script_size[:inputs],
            claims.witness_at[:inputs],
        ),
        OutputColumns(paid.value[:outputs], paid.script_at[:outputs], paid.script_size[:outputs]),
    )
