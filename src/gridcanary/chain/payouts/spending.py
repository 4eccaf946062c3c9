"""A transaction that spends a pool's outputs, with whose coins it puts in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from gridcanary.chain.history import Confirmed
from gridcanary.chain.payouts.ledger import Edge
from gridcanary.chain.transactions import Input, Outpoint


@dataclass(frozen=True, slots=True)
class Spending:
    """A transaction with at least one input of a pool.

    Args:
        one: the transaction.
        owned: edges of the pools' outputs that it spends, the surest first.
        foreign: its other inputs.
        pools: whose outputs they may be, by satoshi.
    """

    one: Confirmed
    owned: tuple[Edge, ...]
    foreign: tuple[Input, ...]
    pools: tuple[str, ...]

    @property
    def path_confidence(self) -> int:
        """Of the surest input; the others are as sure as that they have the same owner."""
        return self.owned[0].path_confidence

    @property
    def sources(self) -> tuple[Outpoint, ...]:
        """The pools' outputs that it spends, the surest first."""
        return tuple(edge.outpoint for edge in self.owned)

    @property
    def pool_satoshi(self) -> int:
        """What the pools put in."""
        return sum(edge.output.value for edge in self.owned)

    @property
    def foreign_satoshi(self) -> int:
        """What others put in, as far as it is known."""
        return sum(claim.spent.value for claim in self.foreign if claim.spent)

    @property
    def foreign_known(self) -> bool:
        """Whether it is known of all of them."""
        return all(claim.spent is not None for claim in self.foreign)

    def joins_pools(self, strong: int) -> bool:
        """Whether it spends coins together that surely are of different pools."""
        sure = [edge for edge in self.owned if edge.path_confidence >= strong]
        return any(not set(edge.pools) & set(sure[0].pools) for edge in sure)


def spending_of(one: Confirmed, edges: Mapping[Outpoint, Edge]) -> Spending | None:
    """What a transaction spends of the pools' outputs; None where it spends none."""
    owned = [edge for claim in one.transaction.inputs if (edge := edges.get(claim.previous)) is not None]
    if not owned:
        return None
    owned.sort(key=lambda edge: -edge.path_confidence)
    shares: Counter[str] = Counter()
    for edge in owned:
        for pool in edge.pools:
            shares[pool] += edge.output.value
    pools = tuple(sorted(shares, key=lambda pool: (-shares[pool], pool)))
    foreign = tuple(claim for claim in one.transaction.inputs if claim.previous not in edges)
    return Spending(one, tuple(owned), foreign, pools)
