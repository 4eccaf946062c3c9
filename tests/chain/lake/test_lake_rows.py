from __future__ import annotations

import pyarrow as pa
import pytest

from gridcanary.chain.history import MemoryHistory
from gridcanary.chain.lake.tables import LakeRows, PlacedBlock, lake_rows
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.spenders import spender_script
from gridcanary.chain.transactions import Outpoint
from gridcanary.chain.undo.files import UndoShelf, undo_records
from gridcanary.chain.whole_blocks import parse_block
from gridcanary.contracts.chain import LAKE_TABLES, SPENT_SOURCES
from tests.chain.conftest import REGTEST, recorded
from tests.chain.real_data import single_blocks
from tests.chain.test_auxpow import DOGECOIN
from tests.chain.test_auxpow import RAW as MERGED_BLOCK
from tests.chain.test_block_check import RECORDED

BLOCKS = [PlacedBlock(height, raw) for height, raw in enumerate(RECORDED)]


@pytest.fixture(scope="module")
def rows() -> LakeRows:
    shelf = UndoShelf(undo_records(recorded("rev00000.plain"), REGTEST.magic))
    return lake_rows(BLOCKS, REGTEST, shelf.data_of)


def test_the_tables_have_their_schemas(rows: LakeRows) -> None:
    assert {name: batch.schema for name, batch in rows.tables.items()} == LAKE_TABLES
    for batch in rows.tables.values():
        batch.validate(full=True)
    assert rows.damaged == []


def test_transactions_and_outputs_are_those_of_the_chain(rows: LakeRows, regtest: MemoryHistory) -> None:
    told = list(regtest)
    transactions = rows.tables["transactions"].to_pylist()
    assert [(row["height"], row["position"], row["txid"]) for row in transactions] == [
        (one.place.height, one.place.position, one.transaction.txid) for one in told
    ]
    for row, one in zip(transactions, told, strict=True):
        transaction = one.transaction
        assert (row["version"], row["locktime"]) == (transaction.version, transaction.locktime)
        assert row["size_bytes"] == len(transaction.raw)
        assert (row["inputs"], row["outputs"]) == (len(transaction.inputs), len(transaction.outputs))
        assert row["output_satoshi"] == sum(output.value for output in transaction.outputs)
    assert [tuple(row.values()) for row in rows.tables["outputs"].to_pylist()] == [
        (one.place.height, one.place.position, at, output.value, output.script)
        for one in told
        for at, output in enumerate(one.transaction.outputs)
    ]


def test_inputs_know_what_they_spend(rows: LakeRows, regtest: MemoryHistory) -> None:
    claims = [
        (one, at, claim)
        for one in regtest
        if not one.transaction.is_coinbase
        for at, claim in enumerate(one.transaction.inputs)
    ]
    heights = {one.transaction.txid: one.place.height for one in regtest}
    for row, (one, at, claim) in zip(rows.tables["inputs"].to_pylist(), claims, strict=True):
        assert claim.spent is not None
        assert tuple(row.values()) == (
            one.place.height,
            one.place.position,
            at,
            claim.previous.txid,
            claim.previous.vout,
            claim.sequence,
            "undo",
            claim.spent.script,
            claim.spent.value,
            heights[claim.previous.txid],
        )


def test_blocks_add_up(rows: LakeRows) -> None:
    for row, raw in zip(rows.tables["blocks"].to_pylist(), RECORDED, strict=True):
        block = parse_block(raw, REGTEST).block
        coinbase = block.transactions[0]
        assert row["block_hash"] == block.header.hash
        assert row["previous_hash"] == block.header.previous
        assert row["time"].timestamp() == block.header.time
        assert (row["version"], row["bits"]) == (block.header.version, block.header.bits)
        assert (row["size_bytes"], row["transactions"]) == (len(raw), len(block.transactions))
        assert row["coinbase_script"] == coinbase.inputs[0].script
        assert row["reward_satoshi"] == sum(output.value for output in coinbase.outputs)
        if row["height"]:
            assert row["reward_satoshi"] == REGTEST.subsidy_at(row["height"]) + row["fees_satoshi"]
        else:
            assert row["fees_satoshi"] is None


def test_without_undo_data_scripts_are_those_that_inputs_show(regtest: MemoryHistory) -> None:
    inputs = lake_rows(BLOCKS, REGTEST).tables["inputs"]
    claims = [claim for one in regtest if not one.transaction.is_coinbase for claim in one.transaction.inputs]
    shown = [spender_script(claim, REGTEST) for claim in claims]
    assert inputs.column("spent_script").to_pylist() == shown
    assert set(inputs.column("spent_source").to_pylist()) == {SPENT_SOURCES[1], None}
    assert inputs.column("spent_satoshi").null_count == len(claims)


@pytest.mark.parametrize("at", [0, 1, 300, 651])
def test_rows_are_the_same_wherever_blocks_are_split(rows: LakeRows, at: int) -> None:
    shelf = UndoShelf(undo_records(recorded("rev00000.plain"), REGTEST.magic))
    parts = [lake_rows(part, REGTEST, shelf.data_of) for part in (BLOCKS[:at], BLOCKS[at:])]
    for table, whole in rows.tables.items():
        joined = pa.Table.from_batches([part.tables[table] for part in parts])
        assert joined.equals(pa.Table.from_batches([whole]))


def test_damaged_blocks_have_no_rows_and_are_told() -> None:
    changed = bytearray(RECORDED[7])
    changed[100] ^= 1
    blocks = [BLOCKS[6], PlacedBlock(7, bytes(changed)), PlacedBlock(8, RECORDED[8][:-1]), BLOCKS[9]]
    rows = lake_rows(blocks, REGTEST)
    assert rows.damaged == [7, 8]
    assert rows.tables["blocks"].column("height").to_pylist() == [6, 9]


def test_undo_data_that_does_not_fit_is_not_used() -> None:
    rows = lake_rows(BLOCKS[-30:], REGTEST, lambda _parent, _transactions, _inputs: b"\x01\x00")
    assert "undo" not in rows.tables["inputs"].column("spent_source").to_pylist()
    assert rows.tables["blocks"].column("fees_satoshi").null_count == 30


def test_a_merged_block_has_only_its_own_transactions() -> None:
    rows = lake_rows([PlacedBlock(371_337, MERGED_BLOCK)], DOGECOIN)
    block = parse_block(MERGED_BLOCK, DOGECOIN).block
    assert rows.tables["transactions"].column("txid").to_pylist() == [one.txid for one in block.transactions]
    assert rows.tables["blocks"].column("coinbase_script").to_pylist() == [
        block.transactions[0].inputs[0].script
    ]


@pytest.mark.data
def test_real_blocks_have_the_rows_that_the_plain_reader_gives() -> None:
    for block in single_blocks():
        network = block.network or NETWORKS["bitcoin"]
        raw = block.path.read_bytes()
        if len(raw) > 400_000:
            continue
        rows = lake_rows([PlacedBlock(5, raw)], network)
        plain = parse_block(raw, network).block.transactions
        assert rows.damaged == []
        assert rows.tables["transactions"].column("txid").to_pylist() == [one.txid for one in plain]
        outputs = rows.tables["outputs"]
        assert outputs.column("satoshi").to_pylist() == [o.value for one in plain for o in one.outputs]
        assert outputs.column("script").to_pylist() == [o.script for one in plain for o in one.outputs]
        inputs = rows.tables["inputs"]
        points = zip(
            inputs.column("previous_txid").to_pylist(),
            inputs.column("previous_output").to_pylist(),
            strict=True,
        )
        assert [Outpoint(*point) for point in points] == [c.previous for one in plain[1:] for c in one.inputs]
