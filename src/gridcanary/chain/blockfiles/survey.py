"""Which blocks the files hold and where: a pass that reads the headers and, where it can, nothing between them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcanary.chain.blockfiles.batches import Tell, read_batches, whole_file
from gridcanary.chain.blockfiles.finding import BlockFile, Layout
from gridcanary.chain.blockfiles.obfuscation import unmask
from gridcanary.chain.blockfiles.remarks import Remark, RemarkCode
from gridcanary.chain.kernels.frames import FRAME_BYTES, LEAST_BLOCK, MOST_BLOCK
from gridcanary.chain.kernels.walk import HEADER_BYTES
from gridcanary.chain.networks import Network
from gridcanary.contracts.errors import InputError

Headers = list[tuple[int, int, bytes]]
"""Offset of a block in its file, its length, its header."""


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """The blocks of some files, one row each, in the order of the files.

    Args:
        files: the files.
        file: row in ``files``, int64 [blocks].
        offset: where in its file a block begins [bytes], int64 [blocks].
        size: its length [bytes], int64 [blocks].
        headers: uint8 [blocks, 80].
    """

    files: Sequence[BlockFile]
    file: NDArray[np.int64]
    offset: NDArray[np.int64]
    size: NDArray[np.int64]
    headers: NDArray[np.uint8]

    def read(self, row: int, begin: int, size: int) -> bytes:
        """Some bytes of a block, without obfuscation; fewer where the block ends before.

        Raises:
            InputError: the file has changed since the survey, or can't be read.
        """
        size = min(size, int(self.size[row]) - begin)
        file, at = self.files[int(self.file[row])], int(self.offset[row]) + begin
        try:
            if file.layout is Layout.HEX:
                found = whole_file(file)[at : at + size]
            else:
                with file.path.open("rb", buffering=0) as stream:
                    found = read_plain(stream.fileno(), file, at, size)
        except OSError as broken:
            raise InputError(file.path, f"can't be read: {broken.strerror}") from broken
        if len(found) != size:
            raise InputError(file.path, f"byte {at}: a block that was there a moment ago is cut off")
        return found


def survey(files: Sequence[BlockFile], network: Network, tell: Tell) -> Survey:
    """Find every block of the network in the files.

    Args:
        files: as found by :func:`~gridcanary.chain.blockfiles.finding.find_block_files`.
        network: whose blocks are wanted.
        tell: takes what is passed over.
    """
    numbers: list[int] = []
    rows: Headers = []
    for number, file in enumerate(files):
        found = headers_of(file, network, tell)
        rows += found
        numbers += [number] * len(found)
    return Survey(
        files,
        np.array(numbers, np.int64),
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        np.frombuffer(b"".join(row[2] for row in rows), np.uint8).reshape(-1, HEADER_BYTES),
    )


def headers_of(file: BlockFile, network: Network, tell: Tell) -> Headers:
    """Place and header of each block of a file; it jumps from frame to frame until something isn't as it should."""
    found: Headers = []
    position = 0
    remarks: list[Remark] = []
    if file.layout is Layout.FRAMED and file.magic == network.magic:
        try:
            found, position = _jump(file, network.magic)
        except OSError as broken:
            raise InputError(file.path, f"can't be read: {broken.strerror}") from broken
    for batch in read_batches(file, network, remarks.append, begin=position):
        for start, size in zip(batch.starts.tolist(), batch.sizes.tolist(), strict=True):
            header = batch.data[start : start + HEADER_BYTES].tobytes()
            found.append((batch.position + start, size, header))
    if not found and file.layout is Layout.FRAMED and file.network in (None, network):
        remarks = [Remark(file.path, 0, RemarkCode.NO_BLOCK, file.path.stat().st_size, _why_none(file))]
    for remark in remarks:
        tell(remark)
    return found


def read_plain(descriptor: int, file: BlockFile, position: int, size: int) -> bytes:
    """Some bytes of an open file without obfuscation; fewer where the file ends."""
    found = np.frombuffer(bytearray(os.pread(descriptor, size, position)), np.uint8)
    unmask(found, file.key, position)
    return found.tobytes()


def _why_none(file: BlockFile) -> str:
    if file.magic:
        return ""
    return (
        "if the node is newer than Bitcoin Core 27, the file xor.dat of its blocks folder must be beside it"
    )


def _jump(file: BlockFile, magic: bytes) -> tuple[Headers, int]:
    """The frames that follow one another without anything between, and where that ends."""
    found: Headers = []
    total = file.path.stat().st_size
    with file.path.open("rb", buffering=0) as stream:
        for at, size, header in _frames(stream.fileno(), file, magic):
            if at + size > total:
                break
            found.append((at, size, header))
    if not found:
        return [], 0
    last = found.pop()  # what stands behind the last one tells whether it is whole: it is read again
    return found, last[0] - FRAME_BYTES


def _frames(descriptor: int, file: BlockFile, magic: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Frame after frame as long as each begins where the one before ends."""
    position = 0
    while True:
        head = read_plain(descriptor, file, position, FRAME_BYTES + HEADER_BYTES)
        size = int.from_bytes(head[4:8], "little")
        if len(head) < FRAME_BYTES + HEADER_BYTES or head[:4] != magic:
            return
        if not LEAST_BLOCK <= size <= MOST_BLOCK:
            return
        yield position + FRAME_BYTES, size, head[FRAME_BYTES:]
        position += FRAME_BYTES + size
