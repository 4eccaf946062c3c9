"""Walking through bytes of a foreign message: every length is checked, a short message ends the walk."""

from __future__ import annotations

import struct

_FORMATS = {1: "B", 2: "H"}


class CutShort(Exception):
    """A message ends before a length in it says."""


class Octets:
    """A cursor over bytes, big-endian.

    Args:
        data: the message.
    """

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def __bool__(self) -> bool:
        return self.at < len(self.data)

    def take(self, count: int) -> bytes:
        """The next bytes.

        Raises:
            CutShort: there are fewer.
        """
        stop = self.at + count
        if stop > len(self.data):
            raise CutShort
        taken = self.data[self.at : stop]
        self.at = stop
        return taken

    def number(self, width: int) -> int:
        """The next number of so many bytes."""
        stop = self.at + width
        if stop > len(self.data):
            raise CutShort
        value = int.from_bytes(self.data[self.at : stop], "big")
        self.at = stop
        return value

    def vector(self, width: int) -> Octets:
        """The next bytes whose length stands before them in a number of so many bytes."""
        return Octets(self.take(self.number(width)))

    def numbers(self, width: int) -> list[int]:
        """All numbers of one or two bytes to the end; a rest that is too short for one is left."""
        count = (len(self.data) - self.at) // width
        return list(struct.unpack(f">{count}{_FORMATS[width]}", self.take(count * width)))
