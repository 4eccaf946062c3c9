"""Packets to flows: counts, profile, and the payload of those flows that somebody wants to read."""

from __future__ import annotations

import numba

from gridcanary.network.kernels.contents import wants
from gridcanary.network.kernels.flow_columns import (
    AT_START,
    CLOSED,
    CLOSING,
    DONE,
    DOWN,
    FREE,
    FREE_COUNT,
    FULL,
    HELD_FREE,
    HIGH,
    LAST_NS,
    LIVE,
    MOST_HELD,
    OUT_AT,
    OUTPUT,
    PIECES,
    PUSH_FREE,
    SEED,
    SLAB_BYTES,
    SNAPPED,
    UP,
)
from gridcanary.network.kernels.flow_lookup import (
    begin_flow,
    bucket_of,
    find_flow,
    note_handshake,
    source_is_lower,
    unlink,
)
from gridcanary.network.kernels.packet_columns import ACK, SYN, TCP_PACKET, UDP_PACKET
from gridcanary.network.kernels.profile import note_minute, note_payload
from gridcanary.network.kernels.reassembly import (
    drop_held,
    emit,
    flush,
    give_up_old_holes,
    is_new,
    skip,
    take_segment,
)

TCP_IDLE_NS, UDP_IDLE_NS, ENDED_IDLE_NS = 1_800_000_000_000, 300_000_000_000, 10_000_000_000
"""After this silence a conversation is over; a closed one only waits for its last stray packets."""

DNS_PORT = 53
LEAST_DATAGRAMS = 10
"""An exchange of fewer datagrams, or of one side alone, carries nobody's mining: it gives no session."""

_WANT_DNS = 8
_LOOKS = 16
"""Payloads of a side whose text is searched for keywords; a JSON object at its beginning is always noticed."""

_ROOM_PIECES, _ROOM_BYTES = 4 * MOST_HELD + 4, (4 * MOST_HELD + 2) * SLAB_BYTES
"""What one packet can set free."""


@numba.njit(cache=True, nogil=True)
def _idle_ns(flow):  # type: ignore[no-untyped-def]
    """How long a flow may be silent."""
    if flow.protocol != 6:
        dns = flow.a_port == DNS_PORT or flow.b_port == DNS_PORT
        return ENDED_IDLE_NS if dns else UDP_IDLE_NS
    return ENDED_IDLE_NS if flow.ended & 4 or flow.ended & 3 == 3 else TCP_IDLE_NS


@numba.njit(cache=True, nogil=True)
def _is_another(flow, packet, time_ns):  # type: ignore[no-untyped-def]
    """Whether a packet of the same ends opens a new conversation."""
    since = abs(time_ns - flow.last_ns)
    if since > (TCP_IDLE_NS if flow.protocol == 6 else UDP_IDLE_NS):
        return True
    if flow.protocol != 6 or packet.flags & SYN == 0 or packet.flags & ACK:
        return False
    if flow.began and flow.isn == packet.seq:
        return False
    return flow.began != 0 or flow.data_packets[UP] + flow.data_packets[DOWN] > 0


@numba.njit(cache=True, nogil=True)
def _close(slot, bucket, flows, heads, held, slabs, counters, pieces, out, closed):  # type: ignore[no-untyped-def]
    """Put a flow on the list of closed ones, after what it still held."""
    unlink(slot, bucket, flows, heads)
    flush(flows[slot], slot, held, slabs, counters, pieces, out)
    flows[slot].state = CLOSING
    closed[counters[CLOSED]] = slot
    counters[CLOSED] += 1


@numba.njit(cache=True, nogil=True)
def _take_tcp_payload(  # type: ignore[no-untyped-def]
    flow,
    slot,
    side,
    time_ns,
    data,
    packet,
    held,
    slabs,
    counters,
    pieces,
    out,
    push_ns,
    push_bytes,
    push_next,
):
    """Profile a segment, see whether it makes its flow wanted, hand it on or move past it."""
    seq, wire = numba.int64(packet.seq), numba.int64(packet.wire_payload)
    start, stop = numba.int64(packet.start), numba.int64(packet.stop)
    newly = False
    if is_new(flow, side, seq, wire):
        note_payload(flow, side, time_ns, data, start, stop, wire, counters, push_ns, push_bytes, push_next)
        bits = wants(data, start, stop, flow.looks[side] < _LOOKS) & ~flow.hopeless
        newly = bits != 0 and flow.wanted & ~flow.hopeless == 0
        flow.wanted |= bits
        if flow.looks[side] < _LOOKS:
            flow.looks[side] += 1
    if flow.wanted & ~flow.hopeless:
        take_segment(flow, slot, side, time_ns, data, packet, newly, held, slabs, counters, pieces, out)
    else:
        if flow.held[UP] >= 0 or flow.held[DOWN] >= 0:
            drop_held(flow, held, counters)
        skip(flow, side, seq, wire)


@numba.njit(cache=True, nogil=True)
def _take_datagram(  # type: ignore[no-untyped-def]
    flow, slot, side, time_ns, data, packet, counters, pieces, out, push_ns, push_bytes, push_next
):
    """Profile a datagram; DNS answers are handed on."""
    start, stop = numba.int64(packet.start), numba.int64(packet.stop)
    if packet.src_port == DNS_PORT or packet.dst_port == DNS_PORT:
        if packet.src_port == DNS_PORT and flow.hopeless & _WANT_DNS == 0:
            flow.wanted |= _WANT_DNS
            flow.sync[side] = AT_START
            emit(flow, slot, side, time_ns, data, start, stop, _WANT_DNS, counters, pieces, out)
        return
    wire = numba.int64(packet.wire_payload)
    note_payload(flow, side, time_ns, data, start, stop, wire, counters, push_ns, push_bytes, push_next)


@numba.njit(cache=True, nogil=True)
def track(  # type: ignore[no-untyped-def]
    data,
    frames,
    packets,
    at,
    flows,
    heads,
    free,
    counters,
    held,
    slabs,
    pieces,
    out,
    push_ns,
    push_bytes,
    push_next,
    closed,
):
    """Take packets into the table, from number ``at`` on.

    Args:
        data, frames, packets: the window, FRAME (n,), PACKET (n or more).
        at: the first packet to take.
        flows, heads, free, counters, closed: the table.
        held, slabs: waiting segments.
        pieces, out: where payload of wanted flows is written.
        push_ns, push_bytes, push_next: the store of pushes.

    Returns:
        (why it stopped: DONE, FULL or OUTPUT; the packet to go on with).
    """
    for i in range(at, frames.size):
        packet, time_ns = packets[i], frames[i].time_ns
        if packet.kind != TCP_PACKET and packet.kind != UDP_PACKET:
            continue
        captured = numba.int64(packet.stop) - packet.start
        if (
            counters[PIECES] + _ROOM_PIECES > pieces.size
            or counters[OUT_AT] + captured + _ROOM_BYTES > out.size
        ):
            return OUTPUT, i
        lower = source_is_lower(packet)
        bucket = bucket_of(packet, lower, counters[SEED], heads.size)
        slot = find_flow(packet, lower, bucket, flows, heads)
        if slot >= 0 and _is_another(flows[slot], packet, time_ns):
            if counters[CLOSED] == closed.size:
                return FULL, i
            _close(slot, bucket, flows, heads, held, slabs, counters, pieces, out, closed)
            slot = -1
        if slot < 0:
            if counters[FREE_COUNT] == 0:
                return FULL, i
            slot = begin_flow(packet, lower, bucket, time_ns, data, flows, heads, free, counters)
        flow = flows[slot]
        side = UP if lower == (flow.up_is_a != 0) else DOWN
        wire = numba.int64(packet.wire_payload)
        flow.packets[side] += 1
        flow.bytes[side] += wire
        flow.last_ns = max(flow.last_ns, time_ns)
        counters[LAST_NS] = time_ns
        note_minute(flow, time_ns)
        if packet.kind == TCP_PACKET:
            note_handshake(flow, side, packet)
            if flow.held[UP] >= 0 or flow.held[DOWN] >= 0:
                give_up_old_holes(flow, slot, time_ns, held, slabs, counters, pieces, out)
        if wire > 0:
            flow.data_packets[side] += 1
            counters[SNAPPED] += captured < wire
            if packet.kind == TCP_PACKET:
                _take_tcp_payload(
                    flow, slot, side, time_ns, data, packet, held, slabs, counters, pieces, out,
                    push_ns, push_bytes, push_next,
                )  # fmt: skip
            else:
                _take_datagram(
                    flow, slot, side, time_ns, data, packet, counters, pieces, out,
                    push_ns, push_bytes, push_next,
                )  # fmt: skip
    return DONE, frames.size


@numba.njit(cache=True, nogil=True)
def _bucket_of_flow(flow, row, counters, heads):  # type: ignore[no-untyped-def]
    """The hash bucket of a flow, by a packet's row made up of its ends."""
    row.src_hi, row.src_lo, row.src_port = flow.a_hi, flow.a_lo, flow.a_port
    row.dst_hi, row.dst_lo, row.dst_port = flow.b_hi, flow.b_lo, flow.b_port
    row.protocol = flow.protocol
    return bucket_of(row, True, counters[SEED], heads.size)


@numba.njit(cache=True, nogil=True)
def close_flows(at, chosen, every, flows, heads, counters, held, slabs, pieces, out, closed, scratch):  # type: ignore[no-untyped-def]
    """Close flows: those chosen, or where nothing is chosen all that are idle, or every one.

    Args:
        at: the place, or the number of the choice, to go on with.
        chosen: places, int64 (n,); empty to go over the table.
        every: without a choice, whether even those that aren't idle are closed.
        flows, heads, counters, closed: the table.
        held, slabs, pieces, out: as in track.
        scratch: one PACKET.

    Returns:
        Where to go on once pieces and closed flows are taken away; -1 when done.
    """
    last = chosen.size if chosen.size else counters[HIGH]
    for i in range(at, last):
        slot = chosen[i] if chosen.size else i
        flow = flows[slot]
        if flow.state != LIVE:
            continue
        if not (chosen.size or every or counters[LAST_NS] - flow.last_ns > _idle_ns(flow)):
            continue
        if (
            counters[PIECES] + _ROOM_PIECES > pieces.size
            or counters[OUT_AT] + _ROOM_BYTES > out.size
            or counters[CLOSED] == closed.size
        ):
            return i
        bucket = _bucket_of_flow(flow, scratch, counters, heads)
        _close(slot, bucket, flows, heads, held, slabs, counters, pieces, out, closed)
    return -1


@numba.njit(cache=True, nogil=True)
def choose_told(flows, closed, count, told, left_out):  # type: ignore[no-untyped-def]
    """Choose those closed flows that are worth a session.

    Args:
        flows, closed, count: the table, and how many closed flows there are.
        told: filled with the places of the chosen, int64 (count or more).
        left_out: added to: connections without payload, exchanges of few datagrams or of names, int64 (2,).

    Returns:
        How many were chosen.
    """
    kept = 0
    for i in range(count):
        flow = flows[closed[i]]
        up, down = flow.data_packets[UP], flow.data_packets[DOWN]
        if up + down == 0:
            left_out[0] += 1
        elif flow.protocol != 6 and (
            min(up, down) == 0
            or up + down < LEAST_DATAGRAMS
            or flow.a_port == DNS_PORT
            or flow.b_port == DNS_PORT
        ):
            left_out[1] += 1
        else:
            told[kept] = closed[i]
            kept += 1
    return kept


@numba.njit(cache=True, nogil=True)
def release(flows, free, counters, closed, held, push_next):  # type: ignore[no-untyped-def]
    """Give back the places and stores of all closed flows, which must have been told."""
    for i in range(counters[CLOSED]):
        slot = numba.int64(closed[i])
        flow = flows[slot]
        drop_held(flow, held, counters)
        if flow.pushes:
            push_next[flow.push_tail] = counters[PUSH_FREE]
            counters[PUSH_FREE] = flow.push_head
        flow.state = FREE
        free[counters[FREE_COUNT]] = slot
        counters[FREE_COUNT] += 1
    counters[CLOSED] = 0


@numba.njit(cache=True, nogil=True)
def prepare(flows, free, held, push_next, counters):  # type: ignore[no-untyped-def]
    """Make an empty table: all places free, all stores linked."""
    for slot in range(flows.size):
        free[slot] = flows.size - 1 - slot
    for i in range(held.size):
        held[i].next = i + 1 if i + 1 < held.size else -1
    for i in range(push_next.size):
        push_next[i] = i + 1 if i + 1 < push_next.size else -1
    counters[FREE_COUNT], counters[HELD_FREE], counters[PUSH_FREE] = flows.size, 0, 0
