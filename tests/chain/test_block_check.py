from __future__ import annotations

from collections import Counter

import pytest

from gridcanary.chain.block_check import check_block, fitting_network
from gridcanary.chain.mweb import held_inside, is_hogex, peg_ins, peg_outs
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.transactions import Cursor
from gridcanary.chain.whole_blocks import parse_block
from tests.chain.conftest import framed_blocks, plain_blocks
from tests.chain.real_data import RealBlock, real_folder, single_blocks

REGTEST = NETWORKS["regtest"]


def raw_blocks() -> list[bytes]:
    """The recorded blocks as bytes."""
    data = plain_blocks()
    cursor = Cursor(data)
    blocks = []
    while cursor.data[cursor.at : cursor.at + 4] == REGTEST.magic:
        cursor.take(4)
        blocks.append(cursor.take(cursor.number(4)))
    return blocks


RECORDED = raw_blocks()


def test_the_recording_holds() -> None:
    assert len(RECORDED) == len(list(framed_blocks(plain_blocks(), REGTEST.magic)))
    for height, raw in enumerate(RECORDED):
        check = check_block(raw, REGTEST, height=height)
        assert check.holds, check.faults
        assert check.told_height == (height or None)
        assert check.witness is (True if height else None)
    assert fitting_network(RECORDED[-1]) == REGTEST


def test_every_changed_byte_is_seen() -> None:
    """Except within the coinbase's witness, which the commitment covers with everything else."""
    raw = max(RECORDED, key=len)
    for at in range(0, len(raw), max(1, len(raw) // 400)):
        changed = raw[:at] + bytes([raw[at] ^ 0x40]) + raw[at + 1 :]
        check = check_block(changed, REGTEST)
        assert not check.holds or check.hash != check_block(raw, REGTEST).hash, f"byte {at}"


def test_a_block_at_another_height_than_it_tells_is_a_fault() -> None:
    check = check_block(RECORDED[300], REGTEST, height=301)
    assert check.faults == ("the coinbase says height 300, the chain says 301",)


def test_transactions_announced_but_not_there_are_a_fault() -> None:
    check = check_block(RECORDED[5][:80] + b"\xfe\xff\xff\xff\xff", REGTEST)
    assert "4294967295 transactions are announced" in check.faults[0]


def test_a_repeated_end_is_a_fault() -> None:
    raw, last = next(
        (raw, block.transactions[-1].raw)
        for raw in RECORDED
        if len((block := parse_block(raw, REGTEST).block).transactions) % 2 and len(block.transactions) > 1
    )
    doubled = raw[:80] + bytes([raw[80] + 1]) + raw[81:] + last
    assert any("CVE-2012-2459" in fault for fault in check_block(doubled, REGTEST).faults)


@pytest.mark.data
def test_all_real_blocks_hold() -> None:
    counted: Counter[str] = Counter()
    for block in single_blocks():
        raw = block.path.read_bytes()
        network = block.network or fitting_network(raw)
        assert network is not None, f"{block.path}: no network fits"
        check = check_block(raw, network, height=block.told.get("height"))
        assert check.holds, f"{block.path}: {check.faults}"
        assert_as_told(block, check.hash, check.transactions, check.witness)
        counted[network.name] += 1
    assert sum(counted.values()) > 0


def assert_as_told(block: RealBlock, block_hash: bytes, transactions: int, witness: bool | None) -> None:
    told = block.told
    assert told.get("hash", block_hash[::-1].hex()) == block_hash[::-1].hex()
    assert told.get("tx_count", transactions) == transactions
    if told.get("witness_ok") is not False:  # a manifest's own checker didn't know Mimblewimble
        assert told.get("witness_ok", witness) == witness


@pytest.mark.data
def test_real_block_files_hold_as_far_as_they_are_whole() -> None:
    for path in sorted(real_folder().rglob("*blk*.dat")):
        data = path.read_bytes()
        network = next((one for one in NETWORKS.values() if one.magic == data[:4]), None)
        if network is None:
            continue  # hidden behind a key
        if network.name == "litecoin-regtest":
            network = REGTEST
        cursor, held = Cursor(data), 0
        while cursor.data[cursor.at : cursor.at + 4] == network.magic:
            cursor.take(4)
            size = cursor.number(4)
            if size > len(data) - cursor.at:
                break
            check = check_block(cursor.take(size), network)
            assert check.holds, f"{path}, before byte {cursor.at}: {check.faults}"
            held += 1
        assert held > 0


@pytest.mark.data
def test_an_integrating_transaction_tells_what_goes_in_and_out() -> None:
    seen = 0
    for block in single_blocks():
        if block.network is None or not block.network.mweb:
            continue
        transactions = parse_block(block.path.read_bytes(), block.network).block.transactions
        if not is_hogex(transactions[-1]):
            assert held_inside(transactions) is None
            assert peg_outs(transactions) == []
            continue
        seen += 1
        spent = {(claim.previous.txid, claim.previous.vout) for claim in transactions[-1].inputs}
        entering = {(one.txid, at) for one, at, _ in peg_ins(transactions)}
        assert entering < spent, (
            "all that goes in is spent by the integrating transaction, and what was inside"
        )
        assert held_inside(transactions) > 0
    if not seen:
        pytest.skip("no block with an extension block in the real data")
