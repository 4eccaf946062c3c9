"""Two digests of everything: SHA-256 and SM3 (GB/T 32905), computed in one pass."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives import hashes

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Digests:
    """Lower-case hexadecimal digests of one content, and its length.

    Args:
        sha256: 64 hexadecimal digits.
        sm3: 64 hexadecimal digits.
        size_bytes: length of the content.
    """

    sha256: str
    sm3: str
    size_bytes: int


class Digester:
    """Takes bytes as they come and knows both digests at the end."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._sm3 = hashes.Hash(hashes.SM3())
        self._size_bytes = 0

    def update(self, content: bytes) -> None:
        """Take the next piece."""
        self._sha256.update(content)
        self._sm3.update(content)
        self._size_bytes += len(content)

    @property
    def size_bytes(self) -> int:
        """Bytes taken so far."""
        return self._size_bytes

    def digests(self) -> Digests:
        """Digests of everything taken so far; more may follow."""
        return Digests(self._sha256.hexdigest(), self._sm3.copy().finalize().hex(), self._size_bytes)


def digest_bytes(content: bytes) -> Digests:
    """Both digests of bytes in memory.

    >>> digest_bytes(b"abc").sm3
    '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'
    """
    digester = Digester()
    digester.update(content)
    return digester.digests()


def digest_stream(stream: BinaryIO) -> Digests:
    """Both digests of what is left in a stream."""
    digester = Digester()
    while piece := stream.read(CHUNK_BYTES):
        digester.update(piece)
    return digester.digests()


def digest_file(file: Path) -> Digests:
    """Both digests of a file."""
    with file.open("rb") as stream:
        return digest_stream(stream)


def sm3_hex(content: bytes) -> str:
    """SM3 of bytes in memory, in hexadecimal."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()
