"""How a conversation looks from outside: first flights, byte values, gaps, sizes, pushes out of silence."""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.network.kernels.asks import note_turn
from gridcanary.network.kernels.contents import BINARY, TEXT, UNKNOWN, is_printable, kind_of
from gridcanary.network.kernels.flow_columns import (
    DOWN,
    GAP_BINS,
    GAP_LEAST_BITS,
    HEAD_BYTES,
    MOST_FLIGHTS,
    MOST_PUSHES,
    PUSH_FREE,
    PUSHES_A_BLOCK,
    SIZE_SLOTS,
    UP,
)

_QUIET_NS = 300_000_000
"""sessions.QUIET_NS; a test holds them equal."""

_MINUTE_NS = 60_000_000_000


@numba.njit(cache=True, nogil=True)
def note_minute(flow, time_ns):  # type: ignore[no-untyped-def]
    """Count the clock's minute of a packet once."""
    minute = time_ns // _MINUTE_NS
    if minute != flow.last_minute:
        flow.last_minute = minute
        flow.active_minutes += 1


@numba.njit(cache=True, nogil=True)
def note_head(flow, side, data, start, stop):  # type: ignore[no-untyped-def]
    """Look at the first payload bytes of a side: their kind, their values."""
    if flow.heads_seen[side] == 0 and (flow.kind == UNKNOWN or flow.kind == BINARY or flow.kind == TEXT):
        kind = kind_of(data, start, stop)
        if flow.kind == UNKNOWN or (kind != UNKNOWN and kind != BINARY and kind != TEXT):
            flow.kind = kind
    for at in range(start, min(stop, start + HEAD_BYTES - numba.int64(flow.heads_seen[side]))):
        value = numba.int64(data[at])
        flow.values[side * 4 + (value >> 6)] |= np.uint64(1) << np.uint64(value & 63)
        if side == UP and is_printable(value):
            flow.printable += 1
        flow.heads_seen[side] += 1


@numba.njit(cache=True, nogil=True)
def note_flight(flow, side, wire_bytes):  # type: ignore[no-untyped-def]
    """Add to the flight of the side that speaks, or begin the next one."""
    signed = wire_bytes if side == UP else -wire_bytes
    if flow.last_side == side:
        if flow.flight_count <= MOST_FLIGHTS:
            flow.flights[flow.flight_count - 1] += signed
        return
    flow.last_side = side
    if flow.flight_count < MOST_FLIGHTS:
        flow.flights[flow.flight_count] = signed
        flow.flight_count += 1
    else:
        flow.flight_count = MOST_FLIGHTS + 1


@numba.njit(cache=True, nogil=True)
def gap_bin(gap_ns):  # type: ignore[no-untyped-def]
    """The half octave of a gap."""
    bits, rest = 0, max(gap_ns, 1)
    while rest > 1:
        rest >>= 1
        bits += 1
    half = 1 if bits and gap_ns >= (1 << bits) + (1 << (bits - 1)) * 0.8284271247461903 else 0
    return min(max((bits - GAP_LEAST_BITS) * 2 + half, 0), GAP_BINS - 1)


@numba.njit(cache=True, nogil=True)
def note_size(flow, wire_bytes):  # type: ignore[no-untyped-def]
    """Count a server payload's size; a new size takes the rarest one's place and remembers what it may owe to it."""
    least = 0
    for i in range(SIZE_SLOTS):
        if flow.sizes[i] == wire_bytes:
            flow.size_counts[i] += 1
            return
        if flow.size_counts[i] < flow.size_counts[least]:
            least = i
    flow.size_errors[least] = flow.size_counts[least]
    flow.sizes[least] = wire_bytes
    flow.size_counts[least] += 1


@numba.njit(cache=True, nogil=True)
def note_push(flow, time_ns, wire_bytes, counters, push_ns, push_bytes, push_next):  # type: ignore[no-untyped-def]
    """Keep a push, in blocks that are taken from a common store; where that is empty the flow's list is cut."""
    within = flow.pushes % PUSHES_A_BLOCK
    if flow.pushes >= MOST_PUSHES or (within == 0 and counters[PUSH_FREE] < 0):
        flow.cut = 1
        return
    if within == 0:
        block = counters[PUSH_FREE]
        counters[PUSH_FREE] = push_next[block]
        push_next[block] = -1
        if flow.pushes == 0:
            flow.push_head = block
        else:
            push_next[flow.push_tail] = block
        flow.push_tail = block
    push_ns[flow.push_tail, within] = time_ns
    push_bytes[flow.push_tail, within] = wire_bytes
    flow.pushes += 1


@numba.njit(cache=True, nogil=True)
def note_payload(  # type: ignore[no-untyped-def]
    flow, side, time_ns, data, start, stop, wire_bytes, counters, push_ns, push_bytes, push_next
):
    """Take one new payload into the flow's profile.

    Args:
        flow: FLOW, changed.
        side: UP or DOWN.
        time_ns: when it was seen.
        data, start, stop: the captured bytes.
        wire_bytes: payload bytes on the wire.
        counters, push_ns, push_bytes, push_next: the table's.
    """
    if flow.heads_seen[side] < HEAD_BYTES:
        note_head(flow, side, data, start, stop)
    note_flight(flow, side, wire_bytes)
    if flow.last_data_ns:
        gap_ns = time_ns - flow.last_data_ns
        flow.gaps[gap_bin(gap_ns)] += 1
        if side == DOWN and gap_ns >= _QUIET_NS:
            note_push(flow, time_ns, wire_bytes, counters, push_ns, push_bytes, push_next)
        note_turn(flow, side, time_ns, wire_bytes, gap_ns >= _QUIET_NS)
    if side == DOWN:
        note_size(flow, wire_bytes)
    flow.last_data_ns = max(time_ns, flow.last_data_ns)
