"""Walking through bytes of a foreign message: every length is checked, a short message ends the walk."""

from __future__ import annotations

from collections.abc import Iterator


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
        begin, end = self.at, self.at + count
        if end > len(self.data):
            raise CutShort
        self.at = end
        return self.data[begin:end]

    def number(self, width: int) -> int:
        """The next number of so many bytes."""
        begin, end = self.at, self.at + width
        if end > len(self.data):
            raise CutShort
        self.at = end
        return int.from_bytes(self.data[begin:end], "big")

    def vector(self, width: int) -> Octets:
        """The next bytes whose length stands before them in a number of so many bytes."""
        return Octets(self.take(self.number(width)))

    def numbers(self, width: int) -> Iterator[int]:
        """All numbers to the end; a rest that is too short for one is left."""
        begin = self.at
        self.at = len(self.data) - (len(self.data) - begin) % width
        for at in range(begin, self.at, width):
            yield int.from_bytes(self.data[at : at + width], "big")
