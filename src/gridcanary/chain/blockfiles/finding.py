"""Which files of a folder may hold blocks, and how each holds them: told by its bytes, not by its name alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from gridcanary.chain.blockfiles.obfuscation import NO_KEY, key_beside, unmask
from gridcanary.chain.networks import NETWORKS, Network
from gridcanary.contracts.errors import InputError

SUFFIXES = (".dat", ".bin", ".raw", ".blk", ".hex")
NODE_FILE = re.compile(r"blk\d+\.dat")
_NOT_BLOCKS = re.compile(
    r".*rev\d{5}.*|.*undo.*|(xor|peers|mempool|banlist|anchors|wallet|fee_estimates)\.dat"
)
"""Undo data and what else a node keeps under such names."""


class Layout(StrEnum):
    """How a file holds its blocks."""

    FRAMED = "framed"
    SINGLE = "single"
    HEX = "hex"


@dataclass(frozen=True, slots=True)
class BlockFile:
    """A file that may hold blocks.

    Args:
        path: the file.
        layout: how.
        key: its obfuscation, eight bytes, zeros without.
        magic: the four bytes that its first frame begins with; empty where no known network's were found.
    """

    path: Path
    layout: Layout
    key: bytes = NO_KEY
    magic: bytes = b""

    @property
    def network(self) -> Network | None:
        """The network whose magic the file begins with, None where that isn't known."""
        return next((network for network in NETWORKS.values() if network.magic == self.magic), None)


def find_block_files(paths: Iterable[Path]) -> list[BlockFile]:
    """The files that may hold blocks, folders searched to the bottom, each once, in the order of their names.

    Args:
        paths: files and folders.

    Raises:
        InputError: a path doesn't exist, or nothing is there that may hold blocks.
    """
    given = list(paths)
    found: dict[Path, BlockFile] = {}
    for path in given:
        if not path.exists():
            raise InputError(path, "there is no such file or folder")
        for file in _candidates(path):
            found.setdefault(file.resolve(), look_at(file))
    if not found:
        raise InputError(
            given[0] if given else "--blocks",
            "no file there may hold blocks",
            remedy=f"name a node's blocks folder, or files ending in {', '.join(SUFFIXES)}",
        )
    return list(found.values())


def _candidates(path: Path) -> list[Path]:
    """The files under a folder whose names could be those of block files; a file that was named is always one."""
    if path.is_file():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in SUFFIXES and not _NOT_BLOCKS.fullmatch(file.name.lower()) and file.is_file()
    )


def look_at(path: Path) -> BlockFile:
    """How a file holds blocks, by its first bytes; the key counts only where it makes a known magic of them.

    Raises:
        InputError: the file can't be read, or its folder's key is none.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as broken:
        raise InputError(path, f"can't be read: {broken.strerror}") from broken
    if path.suffix.lower() == ".hex":
        return BlockFile(path, Layout.HEX)
    key = key_beside(path)
    for one in (key, NO_KEY):
        plain = np.frombuffer(bytearray(head), np.uint8)
        unmask(plain, one, 0)
        magic = plain.tobytes()
        if any(network.magic == magic for network in NETWORKS.values()):
            return BlockFile(path, Layout.FRAMED, one, magic)
    if NODE_FILE.fullmatch(path.name):
        return BlockFile(path, Layout.FRAMED, key)
    return BlockFile(path, Layout.SINGLE)
