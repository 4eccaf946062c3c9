"""What following asks of a server, whichever language it speaks; none of it is believed before it is checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

from gridcanary.chain.follow.errors import SourceLied

HASH_BYTES = 200
"""Enough for a hash in hex, alone or in the frame of a JSON-RPC answer."""
JSON_BYTES = 1 << 20
BLOCK_BYTES = 40_000_000
"""The largest block of any network here is 32 MB (Bitcoin Cash); Bitcoin's own are 4 MB at most."""


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of the chain, as a server says: height, and hash in the order of hashing."""

    height: int
    hash: bytes


class BlockSource(Protocol):
    """A server that keeps the chain.

    Every method raises SourceUnreachable where no answer comes, and SourceLied where the answer is none.
    """

    @property
    def name(self) -> str:
        """The server as messages name it, without credentials."""
        ...

    def tip(self) -> Tip:
        """The end of its best chain."""
        ...

    def block_hash(self, height: int) -> bytes:
        """Hash, in the order of hashing, of its best chain's block of this height."""
        ...

    def block(self, block_hash: bytes) -> bytes:
        """The bytes that it gives for a block."""
        ...


def shown(hashed: bytes) -> str:
    """A hash as people and servers write it."""
    return hashed[::-1].hex()


def read_hash(text: object, source: str, subject: str) -> bytes:
    """A hash from its hex, in the order of hashing; SourceLied where it is none."""
    if not isinstance(text, str) or len(text) != 64:
        raise SourceLied(source, subject, f"expected a hash of 64 hex digits, found {str(text)[:80]!r}")
    return read_hex(text, source, subject)[::-1]


def read_hex(text: object, source: str, subject: str) -> bytes:
    """Bytes from their hex; SourceLied where it is none."""
    try:
        return bytes.fromhex(text if isinstance(text, str) else "?")
    except ValueError as error:
        raise SourceLied(source, subject, f"expected hex, found {str(text)[:80]!r}") from error


def read_height(value: object, source: str, subject: str) -> int:
    """A height; SourceLied where it is none."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 31:
        raise SourceLied(source, subject, f"expected a height, found {str(value)[:80]!r}")
    return value


def read_json(body: bytes, source: str, subject: str) -> Any:
    """What a body of JSON says; SourceLied where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceLied(source, subject, f"expected JSON, found {body[:80]!r}") from error
