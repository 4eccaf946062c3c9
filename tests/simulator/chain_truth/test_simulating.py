"""A simulated chain is a chain: its blocks read back, its sums hold, its books are in it."""

from __future__ import annotations

import functools

import pytest

from gridcanary.chain.blocks import Block, read_block
from gridcanary.chain.merkle import merkle_root
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.spenders import spender_script
from gridcanary.chain.transactions import Cursor, sha256d
from gridcanary.chain.work import target_of
from gridcanary.simulator.chain_truth import SCENARIOS, ChainTruth, simulate_chain
from gridcanary.simulator.chain_truth.serialising import block_file, height_push

REGTEST = NETWORKS["regtest"]


@functools.cache
def short_chain(scenario: str) -> ChainTruth:
    return simulate_chain(scenario, seed=3, days=8)


def blocks_of(truth: ChainTruth) -> list[Block]:
    return [read_block(Cursor(raw)) for raw in truth.blocks]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_blocks_link_and_meet_their_roots_and_their_work(scenario: str) -> None:
    before = bytes(32)
    for block in blocks_of(short_chain(scenario)):
        assert block.header.previous == before
        assert merkle_root([one.txid for one in block.transactions]) == block.header.merkle_root
        assert int.from_bytes(block.header.hash, "little") <= target_of(block.header.bits)
        before = block.header.hash


def test_the_first_block_is_regtest_s_own() -> None:
    assert blocks_of(short_chain("plain"))[0].header.hash[::-1].hex() == REGTEST.genesis


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_is_spent_twice_or_before_its_time_or_out_of_nothing(scenario: str) -> None:
    unspent: dict[tuple[bytes, int], tuple[int, int]] = {}
    for height, block in enumerate(blocks_of(short_chain(scenario))):
        fees = 0
        for one in block.transactions[1:]:
            spent = [unspent.pop((claim.previous.txid, claim.previous.vout)) for claim in one.inputs]
            assert all(ripe <= height for _, ripe in spent)
            fees += sum(value for value, _ in spent) - sum(output.value for output in one.outputs)
            unspent |= {(one.txid, at): (output.value, height) for at, output in enumerate(one.outputs)}
            assert fees >= 0
        coinbase = block.transactions[0]
        assert sum(output.value for output in coinbase.outputs) == REGTEST.subsidy_at(height) + fees
        unspent |= {(coinbase.txid, at): (one.value, height + 100) for at, one in enumerate(coinbase.outputs)}


def test_coinbases_tell_their_height_and_commit_to_the_witnesses() -> None:
    for height, block in enumerate(blocks_of(short_chain("everything"))[1:], start=1):
        coinbase = block.transactions[0]
        assert coinbase.inputs[0].script.startswith(height_push(height))
        root = merkle_root([bytes(32), *(sha256d(one.raw) for one in block.transactions[1:])])
        committed = sha256d(root + coinbase.inputs[0].witness[0])
        assert coinbase.outputs[-1].script == b"\x6a\x24\xaa\x21\xa9\xed" + committed


def test_inputs_show_the_script_that_they_spend() -> None:
    seen = set()
    for one in short_chain("plain").history:
        for claim in one.transaction.inputs:
            if claim.spent is not None and len(claim.spent.script) != 34:
                assert spender_script(claim, REGTEST) == claim.spent.script
                seen.add(len(claim.spent.script))
    assert len(seen) >= 2


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_books_are_on_the_chain(scenario: str) -> None:
    truth = short_chain(scenario)
    outputs = truth.history.outputs(truth.payouts.keys())
    assert truth.payouts
    for outpoint, payout in truth.payouts.items():
        assert (outputs[outpoint].script, outputs[outpoint].value) == (payout.script, payout.satoshi)
        assert truth.owners[payout.script] not in ("PoolA", "PoolB", "Custodian")


def test_same_seed_same_bytes_and_another_seed_others() -> None:
    again = simulate_chain("everything", seed=3, days=8)
    assert block_file(again.blocks) == block_file(short_chain("everything").blocks)
    assert block_file(simulate_chain("everything", seed=4, days=8).blocks) != block_file(again.blocks)
