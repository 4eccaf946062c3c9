"""What a parse yields: one array a field, rows in the order of the bytes. Offsets count from the buffer's start."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]

START, END, BODY_END, FLAGS, FIRST_INPUT, FIRST_OUTPUT = range(6)
PREVIOUS_AT, INPUT_SCRIPT_AT, INPUT_SCRIPT_SIZE, WITNESS_AT = range(4)
VALUE, OUTPUT_SCRIPT_AT, OUTPUT_SCRIPT_SIZE = range(3)
FIRST_TRANSACTION, TRANSACTIONS_AT, TRANSACTIONS_END = range(3)
"""Number of each field in the kernels' room, in the order of the fields below."""


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
        flags: 0 for the old form, else bit 0 for a witness and bit 3 for Mimblewimble, int64 [transactions].
        first_input, first_output: int64 [transactions + 1].
    """

    start: Int64s
    end: Int64s
    body_end: Int64s
    flags: Int64s
    first_input: Int64s
    first_output: Int64s


class InputColumns(NamedTuple):
    """One row an input.

    Args:
        previous_at: offset of the outpoint: 32 bytes of txid, then 4 of the output's number, int64 [inputs].
        script_at: offset of the scriptSig, int64 [inputs].
        script_size: its length; the sequence number is behind it, int64 [inputs].
        witness_at: offset of the witness, which begins with its number of items; 0 without, int64 [inputs].
    """

    previous_at: Int64s
    script_at: Int64s
    script_size: Int64s
    witness_at: Int64s


class OutputColumns(NamedTuple):
    """One row an output.

    Args:
        value: satoshi, int64 [outputs].
        script_at: offset of the script, int64 [outputs].
        script_size: its length, int64 [outputs].
    """

    value: Int64s
    script_at: Int64s
    script_size: Int64s


class Columns(NamedTuple):
    """A parse of some blocks in one buffer."""

    blocks: BlockColumns
    transactions: TransactionColumns
    inputs: InputColumns
    outputs: OutputColumns

    def body_start(self) -> Int64s:
        """Where the count of inputs begins: behind the version and, in the extended form, two more bytes."""
        return self.transactions.start + np.where(self.transactions.flags, 6, 4)


class Room(NamedTuple):
    """Where kernels write: a table each, a field a line of it, so that every field lies in one piece.

    Args:
        blocks: int64 [3, room + 1].
        transactions: int64 [6, room + 1].
        inputs: int64 [4, room].
        outputs: int64 [3, room].
    """

    blocks: Int64s
    transactions: Int64s
    inputs: Int64s
    outputs: Int64s

    @classmethod
    def of(cls, blocks: int, transactions: int, inputs: int, outputs: int) -> Room:
        """Room for so many rows, not filled."""
        shapes = (3, blocks + 1), (6, transactions + 1), (4, inputs), (3, outputs)
        return cls(*(np.empty(shape, np.int64) for shape in shapes))

    @property
    def rows(self) -> tuple[int, int, int, int]:
        """How many rows of each table there is room for."""
        one, two, three, four = (table.shape[1] for table in self)
        return one - 1, two - 1, three, four

    def filled(self, blocks: int, transactions: int, inputs: int, outputs: int) -> Columns:
        """The first rows, as views; a first row of something ends with one more."""
        told, claims, paid = self.transactions, self.inputs[:, :inputs], self.outputs[:, :outputs]
        return Columns(
            BlockColumns(
                self.blocks[FIRST_TRANSACTION, : blocks + 1],
                self.blocks[TRANSACTIONS_AT, :blocks],
                self.blocks[TRANSACTIONS_END, :blocks],
            ),
            TransactionColumns(
                told[START, :transactions],
                told[END, :transactions],
                told[BODY_END, :transactions],
                told[FLAGS, :transactions],
                told[FIRST_INPUT, : transactions + 1],
                told[FIRST_OUTPUT, : transactions + 1],
            ),
            InputColumns(*claims),
            OutputColumns(*paid),
        )
