"""What a trace has gathered: payments that spend the case's coins, their outputs, and how each output ended."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gridcanary.chain.history import Confirmed, Place
from gridcanary.chain.trace.endings import LIMITED, Ended, EndKind
from gridcanary.chain.trace.seeds import Seed
from gridcanary.chain.transactions import Outpoint
from gridcanary.contracts.reasons import Reason


@dataclass(frozen=True, slots=True)
class TracedOutput:
    """An output that may hold the case's coins.

    Args:
        hop: payments since the receipt, 0 the receipt itself; the fewest where several ways lead to it.
    """

    outpoint: Outpoint
    value: int
    script: bytes
    place: Place
    hop: int


@dataclass(frozen=True, slots=True)
class Step:
    """A payment that spends the case's coins.

    Args:
        one: the transaction and where it stands.
        spent: what each input was worth, in the transaction's order [satoshi].
        fee_assumed: whether one input's worth was not to be had and was deduced as if there were no fee.
    """

    one: Confirmed
    spent: tuple[int, ...]
    fee_assumed: bool = False


@dataclass(frozen=True, slots=True)
class Pass:
    """One question to the chain, for the record.

    Args:
        purpose: ``receipts``, ``hop`` or ``examination``.
        hop: number of the hop, 0 where it is none.
        scripts, outpoints: how many were asked for.
        transactions: how many were found.
    """

    purpose: str
    hop: int
    scripts: int
    outpoints: int
    transactions: int


@dataclass
class Collection:
    """All that the passes found.

    Args:
        seeds: the receipts.
        outputs: every output that was reached, receipts included.
        steps: payments that were followed, by txid.
        ended: outputs that are followed no further, with the reason.
        seen: every transaction that the chain gave, by txid.
        passes: what was asked, in order.
        examined: scripts of which all receipts, and all payments from these, were asked for.
    """

    seeds: tuple[Seed, ...]
    outputs: dict[Outpoint, TracedOutput] = field(default_factory=dict)
    steps: dict[bytes, Step] = field(default_factory=dict)
    ended: dict[Outpoint, Ended] = field(default_factory=dict)
    seen: dict[bytes, Confirmed] = field(default_factory=dict)
    passes: list[Pass] = field(default_factory=list)
    examined: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        for seed in self.seeds:
            self.outputs[seed.outpoint] = TracedOutput(
                seed.outpoint, seed.output.value, seed.output.script, seed.place, 0
            )

    def spends(self, outpoint: Outpoint) -> bool:
        """Whether a payment in the trace may take the case's coins out of this output."""
        ended = self.ended.get(outpoint)
        return outpoint in self.outputs and (ended is None or ended.kind in LIMITED)

    def in_order(self) -> list[Step]:
        """The payments, each behind those whose outputs it spends, and else in the order of the chain.

        The chain's own order would do, but loose blocks may have no known height.
        """
        waiting = {txid: self._made_by(step) for txid, step in self.steps.items()}
        children: dict[bytes, list[bytes]] = {}
        for txid, parents in waiting.items():
            for parent in parents:
                children.setdefault(parent, []).append(txid)
        ready = [(self.steps[txid].one.place, txid) for txid, parents in waiting.items() if not parents]
        heapq.heapify(ready)
        ordered = []
        while ready:
            _, txid = heapq.heappop(ready)
            ordered.append(self.steps[txid])
            for child in children.get(txid, ()):
                waiting[child].discard(txid)
                if not waiting[child]:
                    heapq.heappush(ready, (self.steps[child].one.place, child))
        return ordered

    def _made_by(self, step: Step) -> set[bytes]:
        """The payments of the trace that made what a step spends."""
        return {claim.previous.txid for claim in step.one.transaction.inputs} & self.steps.keys()

    def pruned(self) -> Collection:
        """Only what the receipts still lead to, hops counted anew; ends that a payment overtook are dropped.

        A service may be recognised only after its next payments were gathered; those leave here.
        """
        kept = Collection(
            self.seeds,
            ended=dict(self.ended),
            seen=self.seen,
            passes=self.passes,
            examined=self.examined,
        )
        for step in self.in_order():
            hops = [
                kept.outputs[claim.previous].hop
                for claim in step.one.transaction.inputs
                if kept.spends(claim.previous)
            ]
            if not hops:
                continue
            kept.steps[step.one.transaction.txid] = step
            for outpoint, output in _outputs_of(step.one, min(hops) + 1):
                kept.outputs.setdefault(outpoint, output)
        kept._settle()
        return kept

    def _settle(self) -> None:
        """One end for every output that no payment of the trace spends, none for the others."""
        spent = {claim.previous for step in self.steps.values() for claim in step.one.transaction.inputs}
        ended = {}
        for outpoint in self.outputs:
            known = self.ended.get(outpoint)
            if known is not None and not (known.kind in LIMITED and outpoint in spent):
                ended[outpoint] = known
            elif outpoint not in spent:
                ended[outpoint] = Ended(EndKind.UNSPENT, Reason("trace.unspent"))
        self.ended = ended


def _outputs_of(one: Confirmed, hop: int) -> Iterator[tuple[Outpoint, TracedOutput]]:
    for at, output in enumerate(one.transaction.outputs):
        outpoint = Outpoint(one.transaction.txid, at)
        yield outpoint, TracedOutput(outpoint, output.value, output.script, one.place, hop)


def outputs_of(one: Confirmed, hop: int) -> Iterable[TracedOutput]:
    """The outputs of a payment at a hop."""
    return (output for _, output in _outputs_of(one, hop))
