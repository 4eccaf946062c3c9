"""WebSocket (RFC 6455) over a link: the upgrade, then text frames, the client's masked."""

from __future__ import annotations

import base64
import hashlib
import random

from gridcanary.simulator.mining_wire.links import Layer, Link

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
FINAL_TEXT, MASKED = 0x81, 0x80


class WebSocketEnd(Layer):
    """One end of a WebSocket.

    Args:
        below: the link that carries it.
        chance: of keys and masks.
        server: whether this is the server's end.
        host: what the client's request names.
    """

    def __init__(self, below: Link, chance: random.Random, *, server: bool, host: str = "") -> None:
        super().__init__(below)
        self._chance, self._server, self._host = chance, server, host
        self._pending, self._upgraded = b"", False

    def start(self) -> None:
        """Ask for the upgrade."""
        if not self._server:
            key = base64.b64encode(self._chance.randbytes(16)).decode()
            self.below.send(
                f"GET /ws HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
            )

    def take(self, data: bytes) -> None:
        """The upgrade first, then frames."""
        self._pending += data
        if not self._upgraded:
            head, end, rest = self._pending.partition(b"\r\n\r\n")
            if not end:
                return
            self._pending, self._upgraded = rest, True
            if self._server:
                self.below.send(_accepts(head))
            self.opened()
        while (frame := self._next_frame()) is not None:
            self.heard(frame)

    def _next_frame(self) -> bytes | None:
        """The next frame's text, None while it is not whole."""
        data = self._pending
        if len(data) < 2:
            return None
        size, at = data[1] & 0x7F, 2
        if size >= 126:
            wide = 2 if size == 126 else 8
            size, at = int.from_bytes(data[2 : 2 + wide], "big"), 2 + wide
        mask = data[at : at + 4] if data[1] & MASKED else b""
        at += len(mask)
        if len(data) < at + size:
            return None
        self._pending = data[at + size :]
        return _masked(data[at : at + size], mask) if mask else data[at : at + size]

    def send(self, data: bytes) -> None:
        """Send one text frame."""
        mask = b"" if self._server else self._chance.randbytes(4)
        flag = MASKED if mask else 0
        if len(data) < 126:
            head = bytes([FINAL_TEXT, flag | len(data)])
        elif len(data) < 65_536:
            head = bytes([FINAL_TEXT, flag | 126]) + len(data).to_bytes(2, "big")
        else:
            head = bytes([FINAL_TEXT, flag | 127]) + len(data).to_bytes(8, "big")
        self.below.send(head + mask + (_masked(data, mask) if mask else data))


def _masked(data: bytes, mask: bytes) -> bytes:
    repeated = (mask * (len(data) // 4 + 1))[: len(data)]
    return (int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(data), "big")


def _accepts(head: bytes) -> bytes:
    """The server's answer to an upgrade."""
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    digest = hashlib.sha1((fields["Sec-WebSocket-Key"] + GUID).encode(), usedforsecurity=False).digest()
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n\r\n"
    ).encode()
