"""What the transactions of block files spend, from the undo files that a node keeps beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gridcanary.chain.blockfiles.finding import BlockFile
from gridcanary.chain.kernels.faults import MalformedBlock
from gridcanary.chain.kernels.parse import parse_block
from gridcanary.chain.kernels.spent import SpentColumns, spent_columns
from gridcanary.chain.networks import Network
from gridcanary.chain.transactions import MalformedTransaction, Output
from gridcanary.chain.undo.files import UndoShelf, read_undo_file, undo_file_beside


class UndoBeside:
    """The undo files of some block files; that of the last block file asked for stays in memory.

    A node keeps the undo data of blkNNNNN.dat in revNNNNN.dat. A block's record is found by its checksum, which
    covers the hash of the block before, and must count the same transactions and inputs as the block.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._path: Path | None = None
        self._shelf = UndoShelf([])

    def spent_by(self, file: BlockFile, block: bytes, positions: list[int]) -> dict[int, list[Output]]:
        """What the inputs of some of a block's transactions spend.

        Args:
            file: that holds the block.
            block: its bytes.
            positions: numbers of transactions in it; nothing is told of a coinbase.

        Returns:
            By position, an output for each input; empty where there is no undo data for the block.
        """
        path = undo_file_beside(file.path)
        record = self._record(path, block) if path is not None else None
        if record is None:
            return {}
        ends = np.cumsum(record.counts)
        return {
            position: _outputs(
                record, int(ends[position - 1] - record.counts[position - 1]), int(ends[position - 1])
            )
            for position in positions
            if position
        }

    def _record(self, path: Path, block: bytes) -> SpentColumns | None:
        """The block's record in an undo file; None where there is none that fits."""
        if path != self._path:
            self._path, self._shelf = path, UndoShelf(read_undo_file(path, self._network.magic))
        try:
            told = parse_block(block, self._network.merged).transactions
            counts = np.diff(told.first_input)[1:]
            record = self._shelf.data_of(block[4:36], counts.size, int(counts.sum()))
            spent = None if record is None else spent_columns(record)
        except (MalformedBlock, MalformedTransaction):
            return None
        return spent if spent is not None and np.array_equal(spent.counts, counts) else None


def _outputs(record: SpentColumns, first: int, end: int) -> list[Output]:
    begins = np.concatenate([[0], record.script_end])
    return [
        Output(int(record.value[row]), record.scripts[begins[row] : begins[row + 1]].tobytes())
        for row in range(first, end)
    ]
