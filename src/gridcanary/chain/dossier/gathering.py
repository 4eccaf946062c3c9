"""Gathering evidence: what a method saw of a chain, and the proofs for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gridcanary.chain.auxpow import is_merged, read_merged_work
from gridcanary.chain.blocks import read_header
from gridcanary.chain.dossier.header_runs import HeaderRuns
from gridcanary.chain.dossier.proofs import Proven
from gridcanary.chain.history import Confirmed, EvidentHistory, History, Place
from gridcanary.chain.merkle import merkle_branch
from gridcanary.chain.networks import Network
from gridcanary.chain.transactions import Cursor, MalformedTransaction, Outpoint, Output, sha256d
from gridcanary.chain.whole_blocks import parse_block
from gridcanary.contracts.errors import GridcanaryError


class WitnessedHistory:
    """A History that remembers every transaction that a method was shown.

    Args:
        history: the chain that is asked.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self.network: Network = history.network
        self.seen: dict[bytes, Confirmed] = {}
        self.told: dict[Outpoint, Output] = {}
        self._coinbases: list[Confirmed] | None = None

    @property
    def tip(self) -> Place:
        """The chain's tip."""
        return self._history.tip

    def coinbases(self) -> Iterator[Confirmed]:
        """The first transaction of every block; the chain is asked once, however often a method asks."""
        if self._coinbases is None:
            self._coinbases = list(self._history.coinbases())
            for one in self._coinbases:
                self._see(one)
        return iter(self._coinbases)

    def touching(self, scripts: Collection[bytes], outpoints: Collection[Outpoint]) -> list[Confirmed]:
        """Every transaction that pays one of the scripts, or spends one of the outpoints."""
        found = self._history.touching(scripts, outpoints)
        for one in found:
            self._see(one)
        return found

    def outputs(self, outpoints: Collection[Outpoint]) -> Mapping[Outpoint, Output]:
        """The outputs of these outpoints."""
        found = self._history.outputs(outpoints)
        self.told.update(found)
        return found

    def _see(self, one: Confirmed) -> None:
        self.seen[one.transaction.txid] = one
        for claim in one.transaction.inputs:
            if claim.spent is not None:
                self.told[claim.previous] = claim.spent


class UnprovableBlock(GridcanaryError):
    """A block that can't be read to its end, so that its Merkle tree can't be built."""

    def __init__(self, block_hash: bytes, error: MalformedTransaction) -> None:
        self.block_hash = block_hash
        super().__init__(
            f"block {block_hash[::-1].hex()} can't be read to its end, so nothing in it can be proven: {error} "
            "(is it of another network?)"
        )


@dataclass(frozen=True, slots=True)
class Gathered:
    """Transactions with all that proves them.

    Args:
        transactions: with their branches, and the coinbase of each of their blocks, in the order of the chain.
        headers: from the lowest block that is needed on to the tip; on chains that are mined together with a
            parent only those of blocks that are needed, since each needs its parent's proof.
        merged: proof of merged mining by block hash.
    """

    transactions: tuple[Proven, ...]
    headers: HeaderRuns
    merged: Mapping[bytes, bytes]


def gather(
    history: EvidentHistory, confirmed: Iterable[Confirmed], *, first_height: int | None = None
) -> Gathered:
    """What proves some transactions.

    Args:
        history: keeps the blocks.
        confirmed: what is to be proven, in any order.
        first_height: from where headers are wanted, where that is below the lowest transaction.

    Raises:
        KeyError: a transaction's block isn't held.
        UnprovableBlock: it is held, but can't be read.
    """
    wanted = _positions(confirmed)
    heights = [height for height, _ in wanted if height >= 0]
    least = min([*heights, *([] if first_height is None else [first_height])], default=0)
    needed = {block_hash for _, block_hash in wanted}
    transactions: list[Proven] = []
    merged: dict[bytes, bytes] = {}
    for (_, block_hash), positions in sorted(wanted.items()):
        block = history.block(block_hash)
        transactions += _proven_in(block, history.network, block_hash, sorted(positions))
        merged |= _merged_proof(block, history.network, block_hash)
    tip = history.tip.block_hash
    if history.network.merged and tip not in needed:
        merged |= _merged_proof(history.block(tip), history.network, tip)
    few = {*needed, tip} if history.network.merged else None
    return Gathered(tuple(transactions), _headers(history, least, needed, few), merged)


def _positions(confirmed: Iterable[Confirmed]) -> dict[tuple[int, bytes], set[int]]:
    """Which transactions of which blocks; the coinbase always."""
    wanted: dict[tuple[int, bytes], set[int]] = {}
    for one in confirmed:
        wanted.setdefault((one.place.height, one.place.block_hash), {0}).add(one.place.position)
    return wanted


def _headers(
    history: EvidentHistory, least: int, needed: Collection[bytes], few: Collection[bytes] | None
) -> HeaderRuns:
    def is_wanted(height: int, raw: bytes) -> bool:
        if few is not None or height < 0:
            return sha256d(raw) in (needed if few is None else few)
        return height >= least

    return HeaderRuns.of((height, raw) for height, raw in history.headers() if is_wanted(height, raw))


def _proven_in(raw: bytes, network: Network, block_hash: bytes, positions: Iterable[int]) -> Iterator[Proven]:
    try:
        transactions = parse_block(raw, network).block.transactions
    except MalformedTransaction as error:
        raise UnprovableBlock(block_hash, error) from error
    txids = [one.txid for one in transactions]
    for position in positions:
        yield Proven(transactions[position], block_hash, position, merkle_branch(txids, position))


def _merged_proof(raw: bytes, network: Network, block_hash: bytes) -> dict[bytes, bytes]:
    """The bytes between a block's header and its transactions, where it was mined together with a parent."""
    cursor = Cursor(raw)
    if not network.merged or not is_merged(read_header(cursor)):
        return {}
    read_merged_work(cursor)
    return {block_hash: raw[80 : cursor.at]}


def unproven_outputs(
    told: Mapping[Outpoint, Output], confirmed: Collection[Confirmed]
) -> dict[Outpoint, Output]:
    """The spent outputs of some transactions that none of these transactions itself holds."""
    held = {one.transaction.txid for one in confirmed}
    return {
        claim.previous: told[claim.previous]
        for one in confirmed
        for claim in one.transaction.inputs
        if claim.previous.txid not in held and claim.previous in told
    }
