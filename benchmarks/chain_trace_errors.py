"""How often traces are wrong about deposit addresses: the recorded chain and simulated ones, 10 chains a scenario.

python -m benchmarks.chain_trace_errors src/gridcanary/chain/trace/error_rates.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from gridcanary.simulator.chain_truth import SCENARIOS, simulate_chain
from gridcanary.simulator.chain_truth.trace_scoring import AddressTally, address_tallies, customer_tally
from gridcanary.simulator.recorded_traces import LABELLED, recorded_tally

SEEDS = range(300, 310)
"""Chains that were not looked at when the rules were written."""
DAYS = 40

SHOWN = {
    "plain": ("simulated: ordinary pools", "模拟：普通矿池"),
    "exchange_deposits": (
        "simulated: most miners paid at the exchange itself",
        "模拟：多数矿工直接在交易所收款",
    ),
    "coinjoins": ("simulated: miners mix their coins", "模拟：矿工使用混币"),
    "everything": ("simulated: all difficulties at once", "模拟：各种困难叠加"),
}
"""Scenarios with a line of their own."""

CUSTOMERS = (
    "simulated: customers who empty their wallets into the exchange, half of its deposit addresses labelled",
    "模拟：客户将钱包全部转入交易所，且半数充值地址有标签",
)

RECORDED = {
    "every": (
        "recorded chain, every own wallet of the exchanges labelled",
        "录制链，交易所自有钱包全部有标签",
    ),
    "first": (
        "recorded chain, one of nine own wallets labelled (the first)",
        "录制链，九个自有钱包中仅首个有标签",
    ),
    "middle": (
        "recorded chain, one of nine own wallets labelled (the middle one)",
        "录制链，九个自有钱包中仅居中一个有标签",
    ),
    "last": (
        "recorded chain, one of nine own wallets labelled (the last)",
        "录制链，九个自有钱包中仅末个有标签",
    ),
}


def line(name: str, titles: tuple[str, str], told: AddressTally, chains: int) -> dict[str, object]:
    """A line of the table."""
    return {
        "name": name,
        "title": dict(zip(("en", "zh"), titles, strict=True)),
        "chains": chains,
        "true": told.true,
        "reached": told.reached,
        "found": told.found,
        "right": told.right,
    }


def main() -> None:
    """Measure, and write the file that dossiers print."""
    lines = [
        line(f"recording_{name}", RECORDED[name], recorded_tally(which), 1)
        for name, which in LABELLED.items()
    ]
    everything = AddressTally()
    for name in SCENARIOS:
        told = address_tallies(name, SEEDS, DAYS)
        print(f"{name:20} {told}", flush=True)
        everything += told
        if name in SHOWN:
            lines.append(line(name, SHOWN[name], told, len(SEEDS)))
    titles = (f"simulated: all {len(SCENARIOS)} scenarios", f"模拟：全部 {len(SCENARIOS)} 种情形")
    lines.append(line("all", titles, everything, len(SEEDS) * len(SCENARIOS)))
    customers = sum(
        (customer_tally(simulate_chain("plain", seed, DAYS)) for seed in SEEDS), start=AddressTally()
    )
    lines.append(line("customers", CUSTOMERS, customers, len(SEEDS)))
    Path(sys.argv[1]).write_text(
        json.dumps({"deposit_addresses": lines}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
