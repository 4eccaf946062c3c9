"""The bodies of one direction of an HTTP/1 conversation, and what its heads tell a hunter of miners.

Heads name the software, the login of getwork (Basic, whose password is dropped at once) and, of Ethereum's miners, the
wallet in the path. Whatever isn't understood passes through as it came: the reader of JSON passes over strange bytes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field

from gridcanary.network.messages.http_codings import Inflater, inflater_of
from gridcanary.network.messages.websocket import WebSocketFrames

HEADS = (b"POST ", b"GET ", b"PUT ", b"HEAD ", b"OPTIONS ", b"HTTP/1.")
LONGEST_HEAD = 16_384
PAGES = ("text/html", "text/css", "text/markdown", "image/", "text/javascript", "application/javascript")
"""Kinds of bodies that a browser shows: a page about mining quotes its messages and is none."""
_LONGEST_CHUNK_LINE = 64
_AT_ONCE = 4096
"""Bytes gone through at a time: what is left of them is copied at each step, and chunks may hold a byte each."""


def begins_head(text: bytes) -> bool:
    """Whether the bytes begin as a request or an answer does."""
    return text.startswith(HEADS)


@dataclass(slots=True)
class HttpBodies:
    """Takes bytes and gives those of the bodies.

    Args:
        user: the login of the last request, as ``Authorization: Basic`` tells it, without the password.
        path: of the last request.
        agent: ``User-Agent`` of the last request.
        upgraded: the conversation goes on as WebSocket; its frames are read from there on.
    """

    user: str | None = None
    path: str | None = None
    agent: str | None = None
    upgraded: WebSocketFrames | None = None
    _head: bytes = b""
    _page: bool = False
    _left: int = 0
    _state: str = "between"
    _line: bytes = field(default=b"")
    _inflater: Inflater | None = None

    @property
    def transport(self) -> str:
        """``http``, or ``websocket`` once the conversation is upgraded."""
        return "http" if self.upgraded is None else "websocket"

    def feed(self, text: bytes, gap: bool) -> bytes:
        """Bytes of bodies in the next piece.

        Args:
            text: the piece.
            gap: bytes are missing before it.
        """
        if self.upgraded is not None:
            return self.upgraded.feed(text, gap)
        if gap:
            self._state, self._head, self._line = "between", b"", b""
        slices = (text[at : at + _AT_ONCE] for at in range(0, len(text), _AT_ONCE))
        return b"".join(part for one in slices for part in self._parts(one))

    def _parts(self, text: bytes) -> Iterator[bytes]:
        while text:
            if self.upgraded is not None:
                yield self.upgraded.feed(text, False)
                return
            step = getattr(self, f"_in_{self._state}")
            body, text = step(text)
            if not self._page:
                yield body

    def _in_between(self, text: bytes) -> tuple[bytes, bytes]:
        """Between messages, or where it is unknown in what: a head begins here, or all passes."""
        if self._head or begins_head(text) or any(head.startswith(text) for head in HEADS):
            self._state = "head"
            return b"", text
        return text, b""

    def _in_head(self, text: bytes) -> tuple[bytes, bytes]:
        self._head += text
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if not end:
            if len(self._head) > LONGEST_HEAD:
                self._head, self._state = b"", "between"
            return b"", b""
        self._head = b""
        self._begin_body(head)
        return b"", rest

    def _in_body(self, text: bytes) -> tuple[bytes, bytes]:
        body, rest = text[: self._left], text[self._left :]
        self._left -= len(body)
        if not self._left:
            self._state = "between"
        return self._plain(body), rest

    def _in_chunk(self, text: bytes) -> tuple[bytes, bytes]:
        body, rest = text[: self._left], text[self._left :]
        self._left -= len(body)
        if not self._left:
            self._state, self._line = "size", b""
        return self._plain(body), rest

    def _plain(self, body: bytes) -> bytes:
        return self._inflater.inflate(body) if self._inflater is not None and not self._page else body

    def _in_size(self, text: bytes) -> tuple[bytes, bytes]:
        """The line between chunks, an empty one before it."""
        line, end, rest = (self._line + text).lstrip(b"\r\n").partition(b"\r\n")
        if not end and len(line) <= _LONGEST_CHUNK_LINE:
            self._line = line
            return b"", b""
        self._line = b""
        try:
            self._left = int(line.split(b";")[0].strip()[:8], 16)
        except ValueError:
            self._state = "between"
            return rest, b""
        self._state = "chunk" if self._left else "between"
        return b"", rest.removeprefix(b"\r\n") if not self._left else rest

    def _begin_body(self, head: bytes) -> None:
        first, *lines = head.decode("latin-1").split("\r\n")
        fields = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
        }
        if not first.startswith("HTTP/"):
            self.path = ([*first.split(" "), ""])[1][:256]
            self.agent = fields.get("user-agent", self.agent)
            self.user = _basic_user(fields.get("authorization", "")) or self.user
        self._inflater = inflater_of(fields.get("content-encoding", ""))
        self._page = fields.get("content-type", "").lower().startswith(PAGES)
        if fields.get("upgrade", "").lower() == "websocket":
            self.upgraded = WebSocketFrames()
        elif "chunked" in fields.get("transfer-encoding", "").lower():
            self._state = "size"
        else:
            size = fields.get("content-length", "")
            self._left = int(size) if size.isdecimal() and len(size) < 12 else 0
            self._state = "body" if self._left else "between"


def _basic_user(value: str) -> str | None:
    scheme, _, secret = value.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return (
            base64.b64decode(secret.strip(), validate=True).partition(b":")[0].decode("utf-8", "replace")
            or None
        )
    except (binascii.Error, ValueError):
        return None
