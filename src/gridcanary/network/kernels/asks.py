"""How a client speaks out of silence: how often, how evenly, in which sizes, and whether it is answered."""

from __future__ import annotations

import numba

from gridcanary.network.kernels.flow_columns import ASK_SLOTS, UP


@numba.njit(cache=True, nogil=True)
def clear_asks(flow):  # type: ignore[no-untyped-def]
    """Make a place ready for a new flow."""
    flow.asks = flow.asks_answered = flow.asking = flow.last_ask_ns = 0
    flow.ask_gap_s = flow.ask_gap_s2 = 0.0
    flow.ask_sizes[:] = 0
    flow.ask_counts[:] = 0
    flow.ask_errors[:] = 0


@numba.njit(cache=True, nogil=True)
def note_turn(flow, side, time_ns, wire_bytes, quiet):  # type: ignore[no-untyped-def]
    """Take one payload: an answer to the last ask, or an ask.

    Args:
        flow: FLOW, changed.
        side: UP or DOWN.
        time_ns: when it was seen.
        wire_bytes: payload bytes on the wire.
        quiet: whether it broke a silence.
    """
    if side != UP:
        flow.asks_answered += flow.asking
        flow.asking = 0
        return
    flow.asking = 0
    if not quiet:
        return
    flow.asking = 1
    if flow.asks:
        gap_s = (time_ns - flow.last_ask_ns) / 1e9
        flow.ask_gap_s += gap_s
        flow.ask_gap_s2 += gap_s * gap_s
    flow.asks += 1
    flow.last_ask_ns = time_ns
    _count_size(flow, wire_bytes)


@numba.njit(cache=True, nogil=True)
def _count_size(flow, wire_bytes):  # type: ignore[no-untyped-def]
    """As profile.note_size counts the server's sizes."""
    least = 0
    for i in range(ASK_SLOTS):
        if flow.ask_sizes[i] == wire_bytes:
            flow.ask_counts[i] += 1
            return
        if flow.ask_counts[i] < flow.ask_counts[least]:
            least = i
    flow.ask_errors[least] = flow.ask_counts[least]
    flow.ask_sizes[least] = wire_bytes
    flow.ask_counts[least] += 1
