"""A block file read from its beginning to its end, some megabytes at a time, whatever its length."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from gridcanary.chain.blockfiles.finding import BlockFile, Layout
from gridcanary.chain.blockfiles.obfuscation import unmask
from gridcanary.chain.blockfiles.remarks import Remark, RemarkCode
from gridcanary.chain.kernels.faults import ROOT, Fault
from gridcanary.chain.kernels.frames import (
    CUT_OFF,
    DOUBTFUL,
    FRAME_BYTES,
    LEAST_BLOCK,
    MORE,
    MOST_BLOCK,
    find_frames,
    next_magic,
)
from gridcanary.chain.kernels.parse import Parser
from gridcanary.chain.kernels.txids import merkle_root_over, txids
from gridcanary.chain.networks import Network
from gridcanary.contracts.errors import InputError

WINDOW_BYTES = 8 << 20
"""Read at once; a processor's cache holds it, so that what was read is parsed before it is forgotten."""

_FRAMES = 4096

Tell = Callable[[Remark], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """Blocks that lie in memory. The memory is used again for the next batch.

    Args:
        file: where they come from.
        position: where in the file the memory begins.
        data: uint8 [bytes], without obfuscation.
        starts, sizes: the blocks' places in it, int64 [blocks].
    """

    file: BlockFile
    position: int
    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]


def read_batches(
    file: BlockFile, network: Network, tell: Tell, window: int = WINDOW_BYTES, begin: int = 0
) -> Iterator[Batch]:
    """All blocks of a file, in its order.

    Args:
        file: as found by :func:`~gridcanary.chain.blockfiles.finding.find_block_files`.
        network: whose blocks are wanted.
        tell: takes what is passed over.
        window: bytes to read at once; it grows where a block is longer.
        begin: where in a file of frames to begin.

    Raises:
        InputError: the file can't be read.
    """
    try:
        if file.layout is Layout.FRAMED:
            yield from _FramedFile(file, network, tell, window).batches(begin)
        else:
            yield from _one_block(file, network, tell)
    except OSError as broken:
        raise InputError(file.path, f"can't be read: {broken.strerror}") from broken


def _one_block(file: BlockFile, network: Network, tell: Tell) -> Iterator[Batch]:
    """The block that a whole file is; a file that is none is told."""
    size = file.path.stat().st_size
    if size > MOST_BLOCK * (2 if file.layout is Layout.HEX else 1):
        tell(Remark(file.path, 0, RemarkCode.NO_BLOCK, size, "it is longer than any block"))
        return
    try:
        content = whole_file(file)
    except binascii.Error as broken:
        tell(Remark(file.path, 0, RemarkCode.NO_BLOCK, size, str(broken)))
        return
    data = np.frombuffer(bytearray(content), np.uint8)
    if data.size < LEAST_BLOCK:
        tell(Remark(file.path, 0, RemarkCode.NO_BLOCK, size, "it is shorter than any block"))
        return
    place = np.zeros(1, np.int64), np.full(1, data.size, np.int64)
    fault = Parser(network.merged).read(data, *place)[1]
    if fault is None:
        yield Batch(file, 0, data, *place)
    else:
        tell(Remark(file.path, fault.at, RemarkCode.NO_BLOCK, size, fault.problem))


def whole_file(file: BlockFile) -> bytes:
    """The bytes of a file that is one block, also where they are written as hexadecimal digits."""
    content = file.path.read_bytes()
    return binascii.unhexlify(b"".join(content.split())) if file.layout is Layout.HEX else content


class _FramedFile:
    """The walk over a file of frames, and what it remembers from window to window."""

    def __init__(self, file: BlockFile, network: Network, tell: Tell, window: int) -> None:
        self._file, self._network, self._tell = file, network, tell
        self._memory = np.empty(window, np.uint8)
        self._magic = int.from_bytes(network.magic, "little")
        self._key = np.frombuffer(bytearray(file.key), np.uint8)
        self._starts, self._sizes = np.empty(_FRAMES, np.int64), np.empty(_FRAMES, np.int64)
        self._gaps = np.empty((_FRAMES, 2), np.int64)
        self._gap: tuple[int, int] | None = None
        self._last_block = -1

    def batches(self, position: int) -> Iterator[Batch]:
        """The batches from a position in the file on, one a window or more."""
        if self._is_foreign():
            return
        total = self._file.path.stat().st_size
        with self._file.path.open("rb", buffering=0) as stream:
            while position < total:
                filled = self._fill(stream, position)
                if not filled:
                    break
                gone = 0
                for batch, gone in self._windowful(filled, position, position + filled >= total):  # noqa: B007
                    if batch.starts.size:
                        yield batch
                if not gone:
                    self._grow()
                position += gone
        self._tell_gap()

    def _is_foreign(self) -> bool:
        told = self._file.network
        if told is None or told.magic == self._network.magic:
            return False
        size = self._file.path.stat().st_size
        self._tell(Remark(self._file.path, 0, RemarkCode.FOREIGN, size, told.name))
        return True

    def _fill(self, stream: BinaryIO, position: int) -> int:
        """Read a window from a position; the number of bytes."""
        stream.seek(position)
        filled, memory = 0, self._memory.data
        while filled < self._memory.size:
            count = stream.readinto(memory[filled:])  # type: ignore[attr-defined]
            if not count:
                break
            filled += count
        unmask(self._memory[:filled], self._file.key, position)
        return filled

    def _grow(self) -> None:
        self._memory = np.empty(2 * self._memory.size, np.uint8)

    def _windowful(self, end: int, position: int, final: bool) -> Iterator[tuple[Batch, int]]:
        """The batches of a window, each with the offset up to which the window is done."""
        at = 0
        while at < end:
            state, at, found, holes = find_frames(
                self._memory, at, end, self._magic, self._key, position, final, self._starts, self._sizes,
                self._gaps,
            )  # fmt: skip
            for start, size in self._gaps[:holes].tolist():
                before = int(np.searchsorted(self._starts[:found], start))
                if before:
                    self._last_block = position + int(self._starts[before - 1])
                self._note_gap(position + start, size)
            if found:
                self._last_block = position + int(self._starts[found - 1])
            if state == DOUBTFUL:
                fault = self._fault_in_last(found)
                if fault is not None:
                    found -= 1
                    at = self._after_damage(found, at, position, fault)
            batch = Batch(self._file, position, self._memory, self._starts[:found], self._sizes[:found])
            if state == CUT_OFF:
                at = self._after_cut(at, end, position)
            yield batch, at
            if state == MORE:
                return

    def _fault_in_last(self, found: int) -> Fault | None:
        """What is wrong with the last frame's block; None where it can be read and its Merkle root holds."""
        start, size = int(self._starts[found - 1]), int(self._sizes[found - 1])
        block = self._memory[start : start + size]
        columns, fault = Parser(self._network.merged).read(block, np.zeros(1, np.int64), np.array([size]))
        if fault is not None:
            return fault._replace(at=fault.at + start)
        root = merkle_root_over(txids(block, columns))
        return None if root == block[36:68].tobytes() else Fault(0, ROOT, start + 36)

    def _after_damage(self, frame: int, behind: int, position: int, fault: Fault) -> int:
        """Tell of a block that can't be read; where to go on: at a frame inside of it, or behind it."""
        start, size = int(self._starts[frame]), int(self._sizes[frame])
        self._tell(
            Remark(
                self._file.path, position + start, RemarkCode.DAMAGED, size,
                f"{fault.problem} at byte {position + fault.at}",
            )
        )  # fmt: skip
        return next_magic(self._memory, start, behind, self._magic)

    def _after_cut(self, at: int, end: int, position: int) -> int:
        """Tell of a block that ends behind the file; where to go on: at a frame inside of it, or at the end."""
        following = next_magic(self._memory, at + 4, end, self._magic)
        size = following - at - FRAME_BYTES
        self._tell(Remark(self._file.path, position + at, RemarkCode.CUT_OFF, size))
        return following

    def _note_gap(self, offset: int, size: int) -> None:
        """Join gaps without a block between, so that junk over many windows is told once."""
        if self._gap and self._gap[0] > self._last_block:
            self._gap = self._gap[0], offset + size - self._gap[0]
            return
        self._tell_gap()
        self._gap = offset, size

    def _tell_gap(self) -> None:
        if self._gap:
            self._tell(Remark(self._file.path, self._gap[0], RemarkCode.JUNK, self._gap[1]))
        self._gap = None
