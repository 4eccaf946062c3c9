from __future__ import annotations

import functools
from pathlib import Path

import pytest

from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.payouts import Kind, PoolLedger, Rule, RuleSet, follow_pools
from gridcanary.simulator.chain_truth import ChainTruth, simulate_chain
from gridcanary.simulator.chain_truth.serialising import block_file


@functools.cache
def simulated(scenario: str, seed: int = 6, days: int = 12) -> ChainTruth:
    return simulate_chain(scenario, seed, days)


def followed(truth: ChainTruth, **asked: object) -> PoolLedger:
    return follow_pools(truth.history, truth.pools_of, **asked)


@pytest.mark.parametrize("scenario", ["everything", "peeling"])
def test_block_files_give_what_memory_gives(scenario: str, tmp_path: Path) -> None:
    truth = simulated(scenario)
    (tmp_path / "blk00000.dat").write_bytes(block_file(truth.blocks))
    files = FileHistory(NETWORKS["regtest"], [tmp_path])
    told, expected = follow_pools(files, truth.pools_of), followed(truth)
    assert list(told.transactions) == list(expected.transactions)
    assert list(told.lines) == list(expected.lines)
    assert told.edges == expected.edges


def test_following_ends_at_a_labelled_service() -> None:
    truth = simulated("by_exchange")
    deposits = {script for script, owner in truth.owners.items() if owner == "exchange"}
    ledger = followed(truth, service_of=lambda script: "Some Exchange" if script in deposits else None)
    stops = [one for one in ledger.transactions.values() if one.kind is Kind.SERVICE]
    assert stops
    assert {one.reason.params["service"] for one in stops} == {"Some Exchange"}
    assert not any(one.lines or one.changes for one in stops)


def test_what_a_service_receives_is_never_counted() -> None:
    truth = simulated("exchange_deposits")
    deposits = {script for script, owner in truth.owners.items() if owner == "exchange"}
    labelled = followed(truth, service_of=lambda script: "Some Exchange" if script in deposits else None)
    found = {line.outpoint for line in labelled.found() if line.pools}
    assert len(found & truth.payouts.keys()) >= 0.98 * len(truth.payouts)


def test_a_tag_and_an_address_that_disagree_leave_the_payer_open() -> None:
    truth = simulated("plain")
    ledger = follow_pools(truth.history, lambda one: [*truth.pools_of(one), "Another"][:2])
    named = [line for line in ledger.found() if line.kind is Kind.PAYOUT]
    assert named
    assert all(line.payer is None and "Another" in line.pools for line in named)


def test_blocks_of_nobody_known_are_still_paid_to_somebody() -> None:
    truth = simulated("plain")
    ledger = follow_pools(truth.history, lambda one: [])
    assert not ledger.edges
    assert {one.kind for one in ledger.transactions.values()} == {Kind.FOUND_BLOCK}
    assert len(ledger.transactions) == len(truth.blocks)


def test_a_listed_script_is_the_pool_s_without_any_block_of_it() -> None:
    truth = simulated("plain")
    scripts = {
        one.transaction.outputs[0].script: finder
        for one in truth.history.coinbases()
        for finder in truth.pools_of(one)
    }
    ledger = follow_pools(truth.history, lambda one: [], listed=scripts)
    assert {edge.rule for edge in ledger.edges.values()} >= {Rule.OWN_SCRIPT}
    assert any(line.kind is Kind.PAYOUT for line in ledger.found())


def test_a_limit_of_rounds_is_said() -> None:
    ledger = followed(simulated("peeling"), rules=RuleSet(most_rounds=2))
    assert not ledger.complete
    assert followed(simulated("peeling")).complete


@pytest.mark.parametrize(
    "scenario", ["plain", "everything", "in_coinbase", "custody_switch", "fresh_addresses"]
)
def test_what_a_pool_s_outputs_hold_is_told_once(scenario: str) -> None:
    """An output is the pool's, or somebody's line, and never both; sources are edges; a path ends."""
    ledger = followed(simulated(scenario))
    assert not {line.outpoint for line in ledger.lines} & ledger.edges.keys()
    for edge in ledger.edges.values():
        assert edge.path_confidence <= edge.confidence
        assert all(source in ledger.edges for source in edge.sources)
    for line in ledger.found():
        if line.kind is not Kind.COINBASE_PAYOUT and line.pools:
            assert ledger.path(line)[-1].sources == ()


def test_every_satoshi_of_a_payment_is_accounted_for() -> None:
    ledger = followed(simulated("several_changes"))
    for one in ledger.transactions.values():
        if one.kind is Kind.PAYOUT:
            outputs = one.confirmed.transaction.outputs
            kept = sum(outputs[at].value for at in one.changes)
            paid = sum(line.satoshi for line in one.lines)
            assert kept + paid == sum(output.value for output in outputs)
            assert one.pool_satoshi + one.foreign_satoshi >= kept + paid
