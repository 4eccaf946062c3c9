"""What a tunnel carries: GRE in its kinds, and those over UDP (GTP-U, VXLAN, Geneve, Teredo, L2TP).

Each function tells (layer, offset) as link_layer does; NOTHING where it is no tunnel after all. Sources: RFC 2784,
2890, 2637, 3GPP TS 29.281, RFC 7348, 8926, 4380, 2661.
"""

from __future__ import annotations

import numba

from gridcanary.network.kernels.link_layer import ETHERNET, ETHERTYPE, IP, NOTHING, PPP
from gridcanary.network.kernels.octets import big16, big32

GTP_U, VXLAN, VXLAN_LINUX, GENEVE, TEREDO, L2TP = 2152, 4789, 8472, 6081, 3544, 1701
"""UDP ports of tunnels."""


@numba.njit(cache=True, nogil=True)
def gre_layer(data, at, stop):  # type: ignore[no-untyped-def]
    """GRE versions 0 and 1 (PPTP), ERSPAN II and III within."""
    if at + 4 > stop:
        return NOTHING, at
    flags, kind = big16(data, at), big16(data, at + 2)
    inner = at + 4
    if flags & 0x8000 or flags & 0x4000:
        inner += 4
    if flags & 0x2000:
        inner += 4
    if flags & 0x1000:
        inner += 4
    if flags & 7 == 1:
        if flags & 0x0080:
            inner += 4
        return PPP, inner
    if flags & 0x4000 or flags & 7:
        return NOTHING, at
    if kind == 0x88BE:
        return ETHERNET, inner + 8 if flags & 0x1000 else inner
    if kind == 0x22EB:
        return ETHERNET, inner + 12
    if kind == 0x6558:
        return ETHERNET, inner
    if kind == 0x880B:
        return PPP, inner
    return _by_ethertype(data, inner, kind, at + 2)


@numba.njit(cache=True, nogil=True)
def _by_ethertype(data, inner, kind, kind_at):  # type: ignore[no-untyped-def]
    """IP stands behind optional fields; other kinds only directly behind their EtherType."""
    if kind == 0x0800 or kind == 0x86DD:
        return IP, inner
    if inner == kind_at + 2:
        return ETHERTYPE, kind_at
    return NOTHING, inner


@numba.njit(cache=True, nogil=True)
def udp_tunnel_layer(data, at, stop, src_port, dst_port):  # type: ignore[no-untyped-def]
    """What a datagram carries if its ports and first bytes are those of a tunnel."""
    if at + 8 > stop:
        return NOTHING, at
    if dst_port == GTP_U or src_port == GTP_U:
        return _gtp_layer(data, at, stop)
    if dst_port in (VXLAN, VXLAN_LINUX):
        return (ETHERNET, at + 8) if data[at] & 0x08 and data[at + 7] == 0 else (NOTHING, at)
    if dst_port == GENEVE:
        if data[at] >> 6 == 0 and big16(data, at + 2) == 0x6558:
            return ETHERNET, at + 8 + (numba.int64(data[at]) & 0x3F) * 4
        return NOTHING, at
    if dst_port == TEREDO or src_port == TEREDO:
        return _teredo_layer(data, at, stop)
    if dst_port == L2TP and src_port == L2TP:
        return _l2tp_layer(data, at)
    return NOTHING, at


@numba.njit(cache=True, nogil=True)
def _gtp_layer(data, at, stop):  # type: ignore[no-untyped-def]
    """A G-PDU of GTP version 1 with its optional fields and extension headers."""
    if data[at] & 0xF0 != 0x30 or data[at + 1] != 255:
        return NOTHING, at
    inner = at + 8
    if data[at] & 7:
        inner += 4
        following = data[at + 11] if at + 12 <= stop else 0
        while data[at] & 4 and following and inner < stop:
            size = numba.int64(data[inner]) * 4
            if size == 0 or inner + size > stop:
                return NOTHING, at
            inner += size
            following = data[inner - 1]
    return IP, inner


@numba.njit(cache=True, nogil=True)
def _teredo_layer(data, at, stop):  # type: ignore[no-untyped-def]
    """IPv6 behind Teredo's authentication and origin headers."""
    if big16(data, at) == 1 and at + 4 <= stop:
        at += 13 + numba.int64(data[at + 2]) + numba.int64(data[at + 3])
    if at + 8 <= stop and big16(data, at) == 0:
        at += 8
    return (IP, at) if at < stop and data[at] >> 4 == 6 else (NOTHING, at)


@numba.njit(cache=True, nogil=True)
def _l2tp_layer(data, at):  # type: ignore[no-untyped-def]
    """A data message of L2TP version 2 without offset padding."""
    flags = big16(data, at)
    if flags & 0x8000 or flags & 0x000F != 2 or flags & 0x0200:
        return NOTHING, at
    inner = at + 6
    if flags & 0x4000:
        inner += 2
    if flags & 0x0800:
        inner += 4
    return (PPP, inner) if big32(data, at + 2) else (NOTHING, at)
