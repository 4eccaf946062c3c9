"""Where frames stand in a window of a pcapng file: packet blocks of all three kinds; other blocks are for Python.

Source: draft-ietf-opsawg-pcapng, sections 3 and 4.
"""

from __future__ import annotations

import numba

from gridcanary.network.kernels.octets import ordered32
from gridcanary.network.kernels.pcap_frames import BLOCK, DAMAGED, MORE, MOST_FRAME, ROOM

SECTION, INTERFACE, OLD_PACKET, SIMPLE_PACKET, STATISTICS, ENHANCED_PACKET = 0x0A0D0D0A, 1, 2, 3, 5, 6

MOST_BLOCK = 1 << 24
"""Longer blocks are not believed."""

_LATEST_NS = 1 << 62


@numba.njit(cache=True, nogil=True)
def nanoseconds(ticks, resolution, offset_s):  # type: ignore[no-untyped-def]
    """A time stamp in ns since 1970, held to what int64 can carry.

    Args:
        ticks: units since 1970, uint64.
        resolution: the interface's if_tsresol: a power of ten, or with the high bit of two.
        offset_s: the interface's if_tsoffset [s].
    """
    power = resolution & 0x7F
    if resolution & 0x80:
        power = min(power, 63)
        seconds = numba.int64(ticks >> numba.uint64(power))
        fraction = ticks & ((numba.uint64(1) << numba.uint64(power)) - numba.uint64(1))
        if power > 30:
            fraction, power = fraction >> numba.uint64(power - 30), 30
        fraction_ns = (numba.int64(fraction) * 1_000_000_000) >> power
    else:
        units = numba.uint64(10) ** numba.uint64(min(power, 19))
        seconds = numba.int64(ticks // units)
        fraction = ticks % units
        if power > 9:
            fraction_ns = numba.int64(fraction // numba.uint64(10) ** numba.uint64(min(power, 19) - 9))
        else:
            fraction_ns = numba.int64(fraction) * numba.int64(10) ** (9 - power)
    seconds = min(max(seconds + offset_s, 0), _LATEST_NS // 1_000_000_000)
    return seconds * 1_000_000_000 + fraction_ns


@numba.njit(cache=True, nogil=True)
def _take_packet(data, at, size, kind, swapped, links, resolutions, offsets, last_ns, frame):  # type: ignore[no-untyped-def]
    """Fill one frame out of a packet block; False where the block tells more than it holds."""
    interface, head = 0, 28
    if kind == SIMPLE_PACKET:
        head = 12
        captured = min(ordered32(data, at + 8, swapped), size - 16)
        original = ordered32(data, at + 8, swapped)
        frame.time_ns = last_ns
    else:
        interface = ordered32(data, at + 8, swapped)
        if kind == OLD_PACKET:
            interface = (interface >> 16) if swapped else (interface & 0xFFFF)
        captured = ordered32(data, at + 20, swapped)
        original = ordered32(data, at + 24, swapped)
    if interface >= links.size or captured > size - head - 4 or captured > MOST_FRAME:
        return False
    if kind != SIMPLE_PACKET:
        high = numba.uint64(ordered32(data, at + 12, swapped))
        ticks = (high << numba.uint64(32)) | numba.uint64(ordered32(data, at + 16, swapped))
        frame.time_ns = nanoseconds(ticks, resolutions[interface], offsets[interface])
    frame.start = at + head
    frame.stop = at + head + captured
    frame.wire_bytes = max(captured, min(original, MOST_FRAME))
    frame.link = links[interface]
    return True


@numba.njit(cache=True, nogil=True)
def find_pcapng_frames(data, at, end, swapped, links, resolutions, offsets, last_ns, frames):  # type: ignore[no-untyped-def]
    """Fill the columns of frames; ends before each section, interface or statistics block.

    Args:
        data: the window, uint8 [bytes].
        at, end: which part of it to read.
        swapped: the section's numbers are big-endian.
        links, resolutions, offsets: of the section's interfaces: link type, if_tsresol, if_tsoffset [s], int64.
        last_ns: the time that a packet without one gets [ns].
        frames: filled, frames.FRAME [room].

    Returns:
        (state, offset to go on at, frames, packet blocks that could not be read).
    """
    found, unread = 0, 0
    while found < frames.size:
        if at + 12 > end:
            return MORE, at, found, unread
        kind, size = ordered32(data, at, swapped), ordered32(data, at + 4, swapped)
        if kind == SECTION:
            return BLOCK, at, found, unread
        if size < 12 or size > MOST_BLOCK:
            return DAMAGED, at, found, unread
        size = (size + 3) & ~3
        if at + size > end:
            return MORE, at, found, unread
        if kind in (INTERFACE, STATISTICS):
            return BLOCK, at, found, unread
        if kind in (ENHANCED_PACKET, SIMPLE_PACKET, OLD_PACKET):
            long_enough = size >= (32 if kind != SIMPLE_PACKET else 16)
            if long_enough and _take_packet(
                data, at, size, kind, swapped, links, resolutions, offsets, last_ns, frames[found]
            ):
                last_ns = frames[found].time_ns
                found += 1
            else:
                unread += 1
        at += size
    return ROOM, at, found, unread
