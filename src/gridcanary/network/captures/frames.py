"""Frames of one capture file, batch by batch; what kind of file it is the content tells, never the name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError
from gridcanary.network.captures.frame_columns import FRAME
from gridcanary.network.captures.notes import CaptureNote
from gridcanary.network.captures.pcap import is_pcap, pcap_frames
from gridcanary.network.captures.pcapng import is_pcapng, pcapng_frames
from gridcanary.network.captures.windows import Window, open_window

__all__ = ["FRAME", "Frames", "frames_of", "is_capture"]


@dataclass(frozen=True, slots=True)
class Frames:
    """Frames of one capture; valid until the next batch is asked for, since the window is used again.

    Args:
        data: the window, uint8 [bytes].
        columns: FRAME (n,).
    """

    data: NDArray[np.uint8]
    columns: NDArray[np.void]


def is_capture(path: str | Path) -> bool:
    """Whether a file is a pcap or pcapng, plain or compressed."""
    with closing(open_window(path)) as window:
        return is_pcap(window.head) or is_pcapng(window.head)


def frames_of(path: str | Path, notes: list[CaptureNote]) -> Iterator[Frames]:
    """All frames of a capture in the order of the file.

    Args:
        path: pcap (any byte order, µs or ns) or pcapng, plain, gzip or zstd.
        notes: gets what could not be read.

    Raises:
        InputError: the file is no capture.
        OSError: the file can't be opened.
    """
    with closing(open_window(path)) as window:
        for columns in _columns_of(path, window, notes):
            yield Frames(window.data, columns)
        if window.broken:
            notes.append(CaptureNote(str(path), "compression_broken", offset=window.offset + window.end))


def _columns_of(path: str | Path, window: Window, notes: list[CaptureNote]) -> Iterator[NDArray[np.void]]:
    if is_pcap(window.head):
        return pcap_frames(str(path), window, notes)
    if is_pcapng(window.head):
        return pcapng_frames(str(path), window, notes)
    raise InputError(
        path,
        f"is no capture: it begins with {window.head[:4].hex(' ') or 'nothing'}",
        remedy="give pcap or pcapng; other formats can be turned into it with editcap",
    )
