from __future__ import annotations

import random

import pytest

from gridcanary.chain.block_check import fitting_network
from gridcanary.chain.blocks import Block
from gridcanary.chain.coinbase import told_height
from gridcanary.chain.history import MemoryHistory
from gridcanary.chain.spent_check import check_spent
from gridcanary.chain.transactions import MalformedTransaction, Output
from gridcanary.chain.undo.files import UndoShelf, undo_records
from gridcanary.chain.undo.records import (
    Spent,
    UnfittingUndo,
    read_plain_outputs,
    read_undo,
    with_spent,
    with_spent_outputs,
)
from gridcanary.chain.whole_blocks import parse_block
from tests.chain.conftest import REGTEST, framed_blocks, plain_blocks, recorded
from tests.chain.real_data import single_blocks

BLOCKS = list(framed_blocks(plain_blocks(), REGTEST.magic))
RECORDS = list(undo_records(recorded("rev00000.plain"), REGTEST.magic))


@pytest.fixture(scope="module")
def shelf() -> UndoShelf:
    records = list(RECORDS)
    random.Random(3).shuffle(records)
    return UndoShelf(records)


def spending() -> Block:
    """The recorded block that spends most."""
    return max(BLOCKS, key=lambda block: sum(len(one.inputs) for one in block.transactions))


def test_every_recorded_block_but_the_first_finds_its_record_in_any_order(shelf: UndoShelf) -> None:
    assert len(shelf) == len(BLOCKS) - 1
    assert shelf.broken == []
    assert [at for at, block in enumerate(BLOCKS) if shelf.of(block) is None] == [0]


def test_what_is_spent_is_what_the_chain_created(shelf: UndoShelf, regtest: MemoryHistory) -> None:
    heights = {one.transaction.txid: one.place for one in regtest}
    for block in BLOCKS[1:]:
        undo = shelf.of(block)
        assert undo is not None
        for transaction, spent in zip(block.transactions[1:], undo, strict=True):
            points = [claim.previous for claim in transaction.inputs]
            created = regtest.outputs(points)
            assert [one.output for one in spent] == [created[point] for point in points]
            assert [one.height for one in spent] == [heights[point.txid].height for point in points]
            assert [one.from_coinbase for one in spent] == [
                heights[point.txid].position == 0 for point in points
            ]


def test_fees_add_up_to_the_coinbases(shelf: UndoShelf) -> None:
    for height, block in enumerate(BLOCKS[1:], 1):
        undo = shelf.of(block)
        assert undo is not None
        check = check_spent(with_spent(block, undo), REGTEST, height=height)
        assert check.faults == ()
        assert check.claimed == REGTEST.subsidy_at(height) + check.fees


def test_a_changed_record_belongs_to_no_block() -> None:
    block = spending()
    changed = []
    for record in RECORDS:
        data = bytearray(record.data)
        data[-1] ^= 1
        changed.append(type(record)(record.offset, bytes(data), record.checksum))
    assert UndoShelf(changed).of(block) is None


def test_records_that_cannot_be_read_are_told() -> None:
    record = next(one for one in RECORDS if len(one.data) > 10)
    cut = type(record)(record.offset, record.data[:-3], record.checksum)
    shelf = UndoShelf([cut, *RECORDS[:2]])
    assert shelf.broken == [record.offset]
    assert len(shelf) == 2


def test_junk_between_records_is_passed_over() -> None:
    data = recorded("rev00000.plain")
    first, second = RECORDS[0], RECORDS[1]
    cut = data[: first.offset + len(first.data) + 32]
    mixed = b"\0junk" + REGTEST.magic + b"\xff\xff\xff\xff" + cut + b"\0" * 9 + data[second.offset - 8 :]
    assert [one.data for one in undo_records(mixed, REGTEST.magic)] == [one.data for one in RECORDS]
    assert list(undo_records(data[: first.offset + 1], REGTEST.magic)) == []
    assert list(undo_records(b"", REGTEST.magic)) == []


def test_undo_data_of_another_block_does_not_fit(shelf: UndoShelf) -> None:
    block = spending()
    with pytest.raises(UnfittingUndo, match="counts other transactions"):
        with_spent(block, ())
    with pytest.raises(UnfittingUndo, match="has 1 outputs"):
        with_spent_outputs(block, [Output(1, b"")])


def test_a_wrong_value_or_key_is_told(shelf: UndoShelf) -> None:
    block = spending()
    undo = shelf.of(block)
    assert undo is not None
    (first, *others), *rest = undo
    poorer = Spent(Output(0, first.output.script))
    check = check_spent(with_spent(block, ((poorer, *others), *rest)), REGTEST)
    assert any("more than it spends" in fault for fault in check.faults)
    at, script = next(
        (at, spent[0].output.script)
        for at, spent in enumerate(undo)
        if spent[0].output.script[:2] == b"\0\x14"
    )
    stranger = Spent(Output(undo[at][0].output.value, script[:-1] + bytes([script[-1] ^ 1])))
    bent = (*undo[:at], (stranger, *undo[at][1:]), *undo[at + 1 :])
    check = check_spent(with_spent(block, bent), REGTEST)
    assert any("shows another key or script" in fault for fault in check.faults)


def test_a_coinbase_that_claims_too_much_is_told(shelf: UndoShelf) -> None:
    block = BLOCKS[100]
    undo = shelf.of(block)
    assert undo is not None
    assert check_spent(with_spent(block, undo), REGTEST, height=100).faults == ()
    assert "more than the subsidy" in check_spent(with_spent(block, undo), REGTEST, height=700).faults[0]


def test_without_spent_outputs_nothing_is_judged() -> None:
    with pytest.raises(ValueError, match="not all of what it spends is known"):
        check_spent(spending(), REGTEST)


@pytest.mark.parametrize("data", [b"", b"\x05", b"\x01\xfe\xff\xff\xff\xff", b"\0\0"])
def test_bytes_that_are_no_record(data: bytes) -> None:
    with pytest.raises(MalformedTransaction):
        read_undo(data)


@pytest.mark.data
def test_real_blocks_with_spent_outputs_add_up() -> None:
    seen = 0
    for block in single_blocks():
        beside = block.path.with_name(f"{block.path.stem}-undo.raw")
        if not beside.exists():
            continue
        seen += 1
        raw = block.path.read_bytes()
        network = fitting_network(raw)
        assert network is not None
        plain = parse_block(raw, network).block
        height = told_height(plain.transactions[0].inputs[0].script)
        assert height is not None
        filled = with_spent_outputs(plain, read_plain_outputs(beside.read_bytes()))
        check = check_spent(filled, network, height=height)
        assert check.faults == (), block.path.name
        assert check.claimed == network.subsidy_at(height) + check.fees
        assert check.keys_fitting > 10 * check.keys_missing
    if not seen:
        pytest.skip("no block with spent outputs in the real data")
