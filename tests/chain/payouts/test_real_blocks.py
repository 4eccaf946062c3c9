"""Real blocks picked from many years: payments that show a listed pool as their payer, and coinbases that pay many.

What is expected is worked out here in the plainest way from the blocks themselves: which transactions have an input
that shows a listed script.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import pytest

from gridcanary.chain.addresses import script_of_address
from gridcanary.chain.blocks import read_block
from gridcanary.chain.coinjoin import coinjoin_of
from gridcanary.chain.history import Confirmed, MemoryHistory, Place
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.payouts import Kind, PoolLedger, Rule, follow_pools
from gridcanary.chain.spenders import spender_script
from gridcanary.chain.transactions import Cursor, Outpoint
from gridcanary.contracts.encodings.errors import BadAddress

pytestmark = [pytest.mark.data, pytest.mark.slow]

BITCOIN = NETWORKS["bitcoin"]
CHAIN = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / "chain"
FOLDERS = ("one_per_pool", "run_831328", "canonical")


class PickedBlocks(MemoryHistory):
    """Blocks without those before them: an input that shows a watched script counts as touching it."""

    def touching(self, scripts: Collection[bytes], outpoints: Collection[Outpoint]) -> list[Confirmed]:
        wanted = frozenset(scripts)
        shown = {one.transaction.txid for one in self if payers(one) & wanted}
        known = {one.transaction.txid for one in super().touching(scripts, outpoints)}
        return [one for one in self if one.transaction.txid in shown | known]


def payers(one: Confirmed) -> set[bytes]:
    return {script for claim in one.transaction.inputs if (script := spender_script(claim, BITCOIN))}


@pytest.fixture(scope="module")
def picked() -> PickedBlocks:
    files = sorted(file for folder in FOLDERS for file in (CHAIN / "blocks" / folder).glob("*.bin"))
    if not files:
        pytest.skip(f"no real blocks at {CHAIN}; set GRIDCANARY_DATA")
    blocks = sorted(
        (read_block(Cursor(file.read_bytes())) for file in files), key=lambda one: one.header.time
    )
    return PickedBlocks(
        BITCOIN,
        [
            Confirmed(Place(height, position, block.header.hash, block.header.time), transaction)
            for height, block in enumerate(blocks)
            for position, transaction in enumerate(block.transactions)
        ],
    )


@pytest.fixture(scope="module")
def listed() -> dict[bytes, str]:
    scripts = {}
    for pool in json.loads((CHAIN / "attribution" / "pools-v2.json").read_text()):
        for address in pool["addresses"]:
            try:
                scripts[script_of_address(address, BITCOIN)] = pool["name"]
            except BadAddress:
                continue  # the list holds addresses of test networks too
    return scripts


@pytest.fixture(scope="module")
def ledger(picked: PickedBlocks, listed: dict[bytes, str]) -> PoolLedger:
    manifest = json.loads((CHAIN / "blocks" / "manifest.json").read_text())
    found_by = {entry["hash"]: entry["pool"] for entry in manifest if entry.get("pool")}

    def pools_of(coinbase: Confirmed) -> list[str]:
        pool = found_by.get(coinbase.place.block_hash[::-1].hex())
        return [pool] if pool else []

    return follow_pools(picked, pools_of, listed=listed)


def test_every_payment_that_shows_a_listed_pool_is_told_as_its_own(
    picked: PickedBlocks, listed: dict[bytes, str], ledger: PoolLedger
) -> None:
    fans = 0
    for one in picked:
        shown = {listed[script] for script in payers(one) & listed.keys()}
        if not shown:
            continue
        told = ledger.transactions[one.transaction.txid]
        assert shown <= set(told.pools)
        strangers = {
            output.script for output in one.transaction.outputs if output.value
        } - ledger.scripts.keys()
        if len(strangers) >= 10 and coinjoin_of(one.transaction) is None:
            fans += 1
            assert told.kind in (Kind.PAYOUT, Kind.EXPENSE, Kind.MIXED)
            assert (
                len(told.lines) + len(told.changes) == len(one.transaction.outputs) or told.kind is Kind.MIXED
            )
    assert fans >= 1


def test_coinbases_that_share_the_reward_among_miners_are_payouts(
    picked: PickedBlocks, ledger: PoolLedger
) -> None:
    shared = 0
    for one in picked.coinbases():
        valued = [output for output in one.transaction.outputs if output.value]
        if len(valued) > 10:
            shared += 1
            told = ledger.transactions[one.transaction.txid]
            paid = sum(line.satoshi for line in told.lines)
            kept = sum(
                edge.output.value
                for outpoint, edge in ledger.edges.items()
                if outpoint.txid == one.transaction.txid and edge.rule is Rule.COINBASE
            )
            assert paid + kept == sum(output.value for output in valued)
            assert len(told.lines) >= len(valued) - 2
    assert shared >= 1


def test_no_line_is_told_twice_and_none_lacks_a_reason(ledger: PoolLedger) -> None:
    counts = Counter(line.outpoint for line in ledger.lines)
    assert max(counts.values()) == 1
    assert all(line.reasons and 0 <= line.confidence <= 100 for line in ledger.lines)
