"""The part of the chain that following has seen so far, and what it still asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from gridcanary.chain.history import Confirmed, History
from gridcanary.chain.transactions import Outpoint, Output


class Scene:
    """Transactions gathered from a history; each :meth:`look` costs one pass over the chain."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.network = history.network
        self._confirmed: dict[bytes, Confirmed] = {}
        self._receipts: Counter[bytes] = Counter()
        self._spenders: dict[Outpoint, Confirmed] = {}
        self._scripts: set[bytes] = set()
        self._outpoints: set[Outpoint] = set()
        self.passes = 0

    def look(self, scripts: Collection[bytes], outpoints: Collection[Outpoint]) -> bool:
        """Fetch what pays the scripts or spends the outpoints; False where all of it was asked for before."""
        new_scripts, new_outpoints = set(scripts) - self._scripts, set(outpoints) - self._outpoints
        if not new_scripts and not new_outpoints:
            return False
        self._scripts |= new_scripts
        self._outpoints |= new_outpoints
        self.passes += 1
        fetched = self._history.touching(new_scripts, new_outpoints)
        fresh = [one for one in fetched if one.transaction.txid not in self._confirmed]
        for one in self._with_spent(fresh):
            self._add(one)
        return True

    def ordered(self) -> list[Confirmed]:
        """Everything seen, in the order of the chain."""
        return sorted(self._confirmed.values(), key=lambda one: one.place)

    def counted(self, script: bytes) -> bool:
        """Whether the whole chain was searched for payments to the script."""
        return script in self._scripts

    def presume_recurrent(self, script: bytes) -> None:
        """Take it that the script receives again and again, without a search: a service's may do so a million times."""
        if script not in self._scripts:
            self._scripts.add(script)
            self._receipts[script] += 2

    def receipts(self, script: bytes) -> int:
        """Outputs that pay the script; all of the chain's where it was :meth:`counted`."""
        return self._receipts[script]

    def watched(self, outpoint: Outpoint) -> bool:
        """Whether the whole chain was searched for who spends the output."""
        return outpoint in self._outpoints

    def spender(self, outpoint: Outpoint) -> Confirmed | None:
        """The transaction that spends the output, None where none is known."""
        return self._spenders.get(outpoint)

    def _add(self, one: Confirmed) -> None:
        transaction = one.transaction
        self._confirmed[transaction.txid] = one
        self._receipts.update(output.script for output in transaction.outputs)
        for claim in transaction.inputs:
            self._spenders[claim.previous] = one

    def _with_spent(self, fresh: list[Confirmed]) -> list[Confirmed]:
        """The same, with the spent outputs filled where the history didn't but can."""
        missing = {
            claim.previous
            for one in fresh
            if not one.transaction.is_coinbase
            for claim in one.transaction.inputs
            if claim.spent is None
        }
        if not missing:
            return fresh
        known = self._history.outputs(missing)
        return [_filled(one, known) for one in fresh]


def _filled(one: Confirmed, known: Mapping[Outpoint, Output]) -> Confirmed:
    inputs = tuple(
        claim if claim.spent is not None else replace(claim, spent=known.get(claim.previous))
        for claim in one.transaction.inputs
    )
    return Confirmed(one.place, replace(one.transaction, inputs=inputs))
