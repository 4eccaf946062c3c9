"""pcap files: one header, then frames. Source: draft-ietf-opsawg-pcap; the patched format is Kuznetzov's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.captures.frame_columns import new_columns
from gridcanary.network.captures.notes import CaptureNote
from gridcanary.network.captures.windows import Window
from gridcanary.network.kernels.octets import ordered32
from gridcanary.network.kernels.pcap_frames import DAMAGED, MORE, find_pcap_frames

_MAGICS = {
    bytes.fromhex("d4c3b2a1"): (False, 1000, 16),
    bytes.fromhex("a1b2c3d4"): (True, 1000, 16),
    bytes.fromhex("4d3cb2a1"): (False, 1, 16),
    bytes.fromhex("a1b23c4d"): (True, 1, 16),
    bytes.fromhex("34cdb2a1"): (False, 1000, 24),
    bytes.fromhex("a1b2cd34"): (True, 1000, 24),
}
"""First four bytes: whether numbers are big-endian, what a unit of time is worth [ns], a frame's header [bytes]."""

HEAD_BYTES = 24
_LINK_MASK = 0x03FFFFFF
"""The bits above tell of checksums behind frames."""


def is_pcap(head: bytes) -> bool:
    """Whether a file that begins so is a pcap."""
    return head[:4] in _MAGICS and len(head) >= HEAD_BYTES


def pcap_frames(file: str, window: Window, notes: list[CaptureNote]) -> Iterator[NDArray[np.void]]:
    """Columns of the frames, batch by batch; a file that breaks off gives what was there, and a note."""
    swapped, tick_ns, head_bytes = _MAGICS[window.head[:4]]
    columns = new_columns()
    columns["link"] = ordered32(window.data, 20, swapped) & _LINK_MASK
    at = HEAD_BYTES
    while True:
        state, at, found = find_pcap_frames(
            window.data, at, window.end, swapped, tick_ns, head_bytes, columns
        )
        if found:
            yield columns[:found]
        if state == DAMAGED:
            notes.append(CaptureNote(file, "damaged", offset=window.offset + at))
            return
        if state == MORE:
            grew = window.more(at)
            at = 0
            if not grew:
                break
    if window.end:
        notes.append(CaptureNote(file, "truncated", offset=window.offset))
