"""From a frame's first byte to the network layer: link types of tcpdump.org, Ethernet's tags, PPP, MPLS.

Each function tells (layer, offset): what stands at the offset, one of the layers below.
"""

from __future__ import annotations

import numba

from gridcanary.network.kernels.octets import big16

NOTHING, ETHERNET, ETHERTYPE, IP, PPP, MPLS, UNKNOWN = range(7)
"""Layers: nothing that is read; an Ethernet header; two bytes of EtherType; an IP header of either version; a PPP
protocol field; a label stack; a link type that isn't known."""


@numba.njit(cache=True, nogil=True)
def first_layer(data, at, stop, link):  # type: ignore[no-untyped-def]
    """What a frame of a link type begins with.

    Null and loop headers hold an address family, whose number differs by system: the version nibble behind it is
    looked at instead. Source: https://www.tcpdump.org/linktypes.html
    """
    if link == 1:
        return ETHERNET, at
    if link == 12 or link == 14 or link == 101 or link == 228 or link == 229:
        return IP, at
    if link == 113:
        return ETHERTYPE, at + 14
    if link == 276:
        return (_sll2(data, at, stop), at + 20) if at + 20 <= stop else (NOTHING, at)
    if link == 0 or link == 108:
        return IP, at + 4
    if link == 9 or link == 50:
        return PPP, at
    if link == 51:
        return PPP, at + 6
    if link == 104:
        return ETHERTYPE, at + 2
    return UNKNOWN, at


@numba.njit(cache=True, nogil=True)
def _sll2(data, at, stop):  # type: ignore[no-untyped-def]
    """Linux cooked capture v2 tells the EtherType first; behind the header stands what it says."""
    kind = big16(data, at)
    if kind == 0x0800 or kind == 0x86DD:
        return IP
    if kind == 0x8847 or kind == 0x8848:
        return MPLS
    return NOTHING


@numba.njit(cache=True, nogil=True)
def ethertype_layer(data, at, stop):  # type: ignore[no-untyped-def]
    """What stands behind an EtherType or 802.3 length; VLAN tags (802.1Q, 802.1ad, QinQ) are stepped over."""
    for _ in range(8):
        if at + 2 > stop:
            return NOTHING, at
        kind = big16(data, at)
        if kind == 0x0800 or kind == 0x86DD:
            return IP, at + 2
        if kind == 0x8100 or kind == 0x88A8 or kind == 0x9100 or kind == 0x9200:
            at += 4
        elif kind == 0x8864:
            return PPP, at + 8
        elif kind == 0x8847 or kind == 0x8848:
            return MPLS, at + 2
        elif kind == 0x6558:
            return ETHERNET, at + 2
        elif kind <= 1500 and at + 8 <= stop and big16(data, at + 2) == 0xAAAA and data[at + 4] == 3:
            at += 8
        else:
            return NOTHING, at
    return NOTHING, at


@numba.njit(cache=True, nogil=True)
def ppp_layer(data, at, stop):  # type: ignore[no-untyped-def]
    """What stands in a PPP frame; address and control bytes may be there or not, the protocol field may be short."""
    if at + 2 <= stop and data[at] == 0xFF and data[at + 1] == 3:
        at += 2
    if at + 2 > stop:
        return NOTHING, at
    if data[at] == 0x21 or data[at] == 0x57:
        return IP, at + 1
    kind = big16(data, at)
    if kind == 0x0021 or kind == 0x0057:
        return IP, at + 2
    if kind == 0x0281 or kind == 0x0283:
        return MPLS, at + 2
    return NOTHING, at


@numba.njit(cache=True, nogil=True)
def mpls_layer(data, at, stop):  # type: ignore[no-untyped-def]
    """What stands behind a label stack: IP by its nibble, else a pseudowire's Ethernet with or without control word."""
    for _ in range(16):
        if at + 4 > stop:
            return NOTHING, at
        bottom = data[at + 2] & 1
        at += 4
        if bottom:
            if at >= stop:
                return NOTHING, at
            nibble = data[at] >> 4
            if nibble == 4 or nibble == 6:
                return IP, at
            return ETHERNET, at + 4 if nibble == 0 else at
    return NOTHING, at
