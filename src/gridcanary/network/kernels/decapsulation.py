"""Frames to packets: every wrapping is taken off until TCP, UDP or something else stands there."""

from __future__ import annotations

import numba

from gridcanary.network.kernels import link_layer as layers
from gridcanary.network.kernels.ip_layer import BROKEN, FRAGMENTED, read_ip
from gridcanary.network.kernels.link_layer import ethertype_layer, first_layer, mpls_layer, ppp_layer
from gridcanary.network.kernels.octets import big16, big32
from gridcanary.network.kernels.packet_columns import (
    FRAGMENT,
    MALFORMED,
    NOT_IP,
    OTHER_IP,
    TCP_PACKET,
    UDP_PACKET,
    UNKNOWN_LINK,
)
from gridcanary.network.kernels.tunnels import gre_layer, udp_tunnel_layer

_MOST_WRAPPINGS = 24
"""More wrappings than this are a trap."""

_NOTHING, _ETHERNET, _ETHERTYPE = layers.NOTHING, layers.ETHERNET, layers.ETHERTYPE
_IP, _PPP, _MPLS, _UNKNOWN = layers.IP, layers.PPP, layers.MPLS, layers.UNKNOWN


@numba.njit(cache=True, nogil=True)
def _read_tcp(data, at, stop, wire_stop, row):  # type: ignore[no-untyped-def]
    """TCP's fields and payload; tells the kind."""
    if at + 20 > stop:
        return MALFORMED
    head = (numba.int64(data[at + 12]) >> 4) * 4
    if head < 20 or at + head > wire_stop:
        return MALFORMED
    row.src_port, row.dst_port = big16(data, at), big16(data, at + 2)
    row.seq, row.ack = big32(data, at + 4), big32(data, at + 8)
    row.flags, row.protocol = data[at + 13], 6
    row.start = min(at + head, stop)
    row.stop = stop
    row.wire_payload = wire_stop - at - head
    return TCP_PACKET


@numba.njit(cache=True, nogil=True)
def _read_udp(data, at, stop, wire_stop, row):  # type: ignore[no-untyped-def]
    """UDP's ports and payload; tells the kind. A length of 0 is a jumbogram's: the IP header counts."""
    if at + 8 > stop:
        return MALFORMED
    length = big16(data, at + 4)
    if length == 0:
        length = wire_stop - at
    if length < 8:
        return MALFORMED
    row.src_port, row.dst_port = big16(data, at), big16(data, at + 2)
    row.seq, row.ack, row.flags, row.protocol = 0, 0, 0, 17
    row.start, row.stop = at + 8, min(stop, at + length)
    row.wire_payload = min(length, wire_stop - at) - 8
    return UDP_PACKET


@numba.njit(cache=True, nogil=True)
def _next_layer(data, layer, at, stop):  # type: ignore[no-untyped-def]
    """One step below IP."""
    if layer == _ETHERNET:
        return ethertype_layer(data, at + 12, stop)
    if layer == _ETHERTYPE:
        return ethertype_layer(data, at, stop)
    if layer == _PPP:
        return ppp_layer(data, at, stop)
    return mpls_layer(data, at, stop)


@numba.njit(cache=True, nogil=True)
def _carried(data, protocol, at, stop):  # type: ignore[no-untyped-def]
    """What an IP header carries besides TCP and UDP: another IP header, GRE, MPLS, Ethernet; else NOTHING."""
    if protocol == 4 or protocol == 41:
        return _IP, at
    if protocol == 47:
        return gre_layer(data, at, stop)
    if protocol == 137:
        return _MPLS, at
    if protocol == 97:
        return _ETHERNET, at + 2
    return _NOTHING, at


@numba.njit(cache=True, nogil=True)
def unwrap(data, at, stop, wire_stop, link, open_udp, row):  # type: ignore[no-untyped-def]
    """Fill one packet's row out of a frame.

    Args:
        data: the window, uint8 [bytes].
        at, stop: the captured frame.
        wire_stop: where it would end if all of it were captured.
        link: LINKTYPE number.
        open_udp: whether tunnels over UDP are looked into.
        row: PACKET, filled but for its kind.

    Returns:
        The kind of packet; inside a tunnel that makes no sense MALFORMED.
    """
    layer, at = first_layer(data, at, stop, link)
    if layer == _UNKNOWN:
        return UNKNOWN_LINK
    for wrappings in range(_MOST_WRAPPINGS):
        if layer == _NOTHING:
            return NOT_IP
        if layer != _IP:
            layer, at = _next_layer(data, layer, at, stop)
            continue
        row.wrappings = wrappings
        protocol, at, stop, wire_stop = read_ip(data, at, stop, wire_stop, row)
        if protocol == BROKEN:
            return MALFORMED
        if protocol == FRAGMENTED:
            return FRAGMENT
        if protocol == 6:
            return _read_tcp(data, at, stop, wire_stop, row)
        if protocol == 17:
            kind = _read_udp(data, at, stop, wire_stop, row)
            if kind != UDP_PACKET or not open_udp:
                return kind
            layer, at = udp_tunnel_layer(data, at + 8, stop, row.src_port, row.dst_port)
            if layer == _NOTHING:
                return UDP_PACKET
        else:
            layer, at = _carried(data, protocol, at, stop)
            if layer == _NOTHING:
                return OTHER_IP
    return MALFORMED


@numba.njit(cache=True, nogil=True)
def decapsulate(data, frames, packets, kinds):  # type: ignore[no-untyped-def]
    """Fill a packet for each frame; what is within a UDP tunnel and makes no sense counts as plain UDP.

    Args:
        data: the window, uint8 [bytes].
        frames: frame_columns.FRAME (n,).
        packets: PACKET (n or more), filled.
        kinds: counts of each kind of packet, added to, int64 (7,).
    """
    for i in range(frames.size):
        frame, row = frames[i], packets[i]
        wire_stop = frame.start + frame.wire_bytes
        kind = unwrap(data, frame.start, frame.stop, wire_stop, frame.link, True, row)
        if kind in (MALFORMED, NOT_IP, OTHER_IP):
            plain = unwrap(data, frame.start, frame.stop, wire_stop, frame.link, False, row)
            if plain == UDP_PACKET:
                kind = plain
        row.kind = kind
        kinds[kind] += 1
