"""Looking for watched scripts and outpoints in block files without any index: every byte is read, only hits are kept.

One pass reads as fast as the disk gives. A case needs one pass a hop, and no database of a node's whole history.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcanary.chain.blockfiles.batches import Batch, Tell, read_batches
from gridcanary.chain.blockfiles.finding import BlockFile
from gridcanary.chain.blockfiles.remarks import Remark, RemarkCode
from gridcanary.chain.kernels.columns import Columns
from gridcanary.chain.kernels.parse import Parser
from gridcanary.chain.kernels.sha256.constants import DIGEST_BYTES
from gridcanary.chain.kernels.txids import txids
from gridcanary.chain.kernels.watch import find_keys, find_touching, outpoint_key, watch_table
from gridcanary.chain.networks import Network
from gridcanary.chain.transactions import Outpoint

Wanted = Callable[[int], bool]
"""Whether the block at an offset of a file counts."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Some blocks of a file as columns; they and the bytes are written over when the next ones are read.

    Args:
        file: where they come from.
        data: the memory that the columns describe, uint8 [bytes].
        offsets: where in the file each block begins, int64 [blocks].
        columns: their transactions, inputs and outputs.
    """

    file: BlockFile
    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    columns: Columns


@dataclass(frozen=True, slots=True)
class Hit:
    """A transaction that was looked for.

    Args:
        offset: where in the file its block begins.
        position: its number in the block.
        raw: its bytes.
    """

    offset: int
    position: int
    raw: bytes


class Watch:
    """What to look for."""

    def __init__(self, scripts: Collection[bytes], outpoints: Collection[Outpoint]) -> None:
        self._scripts = watch_table(scripts)
        self._outpoints = watch_table([outpoint_key(one) for one in outpoints])

    def touched(self, parsed: Parsed) -> NDArray[np.int64]:
        """Rows of the transactions that pay a watched script or spend a watched outpoint."""
        _, transactions, inputs, outputs = parsed.columns
        touched = np.zeros(transactions.start.size, np.uint8)
        find_touching(
            parsed.data, transactions.first_output, outputs.script_at, outputs.script_size,
            transactions.first_input, inputs.previous_at, self._scripts, self._outpoints, touched,
        )  # fmt: skip
        return np.flatnonzero(touched)


def parse_file(file: BlockFile, network: Network, tell: Tell, wanted: Wanted) -> Iterator[Parsed]:
    """The wanted blocks of a file as columns; a block that can't be read is told and passed over."""
    parser = Parser(network.merged)
    for batch in read_batches(file, network, tell):
        offsets = batch.position + batch.starts
        chosen = np.array([wanted(offset) for offset in offsets.tolist()], bool)
        yield from _parsed(parser, batch, batch.starts[chosen], batch.sizes[chosen], tell)


def _parsed(
    parser: Parser, batch: Batch, starts: NDArray[np.int64], sizes: NDArray[np.int64], tell: Tell
) -> Iterator[Parsed]:
    while starts.size:
        columns, fault = parser.read(batch.data, starts, sizes)
        good = starts.size if fault is None else fault.block
        if good:
            yield Parsed(batch.file, batch.data, batch.position + starts[:good], columns)
        if fault is not None:
            detail = f"{fault.problem} at byte {batch.position + fault.at}"
            offset, size = batch.position + int(starts[good]), int(sizes[good])
            tell(Remark(batch.file.path, offset, RemarkCode.DAMAGED, size, detail))
        starts, sizes = starts[good + 1 :], sizes[good + 1 :]


def hits_in(parsed: Parsed, rows: NDArray[np.int64]) -> list[Hit]:
    """Some transactions of a parse, with bytes of their own."""
    first = parsed.columns.blocks.first_transaction
    blocks = np.searchsorted(first, rows, side="right") - 1
    starts, ends = parsed.columns.transactions.start, parsed.columns.transactions.end
    return [
        Hit(
            int(parsed.offsets[block]),
            int(row - first[block]),
            parsed.data[starts[row] : ends[row]].tobytes(),
        )
        for row, block in zip(rows.tolist(), blocks.tolist(), strict=True)
    ]


class TxidWatch:
    """Transactions to find by their txids; every transaction must be hashed for it."""

    def __init__(self, wanted: Collection[bytes]) -> None:
        self._wanted = watch_table(wanted)

    def found(self, parsed: Parsed) -> NDArray[np.int64]:
        """Rows of the wanted transactions."""
        told = txids(parsed.data, parsed.columns)
        found = np.zeros(len(told), np.uint8)
        find_keys(told.reshape(-1), DIGEST_BYTES, self._wanted, found)
        return np.flatnonzero(found)
