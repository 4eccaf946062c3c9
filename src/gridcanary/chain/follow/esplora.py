"""An Esplora server (as of Blockstream or mempool.space, or one's own): for those without a node, never trusted."""

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
    read_hex,
    read_json,
    shown,
)

HEADER_BYTES = 80


@dataclass(frozen=True, slots=True)
class MerkleProof:
    """Where a server says that a transaction stands.

    Args:
        height: height of the block.
        branch: hashes beside the way to the root, the lowest first, in the order of hashing.
        position: number of the transaction in the block.
    """

    height: int
    branch: tuple[bytes, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Esplora:
    """A BlockSource over Esplora's REST, which also answers for single addresses and transactions."""

    client: Client

    @property
    def name(self) -> str:
        """Host and port."""
        return self.client.name

    def tip(self) -> Tip:
        """As BlockSource asks."""
        tip_hash = self._hash("/blocks/tip/hash")
        told = read_json(self._get(f"/block/{shown(tip_hash)}/status", JSON_BYTES), self.name, "the tip")
        if not isinstance(told, dict):
            raise SourceLied(self.name, "the tip", "expected an object")
        return Tip(read_height(told.get("height"), self.name, "height of the tip"), tip_hash)

    def block_hash(self, height: int) -> bytes:
        """As BlockSource asks."""
        return self._hash(f"/block-height/{height}")

    def block(self, block_hash: bytes) -> bytes:
        """As BlockSource asks."""
        return self._get(f"/block/{shown(block_hash)}/raw", BLOCK_BYTES)

    def header(self, block_hash: bytes) -> bytes:
        """The eighty bytes that the server gives for a header."""
        subject = f"header of {shown(block_hash)}"
        told = self._get(f"/block/{shown(block_hash)}/header", HASH_BYTES)
        raw = read_hex(told.decode("latin-1").strip(), self.name, subject)
        if len(raw) != HEADER_BYTES:
            raise SourceLied(self.name, subject, f"expected {HEADER_BYTES} bytes, found {len(raw)}")
        return raw

    def transactions_of(self, address: str, after: str = "") -> list[str]:
        """Shown ids of a page of confirmed transactions that name an address, newest first.

        Args:
            address: as people write it.
            after: the last id of the page before; empty for the first page.
        """
        subject = f"transactions of {address}"
        path = f"/address/{address}/txs/chain" + (f"/{after}" if after else "")
        told = read_json(self._get(path, 32 * JSON_BYTES), self.name, subject)
        if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
            raise SourceLied(self.name, subject, "expected a list of transactions")
        return [shown(read_hash(one.get("txid"), self.name, subject)) for one in told]

    def transaction(self, txid: bytes) -> bytes:
        """The bytes that the server gives for a transaction."""
        return self._get(f"/tx/{shown(txid)}/raw", BLOCK_BYTES)

    def merkle_proof(self, txid: bytes) -> MerkleProof:
        """Where it says that a transaction stands."""
        subject = f"Merkle branch of {shown(txid)}"
        told = read_json(self._get(f"/tx/{shown(txid)}/merkle-proof", JSON_BYTES), self.name, subject)
        if not isinstance(told, dict) or not isinstance(told.get("merkle"), list):
            raise SourceLied(self.name, subject, "expected block_height, merkle and pos")
        return MerkleProof(
            read_height(told.get("block_height"), self.name, subject),
            tuple(read_hash(one, self.name, subject) for one in told["merkle"]),
            read_height(told.get("pos"), self.name, subject),
        )

    def _hash(self, path: str) -> bytes:
        return read_hash(self._get(path, HASH_BYTES).decode("latin-1").strip(), self.name, path)

    def _get(self, path: str, most_bytes: int) -> bytes:
        answer = self.client.get(path, most_bytes)
        if answer.status != 200:
            problem = f"{path}: HTTP {answer.status} {answer.body[:100].decode('latin-1').strip()}"
            raise SourceUnreachable(self.name, problem)
        return answer.body
