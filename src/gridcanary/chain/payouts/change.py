"""Which outputs of a pool's payment stay with the pool.

The fault that costs most in a sum of mining income is to miss change: the pool's coins then seem to end, and every
later payment out of them is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gridcanary.chain.coinjoin import coinjoin_of
from gridcanary.chain.history import Confirmed
from gridcanary.chain.payouts.habits import Form, Habit, fingerprint, known_among, script_form
from gridcanary.chain.payouts.ledger import Edge
from gridcanary.chain.payouts.rules import Rule, RuleSet
from gridcanary.chain.payouts.scene import Scene
from gridcanary.chain.transactions import Outpoint, Transaction
from gridcanary.contracts.reasons import Reason

ROUND_SATOSHI = 100_000
"""An amount that this divides was typed by a person; a change is what is left and almost never round."""

MOST_CHANGES = 4
CO_SPENT, PAYS_KNOWN, PAYS_ALIKE, ONE_TIME, ONE_TIME_MOST, LIKELIEST = 92, 92, 65, 65, 88, 55


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
        habits: what each pool usually does.
    """

    scene: Scene
    edges: Mapping[Outpoint, Edge]
    payees: Mapping[str, Counter[bytes]]
    rules: RuleSet
    habits: Mapping[str, Habit] = field(default_factory=dict)

    def habit(self, pools: Sequence[str]) -> Habit | None:
        """The habit of the first pool that has shown one."""
        return next((self.habits[pool] for pool in pools if pool in self.habits), None)


def changes_of(
    one: Confirmed, candidates: list[int], kept: int, pools: tuple[str, ...], around: Surroundings
) -> dict[int, Verdict]:
    """The candidates that are change, by output number.

    Args:
        one: a payment by a pool.
        candidates: numbers of its outputs whose script is not known to be the pool's.
        kept: how many of its outputs pay the pool's known scripts.
        pools: whose it is.
        around: what else is known.
    """
    found: dict[int, Verdict] = {}
    for at in candidates:
        verdict = _by_spender(one, at, pools, around)
        if verdict is not None:
            found[at] = verdict
    if not around.rules.runs(Rule.ONE_TIME_CHANGE):
        return found
    rest = [at for at in candidates if at not in found]
    if not found and not kept:
        found = _one_time(one, rest, pools, around)
        rest = [at for at in rest if at not in found]
    if found or kept:
        found |= _habitual(one, rest, kept + len(found), pools, around)
    return found


def unresolved_changes(
    one: Confirmed, paid: list[int], kept: int, pools: tuple[str, ...], around: Surroundings
) -> tuple[list[int], int]:
    """The outputs among which changes may hide, and how many of them; none where none is missing.

    Args:
        one, pools, around: as in :func:`changes_of`.
        paid: numbers of the outputs taken for payments.
        kept: how many outputs are known to stay.
    """
    habit = around.habit(pools)
    missing = (habit.changes if habit else 1) - kept
    once = [at for at in paid if around.scene.receipts(one.transaction.outputs[at].script) == 1]
    if kept and habit:
        once = [at for at in once if script_form(one.transaction.outputs[at].script) in habit.forms]
    return (once, min(missing, len(once))) if missing > 0 else ([], 0)


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
            and not _rests_on_co_spending(edge)
        ]
        if others:
            return Verdict(Rule.MULTI_INPUT, Reason("multi_input.change", {"with": len(others)}), CO_SPENT)
    if around.rules.runs(Rule.PAYS_ON):
        scripts = {output.script for output in spender.transaction.outputs if output.value}
        known, recipients = known_among(scripts, pools, around.payees), len(scripts)
        if recipients >= around.rules.least_recipients and 2 * known >= recipients:
            return Verdict(
                Rule.PAYS_ON, Reason("pays_on.known_payees", {"known": known, "of": recipients}), PAYS_KNOWN
            )
    return None


def _rests_on_co_spending(edge: Edge) -> bool:
    """Whether the edge itself was taken from a common spend, so that two such would only hold up each other."""
    return edge.rule is Rule.MULTI_INPUT or edge.reason.code == f"own_script.{Rule.MULTI_INPUT}"


def _one_time(
    one: Confirmed, rest: list[int], pools: tuple[str, ...], around: Surroundings
) -> dict[int, Verdict]:
    """The only output whose script never receives again, where the others' do; of several, the likeliest."""
    if not all(around.scene.counted(one.transaction.outputs[at].script) for at in rest):
        return {}
    once = _receiving_once(one, rest, around)
    recurrent = len(rest) - len(once)
    if len(once) == 1 and recurrent:
        return {once[0]: _voted(one, once[0], recurrent)}
    if len(once) < 2:
        return {}
    alike = _likeliest(one, once, around) if around.rules.runs(Rule.PAYS_ON) else {}
    return alike or _of_known_form(one, once, pools, around)


def _receiving_once(one: Confirmed, among: list[int], around: Surroundings) -> list[int]:
    scene, outputs = around.scene, one.transaction.outputs
    return [
        at for at in among if scene.counted(outputs[at].script) and scene.receipts(outputs[at].script) == 1
    ]


def _of_known_form(
    one: Confirmed, once: list[int], pools: tuple[str, ...], around: Surroundings
) -> dict[int, Verdict]:
    """Of several outputs that never receive again, those of the form that the pool's changes have, if few enough."""
    habit = _habit_of(one, pools, around)
    fitting = [at for at in once if _fits(one, at, habit)]
    if not fitting or len(fitting) > habit.changes or 2 * len(fitting) > len(once):
        return {}
    reason = Reason("one_time_change.form", {"of": len(once)})
    return {at: Verdict(Rule.ONE_TIME_CHANGE, reason, LIKELIEST) for at in fitting}


def _habitual(
    one: Confirmed, rest: list[int], kept: int, pools: tuple[str, ...], around: Surroundings
) -> dict[int, Verdict]:
    """Where a pool's payments usually leave several changes and fewer were told: the rest, if they are no more."""
    habit = around.habit(pools)
    if habit is None or kept >= habit.changes:
        return {}
    fitting = [at for at in _receiving_once(one, rest, around) if _fits(one, at, habit)]
    if len(fitting) > habit.changes - kept or len(rest) - len(fitting) < around.rules.least_recipients:
        return {}
    reason = Reason("one_time_change.habit", {"usual": habit.changes, "kept": kept})
    return {at: Verdict(Rule.ONE_TIME_CHANGE, reason, LIKELIEST) for at in fitting}


def _habit_of(one: Confirmed, pools: tuple[str, ...], around: Surroundings) -> Habit:
    """The pool's habit; where it has shown none, one change of the form of the inputs, as most wallets make."""
    habit = around.habit(pools)
    return habit if habit and habit.forms else Habit(1, frozenset(_input_forms(one.transaction)))


def _fits(one: Confirmed, at: int, habit: Habit) -> bool:
    output = one.transaction.outputs[at]
    return script_form(output.script) in habit.forms and output.value % ROUND_SATOSHI != 0


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
    """Whether the spender pays many and is made with what made the payment, out of the form of its inputs."""
    spender = around.scene.spender(Outpoint(one.transaction.txid, at))
    if spender is None or coinjoin_of(spender.transaction) is not None:
        return False
    payment = one.transaction
    if len(spender.transaction.outputs) < around.rules.least_recipients:
        return False
    same_form = script_form(payment.outputs[at].script) in _input_forms(payment)
    return same_form and fingerprint(spender.transaction) == fingerprint(payment)


def _input_forms(transaction: Transaction) -> set[Form]:
    return {script_form(claim.spent.script) for claim in transaction.inputs if claim.spent is not None}
