"""Walking through bytes of a foreign message: every length is checked, a short message ends the walk."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_FORMATS = {1: "B", 2: "H"}


class CutShort(Exception):
    """A message ends before a length in it says."""


class Octets:
    """A cursor over bytes, big-endian.

    Args:
        data: the message.
    """

    __slots__ = ("at", "data")

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
        data, at = self.data, self.at
        self.at = stop = at + width
        if stop > len(data):
            self.at = at
            raise CutShort
        if width == 2:
            return data[at] << 8 | data[at + 1]
        return data[at] if width == 1 else int.from_bytes(data[at:stop], "big")

    def vector(self, width: int) -> Octets:
        """The next bytes whose length stands before them in a number of so many bytes."""
        return Octets(self.take(self.number(width)))

    def numbers(self, width: int) -> list[int]:
        """All numbers of one or two bytes to the end; a rest that is too short for one is left."""
        count = (len(self.data) - self.at) // width
        return list(struct.unpack(f">{count}{_FORMATS[width]}", self.take(count * width)))


def extensions_of(data: bytes, at: int = 0, end: int | None = None) -> Iterator[tuple[int, int, int]]:
    """Extensions of a hello: number, and where its content begins and ends; the walk ends at one that is cut off.

    Args:
        data: holds all extensions, without the length before them.
        at, end: where they begin and end; the whole of it unless told otherwise.
    """
    end = len(data) if end is None else end
    while at + 4 <= end:
        start = at + 4
        stop = start + (data[at + 2] << 8 | data[at + 3])
        if stop > end:
            return
        yield data[at] << 8 | data[at + 1], start, stop
        at = stop
