"""Damaged blocks, undo data and block files: whatever is read, it ends soon, with an answer or the error for it.

Damage is what disks, copies and forgers do: bits flip, ends are missing, pieces of other blocks stand in between,
counts announce more than there is.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridcanary.chain.block_check import check_block, fitting_network
from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.folder_check import check_folder
from gridcanary.chain.kernels.faults import MalformedBlock
from gridcanary.chain.kernels.parse import parse_block as parse_columns
from gridcanary.chain.kernels.spent import spent_columns
from gridcanary.chain.lake.building import build_lake
from gridcanary.chain.lake.tables import PlacedBlock, lake_rows
from gridcanary.chain.networks import NETWORKS, Network
from gridcanary.chain.transactions import MalformedTransaction, parse_transaction
from gridcanary.chain.undo.files import UndoShelf, undo_records
from gridcanary.chain.undo.records import read_plain_outputs, read_undo
from gridcanary.chain.whole_blocks import parse_block
from gridcanary.contracts.errors import InputError
from tests.chain.conftest import REGTEST, recorded
from tests.chain.test_auxpow import RAW as MERGED_BLOCK
from tests.chain.test_block_check import RECORDED

SOON = settings(
    max_examples=150,
    deadline=timedelta(seconds=10),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
FOLDERS = settings(SOON, max_examples=25, deadline=timedelta(seconds=60))

BLOCKS = sorted(RECORDED, key=len)[-12:] + RECORDED[:2] + [MERGED_BLOCK]
UNDO = sorted((one.data for one in undo_records(recorded("rev00000.plain"), REGTEST.magic)), key=len)[-12:]
NUMBERS = (
    b"\xfd\xff\xff",
    b"\xfe\xff\xff\xff\xff",
    b"\xff" * 9,
    b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
    b"\x80" * 12,
)
"""Counts of far more than there is, in both ways of writing them."""

networks = st.sampled_from(list(NETWORKS.values()))


@st.composite
def damaged(draw: st.DrawFn, wholes: list[bytes]) -> bytes:
    """One of the originals with some damage."""
    data = bytearray(draw(st.sampled_from(wholes)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        kind = draw(st.sampled_from(("flip", "cut", "splice", "number", "drop", "junk")))
        if kind == "flip" and data:
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "cut":
            del data[at:]
        elif kind == "splice":
            other = draw(st.sampled_from(wholes))
            begin = draw(st.integers(0, len(other)))
            data[at:at] = other[begin : begin + draw(st.integers(0, 2000))]
        elif kind == "number":
            data[at : at + 1] = draw(st.sampled_from(NUMBERS))
        elif kind == "drop":
            del data[at : at + draw(st.integers(1, 100))]
        else:
            data[at:at] = draw(st.binary(max_size=50))
    return bytes(data)


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> None:
    """Compile the kernels before any example is timed."""
    lake_rows([PlacedBlock(0, RECORDED[0])], REGTEST, lambda *_words: UNDO[-1])
    spent_columns(UNDO[-1])


def answered(read: Callable[[], object]) -> None:
    """It gives an answer, or the errors that tell of bad bytes; anything else fails the test."""
    with suppress(MalformedTransaction, MalformedBlock):
        read()


@SOON
@given(damaged(BLOCKS), networks)
def test_damaged_blocks_are_answered_alike_by_both_readers(raw: bytes, network: Network) -> None:
    answered(lambda: parse_block(raw, network))
    check = check_block(raw, network)
    assert check.holds or check.faults
    try:
        told = parse_block(raw, network).block.transactions
    except MalformedTransaction:
        return
    if network.merged or network.mweb:
        return
    columns = parse_columns(raw, network.merged)
    assert columns.transactions.start.size == len(told)
    assert columns.outputs.value.size == sum(len(one.outputs) for one in told)


@SOON
@given(damaged(BLOCKS))
def test_a_network_is_found_or_not(raw: bytes) -> None:
    network = fitting_network(raw)
    assert network is None or check_block(raw, network).work


@SOON
@given(st.binary(max_size=400), networks)
def test_junk_is_no_block(junk: bytes, network: Network) -> None:
    assert not check_block(junk, network).holds
    answered(lambda: parse_columns(junk, network.merged))
    answered(lambda: parse_transaction(junk))


@SOON
@given(damaged(UNDO))
def test_damaged_undo_data_is_answered(data: bytes) -> None:
    answered(lambda: read_undo(data))
    answered(lambda: spent_columns(data))
    answered(lambda: read_plain_outputs(data))


@SOON
@given(damaged([recorded("rev00000.plain")[:20_000]]))
def test_damaged_undo_files_give_the_records_that_are_whole(data: bytes) -> None:
    records = list(undo_records(data, REGTEST.magic))
    assert sum(len(one.data) for one in records) <= len(data)
    shelf = UndoShelf(records)
    assert len(shelf) + len(shelf.broken) == len(records)


@SOON
@given(st.lists(damaged(BLOCKS), min_size=1, max_size=4), st.lists(damaged(UNDO), max_size=3))
def test_damaged_blocks_have_rows_or_are_told(raws: list[bytes], undo: list[bytes]) -> None:
    left = list(undo)
    blocks = [PlacedBlock(height, raw) for height, raw in enumerate(raws)]
    rows = lake_rows(blocks, REGTEST, lambda *_words: left.pop() if left else None)
    assert rows.tables["blocks"].num_rows + len(rows.damaged) == len(blocks)
    for batch in rows.tables.values():
        batch.validate(full=True)


def history_or_none(folder: Path) -> FileHistory | None:
    try:
        return FileHistory(REGTEST, [folder])
    except InputError:
        return None


@FOLDERS
@given(st.data())
def test_damaged_folders_are_checked_and_written_to_their_end(data: st.DataObject) -> None:
    whole = b"".join(REGTEST.magic + len(raw).to_bytes(4, "little") + raw for raw in RECORDED[:40])
    with TemporaryDirectory() as folder:
        blocks = Path(folder) / "blocks"
        blocks.mkdir()
        (blocks / "blk00000.dat").write_bytes(data.draw(damaged([whole])))
        (blocks / "rev00000.dat").write_bytes(data.draw(damaged([recorded("rev00000.plain")[:9000]])))
        (blocks / "one.bin").write_bytes(data.draw(damaged(BLOCKS)))
        history = history_or_none(blocks)
        if history is None:
            return
        checked = list(check_folder(history))
        assert len(checked) == history.survey.file.size
        report = build_lake(history, Path(folder) / "lake", threads=1)
        assert report.totals["blocks"] + len(report.damaged) == len(history.tree.best)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda one: one.hex())
@pytest.mark.parametrize("at", [80, 85, 120], ids=["transactions", "inputs", "outputs"])
def test_announced_counts_take_no_memory(number: bytes, at: int) -> None:
    """Counts of more than there is are refused before anything is made for them."""
    raw = BLOCKS[-4][:at] + number + BLOCKS[-4][at + 1 :]
    check_block(raw, REGTEST)
    answered(lambda: parse_columns(raw))
    tracemalloc.start()
    try:
        check_block(raw, REGTEST)
        answered(lambda: parse_columns(raw))
        answered(lambda: read_undo(number + bytes(100)))
        answered(lambda: spent_columns(number + bytes(100)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000 + 100 * len(raw)
