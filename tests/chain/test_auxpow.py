from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gridcanary.chain.addresses import address_of_script
from gridcanary.chain.auxpow import merged_work_faults
from gridcanary.chain.block_check import check_block, fitting_network
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.transactions import Input, Outpoint, Transaction
from gridcanary.chain.whole_blocks import WholeBlock, parse_block

DOGECOIN = NETWORKS["dogecoin"]
RAW = bytes.fromhex((Path(__file__).parent / "blocks" / "dogecoin-371337.hex").read_text())


@pytest.fixture
def whole() -> WholeBlock:
    return parse_block(RAW, DOGECOIN)


def with_script(coinbase: Transaction, script: bytes) -> Transaction:
    return replace(coinbase, inputs=(Input(Outpoint(bytes(32), 0xFFFFFFFF), script),))


def test_the_first_merged_block_of_dogecoin_holds() -> None:
    check = check_block(RAW, DOGECOIN, height=371_337)
    assert check.holds
    assert check.hash[::-1].hex() == "60323982f9c5ff1b5a954eac9dc1269352835f47c2c5222691d80f0d50dcf053"
    assert (check.transactions, check.told_height, check.witness) == (6, 371_337, None)
    assert fitting_network(RAW) == DOGECOIN


def test_the_parents_payout_is_told_in_the_parents_coin(whole: WholeBlock) -> None:
    assert whole.merged is not None
    ((script, value),) = whole.merged.payouts
    assert value == 5_000_400_000
    assert address_of_script(script, NETWORKS["litecoin"]).startswith("LajyQBeZ")


def test_its_own_header_proves_nothing(whole: WholeBlock) -> None:
    without = check_block(RAW[:80] + RAW[80:], NETWORKS["litecoin"])
    assert not without.holds
    assert whole.merged is not None
    assert whole.block.header.hash != whole.merged.parent.hash


def test_every_bent_proof_is_named(whole: WholeBlock) -> None:
    header, merged = whole.block.header, whole.merged
    assert merged is not None
    assert merged_work_faults(header, merged, DOGECOIN) == []
    script = merged.coinbase.inputs[0].script
    at = script.index(bytes.fromhex("fabe6d6d"))
    lazy = replace(merged.parent, raw=merged.parent.raw[:-1] + b"\x07")
    bent = {
        "doesn't meet the target": replace(merged, parent=lazy),
        "isn't its coinbase": replace(merged, coinbase_position=1),
        "parent's Merkle root": replace(merged, coinbase_branch=merged.coinbase_branch[:-1]),
        "doesn't name this block": replace(merged, chain_branch=merged.chain_branch[:-1]),
        "same chain": replace(merged, parent=replace(merged.parent, version=header.version)),
        "levels of merged chains": replace(merged, chain_branch=merged.chain_branch * 11),
        "marks merged mining elsewhere": replace(
            merged, coinbase=with_script(merged.coinbase, script + script[at : at + 4])
        ),
        "too far behind": replace(
            merged, coinbase=with_script(merged.coinbase, bytes(21) + script[at + 4 :])
        ),
        "lacks the size": replace(merged, coinbase=with_script(merged.coinbase, script[: at + 40])),
        "another size": replace(
            merged,
            coinbase=with_script(merged.coinbase, script[: at + 36] + b"\x02\0\0\0" + script[at + 40 :]),
        ),
        "another chain's place": replace(
            merged,
            coinbase=with_script(merged.coinbase, script[: at + 40] + b"\x03\0\0\0" + script[at + 44 :]),
        ),
    }
    for told, one in bent.items():
        assert any(told in fault for fault in merged_work_faults(header, one, DOGECOIN)), told


def test_an_easier_target_than_the_network_allows_is_refused(whole: WholeBlock) -> None:
    assert whole.merged is not None
    easy = replace(whole.block.header, bits=0x207FFFFF)
    assert "easier than the network allows" in merged_work_faults(easy, whole.merged, DOGECOIN)[0]


@pytest.mark.parametrize("size", [80, 81, 300, 700, len(RAW) - 1])
def test_a_cut_block_is_a_fault_and_no_crash(size: int) -> None:
    check = check_block(RAW[:size], DOGECOIN)
    assert not check.holds
    assert "byte" in check.faults[0]
