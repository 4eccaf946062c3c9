"""How often following pools' wallets is wrong: a ledger held against what is true."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gridcanary.chain.clusters import merge_scripts
from gridcanary.chain.coinjoin import coinjoin_of
from gridcanary.chain.payouts import PAYING, PoolLedger, RuleSet, follow_pools
from gridcanary.simulator.chain_truth.making import ChainTruth
from gridcanary.simulator.chain_truth.scenarios import SCENARIOS
from gridcanary.simulator.chain_truth.simulating import simulate_chain

DRAWS = 1_000
POOLS = frozenset({"PoolA", "PoolB", "Custodian"})
"""Who owns pools' coins in a simulated chain."""

Rates = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one chain; tallies add up.

    Args:
        lines: payments by ``true``, ``found`` and ``right``; payers by ``named``, ``unresolved`` and ``misnamed``.
        payments: transactions by ``true``, ``found`` and ``right``.
        satoshi: the same of what the lines pay.
        edges: outputs said to be a pool's, by rule; wrong_edges: those that are not.
        joins: CoinJoins by ``true``, ``found`` and ``right``.
        confidences: lines said to be mining income by tens of their confidence, right or not, and ``…_wrong``.
        merges: scripts said to have one owner, by reason, and how many of each are ``…_wrong``.
    """

    lines: Counter[str]
    payments: Counter[str]
    satoshi: Counter[str]
    edges: Counter[str]
    wrong_edges: Counter[str]
    joins: Counter[str]
    merges: Counter[str]
    confidences: Counter[str]

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.lines + other.lines,
            self.payments + other.payments,
            self.satoshi + other.satoshi,
            self.edges + other.edges,
            self.wrong_edges + other.wrong_edges,
            self.joins + other.joins,
            self.merges + other.merges,
            self.confidences + other.confidences,
        )


def tally(truth: ChainTruth, ledger: PoolLedger) -> Tally:
    """Hold a ledger against the truth; blocks whose finder nobody knows are left out."""
    found = {line.outpoint: line for line in ledger.found() if line.pools}
    right = found.keys() & truth.payouts.keys()
    lines = Counter(true=len(truth.payouts), found=len(found), right=len(right))
    for outpoint in right:
        payer, pool = found[outpoint].payer, truth.payouts[outpoint].pool
        lines["unresolved" if payer is None else "named" if payer == pool else "misnamed"] += 1
    true_txids, found_txids = ({outpoint.txid for outpoint in one} for one in (truth.payouts, found))
    payments = Counter(true=len(true_txids), found=len(found_txids), right=len(true_txids & found_txids))
    satoshi = Counter(
        true=sum(one.satoshi for one in truth.payouts.values()),
        found=sum(line.satoshi for line in found.values()),
        right=sum(found[outpoint].satoshi for outpoint in right),
    )
    edges = Counter(str(edge.rule) for edge in ledger.edges.values())
    wrong = Counter(
        str(edge.rule) for edge in ledger.edges.values() if truth.owners[edge.output.script] not in POOLS
    )
    return Tally(
        lines, payments, satoshi, edges, wrong, _joins(truth), _merges(truth), _confidences(truth, ledger)
    )


def _confidences(truth: ChainTruth, ledger: PoolLedger) -> Counter[str]:
    """Lines of payments, unsure ones too, by tens of confidence, and how many of them are in no pool's books."""
    counts: Counter[str] = Counter()
    for line in ledger.lines:
        if line.kind in PAYING and line.pools:
            tens = f"{line.confidence // 10 * 10}"
            counts[tens] += 1
            counts[f"{tens}_wrong"] += line.outpoint not in truth.payouts
    return counts


def _joins(truth: ChainTruth) -> Counter[str]:
    found = {one.transaction.txid for one in truth.history if coinjoin_of(one.transaction) is not None}
    return Counter(true=len(truth.coinjoins), found=len(found), right=len(found & truth.coinjoins))


def _merges(truth: ChainTruth) -> Counter[str]:
    """Merges of all scripts of the chain, changes included, by their reason."""
    receipts = Counter(output.script for one in truth.history for output in one.transaction.outputs)
    counts: Counter[str] = Counter()
    for merge in merge_scripts(truth.history, receipts=receipts.__getitem__).merges:
        code = merge.reason.code
        counts[code] += 1
        counts[f"{code}_wrong"] += truth.owners[merge.first] != truth.owners[merge.second]
    return counts


def tallies(scenario: str, seeds: Iterable[int], days: int, rules: RuleSet | None = None) -> list[Tally]:
    """One tally a seed."""
    told = []
    for seed in seeds:
        truth = simulate_chain(scenario, seed, days)
        told.append(tally(truth, follow_pools(truth.history, truth.pools_of, rules=rules)))
    return told


def _ratio(part: Counter[str], of: str) -> float | None:
    return part["right"] / part[of] if part[of] else None


RATES: dict[str, Callable[[Tally], float | None]] = {
    "payment_precision": lambda one: _ratio(one.payments, "found"),
    "payment_recall": lambda one: _ratio(one.payments, "true"),
    "line_precision": lambda one: _ratio(one.lines, "found"),
    "line_recall": lambda one: _ratio(one.lines, "true"),
    "satoshi_precision": lambda one: _ratio(one.satoshi, "found"),
    "satoshi_recall": lambda one: _ratio(one.satoshi, "true"),
    "payer_named_right": lambda one: one.lines["named"] / one.lines["right"] if one.lines["right"] else None,
    "payer_misnamed": lambda one: one.lines["misnamed"] / one.lines["right"] if one.lines["right"] else None,
}
"""Rates by name; None where there is nothing to divide by."""


def total(told: Sequence[Tally]) -> Tally:
    """All tallies as one."""
    summed = Tally(*(Counter[str]() for _ in range(8)))
    for one in told:
        summed += one
    return summed


def rates(told: Sequence[Tally], *, intervals: bool = True) -> dict[str, dict[str, float | None]]:
    """Every rate over all chains, with a 95 % interval from drawing chains with replacement.

    Payments of one chain stand or fall together, so the chain is what is drawn. Where no chain had an error the
    interval has no width; the number of chains says what that is worth.
    """
    chance = random.Random(0)  # noqa: S311 - not for secrets
    draws = (
        [total(chance.choices(told, k=len(told))) for _ in range(DRAWS)]
        if intervals and len(told) > 1
        else []
    )
    return {name: _with_interval(rate, total(told), draws) for name, rate in RATES.items()}


def _with_interval(rate: Callable[[Tally], float | None], summed: Tally, draws: Sequence[Tally]) -> Rates:
    values = sorted(value for one in draws if (value := rate(one)) is not None)
    value = rate(summed)
    low = values[int(0.025 * len(values))] if values else None
    high = values[int(0.975 * len(values)) - 1] if values else None
    return {"value": _rounded(value), "low": _rounded(low), "high": _rounded(high)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def measured(
    seeds: Sequence[int], days: int, scenarios: Iterable[str] = SCENARIOS, rules: RuleSet | None = None
) -> dict[str, object]:
    """Error rates of each scenario, and of each rule over all of them, as the dossier prints them."""
    by_scenario: dict[str, object] = {}
    everything: list[Tally] = []
    for name in scenarios:
        told = tallies(name, seeds, days, rules)
        everything += told
        summed = total(told)
        by_scenario[name] = {
            "title": SCENARIOS[name].title,
            "chains": len(told),
            "payments": summed.payments["true"],
            "lines": summed.lines["true"],
            "rates": rates(told),
        }
    summed = total(everything)
    by_rule = {
        rule: {
            "outputs": count,
            "wrong": summed.wrong_edges[rule],
            "precision": round(1 - summed.wrong_edges[rule] / count, 4),
        }
        for rule, count in sorted(summed.edges.items())
    }
    return {
        "scenarios": by_scenario,
        "rules": by_rule,
        "clusters": _shares(summed.merges, "merges"),
        "confidences": _shares(summed.confidences, "lines"),
        "coinjoins": dict(summed.joins),
    }


def _shares(counts: Counter[str], what: str) -> dict[str, object]:
    """How many of each are wrong, by name."""
    return {
        name: {
            what: counts[name],
            "wrong": counts[f"{name}_wrong"],
            "precision": round(1 - counts[f"{name}_wrong"] / counts[name], 4),
        }
        for name in sorted(counts)
        if not name.endswith("_wrong")
    }
