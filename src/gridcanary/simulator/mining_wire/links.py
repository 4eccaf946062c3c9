"""Links carry bytes between two programs; each layer (TCP, TLS, WebSocket, a relay) offers the one below it anew."""

from __future__ import annotations

from collections.abc import Callable


def _nothing() -> None:
    """What a program does that waits for nothing."""


def _deaf(data: bytes) -> None:
    """What a program hears that listens to nothing."""


class Link:
    """One end of a stream of bytes. Whoever uses it sets ``opened`` and ``heard``.

    Attributes:
        opened: called once when bytes can be sent.
        heard: called with bytes of the other end, as they come.
        closed: called once when the other end has gone.
    """

    def __init__(self) -> None:
        self.opened: Callable[[], None] = _nothing
        self.heard: Callable[[bytes], None] = _deaf
        self.closed: Callable[[], None] = _nothing

    def send(self, data: bytes) -> None:
        """Send bytes to the other end."""
        raise NotImplementedError

    def close(self) -> None:
        """Say that nothing more will be sent."""
        raise NotImplementedError


class Layer(Link):
    """A link on top of another; closing goes through.

    Args:
        below: the link that carries it.
    """

    def __init__(self, below: Link) -> None:
        super().__init__()
        self.below = below
        below.opened = self.start
        below.heard = self.take
        below.closed = lambda: self.closed()

    def start(self) -> None:
        """The link below is open."""
        self.opened()

    def take(self, data: bytes) -> None:
        """Bytes came from below."""
        self.heard(data)

    def send(self, data: bytes) -> None:
        """Pass the bytes down."""
        self.below.send(data)

    def close(self) -> None:
        """Close the link below."""
        self.below.close()
