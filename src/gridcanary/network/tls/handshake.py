"""Handshake messages out of one direction of a TLS stream, split and joined over records in any way."""

from __future__ import annotations

from collections.abc import Iterator

HANDSHAKE, CHANGE_CIPHER, ALERT, APPLICATION = 22, 20, 21, 23
MOST_RECORD = (1 << 14) + 2048
MOST_HELD = 1 << 16
"""A message of more bytes is given up; certificate chains have a few kilobytes."""


class HandshakeStream:
    """Gathers the messages of one direction until encryption begins."""

    __slots__ = ("_messages", "_raw", "ended")

    def __init__(self) -> None:
        self.ended = False
        self._raw = bytearray()
        self._messages = bytearray()

    def feed(self, piece: bytes) -> Iterator[tuple[int, bytes]]:
        """Messages that are complete with this piece: their type and body.

        Args:
            piece: the next bytes of the stream.
        """
        if self.ended:
            return
        if not self._raw and not self._messages and _is_one_message(piece):
            yield piece[5], piece[9:]
            return
        self._raw += piece
        self._open_records()
        while len(self._messages) >= 4:
            stop = 4 + int.from_bytes(self._messages[1:4], "big")
            if stop > MOST_HELD:
                self.end()
                return
            if len(self._messages) < stop:
                return
            kind, body = self._messages[0], bytes(self._messages[4:stop])
            del self._messages[:stop]
            yield kind, body

    def end(self) -> None:
        """Nothing more is to be read; what is held goes."""
        self.ended = True
        self._raw.clear()
        self._messages.clear()

    def _open_records(self) -> None:
        at = 0
        while len(self._raw) - at >= 5:
            kind, major, size = (
                self._raw[at],
                self._raw[at + 1],
                int.from_bytes(self._raw[at + 3 : at + 5], "big"),
            )
            if kind != HANDSHAKE or major != 3 or size > MOST_RECORD:
                self.ended = True
                break
            if len(self._raw) - at < 5 + size:
                break
            self._messages += self._raw[at + 5 : at + 5 + size]
            at += 5 + size
        del self._raw[:at]
        if len(self._messages) > MOST_HELD:
            self.end()


def _is_one_message(piece: bytes) -> bool:
    """Whether a piece is one record with one whole message, as most hellos are."""
    size = len(piece) - 5
    return (
        4 <= size <= MOST_RECORD
        and piece[0] == HANDSHAKE
        and piece[1] == 3
        and (piece[3] << 8 | piece[4]) == size
        and int.from_bytes(piece[6:9], "big") == size - 4
    )
