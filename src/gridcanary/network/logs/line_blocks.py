"""Blocks of whole lines out of a log, compressed or not, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError
from gridcanary.network.logs.rejects import LogReport

BLOCK_BYTES = 1 << 23
MOST_LINE_BYTES = 1 << 22
"""A line longer than this is no record of a log and is left out; it also bounds what waits for a line's end."""

_READ_BYTES = 1 << 16
"""Read at once: what a damaged file costs before the damage, at the most."""

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Whole lines.

    Args:
        text: the bytes of all; ends with a line feed.
        data: the same, uint8.
        begin, end: each line without its line end, int64 (n,); empty lines are left out.
        rows: number of each line in the file, 1-based, int64 (n,).
    """

    text: bytes
    data: NDArray[np.uint8]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    rows: NDArray[np.int64]

    @classmethod
    def of(cls, text: bytes, first_row: int) -> LineBlock:
        """The lines of some bytes that end with a line feed.

        Args:
            text: the bytes.
            first_row: number of the first line.
        """
        data = np.frombuffer(text, np.uint8)
        feeds = np.flatnonzero(data == 10)
        begin = np.concatenate([np.zeros(1, np.int64), feeds[:-1] + 1])
        end = feeds - ((feeds > begin) & (data[feeds - 1] == 13))
        held = np.flatnonzero(end > begin)
        return cls(text, data, begin[held], end[held], held + first_row)

    def __len__(self) -> int:
        return len(self.begin)

    def part(self, which: slice | NDArray[np.bool_]) -> LineBlock:
        """Some of the lines."""
        return LineBlock(self.text, self.data, self.begin[which], self.end[which], self.rows[which])

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Each line with its number."""
        for begin, end, row in zip(self.begin.tolist(), self.end.tolist(), self.rows.tolist(), strict=True):
            yield row, self.text[begin:end]


class LogStream:
    """A log's bytes, decompressed where it is gzip or zstd by its first bytes.

    Args:
        path: the file.

    Raises:
        InputError: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("rb", buffering=0)
            head = self._file.read(4)
            self._file.seek(0)
        except OSError as problem:
            raise InputError(path, f"cannot be opened: {problem.strerror}") from problem
        packing = "gzip" if head[:2] == _GZIP else "zstd" if head == _ZSTD else None
        self._stream: Any = self._file
        if packing is not None:
            self._stream = pa.CompressedInputStream(pa.PythonFile(self._file, mode="r"), packing)

    def read(self, most: int) -> bytes:
        """The next bytes, none at the end; OSError where the compression is damaged or cut off."""
        return bytes(self._stream.read(most))

    @property
    def stored_bytes(self) -> int:
        """How far the file as it is stored has been read."""
        return self._file.tell()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        self._file.close()


def beginning_of(path: Path, most: int = 65536) -> bytes:
    """The first bytes of a log, decompressed, for telling its kind."""
    parts: list[bytes] = []
    with closing(LogStream(path)) as stream:
        left = most
        while left > 0:
            try:
                part = stream.read(min(left, 4096))
            except OSError:  # what came before the damage is enough to tell the kind
                break
            if not part:
                break
            parts.append(part)
            left -= len(part)
    return b"".join(parts)


def byte_blocks(path: Path, report: LogReport) -> Iterator[bytes]:
    """The bytes of a log; where its compression is cut off or damaged, what came before and a note."""
    with closing(LogStream(path)) as stream:
        yield from _read_on(stream, report)


def _read_on(stream: LogStream, report: LogReport) -> Iterator[bytes]:
    parts: list[bytes] = []
    waiting, over = 0, False
    while not over:
        try:
            part = stream.read(_READ_BYTES)
        except OSError as problem:
            report.notes.append(f"cut off or damaged after {report.bytes} bytes: {problem}")
            part = b""
        over = not part
        report.bytes += len(part)
        parts.append(part)
        waiting += len(part)
        if waiting >= BLOCK_BYTES or (over and waiting):
            report.reached(stream.stored_bytes)
            yield b"".join(parts)
            parts, waiting = [], 0


def line_blocks(path: Path, report: LogReport) -> Iterator[LineBlock]:
    """The lines of a log, block by block; a last line without an end counts, an overlong one is rejected."""
    rest, row, overlong = b"", 1, False
    for part in byte_blocks(path, report):
        cut = part.rfind(b"\n") + 1
        if not cut:
            rest = b"" if overlong else rest + part
            if len(rest) > MOST_LINE_BYTES:
                report.reject(row, None, "the line is too long for a record")
                report.records += 1
                rest, overlong = b"", True
            continue
        whole = rest + part[:cut]
        if overlong:
            whole, row, overlong = part[part.find(b"\n") + 1 : cut], row + 1, False
        rest = part[cut:]
        if whole:
            yield LineBlock.of(whole, row)
            row += whole.count(b"\n")
    if rest and not overlong:
        yield LineBlock.of(rest + b"\n", row)
