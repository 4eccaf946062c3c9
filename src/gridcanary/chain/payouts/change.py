"""Which outputs of a pool's payment stay with the pool.

The fault that costs most in a sum of mining income is to miss change: the pool's coins then seem to end, and every
later payment out of them is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from gridcanary.chain.coinjoin import coinjoin_of
from gridcanary.chain.history import Confirmed
from gridcanary.chain.payouts.ledger import Edge
from gridcanary.chain.payouts.rules import Rule, RuleSet
from gridcanary.chain.payouts.scene import Scene
from gridcanary.chain.transactions import Outpoint, Transaction
from gridcanary.contracts.reasons import Reason

ROUND_SATOSHI = 100_000
"""An amount that this divides was typed by a person; a change is what is left and almost never round."""

MOST_CHANGES = 4
CO_SPENT, PAYS_KNOWN, PAYS_ALIKE, ONE_TIME, ONE_TIME_MOST, LIKELIEST = 92, 92, 65, 65, 90, 55


@dataclass(frozen=True, slots=True)
class Verdict:
    """An output taken for change, by which rule, how surely [per cent]."""

    rule: Rule
    reason: Reason
    confidence: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a judgement of change may look at.

    Args:
        scene: what was seen of the chain.
        edges: outputs known to be pools'.
        payees: in how many payments each script was paid by each pool.
        rules: which rules run.
    """

    scene: Scene
    edges: Mapping[Outpoint, Edge]
    payees: Mapping[str, Counter[bytes]]
    rules: RuleSet


def changes_of(
    one: Confirmed, candidates: list[int], pools: tuple[str, ...], around: Surroundings
) -> dict[int, Verdict]:
    """The candidates that are change, by output number.

    Args:
        one: a payment by a pool.
        candidates: numbers of its outputs whose script is not known to be the pool's.
        pools: whose it is.
        around: what else is known.
    """
    found: dict[int, Verdict] = {}
    for at in candidates:
        verdict = _by_spender(one, at, pools, around)
        if verdict is not None:
            found[at] = verdict
    rest = [at for at in candidates if at not in found]
    if not found and around.rules.runs(Rule.ONE_TIME_CHANGE):
        found |= _one_time(one, rest, around)
    return found


def _by_spender(one: Confirmed, at: int, pools: tuple[str, ...], around: Surroundings) -> Verdict | None:
    """Change that shows by what is done with it: spent with the pool's coins, or to the pool's payees."""
    outpoint = Outpoint(one.transaction.txid, at)
    spender = around.scene.spender(outpoint)
    if spender is None or coinjoin_of(spender.transaction) is not None:
        return None
    if around.rules.runs(Rule.MULTI_INPUT):
        others = [
            edge
            for claim in spender.transaction.inputs
            if claim.previous.txid != one.transaction.txid
            and (edge := around.edges.get(claim.previous)) is not None
            and edge.path_confidence >= around.rules.strong
        ]
        if others:
            return Verdict(Rule.MULTI_INPUT, Reason("multi_input.change", {"with": len(others)}), CO_SPENT)
    if around.rules.runs(Rule.PAYS_ON):
        known, recipients = _known_recipients(spender.transaction, one.transaction.txid, pools, around)
        if recipients >= around.rules.least_recipients and 2 * known >= recipients:
            return Verdict(
                Rule.PAYS_ON, Reason("pays_on.known_payees", {"known": known, "of": recipients}), PAYS_KNOWN
            )
    return None


def _known_recipients(
    spender: Transaction, paying: bytes, pools: tuple[str, ...], around: Surroundings
) -> tuple[int, int]:
    """How many of the spender's recipients the pools pay elsewhere too, and how many it has."""
    own = {script for output in spender.outputs if (script := output.script)}
    known = sum(
        any(around.payees[pool][script] > 1 for pool in pools if pool in around.payees) for script in own
    )
    return known, len(own)


def _one_time(one: Confirmed, rest: list[int], around: Surroundings) -> dict[int, Verdict]:
    """The only output whose script never receives again, where the others' do; of several, the likeliest."""
    scene, outputs = around.scene, one.transaction.outputs
    once = [
        at for at in rest if scene.counted(outputs[at].script) and scene.receipts(outputs[at].script) == 1
    ]
    recurrent = len(rest) - len(once)
    if len(once) == 1 and recurrent:
        return {once[0]: _voted(one, once[0], recurrent)}
    if len(once) > 1 and around.rules.runs(Rule.PAYS_ON):
        return _likeliest(one, once, around)
    return {}


def _voted(one: Confirmed, at: int, recurrent: int) -> Verdict:
    """Confidence of a one-time change by the votes of its form and amount, and of how many others recur."""
    output = one.transaction.outputs[at]
    same_form = script_form(output.script) in _input_forms(one.transaction)
    confidence = ONE_TIME + (10 if same_form else -20) + (5 if output.value % ROUND_SATOSHI else -10)
    confidence = min(confidence + 5 * min(recurrent, 4) - 5, ONE_TIME_MOST)
    params = {"recurrent": recurrent, "same_form": int(same_form)}
    return Verdict(Rule.ONE_TIME_CHANGE, Reason("one_time_change.only", params), confidence)


def _likeliest(one: Confirmed, once: list[int], around: Surroundings) -> dict[int, Verdict]:
    """Of several outputs that never receive again, those whose spender is made just as this payment is."""
    alike = [at for at in once if _spent_alike(one, at, around)]
    if not alike or len(alike) > MOST_CHANGES or 2 * len(alike) > len(once):
        return {}
    reason = Reason("pays_on.made_alike", {"of": len(once)})
    return {at: Verdict(Rule.PAYS_ON, reason, PAYS_ALIKE if len(alike) == 1 else LIKELIEST) for at in alike}


def _spent_alike(one: Confirmed, at: int, around: Surroundings) -> bool:
    """Whether the spender pays many and has the payment's version, lock time, sequence and form of inputs.

    The features are those by which Kappos et al. ("How to Peel a Million", 2022) tell that a peeling chain goes on.
    """
    spender = around.scene.spender(Outpoint(one.transaction.txid, at))
    if spender is None or coinjoin_of(spender.transaction) is not None:
        return False
    payment = one.transaction
    if len(spender.transaction.outputs) < around.rules.least_recipients:
        return False
    same_form = script_form(payment.outputs[at].script) in _input_forms(payment)
    return same_form and fingerprint(spender.transaction) == fingerprint(payment)


def fingerprint(transaction: Transaction) -> tuple[int, bool, tuple[int, ...]]:
    """What the software that made a transaction leaves in it: version, whether it locks, the sequences."""
    sequences = tuple(sorted({claim.sequence for claim in transaction.inputs}))
    return transaction.version, transaction.locktime > 0, sequences


def script_form(script: bytes) -> tuple[int, bytes]:
    """What two scripts of one type share: their length and how they begin."""
    return len(script), script[:2]


def _input_forms(transaction: Transaction) -> set[tuple[int, bytes]]:
    return {script_form(claim.spent.script) for claim in transaction.inputs if claim.spent is not None}
