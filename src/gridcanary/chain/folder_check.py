"""Every block of some block files checked, with its place in the tree and, where undo data is, with its sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gridcanary.chain.block_check import BlockCheck, check_block, fitting_network
from gridcanary.chain.blockfiles.finding import Layout
from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.headers import NOWHERE, Standing
from gridcanary.chain.networks import Network
from gridcanary.chain.spent_check import check_spent
from gridcanary.chain.targets import target_faults
from gridcanary.chain.undo.files import UndoShelf, read_undo_file, undo_file_beside
from gridcanary.chain.undo.records import with_spent
from gridcanary.chain.whole_blocks import parse_block


@dataclass(frozen=True, slots=True)
class CheckedBlock:
    """A block of the files and what was found.

    Args:
        file, offset: where it is; the offset counts bytes.
        network: whose rules it was checked by; another than asked for where only that fits.
        height: in its chain, None where nothing tells it.
        standing: its part in the tree; UNPLACED for a block of another network.
        check: what holds by itself.
        spent: whether sums and keys hold too; None where its undo data isn't there.
        faults: everything that doesn't hold.
    """

    file: Path
    offset: int
    network: Network
    height: int | None
    standing: Standing
    check: BlockCheck
    spent: bool | None
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the block."""
        return not self.faults


def check_folder(history: FileHistory) -> Iterator[CheckedBlock]:
    """Check every block of some files, also those outside the best chain.

    Args:
        history: of the files.
    """
    shelf_of = lru_cache(maxsize=2)(lambda path: UndoShelf(read_undo_file(path, history.network.magic)))
    told, tree = history.survey, history.tree
    targets = target_faults(tree, told.headers, history.network)
    for row in range(told.file.size):
        file = told.files[int(told.file[row])]
        raw = told.read(row, 0, int(told.size[row]))
        height = int(tree.height[row])
        placed = None if height == NOWHERE else height
        network, check = history.network, check_block(raw, history.network, height=placed)
        if not check.work and file.layout is not Layout.FRAMED:
            fitting = fitting_network(raw)
            if fitting is not None:
                network, check, placed = fitting, check_block(raw, fitting), None
        standing = Standing(int(tree.standing[row])) if network is history.network else Standing.UNPLACED
        undo = undo_file_beside(file.path)
        spent = _spent_faults(raw, network, placed, shelf_of(undo)) if undo and check.holds else None
        yield CheckedBlock(
            file.path,
            int(told.offset[row]),
            network,
            placed if placed is not None else check.told_height,
            standing,
            check,
            None if spent is None else not spent,
            (*check.faults, *(spent or ()), *_target_fault(targets.get(row))),
        )


def _spent_faults(
    raw: bytes, network: Network, height: int | None, shelf: UndoShelf
) -> tuple[str, ...] | None:
    """What the undo data says against a block, None where there is none of it."""
    block = parse_block(raw, network).block
    undo = shelf.of(block)
    return None if undo is None else check_spent(with_spent(block, undo), network, height=height).faults


def _target_fault(expected: int | None) -> tuple[str, ...]:
    return () if expected is None else (f"the chain's rule gives the target {expected:08x}",)
