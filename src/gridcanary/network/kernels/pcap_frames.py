"""Where frames stand in a window of a pcap file."""

from __future__ import annotations

import numba

from gridcanary.network.kernels.octets import ordered32

ROOM, MORE, DAMAGED, BLOCK = range(4)
"""Why a search ended: the columns are full; it needs bytes behind the window; what stands there is no frame;
a pcapng block that Python must read."""

MOST_FRAME = 1 << 20
"""No link carries a frame of more bytes; libpcap's own limit is a quarter of it."""


@numba.njit(cache=True, nogil=True)
def _is_zero(data, at):  # type: ignore[no-untyped-def]
    """Whether a frame's header is nothing but zeros: a hole in the file, as a crash leaves it, and no frame.

    Packed, a hole of gigabytes takes megabytes: frame by frame it would be gone through for minutes.
    """
    for place in range(at, at + 16):  # noqa: SIM110  a kernel has no generators
        if data[place]:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def find_pcap_frames(data, at, end, swapped, tick_ns, head_bytes, frames):  # type: ignore[no-untyped-def]
    """Fill the columns of frames.

    Args:
        data: the window, uint8 [bytes].
        at, end: which part of it to read.
        swapped: the file's numbers are big-endian.
        tick_ns: what a unit of the fraction of a second is worth, 1000 or 1 [ns].
        head_bytes: of a frame's header, 16; 24 in the files of a patched libpcap.
        frames: filled, frames.FRAME [room]; ``link`` stays as it is.

    Returns:
        (state, offset to go on at, frames).
    """
    found = 0
    while found < frames.size:
        if at + head_bytes > end:
            return MORE, at, found
        captured = ordered32(data, at + 8, swapped)
        if captured > MOST_FRAME or (captured == 0 and _is_zero(data, at)):
            return DAMAGED, at, found
        if at + head_bytes + captured > end:
            return MORE, at, found
        frame = frames[found]
        frame.time_ns = (
            ordered32(data, at, swapped) * 1_000_000_000 + ordered32(data, at + 4, swapped) * tick_ns
        )
        frame.start = at + head_bytes
        frame.stop = frame.start + captured
        frame.wire_bytes = max(captured, min(ordered32(data, at + 12, swapped), MOST_FRAME))
        found += 1
        at = frame.stop
    return ROOM, at, found
