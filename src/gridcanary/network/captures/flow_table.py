"""The table of live flows, of fixed size: packets in, pieces and closed flows out."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.captures.addresses import address_of
from gridcanary.network.captures.frames import Frames
from gridcanary.network.kernels import flow_columns as columns
from gridcanary.network.kernels.flow_columns import FLOW, HELD, LIVE, PIECE, PUSHES_A_BLOCK, SLAB_BYTES
from gridcanary.network.kernels.flow_tracking import choose_told, close_flows, prepare, release, track
from gridcanary.network.kernels.packet_columns import PACKET
from gridcanary.network.pieces import WANT_MESSAGES, Pieces

_MOST_PIECES, _OUT_BYTES = 1 << 16, 1 << 23
_SLABS = 4096
_MOST_CLOSED = 2048
"""Flows told at a time: what is made of them stays within the processor's cache."""

_SHED_PART = 8
"""Where the table is full this part of it is shed at once: less often, and with a choice."""


@dataclass(frozen=True, slots=True)
class Step:
    """What came out of the table: first the pieces, then the flows that ended; both valid until the next step.

    Args:
        data: bytes of the pieces, uint8.
        pieces: flow_columns.PIECE (n,).
        closed: flow_columns.FLOW (m,), flows that ended and are worth a session.
    """

    data: NDArray[np.uint8]
    pieces: NDArray[np.void]
    closed: NDArray[np.void]

    def pieces_for(self, want: int) -> Pieces:
        """The pieces for one reason."""
        rows = self.pieces[self.pieces["wanted"] & want != 0]
        return Pieces(
            self.data,
            rows["flow"],
            rows["up"],
            rows["time_ns"],
            rows["start"],
            rows["stop"],
            rows["gap"],
            rows["first"],
        )


class FlowTable:
    """Flows by their two ends and protocol.

    Args:
        most_flows: live flows at a time; where there are more, the least suspicious are shed.

    Memory is about 800 bytes a flow, of which only those places are touched that were ever used at a time, and 70 MB.
    """

    def __init__(self, most_flows: int) -> None:
        if most_flows < 64:
            raise ValueError(f"most_flows is {most_flows}, at least 64 are needed")
        blocks = min(max(most_flows, 4096), 1 << 18)
        self.flows = np.zeros(most_flows, FLOW)
        self.shed = 0
        self._heads = np.full(1 << (most_flows - 1).bit_length() + 1, -1, np.int32)
        self._free = np.zeros(most_flows, np.int32)
        self._closed, self._told = np.zeros(_MOST_CLOSED, np.int32), np.zeros(_MOST_CLOSED, np.int64)
        self._left_out = np.zeros(2, np.int64)
        self._counters = np.zeros(columns.COUNTERS, np.int64)
        self._counters[columns.SEED] = secrets.randbits(62)
        self._held, self._slabs = np.zeros(_SLABS, HELD), np.zeros((_SLABS, SLAB_BYTES), np.uint8)
        self._pieces, self._out = np.zeros(_MOST_PIECES, PIECE), np.zeros(_OUT_BYTES, np.uint8)
        self._push_ns = np.zeros((blocks, PUSHES_A_BLOCK), np.int64)
        self._push_bytes = np.zeros((blocks, PUSHES_A_BLOCK), np.int32)
        self._push_next = np.zeros(blocks, np.int32)
        self._scratch = np.zeros(1, PACKET)[0:1]
        prepare(self.flows, self._free, self._held, self._push_next, self._counters)

    @property
    def live(self) -> int:
        """Flows in the table."""
        return int(self.flows.size - self._counters[columns.FREE_COUNT] - self._counters[columns.CLOSED])

    @property
    def last_ns(self) -> int:
        """The time of the last packet, UTC [ns since 1970]."""
        return int(self._counters[columns.LAST_NS])

    @property
    def without_payload(self) -> int:
        """Connections that never carried payload."""
        return int(self._left_out[0])

    @property
    def brief_datagrams(self) -> int:
        """Exchanges of few datagrams, or of names, that gave no session."""
        return int(self._left_out[1])

    @property
    def snapped(self) -> int:
        """Payloads of which the capture held a part."""
        return int(self._counters[columns.SNAPPED])

    def take(self, frames: Frames, packets: NDArray[np.void], file: int) -> Iterator[Step]:
        """Take a batch of packets; steps come whenever room is needed, and at the end."""
        self._counters[columns.FILE] = file
        at, state = 0, columns.OUTPUT
        while state != columns.DONE:
            state, at = track(
                frames.data, frames.columns, packets, at, self.flows, self._heads, self._free, self._counters,
                self._held, self._slabs, self._pieces, self._out, self._push_ns, self._push_bytes,
                self._push_next, self._closed,
            )  # fmt: skip
            yield from self._step()
            if state == columns.FULL and not self._counters[columns.FREE_COUNT]:
                yield from self.sweep()
                if not self._counters[columns.FREE_COUNT]:
                    yield from self._shed_least_suspicious()

    def sweep(self, every: bool = False) -> Iterator[Step]:
        """Close all idle flows, or every one."""
        yield from self._close(np.zeros(0, np.int64), every)

    def ignore(self, places: NDArray[np.int64], want: int) -> None:
        """Hand on no more of these flows for a reason."""
        self.flows["hopeless"][places] |= want

    def ends(self, place: int) -> tuple[str, str, int]:
        """Addresses of a flow's client and server, and the number of its file."""
        flow = self.flows[place]
        a, b = (address_of(int(flow[f"{end}_hi"]), int(flow[f"{end}_lo"])) for end in "ab")
        return (a, b, int(flow["file"])) if flow["up_is_a"] else (b, a, int(flow["file"]))

    def pushes(self, flow: np.void) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Times and bytes of a closed flow's pushes; only until the next step."""
        count, block, blocks = int(flow["pushes"]), int(flow["push_head"]), []
        for _ in range(-(-count // PUSHES_A_BLOCK)):
            blocks.append(block)
            block = int(self._push_next[block])
        return self._push_ns[blocks].ravel()[:count], self._push_bytes[blocks].ravel()[:count]

    def _close(self, chosen: NDArray[np.int64], every: bool) -> Iterator[Step]:
        at = 0
        while at >= 0:
            at = close_flows(
                at, chosen, every, self.flows, self._heads, self._counters, self._held, self._slabs,
                self._pieces, self._out, self._closed, self._scratch[0],
            )  # fmt: skip
            yield from self._step()

    def _step(self) -> Iterator[Step]:
        """Tell what came out and give its room back."""
        counters = self._counters
        kept = choose_told(self.flows, self._closed, counters[columns.CLOSED], self._told, self._left_out)
        if counters[columns.PIECES] or kept:
            rows = self._pieces[: counters[columns.PIECES]]
            yield Step(self._out[: counters[columns.OUT_AT]], rows, self.flows[self._told[:kept]])
        release(self.flows, self._free, counters, self._closed, self._held, self._push_next)
        counters[columns.PIECES] = counters[columns.OUT_AT] = 0

    def _shed_least_suspicious(self) -> Iterator[Step]:
        """Close an eighth of the flows: those without payload first, then what nobody reads, then what doesn't push
        out of silence, then hellos and heads; flows with mining messages last. Among equals the longest silent go."""
        live = np.flatnonzero(self.flows["state"] == LIVE)
        flows = self.flows[live]
        read = flows["wanted"] & ~flows["hopeless"]
        suspicion = (
            (flows["data_packets"].sum(axis=1) > 0).astype(np.int64)
            + 2 * (flows["pushes"] > 1)
            + 4 * (read != 0)
            + 8 * (read & WANT_MESSAGES != 0)
        )
        order = np.lexsort((flows["last_ns"], suspicion))
        chosen = live[order[: max(1, len(live) // _SHED_PART)]]
        self.flows["shed"][chosen] = 1
        self.shed += len(chosen)
        yield from self._close(chosen.astype(np.int64), False)
