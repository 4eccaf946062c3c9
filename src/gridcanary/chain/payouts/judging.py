"""One judgement of everything seen so far: whose each output is, and what each transaction of a pool's wallet is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gridcanary.chain.coinjoin import coinjoin_of
from gridcanary.chain.history import Confirmed
from gridcanary.chain.payouts.change import ROUND_SATOSHI, Surroundings, Verdict, changes_of
from gridcanary.chain.payouts.ledger import Edge, Kind, OwnedScript, PayoutLine, WalletTransaction
from gridcanary.chain.payouts.rewards import Rewards
from gridcanary.chain.payouts.rules import Rule, RuleSet
from gridcanary.chain.payouts.scene import Scene
from gridcanary.chain.transactions import Input, Outpoint, Output
from gridcanary.contracts.reasons import Reason

OWN_SCRIPT, CO_SPENDER, ONWARD, ONWARD_KNOWN, MERGED = 97, 92, 70, 90, 60
PAID_BY_MANY, PAID_STRONG, UNBELIEVED, UNEXPLAINED, EXPENSE = 95, 92, 40, 20, 30

ServiceOf = Callable[[bytes], str | None]
"""The service that a label gives for a script, None without one."""


@dataclass
class Judgement:
    """What a pass over the scene gave, and what it wants to see next."""

    edges: dict[Outpoint, Edge]
    scripts: dict[bytes, OwnedScript]
    transactions: dict[bytes, WalletTransaction]
    payees: dict[str, Counter[bytes]] = field(default_factory=lambda: defaultdict(Counter))
    wanted_scripts: set[bytes] = field(default_factory=set)
    wanted_outpoints: set[Outpoint] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Spending:
    """A transaction that spends a pool's outputs."""

    one: Confirmed
    owned: tuple[Edge, ...]
    foreign: tuple[Input, ...]
    pools: tuple[str, ...]

    @property
    def path_confidence(self) -> int:
        return self.owned[0].path_confidence

    @property
    def sources(self) -> tuple[Outpoint, ...]:
        return tuple(edge.outpoint for edge in self.owned)

    @property
    def pool_satoshi(self) -> int:
        return sum(edge.output.value for edge in self.owned)

    @property
    def foreign_satoshi(self) -> int:
        return sum(claim.spent.value for claim in self.foreign if claim.spent)


class Judge:
    """Goes through the scene in the order of the chain, with what the pass before found out."""

    def __init__(
        self, scene: Scene, rewards: Rewards, rules: RuleSet, service_of: ServiceOf, before: Judgement | None
    ) -> None:
        self._scene, self._rules, self._service_of = scene, rules, service_of
        scripts = dict(before.scripts if before else rewards.scripts)
        self.told = Judgement(dict(rewards.edges), scripts, dict(rewards.payouts))
        payees: Mapping[str, Counter[bytes]] = before.payees if before else {}
        known = {**before.edges, **rewards.edges} if before else rewards.edges
        self._around = Surroundings(scene, known, payees, rules)

    def run(self) -> Judgement:
        """Judge every transaction seen."""
        for one in self._scene.ordered():
            if not one.transaction.is_coinbase:
                self._judge(one)
        self.told.wanted_scripts |= self.told.scripts.keys()
        self.told.wanted_outpoints |= self.told.edges.keys()
        return self.told

    def _judge(self, one: Confirmed) -> None:
        spending = self._spending(one)
        self._hold_own_scripts(one, spending)
        if spending is None:
            return
        stop = self._stop(spending)
        if stop is not None:
            kind, reason, confidence = stop
            self._record(spending, kind, reason, confidence, [], [])
            return
        self._take_co_spenders(spending)
        self._sort_outputs(spending)

    def _spending(self, one: Confirmed) -> _Spending | None:
        edges, foreign = [], []
        for claim in one.transaction.inputs:
            edge = self.told.edges.get(claim.previous)
            if edge is None:
                foreign.append(claim)
            else:
                edges.append(edge)
        if not edges:
            return None
        edges.sort(key=lambda edge: -edge.path_confidence)
        shares: Counter[str] = Counter()
        for edge in edges:
            for pool in edge.pools:
                shares[pool] += edge.output.value
        pools = tuple(sorted(shares, key=lambda pool: (-shares[pool], pool)))
        return _Spending(one, tuple(edges), tuple(foreign), pools)

    def _hold_own_scripts(self, one: Confirmed, spending: _Spending | None) -> None:
        """Outputs to a script of a pool are the pool's, whoever pays them."""
        for at, output in enumerate(one.transaction.outputs):
            owner = self.told.scripts.get(output.script)
            if owner is None or not output.value:
                continue
            sources = spending.sources if spending else ()
            pools, path = owner.pools, min(OWN_SCRIPT, owner.path_confidence)
            if spending and set(spending.pools) & set(pools):
                pools = tuple(pool for pool in spending.pools if pool in pools)
            outpoint = Outpoint(one.transaction.txid, at)
            reason = Reason(f"own_script.{owner.rule}")
            self.told.edges[outpoint] = Edge(
                outpoint, output, pools, Rule.OWN_SCRIPT, reason, OWN_SCRIPT, path, sources
            )

    def _stop(self, spending: _Spending) -> tuple[Kind, Reason, int] | None:
        """Why following must end here: a CoinJoin, a service's own spend, or others' coins beside weak ones."""
        join = coinjoin_of(spending.one.transaction)
        if join is not None:
            return Kind.COINJOIN, join.reason, join.confidence
        for edge in spending.owned:
            service = self._service_of(edge.output.script)
            if service is not None:
                return Kind.SERVICE, Reason("stop.service", {"service": service}), 95
        if self._is_mixed(spending):
            params = {"pool_satoshi": spending.pool_satoshi, "foreign_satoshi": spending.foreign_satoshi}
            return Kind.MIXED, Reason("stop.mixed", params), 80
        return None

    def _is_mixed(self, spending: _Spending) -> bool:
        """Others' coins beside weakly known ones, or more of them than of the pool's.

        Without multi-input reasoning nothing is concluded from other inputs, so their amount says nothing either.
        """
        if not spending.foreign:
            return False
        outweighed = spending.foreign_satoshi > spending.pool_satoshi
        return spending.path_confidence < self._rules.strong or (
            outweighed and self._rules.runs(Rule.MULTI_INPUT)
        )

    def _take_co_spenders(self, spending: _Spending) -> None:
        if not self._rules.runs(Rule.MULTI_INPUT):
            return
        path = min(CO_SPENDER, spending.path_confidence)
        for claim in spending.foreign:
            if claim.spent is not None and claim.spent.script not in self.told.scripts:
                reason = Reason("multi_input.co_spent", {"with": len(spending.owned)})
                self.told.scripts[claim.spent.script] = OwnedScript(
                    claim.spent.script, spending.pools, Rule.MULTI_INPUT, reason, path
                )

    def _sort_outputs(self, spending: _Spending) -> None:
        """Tell change from payments, and say what kind of transaction it is."""
        one = spending.one
        txid, outputs = one.transaction.txid, one.transaction.outputs
        valued = [at for at, output in enumerate(outputs) if output.value and output.script[:1] != b"\x6a"]
        kept = [at for at in valued if Outpoint(txid, at) in self.told.edges]
        candidates = [at for at in valued if at not in kept]
        self._want(txid, outputs, candidates)
        if len(candidates) == 1 and not kept:
            self._sort_single(spending, candidates[0])
            return
        changes = changes_of(one, candidates, spending.pools, self._around)
        for at, verdict in changes.items():
            self._hold(spending, at, verdict)
        paid = [at for at in candidates if at not in changes]
        self._record_payment(spending, paid, [*kept, *changes])

    def _want(self, txid: bytes, outputs: tuple[Output, ...], candidates: list[int]) -> None:
        """Ask how often the candidates receive, and who spends those that receive once."""
        scene = self._scene
        for at in candidates:
            script = outputs[at].script
            self.told.wanted_scripts.add(script)
            once = scene.counted(script) and scene.receipts(script) == 1
            if (once or len(candidates) <= 2) and outputs[at].value >= self._rules.least_satoshi:
                self.told.wanted_outpoints.add(Outpoint(txid, at))

    def _hold(self, spending: _Spending, at: int, verdict: Verdict) -> None:
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

    def _sort_single(self, spending: _Spending, at: int) -> None:
        """Everything goes to one new script: a consolidation, a step before payouts, or the end of the trail."""
        verdict = self._onward(spending, at)
        if verdict is None:
            self._record(
                spending, Kind.TRANSFER, Reason("transfer.single_output"), UNEXPLAINED, [at], [], UNEXPLAINED
            )
            return
        self._hold(spending, at, verdict)
        self._record(spending, Kind.INTERNAL, verdict.reason, verdict.confidence, [], [at])

    def _onward(self, spending: _Spending, at: int) -> Verdict | None:
        """By what is done next with a single output: paid on to many within a day, or merged and kept."""
        one, rules = spending.one, self._rules
        spender = self._scene.spender(Outpoint(one.transaction.txid, at))
        if spender is not None and coinjoin_of(spender.transaction) is not None:
            return None
        by_pool = changes_of(one, [at], spending.pools, self._around)
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

    def _record_payment(self, spending: _Spending, paid: list[int], changes: list[int]) -> None:
        outputs = spending.one.transaction.outputs
        scripts = {outputs[at].script for at in paid}
        if not scripts:
            self._record(
                spending, Kind.INTERNAL, Reason("internal.all_kept"), spending.path_confidence, [], changes
            )
            return
        kind, reason, confidence = self._kind(spending, paid, scripts)
        lines_confidence = self._unsure_of_change(paid, changes, outputs)
        self._record(spending, kind, reason, confidence, paid, changes, min(confidence, lines_confidence))
        if kind in (Kind.PAYOUT, Kind.PEEL):
            for pool in spending.pools:
                self.told.payees[pool].update(scripts)

    def _unsure_of_change(self, paid: list[int], changes: list[int], outputs: tuple[Output, ...]) -> int:
        """Confidence of a line where no change was told: one of the outputs that receive once may be it."""
        once = sum(self._scene.receipts(outputs[at].script) == 1 for at in paid)
        return 100 if changes or not once else max(100 * (len(paid) - 1) // len(paid), UNBELIEVED)

    def _kind(self, spending: _Spending, paid: list[int], scripts: set[bytes]) -> tuple[Kind, Reason, int]:
        rules, outputs = self._rules, spending.one.transaction.outputs
        known = sum(
            any(
                self._around.payees[pool][script] > 1
                for pool in spending.pools
                if pool in self._around.payees
            )
            for script in scripts
        )
        params = {"recipients": len(scripts), "known": known}
        if len(scripts) < rules.least_recipients:
            if known and rules.runs(Rule.PEELING):
                return Kind.PEEL, Reason("payout.peel", params), min(MERGED, spending.path_confidence)
            return Kind.TRANSFER, Reason("transfer.few_recipients", params), UNEXPLAINED
        if all(outputs[at].value % ROUND_SATOSHI == 0 for at in paid):
            return Kind.EXPENSE, Reason("expense.round_amounts", params), EXPENSE
        path = spending.path_confidence
        recurrent = known >= rules.recurrent_share * len(scripts)
        if path < rules.strong and not recurrent:
            return Kind.PAYOUT, Reason("payout.weak_path", params), min(path, UNBELIEVED)
        return (
            Kind.PAYOUT,
            Reason("payout.to_many", params),
            min(path, PAID_BY_MANY if recurrent else PAID_STRONG),
        )

    def _record(
        self,
        spending: _Spending,
        kind: Kind,
        reason: Reason,
        confidence: int,
        paid: list[int],
        changes: list[int],
        lines_confidence: int = 0,
    ) -> None:
        one = spending.one
        lines = tuple(
            PayoutLine(
                one.place,
                Outpoint(one.transaction.txid, at),
                one.transaction.outputs[at].script,
                one.transaction.outputs[at].value,
                spending.pools,
                kind,
                lines_confidence,
                (reason,),
            )
            for at in paid
        )
        self.told.transactions[one.transaction.txid] = WalletTransaction(
            one,
            spending.pools,
            kind,
            reason,
            confidence,
            lines,
            tuple(sorted(changes)),
            spending.sources,
            spending.pool_satoshi,
            spending.foreign_satoshi,
        )
