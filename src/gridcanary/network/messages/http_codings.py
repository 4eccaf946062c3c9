"""Undoes the coding of an HTTP body, gzip or deflate (RFC 9110, section 8.4.1), piece by piece and within bounds."""

from __future__ import annotations

import zlib
from typing import Any

MOST_INFLATED = 1 << 20
"""Bytes that one body gives; no mining message comes near it, and a bomb gives no more."""

_GZIP_OR_ZLIB, _RAW = 32 + zlib.MAX_WBITS, -zlib.MAX_WBITS
_FRAME_BYTES = 2
"""By so many bytes the frame is known."""

_CODINGS = ("gzip", "x-gzip", "deflate")


class Inflater:
    """One body's coding.

    Some programs send deflate without the frame that the standard asks for; both are read.
    """

    def __init__(self, coding: str) -> None:
        self._stream: Any = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._may_be_raw = coding == "deflate"
        self._left = MOST_INFLATED
        self._held = b""

    def inflate(self, part: bytes) -> bytes:
        """What the next bytes of the body hold; nothing once it is damaged, or has given MOST_INFLATED bytes."""
        part, self._held = self._held + part, b""
        if self._stream is None:
            return b""
        if self._may_be_raw and len(part) < _FRAME_BYTES:
            self._held = part
            return b""
        try:
            found: bytes = self._stream.decompress(part, self._left)
        except zlib.error:
            if not self._may_be_raw:
                self._stream = None
                return b""
            self._stream, self._may_be_raw = zlib.decompressobj(_RAW), False
            return self.inflate(part)
        self._may_be_raw = self._may_be_raw and not found
        self._left -= len(found)
        if self._left == 0:  # zlib takes 0 for no bound
            self._stream = None
        return found


def inflater_of(content_encoding: str) -> Inflater | None:
    """Who undoes the coding that a head names; None for plain bodies and for codings that aren't read.

    >>> inflater_of("identity") is None, inflater_of("GZIP") is None
    (True, False)
    """
    coding = content_encoding.strip().lower()
    return Inflater(coding) if coding in _CODINGS else None
