"""What a pool usually does, learnt from the payments that are surely its own, to judge those that are not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gridcanary.chain.transactions import Transaction

LEAST_PAYMENTS = 5
"""Payments from which a habit is spoken of."""

Form = tuple[int, bytes]
Fingerprint = tuple[int, bool, tuple[int, ...]]


def script_form(script: bytes) -> Form:
    """What two scripts of one type share: their length and how they begin."""
    return len(script), script[:2]


def fingerprint(transaction: Transaction) -> Fingerprint:
    """What the software that made a transaction leaves in it: version, whether it locks, the sequences.

    These are features by which Kappos et al. ("How to Peel a Million", 2022) tell that a peeling chain goes on.
    """
    sequences = tuple(sorted({claim.sequence for claim in transaction.inputs}))
    return transaction.version, transaction.locktime > 0, sequences


@dataclass(frozen=True, slots=True)
class Habit:
    """A pool's habits.

    Args:
        changes: how many changes a payment usually leaves (the median).
        forms: types of script of those changes.
        known_share: share of a payment's recipients whom its other payments pay too (the median); None unknown.
        fingerprints: what its payments are made with.
    """

    changes: int = 1
    forms: frozenset[Form] = frozenset()
    known_share: float | None = None
    fingerprints: frozenset[Fingerprint] = frozenset()


@dataclass
class Learnt:
    """What the payments seen so far teach, by pool.

    Args:
        payees: in how many payments each script was paid.
    """

    payees: dict[str, Counter[bytes]] = field(default_factory=lambda: defaultdict(Counter))
    _changes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _forms: dict[str, set[Form]] = field(default_factory=lambda: defaultdict(set))
    _shares: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _made: dict[str, set[Fingerprint]] = field(default_factory=lambda: defaultdict(set))

    def note_changes(self, pools: Sequence[str], forms: Sequence[Form]) -> None:
        """A payment left changes of these forms."""
        for pool in pools:
            self._changes[pool].append(len(forms))
            self._forms[pool].update(forms)

    def note_payment(self, pools: Sequence[str], scripts: set[bytes]) -> None:
        """A payment paid these scripts."""
        for pool in pools:
            self.payees[pool].update(scripts)

    def note_sure(self, pools: Sequence[str], known_share: float, made: Fingerprint) -> None:
        """A payment is surely the pool's, and made so."""
        for pool in pools:
            self._shares[pool].append(known_share)
            self._made[pool].add(made)

    def habits(self) -> dict[str, Habit]:
        """Habits of the pools that were seen often enough to have any."""
        return {
            pool: self._habit(pool)
            for pool in self._changes.keys() | self._shares.keys()
            if max(len(self._changes.get(pool, ())), len(self._shares.get(pool, ()))) >= LEAST_PAYMENTS
        }

    def _habit(self, pool: str) -> Habit:
        changes, shares = sorted(self._changes.get(pool, ())), sorted(self._shares.get(pool, ()))
        usual = changes[len(changes) // 2] if len(changes) >= LEAST_PAYMENTS else 1
        known = shares[len(shares) // 2] if len(shares) >= LEAST_PAYMENTS else None
        forms, made = frozenset(self._forms.get(pool, ())), frozenset(self._made.get(pool, ()))
        return Habit(usual, forms, known, made)


def known_among(scripts: set[bytes], pools: Sequence[str], payees: Mapping[str, Counter[bytes]]) -> int:
    """How many of the scripts more than one payment of one of the pools pays."""
    counts = [payees[pool] for pool in pools if pool in payees]
    return sum(any(count[script] > 1 for count in counts) for script in scripts)
