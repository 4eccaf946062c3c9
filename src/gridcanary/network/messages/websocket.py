"""The payload of one direction's WebSocket frames (RFC 6455), unmasked and, where deflated (RFC 7692), inflated."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

_TEXT_OR_BINARY = (0, 1, 2)
_OPENINGS = b'{["'
MOST_INFLATED = 1 << 20
"""Bytes that one piece may inflate to; a bomb gives no more."""


def _header(text: bytes) -> tuple[int, int, bytes] | None:
    """Length of the header, of the payload, and the mask; None where the header isn't whole."""
    if len(text) < 2:
        return None
    masked, size = text[1] & 0x80, text[1] & 0x7F
    wide = {126: 2, 127: 8}.get(size, 0)
    end = 2 + wide + (4 if masked else 0)
    if len(text) < end:
        return None
    if wide:
        size = struct.unpack(">H" if wide == 2 else ">Q", text[2 : 2 + wide])[0]
    return end, size, text[end - 4 : end] if masked else b""


def begins_frame(text: bytes) -> bool:
    """Whether a piece begins with a frame of text or binary that holds JSON; a deflated one can't be told."""
    if not text or text[0] not in (0x81, 0x82, 0x01, 0x02):
        return False
    header = _header(text[:16])
    if header is None or len(text) <= header[0] or header[1] < 2:
        return False
    end, _, mask = header
    return (text[end] ^ (mask[0] if mask else 0)) in _OPENINGS


@dataclass(slots=True)
class WebSocketFrames:
    """Takes bytes and gives the payload of the data frames; a line end stands behind each message."""

    transport: str = "websocket"
    _held: bytes = b""
    _left: int = 0
    _mask: bytes = b""
    _turn: int = 0
    _data: bool = False
    _ends: bool = False
    _deflated: bool = False
    _inflate: Any = None
    _lost: bool = False

    def feed(self, text: bytes, gap: bool) -> bytes:
        """Payload in the next piece.

        Args:
            text: the piece.
            gap: bytes are missing before it, so that reading starts anew where a piece begins with a frame.
        """
        if gap:
            self._held, self._left, self._lost = b"", 0, True
        if self._lost:
            if not begins_frame(text):
                return b""
            self._lost = False
        found = []
        while text:
            if self._left == 0:
                text = self._begin(self._held + text)
                if self._left == 0:
                    continue
            part, text = text[: self._left], text[self._left :]
            self._left -= len(part)
            if self._data:
                found.append(self._payload(part))
        return b"".join(found)

    def _begin(self, text: bytes) -> bytes:
        """Read a frame's header; the bytes behind it, none while it isn't whole."""
        header = _header(text)
        if header is None:
            self._held = text
            return b""
        self._held = b""
        end, self._left, self._mask = header
        self._turn = 0
        opcode = text[0] & 0x0F
        self._data = opcode in _TEXT_OR_BINARY
        self._ends = bool(text[0] & 0x80)
        if opcode in (1, 2):
            self._deflated = bool(text[0] & 0x40)
        if text[0] & 0x30 or opcode in range(3, 8) or opcode > 10:
            self._left, self._lost = 0, True
            return b""
        return text[end:]

    def _payload(self, part: bytes) -> bytes:
        if self._mask:
            mask = np.frombuffer(self._mask, np.uint8)[(np.arange(len(part)) + self._turn) % 4]
            self._turn += len(part)
            part = (np.frombuffer(part, np.uint8) ^ mask).tobytes()
        last = self._ends and self._left == 0
        if self._deflated:
            part = self._inflated(part, last)
        return part + b"\n" if last else part

    def _inflated(self, part: bytes, last: bool) -> bytes:
        if self._inflate is None:
            self._inflate = zlib.decompressobj(-15)
        try:
            return bytes(
                self._inflate.decompress(part + (b"\x00\x00\xff\xff" if last else b""), MOST_INFLATED)
            )
        except zlib.error:  # it began before the capture did: what it refers to is unknown
            self._inflate, self._lost = None, True
            return b""
