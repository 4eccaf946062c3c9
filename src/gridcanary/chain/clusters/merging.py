"""Clusters for a case: every merge kept, with the transaction that shows it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from gridcanary.chain.coinjoin import CoinJoin, coinjoin_of
from gridcanary.chain.history import Confirmed
from gridcanary.chain.scripts import script_type
from gridcanary.contracts.reasons import Reason

MULTI_INPUT, CHANGE = 90, 50
"""Confidence of a merge [per cent]: keys that sign one transaction are one person's or one service's; a change that
only its form tells is as likely somebody's payment."""

ROUND_SATOSHI = 100_000

Receipts = Callable[[bytes], int]
"""How many outputs of the whole chain pay a script."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Two scripts said to have one owner.

    Args:
        first, second: the scripts.
        txid: the transaction that shows it, in the order of hashing.
        reason: ``multi_input`` or ``one_time_change``.
        confidence: [per cent].
    """

    first: bytes
    second: bytes
    txid: bytes
    reason: Reason
    confidence: int


@dataclass
class Clusters:
    """Scripts by owner, and why.

    Args:
        merges: those that joined two clusters; a later one between scripts already joined adds nothing and isn't
            kept.
        left_out: CoinJoins by txid; they merged nothing.
    """

    merges: list[Merge] = field(default_factory=list)
    left_out: dict[bytes, CoinJoin] = field(default_factory=dict)
    _parents: dict[bytes, bytes] = field(default_factory=dict)

    def root(self, script: bytes) -> bytes:
        """The script that stands for the cluster of this one; itself where nothing was merged with it."""
        while (parent := self._parents.get(script, script)) != script:
            self._parents[script] = self._parents.get(parent, parent)
            script = parent
        return script

    def together(self, first: bytes, second: bytes) -> bool:
        """Whether both are in one cluster."""
        return self.root(first) == self.root(second)

    def groups(self) -> list[frozenset[bytes]]:
        """All clusters of two scripts or more, the largest first."""
        members: dict[bytes, set[bytes]] = defaultdict(set)
        for merge in self.merges:
            members[self.root(merge.first)] |= {merge.first, merge.second}
        return sorted((frozenset(one) for one in members.values()), key=lambda one: (-len(one), min(one)))

    def why(self, first: bytes, second: bytes) -> list[Merge]:
        """The merges that lead from one script to the other; empty where they are one, or not together."""
        neighbours: dict[bytes, list[tuple[bytes, Merge]]] = defaultdict(list)
        for merge in self.merges:
            neighbours[merge.first].append((merge.second, merge))
            neighbours[merge.second].append((merge.first, merge))
        came: dict[bytes, tuple[bytes, Merge] | None] = {first: None}
        waiting = deque([first])
        while waiting and second not in came:
            script = waiting.popleft()
            for other, merge in neighbours[script]:
                if other not in came:
                    came[other] = (script, merge)
                    waiting.append(other)
        return list(_backward(came, second))[::-1]

    def merge(self, one: Merge) -> None:
        """Join two clusters; nothing where they are one already."""
        first, second = self.root(one.first), self.root(one.second)
        if first != second:
            self._parents[max(first, second)] = min(first, second)
            self.merges.append(one)


def _backward(came: dict[bytes, tuple[bytes, Merge] | None], script: bytes) -> Iterator[Merge]:
    while (step := came.get(script)) is not None:
        script, merge = step
        yield merge


def merge_scripts(transactions: Iterable[Confirmed], *, receipts: Receipts | None = None) -> Clusters:
    """Cluster the scripts that transactions spend together.

    Args:
        transactions: in any order; inputs whose spent output isn't known merge nothing.
        receipts: where given, changes are merged too: the one output whose script receives once in the whole
            chain, is of the inputs' type and pays no round amount, where the other outputs are not like that.
            Off by default: such a merge is wrong too often to be made unasked.
    """
    clusters = Clusters()
    for one in sorted(transactions, key=lambda confirmed: confirmed.place):
        if one.transaction.is_coinbase:
            continue
        join = coinjoin_of(one.transaction)
        if join is not None:
            clusters.left_out[one.transaction.txid] = join
            continue
        _merge_inputs(clusters, one)
        if receipts is not None:
            _merge_change(clusters, one, receipts)
    return clusters


def _spent_scripts(one: Confirmed) -> list[bytes]:
    return list(
        dict.fromkeys(claim.spent.script for claim in one.transaction.inputs if claim.spent is not None)
    )


def _merge_inputs(clusters: Clusters, one: Confirmed) -> None:
    scripts = _spent_scripts(one)
    reason = Reason("multi_input", {"scripts": len(scripts)})
    for other in scripts[1:]:
        clusters.merge(Merge(scripts[0], other, one.transaction.txid, reason, MULTI_INPUT))


def _merge_change(clusters: Clusters, one: Confirmed, receipts: Receipts) -> None:
    spent = _spent_scripts(one)
    outputs = one.transaction.outputs
    if not spent or len(outputs) < 2 or any(output.script in spent for output in outputs):
        return
    types = {script_type(script) for script in spent}
    fitting = [
        output.script
        for output in outputs
        if script_type(output.script) in types
        and output.value % ROUND_SATOSHI
        and receipts(output.script) == 1
    ]
    if len(fitting) == 1:
        reason = Reason("one_time_change", {"outputs": len(outputs)})
        clusters.merge(Merge(spent[0], fitting[0], one.transaction.txid, reason, CHANGE))
