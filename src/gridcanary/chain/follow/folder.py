"""The folder that blocks are written into: one file a block, as it came, named by height and hash.

What is stored is the only memory: it is read again at each start, so following goes on where it was broken off and
the same block twice changes nothing. Blocks that lost against a heavier branch stay.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gridcanary.chain.blocks import Header, read_header
from gridcanary.chain.follow.sources import shown
from gridcanary.chain.transactions import Cursor
from gridcanary.chain.work import work_of
from gridcanary.contracts.errors import InputError

HEADER_BYTES = 80
_NAME = re.compile(r"(\d{7,})-([0-9a-f]{64})\.bin")


@dataclass(frozen=True, slots=True)
class Stored:
    """A block in the folder.

    Args:
        height: as its place behind the first block tells.
        hash, previous: in the order of hashing.
        time: the block's own time [s since 1970, UTC].
        bits: its target in compact form.
        total: work from the folder's first block to this one, it included [expected hashes].
    """

    height: int
    hash: bytes
    previous: bytes
    time: int
    bits: int
    total: int


class BlockFolder:
    """The stored blocks and the best chain among them: that with the most work; of equals the one that came first.

    Args:
        path: the folder, made where there is none.

    Raises:
        InputError: a file that isn't the block its name says, or blocks that hang together with no others.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._blocks: dict[bytes, Stored] = {}
        self._best: list[Stored] = []
        for height, file in sorted(self._files(), key=lambda found: (found[0], found[1].stat().st_mtime_ns)):
            self._link(height, _stored_header(file), file)

    def _files(self) -> Iterator[tuple[int, Path]]:
        for file in self.path.iterdir():
            if named := _NAME.fullmatch(file.name):
                yield int(named[1]), file

    @property
    def first(self) -> Stored | None:
        """The lowest block; None in an empty folder."""
        return self._best[0] if self._best else None

    @property
    def tip(self) -> Stored | None:
        """The last block of the best chain; None in an empty folder."""
        return self._best[-1] if self._best else None

    def __contains__(self, block_hash: bytes) -> bool:
        return block_hash in self._blocks

    def __getitem__(self, block_hash: bytes) -> Stored:
        return self._blocks[block_hash]

    def best_at(self, height: int) -> Stored | None:
        """The best chain's block of a height, where it is stored."""
        if self.first is None or not 0 <= height - self.first.height < len(self._best):
            return None
        return self._best[height - self.first.height]

    def best_chain(self) -> tuple[Stored, ...]:
        """All blocks of the best chain in order."""
        return tuple(self._best)

    def stale(self) -> list[Stored]:
        """Stored blocks that the best chain doesn't hold, the lowest first."""
        return sorted(
            (one for one in self._blocks.values() if self.best_at(one.height) != one),
            key=lambda one: (one.height, one.hash),
        )

    def add(self, height: int, raw: bytes) -> Stored:
        """Write a block that was checked; nothing happens where it is there already.

        Args:
            height: its height; it follows a stored block, or the folder is empty.
            raw: all its bytes.
        """
        header = read_header(Cursor(raw[:HEADER_BYTES]))
        if header.hash in self._blocks:
            return self._blocks[header.hash]
        file = self.path / f"{height:07d}-{shown(header.hash)}.bin"
        write_whole(file, raw)
        return self._link(height, header, file)

    def _link(self, height: int, header: Header, file: Path) -> Stored:
        parent = self._blocks.get(header.previous)
        if self._best and (parent is None or parent.height != height - 1):
            remedy = "move it away, or follow into another folder"
            raise InputError(file, "follows none of the blocks that were stored before it", remedy=remedy)
        total = work_of(header.bits) + (parent.total if parent else 0)
        one = Stored(height, header.hash, header.previous, header.time, header.bits, total)
        self._blocks[one.hash] = one
        if self.tip is None or one.total > self.tip.total:
            self._make_best(one)
        return one

    def _make_best(self, tip: Stored) -> None:
        """Let the best chain end in this block, taking back the blocks that lost."""
        branch = [tip]
        while branch[-1].previous in self._blocks and self.best_at(branch[-1].height - 1) != (
            parent := self._blocks[branch[-1].previous]
        ):
            branch.append(parent)
        keep = branch[-1].height - self._best[0].height if self._best else 0
        self._best[keep:] = reversed(branch)


def _stored_header(file: Path) -> Header:
    with file.open("rb") as stream:
        raw = stream.read(HEADER_BYTES)
    header = read_header(Cursor(raw)) if len(raw) == HEADER_BYTES else None
    if header is None or shown(header.hash) not in file.name:
        raise InputError(file, "is not the block that its name says", remedy="delete it and follow again")
    return header


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that it is whole or absent, even when the power fails."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
