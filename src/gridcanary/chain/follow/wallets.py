"""Blocks with the transactions of a case's addresses, from an Esplora server, for those without a node.

The server is believed in nothing: each transaction is hashed anew and its Merkle branch must lead to a header whose
work counts; further headers must stand on that one; the whole block is checked as if it came from a node. What no
check can find is a transaction that the server leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from gridcanary.chain.blocks import read_header
from gridcanary.chain.follow.checking import Expected, check_block, check_header
from gridcanary.chain.follow.errors import SourceLied
from gridcanary.chain.follow.esplora import Esplora
from gridcanary.chain.follow.floors import least_difficulty
from gridcanary.chain.follow.folder import write_whole
from gridcanary.chain.follow.following import FINAL_CONFIRMATIONS
from gridcanary.chain.follow.sources import shown
from gridcanary.chain.merkle import BadProof, check_branch, depth_of
from gridcanary.chain.networks import Network
from gridcanary.chain.transactions import Cursor, MalformedTransaction, Transaction, parse_transaction
from gridcanary.chain.whole_blocks import parse_block

MOST_PAGES = 400
"""Of 25 transactions each: an address with more is no miner's, and a question for a node."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the server told, and what held.

    Args:
        transactions: shown ids by address.
        added: files that were written.
        provisional: shown ids of transactions with fewer than FINAL_CONFIRMATIONS.
    """

    transactions: dict[str, tuple[str, ...]]
    added: tuple[Path, ...]
    provisional: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WalletFetcher:
    """Fetches the blocks that hold transactions of some addresses.

    Args:
        network: whose chain.
        folder: where blocks go, one file each.
        floor: least difficulty of every header; None takes the network's floors.
        said: told of each transaction that held, for progress.
    """

    network: Network
    folder: Path
    floor: float | None = None
    said: Callable[[str], None] = lambda _txid: None

    def fetch(self, server: Esplora, addresses: Collection[str]) -> Fetched:
        """Fetch all blocks in which the server knows transactions of the addresses.

        Raises:
            SourceUnreachable: no answer.
            SourceLied: something didn't hold; blocks that did, stay.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        genesis = shown(server.block_hash(0))
        if genesis != self.network.genesis:
            raise SourceLied(
                server.name, "its chain", f"begins with {genesis}, expected {self.network.genesis}"
            )
        tip = server.tip()
        ids = {address: tuple(_ids(server, address)) for address in addresses}
        added, provisional = [], []
        for txid in dict.fromkeys(one for several in ids.values() for one in several):
            height, file = self._prove(server, bytes.fromhex(txid)[::-1], tip.height)
            if file is not None:
                added.append(file)
            if tip.height - height + 1 < FINAL_CONFIRMATIONS:
                provisional.append(txid)
            self.said(txid)
        return Fetched(ids, tuple(added), tuple(provisional))

    def _prove(self, server: Esplora, txid: bytes, tip_height: int) -> tuple[int, Path | None]:
        """Height of a transaction's block, and the block's file where it was not there yet."""
        transaction = _transaction(server, txid)
        proof = server.merkle_proof(txid)
        if proof.height > tip_height:
            raise SourceLied(server.name, f"transaction {shown(txid)}", "is said to stand behind the tip")
        block_hash = server.block_hash(proof.height)
        file = self.folder / f"{proof.height:07d}-{shown(block_hash)}.bin"
        known = file.exists()
        raw = file.read_bytes() if known else server.block(block_hash)
        header = check_block(raw, self._expected(server, proof.height, block_hash, None))
        listed = parse_block(raw, self.network).block.transactions
        try:
            depth = depth_of(len(listed))
            check_branch(transaction, proof.position, proof.branch, header.merkle_root, depth=depth)
        except BadProof as error:
            raise SourceLied(server.name, f"Merkle branch of {shown(txid)}", error.problem) from error
        if listed[proof.position].raw != transaction.raw:
            raise SourceLied(server.name, f"transaction {shown(txid)}", "has another witness in its block")
        if known:
            return proof.height, None
        self._check_burial(server, proof.height, block_hash, header.bits, tip_height)
        write_whole(file, raw)
        return proof.height, file

    def _check_burial(self, server: Esplora, height: int, below: bytes, bits: int, tip_height: int) -> None:
        """Hold the headers on a block against each other, up to six confirmations or the tip."""
        if self.network.merged:
            return  # their headers prove nothing without the parent's, which Esplora doesn't give
        for above in range(height + 1, min(height + FINAL_CONFIRMATIONS - 1, tip_height) + 1):
            block_hash = server.block_hash(above)
            header = read_header(Cursor(server.header(block_hash)))
            expected = self._expected(server, above, block_hash, bits)
            check_header(header, expected)
            if header.previous != below:
                raise expected.lied(f"doesn't follow {shown(below)}")
            below, bits = block_hash, header.bits

    def _expected(self, server: Esplora, height: int, block_hash: bytes, bits: int | None) -> Expected:
        floor = least_difficulty(self.network, height) if self.floor is None else self.floor
        return Expected(server.name, self.network, height, block_hash, floor, bits)


def _ids(server: Esplora, address: str) -> Iterator[str]:
    """Shown ids of all confirmed transactions of an address, newest first."""
    after, seen = "", set()
    for _page in range(MOST_PAGES):
        found = [one for one in server.transactions_of(address, after) if one not in seen]
        if not found:
            return
        yield from found
        seen.update(found)
        after = found[-1]
    problem = f"has more than {len(seen):,} transactions"
    raise SourceLied(server.name, f"address {address}", f"{problem}, which is no miner's; ask a node")


def _transaction(server: Esplora, txid: bytes) -> Transaction:
    subject = f"transaction {shown(txid)}"
    try:
        transaction = parse_transaction(server.transaction(txid))
    except MalformedTransaction as error:
        raise SourceLied(server.name, subject, f"is broken at {error}") from error
    if transaction.txid != txid:
        raise SourceLied(server.name, subject, f"the bytes are those of {transaction.shown_id}")
    return transaction
