"""Where a trace begins: what the case's wallets received."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gridcanary.chain.history import Confirmed, History, Place
from gridcanary.chain.transactions import Outpoint, Output


@dataclass(frozen=True, slots=True)
class Seed:
    """A receipt that is followed.

    Args:
        outpoint: the received output.
        output: its value and script.
        source: number of the wallet that received it, as results name it.
        place: where in the chain it was received.
    """

    outpoint: Outpoint
    output: Output
    source: int
    place: Place


def receipts(
    history: History, sources: Mapping[bytes, int], only: Collection[Outpoint] | None = None
) -> list[Seed]:
    """What wallets received from outside, in the order of the chain.

    What a wallet pays itself or another of the case's wallets is no receipt: those satoshi are followed from
    where they came in.

    Args:
        history: the chain; one pass.
        sources: number of the wallet of each watched script.
        only: these outputs alone, as an income dossier lists them; None: all receipts.
    """
    found = history.touching(frozenset(sources), ())
    own = {seed.outpoint for one in found for seed in _outputs_to(one, sources)}
    seeds = [
        seed
        for one in found
        if only is not None or not any(claim.previous in own for claim in one.transaction.inputs)
        for seed in _outputs_to(one, sources)
    ]
    return seeds if only is None else [seed for seed in seeds if seed.outpoint in frozenset(only)]


def _outputs_to(one: Confirmed, sources: Mapping[bytes, int]) -> list[Seed]:
    return [
        Seed(Outpoint(one.transaction.txid, at), output, sources[output.script], one.place)
        for at, output in enumerate(one.transaction.outputs)
        if output.script in sources
    ]
