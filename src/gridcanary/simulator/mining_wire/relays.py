"""A relay: the line shows one TLS session to a rented server, which goes on to the pool unseen."""

from __future__ import annotations

import random

from gridcanary.simulator.mining_wire.links import Layer, Link
from gridcanary.simulator.mining_wire.virtual_time import VirtualTime

HEAD_BYTES = 56 + 2 + 1 + 1 + 4 + 2 + 2
"""A Trojan request: hash of the password, CRLF, command, kind of address, IPv4, port, CRLF (trojan-gfw's protocol)."""


class RelayClient(Layer):
    """The miner's side: its first bytes carry the relay's own head.

    Args:
        below: the TLS session with the rented server.
        chance: of the head's bytes.
    """

    def __init__(self, below: Link, chance: random.Random) -> None:
        super().__init__(below)
        self._head = chance.randbytes(HEAD_BYTES)

    def send(self, data: bytes) -> None:
        """The head goes with the first bytes."""
        self.below.send(self._head + data)
        self._head = b""


class RelayServer(Layer):
    """The rented server's side, seen from the pool: everything takes longer.

    Args:
        below: the TLS session with the miner.
        time: virtual time.
        delay_s: one way between the rented server and the pool [s].
    """

    def __init__(self, below: Link, time: VirtualTime, delay_s: float) -> None:
        super().__init__(below)
        self._time, self._delay_s, self._awaited = time, delay_s, HEAD_BYTES

    def take(self, data: bytes) -> None:
        """Take the head off and pass on the rest, later."""
        skipped = min(self._awaited, len(data))
        self._awaited -= skipped
        if rest := data[skipped:]:
            self._time.after(self._delay_s, lambda: self.heard(rest))

    def send(self, data: bytes) -> None:
        """Pass on later."""
        self._time.after(self._delay_s, lambda: self.below.send(data))
