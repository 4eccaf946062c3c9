"""A window that moves over a file, plain or compressed: what is read again and again in bounded memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

WINDOW_BYTES = 1 << 22
_CHUNK_BYTES = 1 << 14
"""Where a compressed stream breaks, what was asked for at once is lost."""

_COMPRESSIONS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


class Window:
    """Bytes of a file from ``offset`` on; those before a place that was read are given up when more are asked for."""

    def __init__(self, stream: Any, at_once: int = WINDOW_BYTES) -> None:
        self.data: NDArray[np.uint8] = np.empty(WINDOW_BYTES, np.uint8)
        self.end = 0
        self.offset = 0
        self.broken = False
        self._stream, self._at_once = stream, at_once
        self.more(0)

    @property
    def head(self) -> bytes:
        """The file's first bytes, as long as nothing was given up."""
        return self.data[: min(self.end, 32)].tobytes()

    def more(self, at: int) -> bool:
        """Give up what stands before ``at``, which becomes 0, and read on; False where nothing more comes.

        The window grows where a single block fills it.
        """
        kept = self.end - at
        if kept == self.data.size:
            self.data = np.concatenate([self.data, np.empty(self.data.size, np.uint8)])
        elif at:
            self.data[:kept] = self.data[at : self.end].copy()
        self.offset, self.end = self.offset + at, kept
        got = self._read(memoryview(self.data)[kept:])  # type: ignore[arg-type]
        self.end += got
        return got > 0

    def _read(self, room: memoryview) -> int:
        """Fill the room as far as the file goes; a compressed stream that breaks ends there."""
        got = 0
        while got < len(room) and not self.broken:
            try:
                taken = self._stream.readinto(room[got : got + self._at_once])
            except OSError:
                self.broken = True
                break
            if not taken:
                break
            got += taken
        return got

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def open_window(path: str | Path) -> Window:
    """Open a file; compression is told by its first bytes.

    Raises:
        OSError: it can't be opened.
    """
    with Path(path).open("rb") as file:
        head = file.read(4)
    compression = next((name for magic, name in _COMPRESSIONS.items() if head.startswith(magic)), None)
    return Window(
        pa.input_stream(str(path), compression=compression), _CHUNK_BYTES if compression else WINDOW_BYTES
    )
