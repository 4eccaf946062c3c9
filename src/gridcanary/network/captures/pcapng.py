"""pcapng files: sections with interfaces of their own clocks, then packet blocks among others that are passed over.

Source: draft-ietf-opsawg-pcapng. Decryption secrets and name resolution blocks are never looked into.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.captures.frame_columns import new_columns
from gridcanary.network.captures.notes import CaptureNote
from gridcanary.network.captures.windows import Window
from gridcanary.network.kernels.pcap_frames import BLOCK, DAMAGED, MORE
from gridcanary.network.kernels.pcapng_frames import INTERFACE, MOST_BLOCK, SECTION, find_pcapng_frames

_SECTION_MAGIC = SECTION.to_bytes(4, "big")
_ORDER_MAGICS = {bytes.fromhex("4d3c2b1a"): False, bytes.fromhex("1a2b3c4d"): True}
_RESOLUTION, _OFFSET = 9, 14
_DROPPED = 5
_MICROSECONDS = 6
_MOST_INTERFACES = 65536


@dataclass(slots=True)
class _Section:
    """What the blocks so far say about the packets to come."""

    swapped: bool = False
    interfaces: int = 0
    dropped: dict[int, int] = field(default_factory=dict)
    _told: NDArray[np.int64] = field(default_factory=lambda: np.zeros((3, 8), np.int64))

    def add_interface(self, link: int, resolution: int, offset_s: int) -> None:
        """Remember an interface; a file may describe thousands, so the room for them doubles."""
        if self.interfaces == self._told.shape[1]:
            self._told = np.hstack([self._told, np.zeros_like(self._told)])
        self._told[:, self.interfaces] = link, resolution, offset_s
        self.interfaces += 1

    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Interfaces as columns: link types, resolutions, offsets [s]."""
        links, resolutions, offsets = self._told[:, : self.interfaces]
        return links, resolutions, offsets

    def number(self, raw: bytes, signed: bool = False) -> int:
        """A number in the section's byte order."""
        return int.from_bytes(raw, "big" if self.swapped else "little", signed=signed)

    def options(self, raw: bytes) -> dict[int, bytes]:
        """A block's options by code."""
        told, at = {}, 0
        while at + 4 <= len(raw):
            code, length = self.number(raw[at : at + 2]), self.number(raw[at + 2 : at + 4])
            if code == 0:
                break
            told[code] = raw[at + 4 : at + 4 + length]
            at += 4 + (length + 3 & ~3)
        return told


def is_pcapng(head: bytes) -> bool:
    """Whether a file that begins so is a pcapng."""
    return head[:4] == _SECTION_MAGIC and head[8:12] in _ORDER_MAGICS


def pcapng_frames(file: str, window: Window, notes: list[CaptureNote]) -> Iterator[NDArray[np.void]]:
    """Columns of the frames, batch by batch; a file that breaks off gives what was there, and notes."""
    columns, section = new_columns(), _Section()
    at, last_ns, unread, dropped, state = 0, 0, 0, 0, BLOCK
    while state != DAMAGED:
        state, at, found, skipped = find_pcapng_frames(
            window.data, at, window.end, section.swapped, *section.arrays(), last_ns, columns
        )
        unread += skipped
        if found:
            last_ns = int(columns["time_ns"][found - 1])
            yield columns[:found]
        if state == BLOCK:
            begins_section = window.data[at : at + 4].tobytes() == _SECTION_MAGIC
            size = _block_bytes(window, at, section)
            if size is None:
                state = DAMAGED
            elif at + size > window.end:
                state = MORE
            else:
                if begins_section:
                    dropped += sum(section.dropped.values())
                section = _after_block(window.data[at : at + size].tobytes(), section)
                at += size
        if state == MORE:
            grew = window.more(at)
            at = 0
            if not grew:
                break
    if state == DAMAGED:
        notes.append(CaptureNote(file, "damaged", offset=window.offset + at))
    elif window.end:
        notes.append(CaptureNote(file, "truncated", offset=window.offset))
    _count(file, "unreadable_blocks", unread, notes)
    _count(file, "sensor_dropped", dropped + sum(section.dropped.values()), notes)


def _count(file: str, code: str, count: int, notes: list[CaptureNote]) -> None:
    if count:
        notes.append(CaptureNote(file, code, count))


def _block_bytes(window: Window, at: int, section: _Section) -> int | None:
    """A block's length; a section header tells its own byte order. None where it can't be one."""
    raw = window.data[at : at + 12].tobytes()
    swapped = section.swapped
    if raw[:4] == _SECTION_MAGIC:
        if raw[8:12] not in _ORDER_MAGICS:
            return None
        swapped = _ORDER_MAGICS[raw[8:12]]
    size = int.from_bytes(raw[4:8], "big" if swapped else "little")
    return size + 3 & ~3 if 20 <= size <= MOST_BLOCK else None


def _after_block(block: bytes, section: _Section) -> _Section:
    """The section's state after a section header, an interface description or statistics."""
    if block[:4] == _SECTION_MAGIC:
        return _Section(_ORDER_MAGICS[block[8:12]])
    if section.number(block[:4]) == INTERFACE:
        if section.interfaces < _MOST_INTERFACES:
            options = section.options(block[16:-4])
            section.add_interface(
                section.number(block[8:10]),
                (options.get(_RESOLUTION) or bytes([_MICROSECONDS]))[0],
                _seconds(section.number(options.get(_OFFSET, b""), signed=True)),
            )
    else:
        told = section.options(block[20:-4]).get(_DROPPED)
        if told:
            section.dropped[section.number(block[8:12])] = section.number(told[:8])
    return section


def _seconds(offset: int) -> int:
    """A clock's offset, held to what can be added to a time of our age [s]."""
    return max(-(1 << 40), min(offset, 1 << 40))
