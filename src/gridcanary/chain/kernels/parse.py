"""Blocks in a buffer to columns, with as much room as they turn out to need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridcanary.chain.kernels.columns import Columns, Room
from gridcanary.chain.kernels.faults import FINE, FULL, Fault, MalformedBlock
from gridcanary.chain.kernels.walk import walk_blocks

_BYTES_A_TRANSACTION, _BYTES_AN_INPUT, _BYTES_AN_OUTPUT = 240, 120, 100
"""Half of what blocks of ten years have on average; where a block is denser the room doubles."""


class Parser:
    """Parses blocks again and again into the same memory.

    Args:
        merged: whether the network's blocks may carry a parent's proof of work.
    """

    def __init__(self, merged: bool = False) -> None:
        self._merged = merged
        self._room = Room.of(0, 0, 0, 0)

    def read(
        self, data: NDArray[np.uint8], starts: NDArray[np.int64], sizes: NDArray[np.int64]
    ) -> tuple[Columns, Fault | None]:
        """Columns of the blocks up to the first that is no block, and what is wrong with that one.

        The columns are views of the parser's memory: the next call writes over them.

        Args:
            data: a writable buffer, uint8 [bytes].
            starts, sizes: where each block is, int64 [blocks]; ValueError where one is not inside the buffer.
        """
        if starts.size and (starts.min() < 0 or sizes.min() < 0 or (starts + sizes).max() > data.size):
            raise ValueError("a block is not inside the buffer")
        self._make_room(starts.size, int(sizes.sum()))
        while True:
            code, block, at, *rows = walk_blocks(data, starts, sizes, self._merged, *self._room)
            if code == FINE:
                return self._room.filled(starts.size, *rows), None
            if code != FULL:
                break
            self._double()
        good, _ = self.read(data, starts[:block], sizes[:block])
        return good, Fault(block, code, at)

    def _make_room(self, blocks: int, size: int) -> None:
        need = [blocks, size // _BYTES_A_TRANSACTION, size // _BYTES_AN_INPUT, size // _BYTES_AN_OUTPUT]
        if any(one > other for one, other in zip(need, self._room.rows, strict=True)):
            self._room = Room.of(*(max(pair) for pair in zip(need, self._room.rows, strict=True)))

    def _double(self) -> None:
        blocks, transactions, inputs, outputs = self._room.rows
        self._room = Room.of(blocks, 2 * transactions + 64, 2 * inputs + 64, 2 * outputs + 64)


def writable(data: bytes) -> NDArray[np.uint8]:
    """A copy of some bytes that kernels take."""
    return np.frombuffer(bytearray(data), np.uint8)


def parse_block(data: bytes, merged: bool = False) -> Columns:
    """Columns of one block that is these bytes; MalformedBlock names the byte where it is none."""
    columns, fault = Parser(merged).read(
        writable(data), np.zeros(1, np.int64), np.full(1, len(data), np.int64)
    )
    if fault is not None:
        raise MalformedBlock(fault)
    return columns
