"""Payload of wanted flows into stream order: segments that come too early wait, what is lost becomes a gap."""

from __future__ import annotations

import numba

from gridcanary.network.kernels.flow_columns import (
    AT_START,
    FLOWING,
    FRESH,
    HELD_FREE,
    MOST_HELD,
    OUT_AT,
    PASSED,
    PIECES,
    SLAB_BYTES,
    UP,
)

HOLD_NS = 1_000_000_000
"""A segment that hasn't come a second after a later one was lost to the capture."""

_FAR = 1 << 20
_MOST_STRAYS = 3
"""A position so far off is believed only when it comes again."""


@numba.njit(cache=True, nogil=True)
def ahead(seq, position):  # type: ignore[no-untyped-def]
    """How far a sequence number is ahead of another, modulo 2^32, negative behind [bytes]."""
    distance = (numba.int64(seq) - numba.int64(position)) & 0xFFFFFFFF
    return distance - (1 << 32) if distance >= 1 << 31 else distance


@numba.njit(cache=True, nogil=True)
def emit(flow, slot, side, time_ns, data, start, stop, wanted, counters, pieces, out):  # type: ignore[no-untyped-def]
    """Write one piece; the caller has seen to room for it."""
    if stop <= start:
        return
    row, at = pieces[counters[PIECES]], counters[OUT_AT]
    out[at : at + stop - start] = data[start:stop]
    row.flow, row.slot, row.up, row.time_ns = flow.serial, slot, side == UP, time_ns
    row.start, row.stop, row.wanted = at, at + stop - start, wanted
    row.first = flow.sync[side] == AT_START
    row.gap = flow.sync[side] == FRESH or flow.sync[side] == PASSED
    counters[PIECES] += 1
    counters[OUT_AT] = row.stop


@numba.njit(cache=True, nogil=True)
def _advance(flow, slot, side, time_ns, data, start, stop, seq, wire, counters, pieces, out):  # type: ignore[no-untyped-def]
    """Hand on what of a segment is new; it must not lie ahead."""
    known = -ahead(seq, flow.next_seq[side])
    if known >= wire:
        return
    begin = min(start + known, stop)
    emit(flow, slot, side, time_ns, data, begin, stop, flow.wanted & ~flow.hopeless, counters, pieces, out)
    captured_whole = stop - start >= wire
    if stop > begin or not captured_whole:
        flow.sync[side] = FLOWING if captured_whole else PASSED
    flow.next_seq[side] = (numba.int64(seq) + wire) & 0xFFFFFFFF


@numba.njit(cache=True, nogil=True)
def drain(flow, slot, side, time_ns, held, slabs, counters, pieces, out):  # type: ignore[no-untyped-def]
    """Hand on held segments as far as they now follow."""
    while flow.held[side] >= 0:
        index = numba.int64(flow.held[side])
        segment = held[index]
        if ahead(segment.seq, flow.next_seq[side]) > 0:
            return
        _advance(
            flow,
            slot,
            side,
            max(time_ns, segment.time_ns),
            slabs[index],
            0,
            numba.int64(segment.size),
            segment.seq,
            numba.int64(segment.size),
            counters,
            pieces,
            out,
        )
        flow.held[side] = segment.next
        flow.held_count[side] -= 1
        segment.next = counters[HELD_FREE]
        counters[HELD_FREE] = index


@numba.njit(cache=True, nogil=True)
def give_up_hole(flow, slot, side, held, slabs, counters, pieces, out):  # type: ignore[no-untyped-def]
    """Go on behind the hole before the first held segment, with a gap."""
    first = held[flow.held[side]]
    flow.next_seq[side] = first.seq
    flow.sync[side] = PASSED
    drain(flow, slot, side, first.time_ns, held, slabs, counters, pieces, out)


@numba.njit(cache=True, nogil=True)
def flush(flow, slot, held, slabs, counters, pieces, out):  # type: ignore[no-untyped-def]
    """Hand on all that is held of both sides, holes or not."""
    for side in range(2):
        while flow.held[side] >= 0:
            give_up_hole(flow, slot, side, held, slabs, counters, pieces, out)


@numba.njit(cache=True, nogil=True)
def give_up_old_holes(flow, slot, time_ns, held, slabs, counters, pieces, out):  # type: ignore[no-untyped-def]
    """Stop waiting for what is a second late."""
    for side in range(2):
        if flow.held[side] >= 0 and time_ns - held[flow.held[side]].time_ns > HOLD_NS:
            give_up_hole(flow, slot, side, held, slabs, counters, pieces, out)


@numba.njit(cache=True, nogil=True)
def _insert(flow, side, time_ns, data, start, stop, seq, held, slabs, counters):  # type: ignore[no-untyped-def]
    """Put at most a slab's bytes among the held ones, by sequence number; False where there's no room."""
    index = counters[HELD_FREE]
    if index < 0 or flow.held_count[side] >= MOST_HELD:
        return False
    counters[HELD_FREE] = held[index].next
    slabs[index, : stop - start] = data[start:stop]
    new = held[index]
    new.time_ns, new.seq, new.size = time_ns, seq, stop - start
    before, at = -1, numba.int64(flow.held[side])
    while at >= 0 and ahead(held[at].seq, seq) <= 0:
        before, at = at, numba.int64(held[at].next)
    new.next = at
    if before < 0:
        flow.held[side] = index
    else:
        held[before].next = index
    flow.held_count[side] += 1
    return True


@numba.njit(cache=True, nogil=True)
def _hold(flow, slot, side, time_ns, data, start, stop, seq, held, slabs, counters, pieces, out):  # type: ignore[no-untyped-def]
    """Let a segment wait, slab by slab; where there's no room the oldest hole is given up first."""
    while start < stop:
        size = min(SLAB_BYTES, stop - start)
        if not _insert(flow, side, time_ns, data, start, start + size, seq, held, slabs, counters):
            if flow.held[side] < 0:
                flow.next_seq[side], flow.sync[side] = seq, PASSED
                _advance(
                    flow, slot, side, time_ns, data, start, stop, seq, stop - start, counters, pieces, out
                )
                return
            give_up_hole(flow, slot, side, held, slabs, counters, pieces, out)
            if ahead(seq, flow.next_seq[side]) <= 0:
                _advance(
                    flow, slot, side, time_ns, data, start, stop, seq, stop - start, counters, pieces, out
                )
                drain(flow, slot, side, time_ns, held, slabs, counters, pieces, out)
                return
            continue
        start, seq = start + size, (numba.int64(seq) + size) & 0xFFFFFFFF


@numba.njit(cache=True, nogil=True)
def drop_held(flow, held, counters):  # type: ignore[no-untyped-def]
    """Forget what is held of a flow that nobody wants."""
    for side in range(2):
        while flow.held[side] >= 0:
            index = numba.int64(flow.held[side])
            flow.held[side] = held[index].next
            held[index].next = counters[HELD_FREE]
            counters[HELD_FREE] = index
        flow.held_count[side] = 0


@numba.njit(cache=True, nogil=True)
def is_new(flow, side, seq, wire):  # type: ignore[no-untyped-def]
    """Whether a segment carries anything beyond what was seen of its side."""
    return flow.sync[side] == FRESH or ahead(seq, flow.next_seq[side]) + wire > 0


@numba.njit(cache=True, nogil=True)
def skip(flow, side, seq, wire):  # type: ignore[no-untyped-def]
    """Move an unwanted side's position behind a segment."""
    if is_new(flow, side, seq, wire):
        flow.next_seq[side] = (numba.int64(seq) + wire) & 0xFFFFFFFF
        flow.sync[side] = PASSED


@numba.njit(cache=True, nogil=True)
def take_segment(flow, slot, side, time_ns, data, packet, newly, held, slabs, counters, pieces, out):  # type: ignore[no-untyped-def]
    """Take a payload segment of a wanted flow.

    Args:
        flow, slot: FLOW and its place.
        side: UP or DOWN.
        time_ns: when it was seen.
        data, packet: the window, and the PACKET whose payload it is.
        newly: this very segment made the flow wanted, so that it is the place to begin at.
        held, slabs: the store of waiting segments.
        counters, pieces, out: where pieces are written.
    """
    seq = numba.int64(packet.seq) + (1 if packet.flags & 2 else 0)
    wire, start, stop = numba.int64(packet.wire_payload), numba.int64(packet.start), numba.int64(packet.stop)
    distance = ahead(seq, flow.next_seq[side])
    if flow.sync[side] == FRESH or (newly and distance != 0 and flow.held[side] < 0):
        flow.next_seq[side], distance = seq & 0xFFFFFFFF, 0
        flow.sync[side] = FRESH
    if distance > _FAR or distance < -_FAR:
        flow.stray[side] += 1
        if flow.stray[side] < _MOST_STRAYS:
            return
        while flow.held[side] >= 0:
            give_up_hole(flow, slot, side, held, slabs, counters, pieces, out)
        flow.next_seq[side], flow.sync[side], distance = seq & 0xFFFFFFFF, PASSED, 0
    flow.stray[side] = 0
    if distance > 0:
        _hold(flow, slot, side, time_ns, data, start, stop, seq, held, slabs, counters, pieces, out)
        return
    _advance(flow, slot, side, time_ns, data, start, stop, seq, wire, counters, pieces, out)
    if flow.held[side] >= 0:
        drain(flow, slot, side, time_ns, held, slabs, counters, pieces, out)
