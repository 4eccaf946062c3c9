"""Undo files: records one after the other, each behind the network's magic and before a checksum.

The order differs from that of the blocks, and nothing in a record names its block. The checksum does: it is the
double SHA-256 of the hash of the block before, followed by the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gridcanary.chain.blockfiles.obfuscation import key_beside, unmask
from gridcanary.chain.blocks import Block
from gridcanary.chain.kernels.spent import undo_shape
from gridcanary.chain.transactions import sha256d
from gridcanary.chain.undo.records import BlockUndo, read_undo
from gridcanary.contracts.errors import InputError

_CHECKSUM_BYTES = 32
_NODE_NAME = re.compile(r"(.*)blk(\d+.*)")


@dataclass(frozen=True, slots=True)
class UndoRecord:
    """One block's undo data as it stands in a file.

    Args:
        offset: of the data in the file [bytes].
        data: the squeezed record.
        checksum: double SHA-256 of the hash of the block's parent and the data.
    """

    offset: int
    data: bytes
    checksum: bytes

    def belongs_to(self, parent: bytes) -> bool:
        """Whether it is of the block on top of this one (a hash in the order of hashing)."""
        return sha256d(parent + self.data) == self.checksum


def undo_records(plain: bytes, magic: bytes) -> Iterator[UndoRecord]:
    """The records of an undo file whose obfuscation is removed; what lies between is passed over.

    Args:
        plain: the file's bytes.
        magic: of the network.
    """
    at = plain.find(magic)
    while at >= 0:
        start = at + len(magic) + 4
        size = int.from_bytes(plain[start - 4 : start], "little")
        end = start + size
        if size > 0 and end + _CHECKSUM_BYTES <= len(plain):
            yield UndoRecord(start, plain[start:end], plain[end : end + _CHECKSUM_BYTES])
            follows = end + _CHECKSUM_BYTES
        else:
            follows = at + 1
        at = plain.find(magic, follows)


def read_undo_file(path: Path, magic: bytes) -> Iterator[UndoRecord]:
    """The records of an undo file as a node keeps it, hidden behind the key of its folder or not.

    Raises:
        InputError: the file can't be read, or its folder's key is none.
    """
    try:
        data = np.frombuffer(bytearray(path.read_bytes()), np.uint8)
    except OSError as error:
        raise InputError(path, f"can't be read: {error.strerror}") from error
    if data[: len(magic)].tobytes() != magic:
        unmask(data, key_beside(path), 0)
    return undo_records(data.tobytes(), magic)


def undo_file_beside(path: Path) -> Path | None:
    """The undo file of a block file by its name (blk00012.dat, rev00012.dat); None where there is none."""
    named = _NODE_NAME.fullmatch(path.name)
    beside = path.with_name(f"{named[1]}rev{named[2]}") if named else None
    return beside if beside is not None and beside.is_file() else None


class UndoShelf:
    """Undo records put so that the one of a block is found without trying all."""

    def __init__(self, records: Iterable[UndoRecord]) -> None:
        self._by_shape: dict[tuple[int, int], dict[bytes, set[bytes]]] = {}
        self._size = 0
        self.broken: list[int] = []
        """Offsets of records that can't be read."""
        for record in records:
            shape = undo_shape(record.data)
            if shape is None:
                self.broken.append(record.offset)
                continue
            self._by_shape.setdefault(shape, {}).setdefault(record.data, set()).add(record.checksum)
            self._size += 1

    def __len__(self) -> int:
        return self._size

    def data_of(self, parent: bytes, transactions: int, inputs: int) -> bytes | None:
        """The record of a block; proven by its checksum, never guessed.

        Args:
            parent: hash of the block before, in the order of hashing.
            transactions: the block's, the coinbase left out.
            inputs: theirs.

        Returns:
            The squeezed record, None where there is none.
        """
        for data, checksums in self._by_shape.get((transactions, inputs), {}).items():
            if sha256d(parent + data) in checksums:
                return data
        return None

    def of(self, block: Block) -> BlockUndo | None:
        """The undo data of a block read in the plain way, None where there is none."""
        others = block.transactions[1:]
        data = self.data_of(block.header.previous, len(others), sum(len(one.inputs) for one in others))
        return None if data is None else read_undo(data)
