"""Transactions that several people make together so that nobody can tell whose coins went where.

Their inputs have many owners, so multi-input reasoning must not touch them, and following ends at them. Written from
the published definitions: Meiklejohn et al., "A Fistful of Bitcoins" (IMC 2013), for equal outputs; Schnoering and
Vazirgiannis, "Heuristics for Detecting CoinJoin Transactions on the Bitcoin Blockchain" (arXiv 2311.12491), for
JoinMarket, Wasabi and Whirlpool. A pool's batch that pays many miners the same threshold isn't one: its inputs
belong to few scripts, and every participant of a CoinJoin brings at least one script of his own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gridcanary.chain.transactions import Transaction
from gridcanary.contracts.reasons import Reason

WHIRLPOOL_POOLS = (100_000, 1_000_000, 5_000_000, 50_000_000)
"""Denominations of Whirlpool's pools [satoshi]."""

WHIRLPOOL_SIZES = range(5, 11)
"""Participants of a mix: five until 2023, up to ten after."""

WASABI_ONE = 10_000_000
"""Base denomination of Wasabi 1 [satoshi]; a round's own drifted from it by a few per cent."""

WASABI_ONE_LEAST = 10
WASABI_TWO_LEAST_INPUTS = 50
WASABI_TWO_LEAST_OUTPUT = 5_000
JOINMARKET_LEAST = 3
JOINMARKET_LEAST_VALUE = 2_730


@dataclass(frozen=True, slots=True)
class CoinJoin:
    """A transaction judged to be made by several people.

    Args:
        kind: ``whirlpool``, ``wasabi2``, ``wasabi1``, ``joinmarket`` or ``equal_outputs``.
        confidence: how sure [per cent].
        reason: what was counted.
    """

    kind: str
    confidence: int
    reason: Reason


def coinjoin_of(transaction: Transaction) -> CoinJoin | None:
    """The kind of CoinJoin that a transaction looks like, the surest first; None where it looks like none."""
    if transaction.is_coinbase or len(transaction.inputs) < JOINMARKET_LEAST:
        return None
    counts = Counter(
        output.value for output in transaction.outputs if output.value and not _is_data(output.script)
    )
    if not counts:
        return None
    value, equal = max(counts.items(), key=lambda item: (item[1], item[0]))
    owners = len({_spender_key(transaction, at) for at in range(len(transaction.inputs))})
    facts = _Facts(transaction, counts, value, equal, owners)
    for judge in (_whirlpool, _wasabi_two, _wasabi_one, _joinmarket):
        found = judge(facts)
        if found is not None:
            return found
    return None


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the definitions count: outputs by value, the commonest value and how often, scripts that pay."""

    transaction: Transaction
    counts: Counter[int]
    value: int
    equal: int
    owners: int

    def told(self, kind: str, confidence: int) -> CoinJoin:
        params = {"equal_outputs": self.equal, "satoshi": self.value, "input_scripts": self.owners}
        return CoinJoin(kind, confidence, Reason(f"coinjoin.{kind}", params))


def _whirlpool(facts: _Facts) -> CoinJoin | None:
    """As many inputs as outputs, all outputs of one pool's denomination, all inputs of it or a little above."""
    size = len(facts.transaction.outputs)
    if size not in WHIRLPOOL_SIZES or len(facts.transaction.inputs) != size or facts.owners != size:
        return None
    if facts.equal != size or facts.value not in WHIRLPOOL_POOLS:
        return None
    spent = [claim.spent.value for claim in facts.transaction.inputs if claim.spent]
    most = facts.value + facts.value // 10 + 100_000
    return facts.told("whirlpool", 95) if all(facts.value <= one <= most for one in spent) else None


def _wasabi_two(facts: _Facts) -> CoinJoin | None:
    """Fifty inputs or more, and most outputs of WabiSabi's standard denominations, many of them shared."""
    outputs = facts.counts.total()
    if len(facts.transaction.inputs) < WASABI_TWO_LEAST_INPUTS or facts.owners < WASABI_TWO_LEAST_INPUTS // 2:
        return None
    if min(facts.counts) < WASABI_TWO_LEAST_OUTPUT or facts.equal < JOINMARKET_LEAST:
        return None
    standard = sum(times for value, times in facts.counts.items() if value in WABISABI_DENOMINATIONS)
    return facts.told("wasabi2", 85) if 2 * standard >= outputs else None


def _wasabi_one(facts: _Facts) -> CoinJoin | None:
    """Ten or more equal outputs near 0.1 coin, each with an owner of its own among the inputs."""
    near = abs(facts.value - WASABI_ONE) * 10 <= WASABI_ONE
    enough = facts.equal >= WASABI_ONE_LEAST and facts.owners >= facts.equal
    return facts.told("wasabi1", 80) if near and enough else None


def _joinmarket(facts: _Facts) -> CoinJoin | None:
    """n equal outputs, n owners or more among the inputs, and at most one change each beside them.

    With fewer than five participants ordinary wallets come close to it, hence the lower confidence.
    """
    if facts.equal < JOINMARKET_LEAST or facts.value < JOINMARKET_LEAST_VALUE or facts.owners < facts.equal:
        return None
    outputs = facts.counts.total()
    if outputs > 2 * facts.equal:
        return None
    distinct = len({output.script for output in facts.transaction.outputs})
    if distinct < len(facts.transaction.outputs):
        return None
    if outputs == facts.equal:
        return facts.told("equal_outputs", 50)
    return facts.told("joinmarket", 70 if facts.equal >= 5 else 50)


def _is_data(script: bytes) -> bool:
    return script[:1] == b"\x6a"


def _spender_key(transaction: Transaction, at: int) -> bytes:
    """What tells two payers apart: the spent script, or else what the input shows of it, or else the input."""
    claim = transaction.inputs[at]
    if claim.spent is not None:
        return claim.spent.script
    if len(claim.witness) > 1:
        return claim.witness[-1]
    return claim.script[-34:] or claim.previous.txid + claim.previous.vout.to_bytes(4, "little")


def _powers(factor: int, base: int, most: int) -> Iterable[int]:
    value = factor
    while value <= most:
        yield value
        value *= base


_MOST_DENOMINATION = 137_438_953_472

WABISABI_DENOMINATIONS = frozenset(
    value
    for factor, base in ((1, 2), (1, 3), (2, 3), (1, 10), (2, 10), (5, 10))
    for value in _powers(factor, base, _MOST_DENOMINATION)
    if value >= WASABI_TWO_LEAST_OUTPUT
)
"""Wasabi 2's standard output values [satoshi]: powers of 2, 3 and 10, twice those of 3 and 10, five times those of
10, from 5,000 satoshi."""
