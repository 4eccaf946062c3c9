"""btclib, an independent implementation in Python, must tell the same of blocks, undo data and work."""

from __future__ import annotations

import io

import pytest
from btclib import compressor
from btclib.block import proof_of_work
from btclib.block.block import Block as TheirBlock
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.blocks import Block
from gridcanary.chain.coinbase import told_height, witness_commitment, witness_id
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.transactions import Cursor, Transaction
from gridcanary.chain.undo.compression import expanded_amount, read_script, read_varint
from gridcanary.chain.whole_blocks import parse_block
from gridcanary.chain.work import bits_of, target_of, work_of
from tests.chain.real_data import single_blocks
from tests.chain.test_block_check import RECORDED

LARGEST_BYTES = 200_000
"""btclib reads about 1.5 MB/s, so the larger blocks are left to the other oracle."""


SMALL_NUMBERS = 16
"""Heights up to here are written as an opcode, which btclib's property doesn't read."""


def told_by_us(transaction: Transaction) -> tuple:
    inputs = [
        (one.previous.txid[::-1], one.previous.vout, one.script, one.sequence, one.witness)
        for one in transaction.inputs
    ]
    outputs = [(one.value, one.script) for one in transaction.outputs]
    return transaction.txid[::-1], witness_id(transaction)[::-1], transaction.locktime, inputs, outputs


def told_by_them(transaction: object) -> tuple:
    inputs = [
        (
            one.prev_out.tx_id,
            one.prev_out.vout,
            one.script_sig,
            one.sequence,
            tuple(one.script_witness.stack),
        )
        for one in transaction.vin
    ]
    outputs = [(one.value, one.script_pub_key.script) for one in transaction.vout]
    return transaction.id, transaction.hash, transaction.lock_time, inputs, outputs


def assert_alike(ours: Block, theirs: TheirBlock) -> None:
    assert ours.header.hash[::-1] == theirs.header.hash
    assert len(ours.transactions) == len(theirs.transactions)
    for one, other in zip(ours.transactions, theirs.transactions, strict=True):
        assert told_by_us(one) == told_by_them(other)
    theirs.assert_valid_merkle_root()
    coinbase = ours.transactions[0]
    assert witness_commitment(coinbase) == theirs.witness_commitment
    told = told_height(coinbase.inputs[0].script)
    if ours.header.version > 1 and told is not None and told > SMALL_NUMBERS:
        assert told == theirs.height


def test_recorded_blocks_are_read_alike() -> None:
    for raw in RECORDED:
        assert_alike(parse_block(raw, NETWORKS["regtest"]).block, TheirBlock.parse(raw, check_validity=False))


@pytest.mark.data
def test_real_blocks_are_read_alike() -> None:
    seen = 0
    for block in single_blocks():
        raw = block.path.read_bytes()
        if len(raw) > LARGEST_BYTES or (block.network and (block.network.mweb or block.network.cash_prefix)):
            continue
        assert_alike(parse_block(raw, NETWORKS["bitcoin"]).block, TheirBlock.parse(raw, check_validity=False))
        seen += 1
    assert seen


@given(st.integers(0, 2_100_000_000_000_000))
def test_amounts_are_squeezed_alike(amount: int) -> None:
    assert expanded_amount(compressor.compress_amount(amount)) == amount


@given(st.integers(0, (1 << 63) - 1))
def test_numbers_are_written_alike(number: int) -> None:
    assert read_varint(Cursor(compressor.serialize_varint(number))) == number


@given(
    st.one_of(
        st.binary(max_size=80),
        st.binary(min_size=20, max_size=20).map(lambda told: b"\x76\xa9\x14" + told + b"\x88\xac"),
        st.binary(min_size=20, max_size=20).map(lambda told: b"\xa9\x14" + told + b"\x87"),
        st.binary(min_size=32, max_size=32).map(lambda told: b"\x21\x02" + told + b"\xac"),
    )
)
def test_scripts_are_squeezed_alike(script: bytes) -> None:
    packed = compressor.serialize_script(script)
    assert read_script(Cursor(packed)) == script == compressor.parse_script(io.BytesIO(packed))


@given(st.integers(0x03000000, 0x1D00FFFF))
def test_targets_and_work_are_alike(bits: int) -> None:
    target = target_of(bits)
    if not target:
        return
    theirs = int.from_bytes(proof_of_work.target_from_bits(bits.to_bytes(4, "big")), "big")
    assert target == theirs
    assert work_of(bits) == proof_of_work.block_work(bits.to_bytes(4, "big"))
    assert bits_of(target).to_bytes(4, "big") == proof_of_work.bits_from_target(target.to_bytes(32, "big"))
