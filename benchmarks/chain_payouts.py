"""Payouts found on known truth: what each rule adds on the recorded chain, error rates on simulated ones, speed.

Usage: python benchmarks/chain_payouts.py [--seeds 101 124] [--days 40] [--write]

The rules were worked out on seeds 1 to 8. ``--write`` stores the rates where dossiers take them from.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import time
from collections import Counter
from importlib import resources
from pathlib import Path

import numpy as np

from gridcanary.chain.blocks import read_block
from gridcanary.chain.clusters import merged_labels
from gridcanary.chain.history import Confirmed, MemoryHistory, Place
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.payouts import Kind, PoolLedger, Rule, RuleSet, follow_pools
from gridcanary.chain.transactions import Cursor
from gridcanary.simulator.chain_truth import SCENARIOS
from gridcanary.simulator.chain_truth.scoring import measured, rates, tallies

REGTEST = NETWORKS["regtest"]
ABLATION_CHAINS = 5
"""Chains of each scenario on which the rules are tried one after the other."""
CHECK = {"seeds": [1], "days": 12}
STEPS: tuple[tuple[str, frozenset[Rule]], ...] = (
    ("coinbase scripts only", frozenset()),
    ("+ multi-input", frozenset({Rule.MULTI_INPUT})),
    ("+ one-time change", frozenset({Rule.MULTI_INPUT, Rule.ONE_TIME_CHANGE})),
    ("+ pays on", frozenset({Rule.MULTI_INPUT, Rule.ONE_TIME_CHANGE, Rule.PAYS_ON})),
    (
        "+ consolidation, indirect",
        frozenset({Rule.MULTI_INPUT, Rule.ONE_TIME_CHANGE, Rule.PAYS_ON, Rule.CONSOLIDATION, Rule.INDIRECT}),
    ),
    ("+ peeling: all rules", frozenset(Rule)),
)


def recorded_file(name: str) -> bytes:
    return gzip.decompress(
        (resources.files("gridcanary.simulator") / "recorded_chain" / f"{name}.gz").read_bytes()
    )


def recorded_chain() -> MemoryHistory:
    key = (resources.files("gridcanary.simulator") / "recorded_chain" / "xor.dat").read_bytes()
    hidden = np.frombuffer(recorded_file("blk00000.dat"), dtype=np.uint8)
    cursor = Cursor((hidden ^ np.resize(np.frombuffer(key, dtype=np.uint8), len(hidden))).tobytes())
    confirmed, height = [], 0
    while cursor.data[cursor.at : cursor.at + 4] == REGTEST.magic:
        cursor.take(8)
        block = read_block(cursor)
        for position, one in enumerate(block.transactions):
            confirmed.append(Confirmed(Place(height, position, block.header.hash, block.header.time), one))
        height += 1
    return MemoryHistory(REGTEST, confirmed)


def recorded_ablation() -> None:
    truth = json.loads(recorded_file("truth.json"))
    chain = recorded_chain()
    pools = {bytes.fromhex(script): name for name, script in truth["pools"].items()}
    true_txids = {bytes.fromhex(row[4])[::-1] for row in truth["ledger"]}
    true_satoshi = Counter[str]()
    for _, _, miner, coins, _ in truth["ledger"]:
        true_satoshi[miner] += round(coins * 10**8)
    print(
        f"recorded chain: {len(true_txids)} payouts, {len(truth['ledger'])} lines, {len(true_satoshi)} miners"
    )
    print(
        "| rules | payouts found | false | miners exact | satoshi found | passes |\n|---|---|---|---|---|---|"
    )
    for name, enabled in STEPS:
        ledger = follow_pools(
            chain,
            lambda one: [
                pools[output.script] for output in one.transaction.outputs if output.script in pools
            ],
            rules=RuleSet(enabled),
        )
        print(recorded_row(name, ledger, true_txids, true_satoshi))


def recorded_row(name: str, ledger: PoolLedger, true_txids: set[bytes], true_satoshi: Counter[str]) -> str:
    lines = [line for line in ledger.found() if line.kind is not Kind.FOUND_BLOCK]
    txids = {line.outpoint.txid for line in lines}
    earned: Counter[bytes] = Counter()
    for line in lines:
        earned[line.script] += line.satoshi
    exact = sum((Counter(earned.values()) & Counter(true_satoshi.values())).values())
    share = sum(earned.values()) / true_satoshi.total()
    return (
        f"| {name} | {len(txids & true_txids)} | {len(txids - true_txids)} | {exact} of {len(true_satoshi)} "
        f"| {100 * share:.1f} % | {ledger.passes} |"
    )


def percent(rate: dict[str, float | None]) -> str:
    if rate["value"] is None:
        return "–"
    if rate["low"] is None or rate["high"] is None:
        return f"{100 * rate['value']:.1f}"
    return f"{100 * rate['value']:.1f} ({100 * rate['low']:.1f}–{100 * rate['high']:.1f})"


COLUMNS = (
    "payment_precision", "payment_recall", "line_precision", "line_recall", "satoshi_precision", "satoshi_recall",
    "payer_named_right", "payer_misnamed",
)  # fmt: skip


def scenario_table(told: dict) -> None:
    print("| scenario | lines | " + " | ".join(column.replace("_", " ") for column in COLUMNS) + " |")
    print("|---|---|" + "---|" * len(COLUMNS))
    for name, one in told["scenarios"].items():
        cells = " | ".join(percent(one["rates"][column]) for column in COLUMNS)
        print(f"| {name} | {one['lines']} | {cells} |")
    print("\n| rule | outputs | wrong | precision |\n|---|---|---|---|")
    for name, one in told["rules"].items():
        print(f"| {name} | {one['outputs']} | {one['wrong']} | {100 * one['precision']:.2f} % |")
    print("\n| merge | merges | wrong | precision |\n|---|---|---|---|")
    for name, one in told["clusters"].items():
        print(f"| {name} | {one['merges']} | {one['wrong']} | {100 * one['precision']:.2f} % |")
    print("\n| confidence | lines | wrong | right |\n|---|---|---|---|")
    for name, one in told["confidences"].items():
        print(
            f"| {name} to {int(name) + 9} % | {one['lines']} | {one['wrong']} | {100 * one['precision']:.2f} % |"
        )
    print(f"\nCoinJoins: {told['coinjoins']}")


def simulated_ablation(seeds: range, days: int) -> None:
    print("\n| rules | line precision | line recall | satoshi recall |\n|---|---|---|---|")
    for name, enabled in STEPS:
        told = [one for scenario in SCENARIOS for one in tallies(scenario, seeds, days, RuleSet(enabled))]
        rate = rates(told, intervals=False)
        cells = " | ".join(
            percent(rate[column]) for column in ("line_precision", "line_recall", "satoshi_recall")
        )
        print(f"| {name} | {cells} |")


def clustering_speed() -> None:
    """As many inputs as the reference's corpus had, and ten times as many, with its shares of scripts and inputs."""
    chance = np.random.default_rng(1)
    merged_labels(np.array([0, 2]), np.array([0, 1], dtype=np.int32), np.zeros(1, dtype=np.bool_), 2)
    for inputs in (2_850_000, 28_500_000):
        counts = np.minimum(chance.geometric(0.4, size=inputs // 2), 200)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        scripts = int(starts[-1] * 1.3)
        spent = chance.integers(0, scripts, size=int(starts[-1]), dtype=np.int32)
        excluded = np.zeros(len(counts), dtype=np.bool_)
        seconds = min(_timed(starts, spent, excluded, scripts) for _ in range(3))
        print(
            f"clustering: {starts[-1]:,} inputs, {scripts:,} scripts: {seconds:.2f} s, {starts[-1] / seconds / 1e6:.1f} M inputs/s"
        )


def _timed(starts: np.ndarray, spent: np.ndarray, excluded: np.ndarray, scripts: int) -> float:
    begun = time.perf_counter()
    merged_labels(starts, spent, excluded, scripts)
    return time.perf_counter() - begun


def write(told: dict, seeds: range, days: int) -> None:
    command = f"python benchmarks/chain_payouts.py --seeds {seeds[0]} {seeds[-1]} --days {days} --write"
    stored = {
        "command": command,
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "seeds": [seeds[0], seeds[-1]],
        "days": days,
        "measured": told,
        "check": {**CHECK, "measured": measured(CHECK["seeds"], CHECK["days"])},
    }
    target = Path(__file__).parents[1] / "src" / "gridcanary" / "chain" / "payouts" / "error_rates.json"
    target.write_text(json.dumps(stored, indent=1, sort_keys=False) + "\n", encoding="utf-8")
    print(f"written: {target}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", nargs=2, type=int, default=(101, 124), metavar=("FIRST", "LAST"))
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument("--write", action="store_true", help="store the rates for the dossiers")
    asked = parser.parse_args()
    seeds = range(asked.seeds[0], asked.seeds[1] + 1)
    recorded_ablation()
    print(f"\nsimulated chains, seeds {seeds[0]} to {seeds[-1]}, {asked.days} days each")
    told = measured(seeds, asked.days)
    scenario_table(told)
    simulated_ablation(seeds[:ABLATION_CHAINS], asked.days)
    clustering_speed()
    if asked.write:
        write(told, seeds, asked.days)


if __name__ == "__main__":
    main()
