"""A node by Bitcoin Core's REST interface (``rest=1``): no password, blocks as bytes."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.chain.follow.client import Client
from gridcanary.chain.follow.errors import SourceLied, SourceUnreachable
from gridcanary.chain.follow.sources import (
    BLOCK_BYTES,
    HASH_BYTES,
    JSON_BYTES,
    Tip,
    read_hash,
    read_height,
    read_json,
    shown,
)


@dataclass(frozen=True, slots=True)
class RestNode:
    """A BlockSource over Core's REST; the client's address ends in ``/rest``."""

    client: Client

    @property
    def name(self) -> str:
        """Host and port."""
        return self.client.name

    def tip(self) -> Tip:
        """As BlockSource asks."""
        told = read_json(self._get("/chaininfo.json", JSON_BYTES), self.name, "chaininfo")
        if not isinstance(told, dict):
            raise SourceLied(self.name, "chaininfo", "expected an object")
        return Tip(
            read_height(told.get("blocks"), self.name, "blocks of chaininfo"),
            read_hash(told.get("bestblockhash"), self.name, "bestblockhash of chaininfo"),
        )

    def block_hash(self, height: int) -> bytes:
        """As BlockSource asks."""
        told = self._get(f"/blockhashbyheight/{height}.hex", HASH_BYTES)
        return read_hash(told.decode("latin-1").strip(), self.name, f"hash of block {height}")

    def block(self, block_hash: bytes) -> bytes:
        """As BlockSource asks."""
        return self._get(f"/block/{shown(block_hash)}.bin", BLOCK_BYTES)

    def _get(self, path: str, most_bytes: int) -> bytes:
        answer = self.client.get(path, most_bytes)
        if answer.status != 200:
            problem = f"{path}: HTTP {answer.status} {answer.body[:100].decode('latin-1').strip()}"
            raise SourceUnreachable(self.name, problem, "is the node run with rest=1?")
        return answer.body
