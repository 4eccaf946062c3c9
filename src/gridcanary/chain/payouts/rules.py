"""The rules by which an output is said to be a pool's, and how they are set."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Rule(StrEnum):
    """Why an output belongs to a pool's wallet; the value is the code that dossiers print."""

    COINBASE = "coinbase"
    """It is the pool's own output of a block that the pool found."""
    LISTED = "listed"
    """A list of pools names its script."""
    OWN_SCRIPT = "own_script"
    """It pays a script that is already known to be the pool's."""
    MULTI_INPUT = "multi_input"
    """It is spent together with the pool's outputs (Meiklejohn et al. 2013)."""
    ONE_TIME_CHANGE = "one_time_change"
    """Its script receives once, and the payment's other recipients are paid again and again."""
    PAYS_ON = "pays_on"
    """It is spent in a payment to the pool's known payees, or in one made just as this one."""
    CONSOLIDATION = "consolidation"
    """Everything that the pool put in goes to this one output."""
    INDIRECT = "indirect"
    """It stands between the pool's reward and a payment to many (Tovanich et al. 2021)."""
    PEELING = "peeling"
    """It is the rest of a payment to few in a chain of such payments (Tovanich et al. 2021)."""


ALWAYS = frozenset({Rule.COINBASE, Rule.LISTED, Rule.OWN_SCRIPT})
"""Without these nothing is followed."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Which rules run, and the numbers in them.

    Args:
        enabled: the rules that run; :data:`ALWAYS` are added.
        least_recipients: recipients from which a payment counts as one to many; 3 sets apart an ordinary payment
            (one recipient and change) with one to spare.
        least_confidence: what counts as found, in :meth:`PoolLedger.found` and in the error rates [per cent].
        strong: confidence from which other people's inputs beside the pool's are taken for the pool's [per cent].
        indirect_seconds: longest wait between the reward's move and the payment out of it; a day, as in
            Tovanich et al.
        least_satoshi: an output below this is not followed; 0.001 coin, as in Tovanich et al.
        recurrent_share: share of recipients that other payments of the pool pay too, from which a payment over a
            weak path is believed.
        most_rounds: passes over the chain before following stops and says so.
    """

    enabled: frozenset[Rule] = field(default_factory=lambda: frozenset(Rule))
    least_recipients: int = 3
    least_confidence: int = 50
    strong: int = 90
    indirect_seconds: int = 86_400
    least_satoshi: int = 100_000
    recurrent_share: float = 0.3
    most_rounds: int = 400

    def runs(self, rule: Rule) -> bool:
        """Whether the rule runs."""
        return rule in ALWAYS or rule in self.enabled
