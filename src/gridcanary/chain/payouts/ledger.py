"""What following the pools' wallets gives: edges with their reasons, payouts with their lines, and where it stopped."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gridcanary.chain.history import Confirmed, Place
from gridcanary.chain.payouts.rules import Rule
from gridcanary.chain.transactions import Outpoint, Output
from gridcanary.contracts.reasons import Reason


@dataclass(frozen=True, slots=True)
class Edge:
    """One output said to be in a pool's wallet.

    Args:
        outpoint, output: which output.
        pools: names of the pools that it may belong to; more than one means that the chain can't tell.
        rule, reason: why; the reason's code begins with the rule's.
        confidence: of this step alone [per cent].
        path_confidence: of the weakest step back to a coinbase [per cent].
        sources: the pool's outputs that paid it, the surest first; empty at a coinbase, and where somebody else
            paid a script of the pool.
    """

    outpoint: Outpoint
    output: Output
    pools: tuple[str, ...]
    rule: Rule
    reason: Reason
    confidence: int
    path_confidence: int
    sources: tuple[Outpoint, ...] = ()


class Kind(StrEnum):
    """What a transaction of a pool's wallet is."""

    COINBASE_PAYOUT = "coinbase_payout"
    """A block whose coinbase pays miners directly."""
    FOUND_BLOCK = "found_block"
    """A block whose finder is no known pool: what it pays was mined by somebody, perhaps alone."""
    PAYOUT = "payout"
    """A payment to many."""
    PEEL = "peel"
    """A payment to few that are paid elsewhere too, with the rest going on."""
    INTERNAL = "internal"
    """From the pool to itself."""
    TRANSFER = "transfer"
    """A payment to few that nothing says is mining income: a sale, an expense, a move that can't be followed."""
    EXPENSE = "expense"
    """A payment to some, of round amounts or to a closed group paid seldom: unlike the pool's payouts."""
    COINJOIN = "coinjoin"
    """Made together with others; following stops."""
    MIXED = "mixed"
    """The pool's coins are the smaller part or weakly known, beside inputs of others; following stops."""
    SERVICE = "service"
    """Spends what a labelled service received; following stops."""


PAYING = frozenset({Kind.COINBASE_PAYOUT, Kind.FOUND_BLOCK, Kind.PAYOUT, Kind.PEEL})
"""Kinds whose lines are mining income."""


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """One output that pays somebody outside the pool.

    Args:
        place, outpoint: where it stands; script, satoshi: who gets how much.
        pools: names of the pool that pays; several where the custody is shared or tag and address disagree, none
            where nobody knows who found the block.
        kind: of the transaction.
        confidence: that the line is mining income [per cent].
        reasons: why it is not higher.
    """

    place: Place
    outpoint: Outpoint
    script: bytes
    satoshi: int
    pools: tuple[str, ...]
    kind: Kind
    confidence: int
    reasons: tuple[Reason, ...] = ()

    @property
    def payer(self) -> str | None:
        """The pool where there is exactly one, None where it is unresolved."""
        return self.pools[0] if len(self.pools) == 1 else None


@dataclass(frozen=True, slots=True)
class WalletTransaction:
    """A transaction that spends a pool's outputs, or a coinbase that pays miners.

    Args:
        confirmed: the transaction and its place.
        pools: as in :class:`PayoutLine`.
        kind: what it is taken for; reason: why.
        confidence: that this is so, the way back to the coinbase included [per cent].
        lines: what leaves the pool; changes: numbers of the outputs that stay.
        sources: the pool's outputs that it spends, the surest first.
        pool_satoshi: how much the pool put in; foreign_satoshi: how much others did.
    """

    confirmed: Confirmed
    pools: tuple[str, ...]
    kind: Kind
    reason: Reason
    confidence: int
    lines: tuple[PayoutLine, ...] = ()
    changes: tuple[int, ...] = ()
    sources: tuple[Outpoint, ...] = ()
    pool_satoshi: int = 0
    foreign_satoshi: int = 0

    @property
    def txid(self) -> bytes:
        """The transaction's id in the order of hashing."""
        return self.confirmed.transaction.txid


@dataclass(frozen=True, slots=True)
class OwnedScript:
    """A script that is a pool's whatever pays it, and the output or input that showed it."""

    script: bytes
    pools: tuple[str, ...]
    rule: Rule
    reason: Reason
    path_confidence: int


@dataclass(frozen=True, slots=True)
class PoolLedger:
    """The pools' wallets and what they paid.

    Args:
        edges: every output said to be a pool's.
        scripts: every script said to be a pool's.
        transactions: by txid, in the order of the chain.
        least_confidence: what counts as found [per cent].
        passes: how often the chain was gone through.
        complete: False where the limit of passes ended it, or judgements didn't settle.
        mined: satoshi of the coinbases by pool; a coinbase with several names counts under "A | B".
    """

    edges: Mapping[Outpoint, Edge]
    scripts: Mapping[bytes, OwnedScript]
    transactions: Mapping[bytes, WalletTransaction]
    least_confidence: int
    passes: int
    complete: bool = True
    mined: Mapping[str, int] = field(default_factory=dict)

    @property
    def lines(self) -> Iterator[PayoutLine]:
        """Everything that left the pools, sure or not, mining income or not, in the order of the chain."""
        return (line for one in self.transactions.values() for line in one.lines)

    def found(self) -> Iterator[PayoutLine]:
        """The lines taken for mining income with enough confidence."""
        return (
            line for line in self.lines if line.kind in PAYING and line.confidence >= self.least_confidence
        )

    def lines_to(self, scripts: Collection[bytes]) -> list[PayoutLine]:
        """All lines that pay one of the scripts, unsure ones too."""
        wanted = frozenset(scripts)
        return [line for line in self.lines if line.script in wanted]

    def path(self, line: PayoutLine) -> list[Edge]:
        """The surest way from the line back to a coinbase, the nearest edge first; empty for a coinbase's own.

        It ends early where somebody else paid a script of the pool: that edge has no sources.
        """
        steps: list[Edge] = []
        sources = self.transactions[line.outpoint.txid].sources
        while sources:
            steps.append(self.edges[sources[0]])
            sources = steps[-1].sources
        return steps
