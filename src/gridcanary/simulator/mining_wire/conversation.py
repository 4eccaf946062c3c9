"""A TCP conversation over a line with delay, jitter and loss, as somebody sees it who taps the line."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from gridcanary.network.ends import End
from gridcanary.simulator.mining_wire.links import Link
from gridcanary.simulator.mining_wire.virtual_time import SECOND_NS, VirtualTime

FIN, SYN, PSH, ACK = 0x01, 0x02, 0x08, 0x10
DELAYED_ACK_S = 0.04
LEAST_RTO_S = 0.2
"""Both as Linux has them: a receiver waits so long for something to send along, a sender so long for an answer."""


@dataclass(frozen=True, slots=True)
class Line:
    """What lies between a client and a server.

    Args:
        near_s: one-way delay between the client and the tap [s].
        far_s: one-way delay between the tap and the server [s].
        jitter_s: mean of what is added to each passage, exponentially distributed [s].
        loss: share of segments that are lost on each side of the tap, 0 to 1.
        mss: largest payload of a segment [bytes].
    """

    near_s: float = 0.004
    far_s: float = 0.02
    jitter_s: float = 0.001
    loss: float = 0.0
    mss: int = 1452


@dataclass(frozen=True, slots=True)
class Segment:
    """A TCP segment as the tap sees it: numbers count from 0 in each direction, the SYN being 0."""

    time_ns: int
    up: bool
    flags: int
    seq: int
    ack: int
    payload: bytes


class Tap(Protocol):
    """Sees every segment that passes, in the order of each direction but not of all conversations."""

    def saw(self, conversation: int, client: End, server: End, segment: Segment) -> None:
        """Take note of a segment."""


@dataclass(slots=True)
class _Direction:
    sent: int = 0
    received: int = 0
    tap_ns: int = 0
    arrival_ns: int = 0
    owes_ack: bool = False
    closed: bool = False


class Conversation:
    """Two ends and the segments between them.

    Args:
        time: virtual time.
        chance: of delays and losses.
        tap: sees the segments.
        number: of the conversation, for the tap.
        client, server: the ends.
        line: what lies between them.
    """

    def __init__(
        self,
        time: VirtualTime,
        chance: random.Random,
        tap: Tap,
        number: int,
        client: End,
        server: End,
        line: Line,
    ) -> None:
        self._time, self._chance, self._tap, self._line = time, chance, tap, line
        self._number, self._ends = number, (client, server)
        self._directions = {True: _Direction(), False: _Direction()}
        self.client, self.server = TcpEnd(self, up=True), TcpEnd(self, up=False)
        self._rto_s = max(LEAST_RTO_S, 4 * (line.near_s + line.far_s + line.jitter_s))

    def begin(self) -> None:
        """Shake hands; both ends are told when they are open."""
        self._pass(True, SYN, b"", self._synchronised)

    def _synchronised(self) -> None:
        self._pass(False, SYN | ACK, b"", self._established)

    def _established(self) -> None:
        self._pass(True, ACK, b"", lambda: self.server.opened())
        self.client.opened()

    def send(self, up: bool, data: bytes) -> None:
        """Send a stream's bytes in segments; a closed end says nothing more."""
        if self._directions[up].closed:
            return
        for start in range(0, len(data), self._line.mss):
            payload = data[start : start + self._line.mss]
            push = PSH if start + self._line.mss >= len(data) else 0
            self._pass(up, ACK | push, payload, partial(self._deliver, up, payload))

    def close(self, up: bool) -> None:
        """Send a FIN; the other end answers in kind."""
        if not self._directions[up].closed:
            self._directions[up].closed = True
            self._pass(up, FIN | ACK, b"", partial(self._finished, up))

    def _finished(self, up: bool) -> None:
        (self.server if up else self.client).closed()
        if self._directions[not up].closed:
            self._acknowledge(not up)
        self.close(not up)

    def _pass(self, up: bool, flags: int, payload: bytes, delivered: Callable[[], None]) -> None:
        """One segment's way past the tap to the other end, again where it is lost."""
        way = self._directions[up]
        seq = way.sent
        way.sent += len(payload) + (1 if flags & (SYN | FIN) else 0)
        back = self._directions[not up]
        back.owes_ack = False
        self._travel(up, Segment(0, up, flags, seq, back.received, payload), delivered)

    def _travel(self, up: bool, segment: Segment, delivered: Callable[[], None]) -> None:
        way, line = self._directions[up], self._line
        before, after = (line.near_s, line.far_s) if up else (line.far_s, line.near_s)
        again = _noted if delivered is _noted else partial(self._travel, up, segment, delivered)
        if self._chance.random() < line.loss:
            self._time.after(self._rto_s, again)
            return
        way.tap_ns = max(way.tap_ns + 1_000, self._time.now_ns + self._delay_ns(before))
        seen = Segment(way.tap_ns, up, segment.flags, segment.seq, segment.ack, segment.payload)
        self._tap.saw(self._number, *self._ends, seen)
        if self._chance.random() < line.loss:
            self._time.after(self._rto_s, again)
            return
        way.arrival_ns = max(way.arrival_ns + 1_000, way.tap_ns + self._delay_ns(after))
        self._time.at(way.arrival_ns, partial(self._arrive, up, segment, delivered))

    def _delay_ns(self, mean_s: float) -> int:
        added = self._chance.expovariate(1 / self._line.jitter_s) if self._line.jitter_s else 0.0
        return int((mean_s + added) * SECOND_NS)

    def _arrive(self, up: bool, segment: Segment, delivered: Callable[[], None]) -> None:
        """In the stream's order: what overtook a lost segment waits for it."""
        way = self._directions[up]
        if segment.seq > way.received:
            self._time.after(0.002, partial(self._arrive, up, segment, delivered))
            return
        end = segment.seq + len(segment.payload) + (1 if segment.flags & (SYN | FIN) else 0)
        way.received = max(way.received, end)
        delivered()

    def _deliver(self, up: bool, payload: bytes) -> None:
        way = self._directions[up]
        owed = way.owes_ack
        way.owes_ack = True
        (self.server if up else self.client).heard(payload)
        if way.owes_ack and owed:
            self._acknowledge(not up)
        elif way.owes_ack:
            self._time.after(DELAYED_ACK_S, partial(self._acknowledge, not up))

    def _acknowledge(self, up: bool) -> None:
        if self._directions[not up].owes_ack:
            self._pass(up, ACK, b"", _noted)


def _noted() -> None:
    """What an acknowledgement does to a simulated sender, which repeats by its own knowledge of losses."""


class TcpEnd(Link):
    """One end of a conversation."""

    def __init__(self, conversation: Conversation, *, up: bool) -> None:
        super().__init__()
        self._conversation, self._up = conversation, up

    def send(self, data: bytes) -> None:
        """Send bytes to the other end."""
        self._conversation.send(self._up, data)

    def close(self) -> None:
        """Say that nothing more will be sent."""
        self._conversation.close(self._up)
