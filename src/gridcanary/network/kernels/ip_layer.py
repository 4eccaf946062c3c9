"""IPv4 and IPv6 headers, extension headers, fragments. Sources: RFC 791, RFC 8200, RFC 4302."""

from __future__ import annotations

import numba

from gridcanary.network.kernels.octets import big16, big32, big64
from gridcanary.network.kernels.packet_columns import IPV4_MAPPED

FRAGMENTED, BROKEN = -1, -2
"""Told instead of a protocol: a later fragment; a header that breaks off or contradicts itself."""


@numba.njit(cache=True, nogil=True)
def read_ip(data, at, stop, wire_stop, row):  # type: ignore[no-untyped-def]
    """Read the header at ``at`` and its extensions, filling the row's addresses.

    Args:
        data: the window, uint8 [bytes].
        at, stop: the captured packet.
        wire_stop: where it would end if all of it were captured.
        row: PACKET, its addresses are filled.

    Returns:
        (protocol or FRAGMENTED or BROKEN, offset of what the header carries, its captured end, its end on the wire).
    """
    if at >= stop:
        return BROKEN, at, stop, wire_stop
    version = data[at] >> 4
    if version == 4:
        return _read_ipv4(data, at, stop, wire_stop, row)
    if version == 6:
        return _read_ipv6(data, at, stop, wire_stop, row)
    return BROKEN, at, stop, wire_stop


@numba.njit(cache=True, nogil=True)
def _read_ipv4(data, at, stop, wire_stop, row):  # type: ignore[no-untyped-def]
    """IPv4; a total length of 0 is what a card writes that cuts the segments itself, so all of the frame counts."""
    head = (numba.int64(data[at]) & 15) * 4
    if head < 20 or at + head > stop:
        return BROKEN, at, stop, wire_stop
    total = big16(data, at + 2)
    if total == 0:
        total = wire_stop - at
    if total < head:
        return BROKEN, at, stop, wire_stop
    row.src_hi, row.dst_hi = 0, 0
    row.src_lo = IPV4_MAPPED | big32(data, at + 12)
    row.dst_lo = IPV4_MAPPED | big32(data, at + 16)
    protocol = numba.int64(data[at + 9])
    if big16(data, at + 6) & 0x1FFF:
        protocol = numba.int64(FRAGMENTED)
    return protocol, at + head, min(stop, at + total), at + total


@numba.njit(cache=True, nogil=True)
def _read_ipv6(data, at, stop, wire_stop, row):  # type: ignore[no-untyped-def]
    if at + 40 > stop:
        return BROKEN, at, stop, wire_stop
    length = big16(data, at + 4)
    if length:
        wire_stop = at + 40 + length
    stop = min(stop, wire_stop)
    row.src_hi, row.src_lo = big64(data, at + 8), big64(data, at + 16)
    row.dst_hi, row.dst_lo = big64(data, at + 24), big64(data, at + 32)
    protocol, at = numba.int64(data[at + 6]), at + 40
    for _ in range(16):
        if protocol == 44:
            if at + 8 > stop:
                return BROKEN, at, stop, wire_stop
            if big16(data, at + 2) & 0xFFF8:
                return FRAGMENTED, at, stop, wire_stop
            protocol, at = numba.int64(data[at]), at + 8
        elif protocol == 0 or protocol == 43 or protocol == 60 or protocol == 135 or protocol == 139:
            if at + 8 > stop:
                return BROKEN, at, stop, wire_stop
            protocol, at = numba.int64(data[at]), at + (numba.int64(data[at + 1]) + 1) * 8
        elif protocol == 51:
            if at + 8 > stop:
                return BROKEN, at, stop, wire_stop
            protocol, at = numba.int64(data[at]), at + (numba.int64(data[at + 1]) + 2) * 4
        else:
            break
    if at > stop:
        return BROKEN, at, stop, wire_stop
    return protocol, at, stop, wire_stop
