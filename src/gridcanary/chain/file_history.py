"""The best chain in a folder of block files, asked without an index: each question is a pass over the files."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridcanary.chain.blockfiles.finding import BlockFile, find_block_files
from gridcanary.chain.blockfiles.remarks import Remark, RemarkCode
from gridcanary.chain.blockfiles.survey import survey
from gridcanary.chain.blockfiles.undo_beside import UndoBeside
from gridcanary.chain.coinbase import told_height
from gridcanary.chain.headers import HeaderTree, Standing, grow_tree
from gridcanary.chain.history import Confirmed, Place
from gridcanary.chain.kernels.faults import MalformedBlock
from gridcanary.chain.kernels.parse import parse_block
from gridcanary.chain.kernels.walk import HEADER_BYTES, LEAST_TRANSACTION
from gridcanary.chain.networks import Network
from gridcanary.chain.scan import Hit, Parsed, TxidWatch, Watch, hits_in, parse_file
from gridcanary.chain.transactions import (
    NULL_TXID,
    Cursor,
    MalformedTransaction,
    Outpoint,
    Output,
    Transaction,
    parse_transaction,
    read_transaction,
)
from gridcanary.chain.undo.files import undo_file_beside
from gridcanary.contracts.errors import InputError

Rows = NDArray[np.int64]

_FIRST_BYTES = 4096
"""Enough of a block for nearly every coinbase."""


class FileHistory:
    """The History of some block files.

    Blocks may come in any order, twice, or from a branch that lost; what counts is the best chain by work. Where
    the files don't reach back to the genesis block, heights are those that the coinbases tell (BIP34). What inputs
    spend is told from a node's undo files where they are beside the block files, else from outputs that an earlier
    question came upon.

    Args:
        network: whose blocks are wanted.
        paths: files and folders.
        loose: take every block, also one that lost or that nothing places; for folders of picked blocks. A block
            whose height nothing tells stands at :data:`~gridcanary.chain.history.UNKNOWN_HEIGHT`. What a loose block
            holds isn't proven to be in the best chain.
        workers: files to read at the same time.

    Raises:
        InputError: a path doesn't exist, or there is no block of the network.
    """

    def __init__(
        self, network: Network, paths: Iterable[Path], *, loose: bool = False, workers: int = 1
    ) -> None:
        self.network = network
        self.loose = loose
        self._workers = workers
        self._remarks: dict[Remark, None] = {}
        self._seen: dict[Outpoint, Output] = {}
        self._looked_for = {NULL_TXID}
        self._undo = UndoBeside(network)
        files = find_block_files(paths)
        self.survey = survey(files, network, self._tell)
        if not self.survey.file.size:
            raise _no_blocks(files, network, self.remarks)

    @property
    def remarks(self) -> list[Remark]:
        """What was passed over so far: junk, damaged blocks, files of other networks."""
        return sorted(self._remarks)

    @cached_property
    def tree(self) -> HeaderTree:
        """All headers, told apart into the best chain and the rest."""
        return grow_tree(self.survey.headers, self.network, self._height_told)

    @cached_property
    def rows(self) -> Rows:
        """Rows of the survey that count, in the order of the chain, int64 [blocks]."""
        if not self.loose:
            return self.tree.best
        standing = self.tree.standing
        rows = np.flatnonzero((standing != Standing.REPEATED) & (standing != Standing.WORTHLESS))
        times = self.survey.headers[:, 68:72].copy().view("<u4").ravel()
        return rows[np.lexsort((times[rows], self.tree.height[rows]))]

    @property
    def tip(self) -> Place:
        """The last block; ValueError where no block counts."""
        if not self.rows.size:
            raise ValueError("no block is in the best chain")
        return self._place(int(self.rows[-1]), 0)

    def coinbases(self) -> Iterator[Confirmed]:
        """The first transaction of every block."""
        for row in self.rows.tolist():
            coinbase = self._coinbase(row)
            if coinbase is not None:
                yield Confirmed(self._place(row, 0), coinbase)

    def touching(self, scripts: Collection[bytes], outpoints: Collection[Outpoint]) -> list[Confirmed]:
        """Every transaction that pays one of the scripts or spends one of the outpoints; one pass."""
        watch = Watch(scripts, outpoints)
        found = self._confirmed(self._hits(watch.touched))
        self._remember(found)
        self._remember_spent(found)
        return [self._filled(one) for one in found]

    def outputs(self, outpoints: Collection[Outpoint]) -> Mapping[Outpoint, Output]:
        """The outputs of these outpoints; a pass that hashes every transaction where one wasn't asked for before."""
        unseen = {point.txid for point in outpoints if point not in self._seen}
        asked = unseen - self._looked_for
        if asked:
            self._remember(self._confirmed(self._hits(TxidWatch(asked).found)))
            self._looked_for |= asked
        return {point: self._seen[point] for point in outpoints if point in self._seen}

    def headers(self) -> Iterator[tuple[int, bytes]]:
        """Height and eighty bytes of every header that counts, in the order of the chain."""
        heights, headers = self.tree.height, self.survey.headers
        return ((int(heights[row]), headers[row].tobytes()) for row in self.rows.tolist())

    def block(self, block_hash: bytes) -> bytes:
        """All bytes of a block; KeyError where the files don't hold it."""
        return self._read(self._row_of[block_hash], 0, None)

    @cached_property
    def _row_of(self) -> dict[bytes, int]:
        hashes = self.tree.hashes
        return {hashes[row].tobytes(): row for row in reversed(range(len(hashes)))}

    @cached_property
    def _row_at(self) -> dict[tuple[Path, int], int]:
        """Row of a block that counts by its file and its offset there."""
        told, files = self.survey, self.survey.files
        return {(files[int(told.file[row])].path, int(told.offset[row])): row for row in self.rows.tolist()}

    def _hits(self, find: Callable[[Parsed], Rows]) -> list[tuple[Path, Hit]]:
        """The transactions that a search finds in the blocks that count, of all files."""
        counted = self._row_at
        files = [self.survey.files[number] for number in np.unique(self.survey.file[self.rows]).tolist()]

        def search(file: BlockFile) -> list[tuple[Path, Hit]]:
            parsed = parse_file(file, self.network, self._tell, lambda offset: (file.path, offset) in counted)
            return [(file.path, hit) for one in parsed for hit in hits_in(one, find(one))]

        if self._workers == 1:
            return list(itertools.chain.from_iterable(map(search, files)))
        with ThreadPoolExecutor(self._workers) as pool:
            return list(itertools.chain.from_iterable(pool.map(search, files)))

    def _confirmed(self, hits: list[tuple[Path, Hit]]) -> list[Confirmed]:
        found = [
            Confirmed(self._place(self._row_at[path, hit.offset], hit.position), parse_transaction(hit.raw))
            for path, hit in hits
        ]
        return sorted(found, key=lambda one: one.place)

    def _remember(self, found: list[Confirmed]) -> None:
        for one in found:
            for index, output in enumerate(one.transaction.outputs):
                self._seen[Outpoint(one.transaction.txid, index)] = output

    def _remember_spent(self, found: list[Confirmed]) -> None:
        """What the transactions spend, where undo files tell it; each block once, in the order of the files."""
        blocks: dict[int, list[Confirmed]] = {}
        for one in found:
            blocks.setdefault(self._row_of[one.place.block_hash], []).append(one)
        for row in sorted(blocks):
            file = self.survey.files[int(self.survey.file[row])]
            if undo_file_beside(file.path) is None:
                continue
            inside = {one.place.position: one for one in blocks[row]}
            spent = self._undo.spent_by(file, self._read(row, 0, None), list(inside))
            for position, outputs in spent.items():
                claims = inside[position].transaction.inputs
                self._seen.update(zip((claim.previous for claim in claims), outputs, strict=True))

    def _filled(self, one: Confirmed) -> Confirmed:
        inputs = tuple(
            replace(claim, spent=self._seen.get(claim.previous)) for claim in one.transaction.inputs
        )
        return Confirmed(one.place, replace(one.transaction, inputs=inputs))

    def _place(self, row: int, position: int) -> Place:
        header = self.survey.headers[row]
        time = int.from_bytes(header[68:72].tobytes(), "little")
        return Place(int(self.tree.height[row]), position, self.tree.hashes[row].tobytes(), time)

    def _height_told(self, row: int) -> int | None:
        coinbase = self._coinbase(row)
        return None if coinbase is None else told_height(coinbase.inputs[0].script)

    def _coinbase(self, row: int) -> Transaction | None:
        """The first transaction of a block; None, and a remark, where it can't be read."""
        if not self.network.merged:
            try:
                return _first_transaction(self._read(row, 0, _FIRST_BYTES), int(self.survey.size[row]))
            except MalformedTransaction:
                pass  # it is longer than most, or damaged: the whole block tells
        block = self._read(row, 0, None)
        try:
            begin = int(parse_block(block, self.network.merged).blocks.transactions_at[0])
        except MalformedBlock as broken:
            self._tell_damage(row, len(block), str(broken))
            return None
        return read_transaction(Cursor(block, begin))

    def _read(self, row: int, begin: int, size: int | None) -> bytes:
        return self.survey.read(row, begin, int(self.survey.size[row]) if size is None else size)

    def _tell_damage(self, row: int, size: int, detail: str) -> None:
        file = self.survey.files[int(self.survey.file[row])].path
        self._tell(Remark(file, int(self.survey.offset[row]), RemarkCode.DAMAGED, size, detail))

    def _tell(self, remark: Remark) -> None:
        self._remarks[remark] = None


def _first_transaction(block: bytes, size: int) -> Transaction:
    """The coinbase of a block of which the first bytes are given; MalformedTransaction where there is none."""
    cursor = Cursor(block, HEADER_BYTES)
    count = cursor.count()
    if not 0 < count <= size // LEAST_TRANSACTION:
        raise MalformedTransaction(HEADER_BYTES, f"{count} transactions are announced")
    first = read_transaction(cursor)
    if not first.is_coinbase:
        raise MalformedTransaction(cursor.at, "the first transaction is no coinbase")
    return first


def _no_blocks(files: list[BlockFile], network: Network, remarks: list[Remark]) -> InputError:
    """Why nothing can be asked of these files."""
    first = remarks[0] if remarks else None
    remedy = None
    if first is not None and first.code is RemarkCode.FOREIGN:
        remedy = f"name the network that the blocks are of: --network {first.detail}"
    return InputError(
        first.file if first else files[0].path,
        f"no block of {network.name} is in the {len(files)} files given" + (f"; {first}" if first else ""),
        remedy=remedy,
    )
