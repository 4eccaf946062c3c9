from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from gridcanary.chain.file_history import FileHistory
from gridcanary.chain.headers import Standing
from gridcanary.chain.history import MemoryHistory
from gridcanary.chain.lake.building import build_lake
from gridcanary.chain.lake.ranges import receipt_file, table_file
from gridcanary.contracts.chain import LAKE_TABLES
from gridcanary.contracts.errors import LakeError
from gridcanary.engines import spark
from tests.chain.conftest import REGTEST, recorded
from tests.chain.test_block_check import RECORDED

RANGE = 100


def framed(blocks: list[bytes]) -> bytes:
    return b"".join(REGTEST.magic + len(raw).to_bytes(4, "little") + raw for raw in blocks)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A node's blocks folder with the recorded chain in two block files, undo data beside the first."""
    blocks = tmp_path / "blocks"
    blocks.mkdir()
    (blocks / "blk00000.dat").write_bytes(framed(RECORDED[:450]) + bytes(1000))
    (blocks / "blk00001.dat").write_bytes(framed(list(reversed(RECORDED[450:]))))
    (blocks / "rev00000.dat").write_bytes(recorded("rev00000.plain"))
    return blocks


def build(folder: Path, lake: Path, **options: object):
    return build_lake(FileHistory(REGTEST, [folder]), lake, range_heights=RANGE, **options)


def files_of(lake: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(lake)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in lake.rglob("*")
        if path.is_file() and path.name != "lake.json"
    }


def test_the_lake_holds_the_chain(folder: Path, tmp_path: Path, regtest: MemoryHistory) -> None:
    lake = tmp_path / "lake"
    report = build(folder, lake, threads=2)
    assert (report.ranges, report.written, report.damaged, report.gaps) == (7, 7, [], [])
    assert report.tip_height == 651
    assert report.totals["blocks"] == len(RECORDED)
    assert report.totals["with_undo"] == 499, "ranges that touch the first block file have its undo file"
    told = pq.read_table(lake / "transactions").sort_by([("height", "ascending"), ("position", "ascending")])
    assert told.column("txid").to_pylist() == [one.transaction.txid for one in regtest]
    assert told.schema.remove(told.schema.get_field_index("first_height")).equals(LAKE_TABLES["transactions"])
    about = json.loads((lake / "lake.json").read_text())
    assert about["tip"] == {"height": 651, "hash": report.tip_hash[::-1].hex()}


def test_what_a_wallet_received_is_a_query(folder: Path, tmp_path: Path, regtest: MemoryHistory) -> None:
    lake = tmp_path / "lake"
    build(folder, lake)
    script = max((output.script for one in regtest for output in one.transaction.outputs), key=len)
    received = sum(o.value for one in regtest for o in one.transaction.outputs if o.script == script)
    query = "SELECT sum(satoshi) FROM read_parquet(?) WHERE script = ?"
    assert duckdb.execute(query, [f"{lake}/outputs/*/*.parquet", script]).fetchone() == (received,)


def test_building_again_changes_nothing(folder: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    build(folder, lake)
    before = files_of(lake)
    report = build(folder, lake)
    assert (report.ranges, report.written) == (7, 0)
    assert files_of(lake) == before


def test_new_blocks_touch_only_their_ranges(folder: Path, tmp_path: Path) -> None:
    lake, whole = tmp_path / "lake", (folder / "blk00001.dat").read_bytes()
    (folder / "blk00001.dat").write_bytes(framed(RECORDED[450:520]))
    assert build(folder, lake).tip_height == 519
    (folder / "blk00001.dat").write_bytes(whole)
    report = build(folder, lake)
    assert (report.tip_height, report.ranges, report.written) == (651, 7, 2)


@pytest.mark.parametrize("gone", ["receipt", "table"])
def test_a_range_that_was_broken_off_is_written_again(folder: Path, tmp_path: Path, gone: str) -> None:
    lake = tmp_path / "lake"
    build(folder, lake)
    before = {name: content for name, (_, content) in files_of(lake).items()}
    (receipt_file(lake, 300) if gone == "receipt" else table_file(lake, "inputs", 300)).unlink()
    assert build(folder, lake).written == 1
    assert {name: content for name, (_, content) in files_of(lake).items()} == before


def test_nothing_is_left_where_a_write_fails(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = tmp_path / "lake"

    def broken(*_words: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("gridcanary.chain.lake.ranges.lake_rows", broken)
        with pytest.raises(LakeError, match="heights from 0 can't be written: No space"):
            build(folder, lake, threads=1)
    assert list(lake.rglob("rows.parquet")) == []
    assert list(lake.rglob("*.part")) == []
    assert build(folder, lake).written == 7


def test_fewer_blocks_than_the_lake_has_are_refused(folder: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    build(folder, lake)
    (folder / "blk00001.dat").unlink()
    with pytest.raises(LakeError, match="heights from 400 have 100 blocks here, but only 50"):
        build(folder, lake)


def test_folders_that_are_no_lake_or_another_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="neither empty nor a lake"):
        build(folder, folder)
    lake = tmp_path / "lake"
    build(folder, lake)
    with pytest.raises(LakeError, match="in other ranges"):
        build_lake(FileHistory(REGTEST, [folder]), lake, range_heights=RANGE + 1)
    told = json.loads((lake / "lake.json").read_text())
    (lake / "lake.json").write_text(json.dumps({**told, "network": "bitcoin"}))
    with pytest.raises(LakeError, match="a lake of bitcoin, not of regtest"):
        build(folder, lake)


def test_blocks_outside_the_best_chain_are_counted_and_left_out(folder: Path, tmp_path: Path) -> None:
    (folder / "again.dat").write_bytes(framed(RECORDED[10:13]))
    report = build(folder, tmp_path / "lake")
    assert report.left_out == {Standing.REPEATED: 3}
    assert report.totals["blocks"] == len(RECORDED)


@pytest.fixture
def spark_session() -> Iterator[None]:
    pytest.importorskip("pyspark", reason="needs gridcanary[spark]")
    yield
    spark.session().stop()


@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.usefixtures("spark_session")
def test_spark_writes_the_same_lake(folder: Path, tmp_path: Path) -> None:
    build(folder, tmp_path / "here")
    report = build(folder, tmp_path / "there", map_batches=spark.map_batches, threads=2)
    assert report.written == 7
    for path in (tmp_path / "here").rglob("rows.parquet"):
        other = tmp_path / "there" / path.relative_to(tmp_path / "here")
        assert pq.read_table(other).equals(pq.read_table(path))
