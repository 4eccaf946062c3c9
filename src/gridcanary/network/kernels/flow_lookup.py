"""The table of live flows: a hash with chains over places of fixed number, so that a flow is found and taken out
without moving others."""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.network.kernels.asks import clear_asks
from gridcanary.network.kernels.contents import speaker
from gridcanary.network.kernels.flow_columns import (
    AT_START,
    FILE,
    FREE_COUNT,
    FRESH,
    HIGH,
    LIVE,
    NEXT_SERIAL,
)
from gridcanary.network.kernels.packet_columns import ACK, SYN

_TCP = 6
_WELL_KNOWN = 1024


@numba.njit(cache=True, nogil=True)
def source_is_lower(packet):  # type: ignore[no-untyped-def]
    """Whether the packet's source is the lower of its ends."""
    if packet.src_hi != packet.dst_hi:
        return packet.src_hi < packet.dst_hi
    if packet.src_lo != packet.dst_lo:
        return packet.src_lo < packet.dst_lo
    return packet.src_port < packet.dst_port


@numba.njit(cache=True, nogil=True)
def _mixed(value, word):  # type: ignore[no-untyped-def]
    """One round of a multiplicative hash (splitmix64's finaliser)."""
    value = (value ^ word) * np.uint64(0x9E3779B97F4A7C15)
    value ^= value >> np.uint64(30)
    value *= np.uint64(0xBF58476D1CE4E5B9)
    return value ^ (value >> np.uint64(27))


@numba.njit(cache=True, nogil=True)
def bucket_of(packet, lower, seed, buckets):  # type: ignore[no-untyped-def]
    """The hash bucket of a packet's conversation; seeded, so that nobody can prepare collisions.

    Args:
        packet: PACKET.
        lower: whether its source is the lower end.
        seed: of the table, int64.
        buckets: how many there are, a power of two.
    """
    ports = np.uint64(packet.src_port) << np.uint64(16) | np.uint64(packet.dst_port)
    value = np.uint64(seed)
    if lower:
        value = _mixed(_mixed(value, packet.src_hi), packet.src_lo)
        value = _mixed(_mixed(value, packet.dst_hi), packet.dst_lo)
    else:
        ports = np.uint64(packet.dst_port) << np.uint64(16) | np.uint64(packet.src_port)
        value = _mixed(_mixed(value, packet.dst_hi), packet.dst_lo)
        value = _mixed(_mixed(value, packet.src_hi), packet.src_lo)
    value = _mixed(value, ports << np.uint64(8) | np.uint64(packet.protocol))
    return numba.int64(value & np.uint64(buckets - 1))


@numba.njit(cache=True, nogil=True)
def _same(flow, packet, lower):  # type: ignore[no-untyped-def]
    """Whether a packet belongs to a flow's ends."""
    if flow.protocol != packet.protocol:
        return False
    if lower:
        return (
            flow.a_lo == packet.src_lo
            and flow.b_lo == packet.dst_lo
            and flow.a_port == packet.src_port
            and flow.b_port == packet.dst_port
            and flow.a_hi == packet.src_hi
            and flow.b_hi == packet.dst_hi
        )
    return (
        flow.a_lo == packet.dst_lo
        and flow.b_lo == packet.src_lo
        and flow.a_port == packet.dst_port
        and flow.b_port == packet.src_port
        and flow.a_hi == packet.dst_hi
        and flow.b_hi == packet.src_hi
    )


@numba.njit(cache=True, nogil=True)
def find_flow(packet, lower, bucket, flows, heads):  # type: ignore[no-untyped-def]
    """The place of a packet's flow, -1 where there is none."""
    slot = numba.int64(heads[bucket])
    while slot >= 0 and not _same(flows[slot], packet, lower):
        slot = numba.int64(flows[slot].chain)
    return slot


@numba.njit(cache=True, nogil=True)
def unlink(slot, bucket, flows, heads):  # type: ignore[no-untyped-def]
    """Take a flow out of its chain; its place stays filled."""
    at = numba.int64(heads[bucket])
    if at == slot:
        heads[bucket] = flows[slot].chain
        return
    while flows[at].chain != slot:
        at = numba.int64(flows[at].chain)
    flows[at].chain = flows[slot].chain


@numba.njit(cache=True, nogil=True)
def _source_is_client(packet, data):  # type: ignore[no-untyped-def]
    """Who presumably began: by SYN, by what is said, by the lower port, in this order."""
    if packet.protocol == _TCP:
        if packet.flags & SYN:
            return packet.flags & ACK == 0
        said = speaker(data, numba.int64(packet.start), numba.int64(packet.stop))
        if said:
            return said > 0
        return packet.dst_port <= packet.src_port
    if packet.dst_port < _WELL_KNOWN or packet.src_port < _WELL_KNOWN:
        return packet.dst_port <= packet.src_port
    return True


@numba.njit(cache=True, nogil=True)
def clear_flow(flow):  # type: ignore[no-untyped-def]
    """Make a place ready for a new flow."""
    for side in range(2):
        flow.packets[side] = flow.bytes[side] = flow.data_packets[side] = 0
        flow.next_seq[side] = flow.sync[side] = flow.stray[side] = 0
        flow.held_count[side] = flow.looks[side] = flow.heads_seen[side] = 0
        flow.held[side] = -1
    flow.began = flow.wanted = flow.hopeless = flow.ended = flow.shed = flow.isn = 0
    flow.last_minute, flow.active_minutes, flow.last_data_ns = -1, 0, 0
    flow.kind = flow.flight_count = flow.cut = flow.printable = 0
    flow.last_side, flow.push_head, flow.push_tail, flow.pushes = -1, -1, -1, 0
    flow.flights[:] = 0
    flow.values[:] = 0
    flow.sizes[:] = 0
    flow.size_counts[:] = 0
    flow.size_errors[:] = 0
    flow.gaps[:] = 0
    clear_asks(flow)


@numba.njit(cache=True, nogil=True)
def begin_flow(packet, lower, bucket, time_ns, data, flows, heads, free, counters):  # type: ignore[no-untyped-def]
    """Fill a place with a new flow; there must be a free one.

    Args:
        packet: its first PACKET.
        lower, bucket: as by source_is_lower and bucket_of.
        time_ns: when it was seen.
        data: the window.
        flows, heads, free, counters: the table.

    Returns:
        The place.
    """
    counters[FREE_COUNT] -= 1
    slot = numba.int64(free[counters[FREE_COUNT]])
    counters[HIGH] = max(counters[HIGH], slot + 1)
    flow = flows[slot]
    clear_flow(flow)
    if lower:
        flow.a_hi, flow.a_lo, flow.a_port = packet.src_hi, packet.src_lo, packet.src_port
        flow.b_hi, flow.b_lo, flow.b_port = packet.dst_hi, packet.dst_lo, packet.dst_port
    else:
        flow.a_hi, flow.a_lo, flow.a_port = packet.dst_hi, packet.dst_lo, packet.dst_port
        flow.b_hi, flow.b_lo, flow.b_port = packet.src_hi, packet.src_lo, packet.src_port
    flow.protocol, flow.state = packet.protocol, LIVE
    flow.up_is_a = lower == _source_is_client(packet, data)
    flow.chain, heads[bucket] = heads[bucket], slot
    flow.serial, flow.file = counters[NEXT_SERIAL], counters[FILE]
    flow.first_ns, flow.last_ns = time_ns, time_ns
    counters[NEXT_SERIAL] += 1
    return slot


@numba.njit(cache=True, nogil=True)
def note_handshake(flow, side, packet):  # type: ignore[no-untyped-def]
    """Learn the beginning of a side's stream from its SYN, the end from FIN and RST."""
    if packet.flags & SYN and flow.sync[side] == FRESH:
        flow.next_seq[side] = (numba.int64(packet.seq) + 1) & 0xFFFFFFFF
        flow.sync[side] = AT_START
        if packet.flags & ACK == 0:
            flow.began, flow.isn = 1, packet.seq
    if packet.flags & 1:
        flow.ended |= 1 << side
    if packet.flags & 4:
        flow.ended |= 4
