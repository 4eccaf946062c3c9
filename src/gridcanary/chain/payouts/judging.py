"""One judgement of everything seen so far: whose each output is, and what each transaction of a pool's wallet is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gridcanary.chain.coinjoin import coinjoin_of
from gridcanary.chain.history import Confirmed, Place
from gridcanary.chain.payouts.change import Surroundings, Verdict, changes_of, unresolved_changes
from gridcanary.chain.payouts.habits import Learnt, fingerprint, known_among, script_form
from gridcanary.chain.payouts.kinds import UNEXPLAINED, is_mixed, kind_of
from gridcanary.chain.payouts.ledger import Edge, Kind, OwnedScript, PayoutLine, WalletTransaction
from gridcanary.chain.payouts.rewards import Rewards
from gridcanary.chain.payouts.rules import Rule, RuleSet
from gridcanary.chain.payouts.scene import Scene
from gridcanary.chain.payouts.spending import Spending, spending_of
from gridcanary.chain.spenders import spent_script
from gridcanary.chain.transactions import Outpoint, Output
from gridcanary.contracts.reasons import Reason

OWN_SCRIPT, CO_SPENDER, INPUT_SHOWS, ONWARD, MERGED = 97, 92, 92, 55, 55
MOST_OF_ALL = 45
"""Of a line that may be the change and is more than all others together."""

ServiceOf = Callable[[bytes], str | None]
"""The service that a label gives for a script, None without one."""


@dataclass
class Judgement:
    """What a pass over the scene gave, and what it wants to see next."""

    edges: dict[Outpoint, Edge]
    scripts: dict[bytes, OwnedScript]
    transactions: dict[bytes, WalletTransaction]
    learnt: Learnt = field(default_factory=Learnt)
    shared: list[tuple[Place, tuple[str, ...]]] = field(default_factory=list)
    wanted_scripts: set[bytes] = field(default_factory=set)
    wanted_outpoints: set[Outpoint] = field(default_factory=set)


class Judge:
    """Goes through the scene in the order of the chain, with what the pass before found out."""

    def __init__(
        self, scene: Scene, rewards: Rewards, rules: RuleSet, service_of: ServiceOf, before: Judgement | None
    ) -> None:
        self._scene, self._rules, self._service_of = scene, rules, service_of
        scripts = dict(before.scripts if before else rewards.scripts)
        self.told = Judgement(dict(rewards.edges), scripts, dict(rewards.payouts))
        learnt = before.learnt if before else Learnt()
        known = {**before.edges, **rewards.edges} if before else rewards.edges
        self._around = Surroundings(scene, known, learnt.payees, rules, learnt.habits())

    def run(self) -> Judgement:
        """Judge every transaction seen."""
        for one in self._scene.ordered():
            if one.transaction.is_coinbase:
                self._judge_coinbase(one)
            else:
                self._judge(one)
        self.told.wanted_scripts |= self.told.scripts.keys()
        self.told.wanted_outpoints |= self.told.edges.keys()
        return self.told

    def _judge_coinbase(self, one: Confirmed) -> None:
        """A coinbase that pays a script that meanwhile showed as a pool's: no payment, but the pool's."""
        self._hold_own_scripts(one, None)
        told = self.told.transactions.get(one.transaction.txid)
        if told is None:
            return
        lines = tuple(line for line in told.lines if line.outpoint not in self.told.edges)
        if not lines:
            del self.told.transactions[one.transaction.txid]
        elif len(lines) < len(told.lines):
            self.told.transactions[one.transaction.txid] = replace(told, lines=lines)

    def _judge(self, one: Confirmed) -> None:
        self._hold_shown_inputs(one)
        spending = spending_of(one, self.told.edges)
        self._hold_own_scripts(one, spending)
        if spending is None:
            return
        if spending.joins_pools(self._rules.strong):
            self.told.shared.append((one.place, spending.pools))
        stop = self._stop(spending)
        if stop is not None:
            kind, reason, confidence = stop
            self._record(spending, kind, reason, confidence, [], [])
            return
        self._take_co_spenders(spending)
        self._sort_outputs(spending)

    def _hold_own_scripts(self, one: Confirmed, spending: Spending | None) -> None:
        """Outputs to a script of a pool are the pool's, whoever pays them."""
        for at, output in enumerate(one.transaction.outputs):
            owner = self.told.scripts.get(output.script)
            if owner is None or not output.value:
                continue
            sources: tuple[Outpoint, ...] = ()
            pools, path = owner.pools, min(OWN_SCRIPT, owner.path_confidence)
            if spending and set(spending.pools) & set(pools):
                pools, sources = tuple(pool for pool in spending.pools if pool in pools), spending.sources
            outpoint = Outpoint(one.transaction.txid, at)
            if outpoint in self.told.edges:
                continue
            reason = Reason(f"own_script.{owner.rule}")
            self.told.edges[outpoint] = Edge(
                outpoint, output, pools, Rule.OWN_SCRIPT, reason, OWN_SCRIPT, path, sources
            )

    def _hold_shown_inputs(self, one: Confirmed) -> None:
        """Inputs that show a script of a pool, where the output that they spend lies before the chain's first block.

        Its value is then unknown and counts as nothing. Scripts known by co-spending alone don't count here: they
        would hold themselves up.
        """
        for claim in one.transaction.inputs:
            if claim.previous in self.told.edges:
                continue
            script = spent_script(claim, self._scene.network)
            owner = self.told.scripts.get(script) if script else None
            if script is None or owner is None or owner.rule is Rule.MULTI_INPUT:
                continue
            output = claim.spent or Output(0, script)
            reason = Reason("own_script.input_shows", {"value_known": int(claim.spent is not None)})
            path = min(INPUT_SHOWS, owner.path_confidence)
            self.told.edges[claim.previous] = Edge(
                claim.previous, output, owner.pools, Rule.OWN_SCRIPT, reason, INPUT_SHOWS, path
            )

    def _stop(self, spending: Spending) -> tuple[Kind, Reason, int] | None:
        """Why following must end here: a CoinJoin, a service's own spend, or others' coins beside weak ones."""
        join = coinjoin_of(spending.one.transaction)
        if join is not None:
            return Kind.COINJOIN, join.reason, join.confidence
        for edge in spending.owned:
            service = self._service_of(edge.output.script)
            if service is not None:
                return Kind.SERVICE, Reason("stop.service", {"service": service}), 95
        if is_mixed(spending, self._around):
            params = {"pool_satoshi": spending.pool_satoshi, "foreign_satoshi": spending.foreign_satoshi}
            return Kind.MIXED, Reason("stop.mixed", params), 80
        return None

    def _take_co_spenders(self, spending: Spending) -> None:
        if not self._rules.runs(Rule.MULTI_INPUT) or spending.path_confidence < self._rules.strong:
            return
        path = min(CO_SPENDER, spending.path_confidence)
        for claim in spending.foreign:
            if claim.spent is not None and claim.spent.script not in self.told.scripts:
                reason = Reason("multi_input.co_spent", {"with": len(spending.owned)})
                self.told.scripts[claim.spent.script] = OwnedScript(
                    claim.spent.script, spending.pools, Rule.MULTI_INPUT, reason, path
                )

    def _sort_outputs(self, spending: Spending) -> None:
        """Tell change from payments, and say what kind of transaction it is."""
        one = spending.one
        txid, outputs = one.transaction.txid, one.transaction.outputs
        valued = [at for at, output in enumerate(outputs) if output.value and output.script[:1] != b"\x6a"]
        held = {at: edge for at in valued if (edge := self.told.edges.get(Outpoint(txid, at))) is not None}
        kept = [at for at, edge in held.items() if set(edge.pools) & set(spending.pools)]
        other_pools = [at for at in held if at not in kept]
        candidates = [at for at in valued if at not in held]
        self._want(txid, outputs, candidates)
        if len(candidates) == 1 and not held:
            self._sort_single(spending, candidates[0])
            return
        changes = changes_of(one, candidates, len(kept), spending.pools, self._around)
        self._note_habit(spending, kept, changes)
        for at, verdict in changes.items():
            self._hold(spending, at, verdict)
        paid = sorted([*(at for at in candidates if at not in changes), *other_pools])
        self._record_payment(spending, paid, [*kept, *changes])

    def _note_habit(self, spending: Spending, kept: list[int], changes: Mapping[int, Verdict]) -> None:
        """Count the changes that are known by what was done with them, not by a habit itself."""
        sure = kept + [at for at, verdict in changes.items() if verdict.rule is not Rule.ONE_TIME_CHANGE]
        if sure and len(spending.one.transaction.outputs) > self._rules.least_recipients:
            forms = [script_form(spending.one.transaction.outputs[at].script) for at in sure]
            self.told.learnt.note_changes(spending.pools, forms)

    def _want(self, txid: bytes, outputs: tuple[Output, ...], candidates: list[int]) -> None:
        """Ask how often the candidates receive, and who spends those that receive once."""
        scene = self._scene
        for at in candidates:
            script = outputs[at].script
            if self._service_of(script) is not None:
                scene.presume_recurrent(script)
                continue
            self.told.wanted_scripts.add(script)
            once = scene.counted(script) and scene.receipts(script) == 1
            if (once or len(candidates) <= 2) and outputs[at].value >= self._rules.least_satoshi:
                self.told.wanted_outpoints.add(Outpoint(txid, at))

    def _hold(self, spending: Spending, at: int, verdict: Verdict) -> None:
        outpoint = Outpoint(spending.one.transaction.txid, at)
        output = spending.one.transaction.outputs[at]
        path = min(verdict.confidence, spending.path_confidence)
        self.told.edges[outpoint] = Edge(
            outpoint,
            output,
            spending.pools,
            verdict.rule,
            verdict.reason,
            verdict.confidence,
            path,
            spending.sources,
        )

    def _sort_single(self, spending: Spending, at: int) -> None:
        """Everything goes to one new script: a consolidation, a step before payouts, or the end of the trail."""
        verdict = self._onward(spending, at)
        if verdict is None:
            self._record(spending, Kind.TRANSFER, Reason("transfer.single_output"), UNEXPLAINED, [at], [])
            return
        self._hold(spending, at, verdict)
        self._record(spending, Kind.INTERNAL, verdict.reason, verdict.confidence, [], [at])

    def _onward(self, spending: Spending, at: int) -> Verdict | None:
        """By what is done next with a single output: paid on to many within a day, or merged and kept."""
        one, rules = spending.one, self._rules
        spender = self._scene.spender(Outpoint(one.transaction.txid, at))
        if spender is not None and coinjoin_of(spender.transaction) is not None:
            return None
        by_pool = changes_of(one, [at], 0, spending.pools, self._around)
        if at in by_pool and by_pool[at].rule is not Rule.ONE_TIME_CHANGE:
            return by_pool[at]
        many = spender is not None and len(spender.transaction.outputs) > rules.least_recipients
        if many and spender is not None and rules.runs(Rule.INDIRECT):
            wait = spender.place.time - one.place.time
            if wait <= rules.indirect_seconds:
                return Verdict(Rule.INDIRECT, Reason("indirect.paid_on", {"seconds": wait}), ONWARD)
        if len(one.transaction.inputs) > 1 and rules.runs(Rule.CONSOLIDATION):
            reason = Reason("consolidation.single_output", {"inputs": len(one.transaction.inputs)})
            return Verdict(Rule.CONSOLIDATION, reason, MERGED)
        return None

    def _record_payment(self, spending: Spending, paid: list[int], changes: list[int]) -> None:
        outputs = spending.one.transaction.outputs
        scripts = {outputs[at].script for at in paid}
        if not scripts:
            self._record(
                spending, Kind.INTERNAL, Reason("internal.all_kept"), spending.path_confidence, [], changes
            )
            return
        kind, reason, confidence = kind_of(spending, paid, scripts, self._around)
        hidden = unresolved_changes(spending.one, paid, len(changes), spending.pools, self._around)
        self._record(spending, kind, reason, confidence, paid, changes, hidden)
        if kind in (Kind.PAYOUT, Kind.PEEL):
            self.told.learnt.note_payment(spending.pools, scripts)
        if kind is Kind.PAYOUT and spending.path_confidence >= self._rules.strong:
            share = known_among(scripts, spending.pools, self._around.payees) / len(scripts)
            self.told.learnt.note_sure(spending.pools, share, fingerprint(spending.one.transaction))

    def _record(
        self,
        spending: Spending,
        kind: Kind,
        reason: Reason,
        confidence: int,
        paid: list[int],
        changes: list[int],
        hidden: tuple[Sequence[int], int] = ((), 0),
    ) -> None:
        one = spending.one
        self.told.transactions[one.transaction.txid] = WalletTransaction(
            one,
            spending.pools,
            kind,
            reason,
            confidence,
            tuple(_line(spending, at, kind, reason, confidence, hidden) for at in paid),
            tuple(sorted(changes)),
            spending.sources,
            spending.pool_satoshi,
            spending.foreign_satoshi,
        )


def _line(
    spending: Spending,
    at: int,
    kind: Kind,
    reason: Reason,
    confidence: int,
    hidden: tuple[Sequence[int], int],
) -> PayoutLine:
    """One payment; less sure where it stands among outputs of which some must be the change."""
    one, (among, missing) = spending.one, hidden
    output, reasons = one.transaction.outputs[at], [reason]
    if at in among:
        confidence = min(confidence, 100 * (len(among) - missing) // len(among) - 1)
        if 2 * output.value > sum(other.value for other in one.transaction.outputs):
            confidence = min(confidence, MOST_OF_ALL)
        reasons.append(Reason("line.may_be_change", {"among": len(among), "changes": missing}))
    return PayoutLine(
        one.place,
        Outpoint(one.transaction.txid, at),
        output.script,
        output.value,
        spending.pools,
        kind,
        max(confidence, 0),
        tuple(reasons),
    )
