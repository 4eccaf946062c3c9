import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.engines.local import map_batches, map_groups, row_groups

SCHEMA = pa.schema([pa.field("key", pa.string()), pa.field("twice", pa.int64())])


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files of 7 and 4 rows in row groups of 3."""
    paths = []
    for first, last in ((0, 7), (7, 11)):
        paths.append(tmp_path / f"{first}.parquet")
        keys = [f"k{i:02d}" for i in range(first, last)]
        table = pa.table({"other": [0] * len(keys), "key": keys, "value": list(range(first, last))})
        pq.write_table(table, paths[-1], row_group_size=3)
    return paths


def twice(batch: pa.RecordBatch) -> pa.RecordBatch:
    doubled = pc.multiply(batch["value"], 2)
    return pa.RecordBatch.from_arrays([batch["key"], doubled], schema=SCHEMA)


def test_row_groups_know_their_place(files: list[Path]) -> None:
    groups = list(row_groups(files))
    assert [(group.first_row, group.rows) for group in groups] == [(0, 3), (3, 3), (6, 1), (7, 3), (10, 1)]
    assert groups[3].bounds("key") == ("k07", "k09")


@pytest.mark.parametrize("threads", [1, 2, 5, None])
def test_batches_come_in_order_whatever_the_threads(files: list[Path], threads: int | None) -> None:
    batches = list(map_batches(files, twice, columns=["key", "value"], schema=SCHEMA, threads=threads))
    assert [batch.num_rows for batch in batches] == [3, 3, 1, 3, 1]
    assert pa.Table.from_batches(batches)["twice"].to_pylist() == list(range(0, 22, 2))


def test_columns_are_read_in_the_order_asked_for(files: list[Path]) -> None:
    names = map_groups(row_groups(files), lambda _, batch: batch.schema.names, columns=["value", "key"])
    assert set(map(tuple, names)) == {("value", "key")}


def test_no_more_than_twice_the_threads_are_in_flight(files: list[Path]) -> None:
    started: list[int] = []
    taken = 0
    groups = list(row_groups(files)) * 20
    for _ in map_groups(iter(groups), lambda group, _: started.append(group.index), threads=2):
        taken += 1
        assert len(started) <= taken + 4
    assert taken == len(groups)


def test_threads_do_share_the_work(files: list[Path]) -> None:
    both = threading.Barrier(2, timeout=30)
    done = map_groups(list(row_groups(files))[:2], lambda *_: both.wait(), threads=2)
    assert sorted(done) == [0, 1]


def test_an_error_in_a_kernel_comes_out(files: list[Path]) -> None:
    with pytest.raises(ZeroDivisionError):
        list(map_groups(row_groups(files), lambda group, _: 1 // (group.first_row - 6), threads=2))


@pytest.mark.parametrize("damage", [b"", b"PAR1 no"], ids=["empty", "no parquet"])
def test_a_damaged_file_is_named(files: list[Path], damage: bytes) -> None:
    files[1].write_bytes(damage)
    with pytest.raises(InputError, match=r"7\.parquet: cannot be read"):
        list(map_batches(files, twice, columns=["key", "value"], schema=SCHEMA))


def test_no_file_gives_no_batch() -> None:
    assert list(map_batches([], twice, schema=SCHEMA)) == []
