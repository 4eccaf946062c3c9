"""What the methods ask of a chain, whatever keeps it: block files, a lake, a dossier, a node, a test."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from gridcanary.chain.networks import Network
from gridcanary.chain.transactions import Outpoint, Output, Transaction

UNKNOWN_HEIGHT = -1
"""Height of a loose block that neither its chain nor its coinbase places."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in the chain a transaction stands; sorts in the order of the chain.

    Args:
        height: height of its block, 0 the first; where the keeper's blocks don't reach back to the first, the height
            that the coinbases tell (BIP34), and :data:`UNKNOWN_HEIGHT` where a loose block tells none.
        position: number in the block, 0 the coinbase.
        block_hash: the block's hash in the order of hashing.
        time: the block's own time [s since 1970, UTC].
    """

    height: int
    position: int
    block_hash: bytes
    time: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A transaction in the best chain."""

    place: Place
    transaction: Transaction


class History(Protocol):
    """The best chain, asked for what a case needs.

    Transactions come in the order of the chain. ``Input.spent`` is filled wherever the keeper knows it (undo
    data, or an output that it has seen) and is None otherwise, so a method must cope with None.
    """

    network: Network

    @property
    def tip(self) -> Place:
        """The last block's coinbase place: height, hash and time."""
        ...

    def coinbases(self) -> Iterator[Confirmed]:
        """The first transaction of every block."""
        ...

    def touching(self, scripts: Collection[bytes], outpoints: Collection[Outpoint]) -> list[Confirmed]:
        """Every transaction that pays one of the scripts, or spends one of the outpoints; one pass."""
        ...

    def outputs(self, outpoints: Collection[Outpoint]) -> Mapping[Outpoint, Output]:
        """The outputs of these outpoints, those that the chain holds."""
        ...


class EvidentHistory(History, Protocol):
    """A history that can also show what proves its transactions; dossiers are written from one."""

    def headers(self) -> Iterator[tuple[int, bytes]]:
        """Height and eighty bytes of every header of the best chain, lowest first; heights may have gaps."""
        ...

    def block(self, block_hash: bytes) -> bytes:
        """All bytes of a block, its proof of merged mining included; KeyError where it isn't held."""
        ...


class MemoryHistory:
    """A chain that fits in memory: a recording, a dossier's transactions, a test's own."""

    def __init__(self, network: Network, confirmed: Iterable[Confirmed]) -> None:
        self.network = network
        ordered = sorted(confirmed, key=lambda one: one.place)
        self._outputs = {
            Outpoint(one.transaction.txid, index): output
            for one in ordered
            for index, output in enumerate(one.transaction.outputs)
        }
        self._confirmed = [self._filled(one) for one in ordered]

    def _filled(self, one: Confirmed) -> Confirmed:
        inputs = tuple(
            claim if claim.spent is not None else replace(claim, spent=self._outputs.get(claim.previous))
            for claim in one.transaction.inputs
        )
        return Confirmed(one.place, replace(one.transaction, inputs=inputs))

    @property
    def tip(self) -> Place:
        """The last place; ValueError where the chain is empty."""
        if not self._confirmed:
            raise ValueError("the chain is empty")
        last = self._confirmed[-1].place
        return replace(last, position=0)

    def __iter__(self) -> Iterator[Confirmed]:
        return iter(self._confirmed)

    def coinbases(self) -> Iterator[Confirmed]:
        """The first transaction of every block."""
        return (one for one in self._confirmed if one.transaction.is_coinbase)

    def touching(self, scripts: Collection[bytes], outpoints: Collection[Outpoint]) -> list[Confirmed]:
        """Every transaction that pays one of the scripts or spends one of the outpoints or watched scripts."""
        wanted_scripts, wanted = frozenset(scripts), frozenset(outpoints)
        return [
            one
            for one in self._confirmed
            if any(output.script in wanted_scripts for output in one.transaction.outputs)
            or any(claim.previous in wanted for claim in one.transaction.inputs)
        ]

    def outputs(self, outpoints: Collection[Outpoint]) -> Mapping[Outpoint, Output]:
        """The outputs of these outpoints, those that the chain holds."""
        return {point: self._outputs[point] for point in outpoints if point in self._outputs}
