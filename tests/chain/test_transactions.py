from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.blocks import read_block
from gridcanary.chain.history import MemoryHistory
from gridcanary.chain.merkle import merkle_root
from gridcanary.chain.transactions import Cursor, MalformedTransaction, parse_transaction
from tests.chain.conftest import REGTEST, framed_blocks, plain_blocks


def test_recorded_blocks_link_and_their_merkle_roots_hold() -> None:
    before = bytes(32)
    for block in framed_blocks(plain_blocks(), REGTEST.magic):
        assert block.header.previous == before
        assert merkle_root([one.txid for one in block.transactions]) == block.header.merkle_root
        before = block.header.hash


def test_every_recorded_transaction_reads_back_from_its_own_bytes(regtest: MemoryHistory) -> None:
    for one in regtest:
        again = parse_transaction(one.transaction.raw)
        assert again.txid == one.transaction.txid
        assert again.outputs == one.transaction.outputs


def test_spent_outputs_are_known_and_nothing_is_created(regtest: MemoryHistory) -> None:
    for one in regtest:
        if not one.transaction.is_coinbase:
            spent = sum(claim.spent.value for claim in one.transaction.inputs if claim.spent)
            assert spent >= sum(output.value for output in one.transaction.outputs)


def test_one_missing_or_extra_byte_is_told(regtest: MemoryHistory) -> None:
    raw = next(one.transaction.raw for one in regtest if not one.transaction.is_coinbase)
    for wrong in (raw[:-1], raw + b"\0", b""):
        with pytest.raises(MalformedTransaction, match=r"^byte \d"):
            parse_transaction(wrong)


@given(st.binary(max_size=400))
def test_junk_is_a_clear_error_or_a_transaction(junk: bytes) -> None:
    with contextlib.suppress(MalformedTransaction):
        assert parse_transaction(junk).raw == junk


def test_a_block_that_announces_too_many_transactions_ends_soon() -> None:
    with pytest.raises(MalformedTransaction):
        read_block(Cursor(bytes(80) + b"\xfe\xff\xff\xff\xff"))
