"""Days stored beside the records: the same bytes as folding them at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gridcanary.contracts.errors import LakeError
from gridcanary.power import history as histories
from gridcanary.power import lake as lakes
from gridcanary.power import later_days, state_files
from gridcanary.power import snapshot as snapshots
from gridcanary.power.day_telling import can_tell, tell_blocks
from gridcanary.power.fold import empty_records, fold_told
from tests.power.test_history import METERS, START, naive, told, write

events = some.lists(
    some.tuples(
        some.integers(-2, 3),
        some.integers(0, 99),
        some.sets(some.sampled_from(METERS), min_size=1),
        some.sampled_from([24, 24, 24, 96]),
        some.booleans(),
    ),
    min_size=1,
    max_size=24,
)


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(lakes, "ROW_GROUP_ROWS", 3)
    return lakes.create_lake(tmp_path / "lake").folder


def bring_up_to_date(lake: Path, state: Path) -> list[str]:
    """As a scan does at the weekly pace: tell the days where that will do, or store all records."""
    snapshot = snapshots.open_stored(state) if snapshots.exists(state) else None
    work = histories.plan(lake, snapshot=snapshot)
    if can_tell(work):
        return [meter for ids in tell_blocks(work, state, threads=2) for meter in ids.to_pylist()]
    snapshots.write(state, histories.recall(lake, snapshot=snapshot))
    return snapshots.read(state).meter_ids.to_pylist()


@settings(max_examples=60, deadline=None)
@given(events=events, block=some.integers(1, 7))
def test_told_days_give_the_bytes_of_folding_at_once(
    events: list[tuple[int, int, set[str], int, bool]], block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("later")
    lake, state, offset = lakes.create_lake(folder / "lake").folder, folder / "state", 0
    with pytest.MonkeyPatch.context() as patch:
        for module in (histories, snapshots):
            patch.setattr(module, "BLOCK_METERS", block)
        for onward, seed, meters, slots, scan in events:
            offset = max(0, offset + onward)
            write(lake, offset, seed, sorted(meters), slots)
            if scan:
                assert bring_up_to_date(lake, state) == sorted(naive(lake))
        bring_up_to_date(lake, state)
        assert told(snapshots.read(state)) == naive(lake)


def days_told(lake: Path, state: Path, days: int) -> list[str]:
    """Names in a state folder after so many days beside the first."""
    for offset in range(days + 1):
        write(lake, offset, 1)
        bring_up_to_date(lake, state)
    return sorted(item.name for item in state.iterdir())


def test_a_day_is_a_small_file_of_its_own(lake: Path, tmp_path: Path) -> None:
    names = days_told(lake, tmp_path / "state", 2)
    assert names == [
        "days-2024-01-04-00001.arrow",
        "days-2024-01-05-00002.arrow",
        "history-2024-01-03-00000.arrow",
    ]
    assert snapshots.open_stored(tmp_path / "state").as_of == START + dt.timedelta(days=2)


def test_deleting_the_newest_goes_a_day_back(lake: Path, tmp_path: Path) -> None:
    *_, newest, _ = days_told(lake, tmp_path / "state", 3)
    (tmp_path / "state" / newest).unlink()
    assert snapshots.open_stored(tmp_path / "state").as_of == START + dt.timedelta(days=2)
    bring_up_to_date(lake, tmp_path / "state")
    assert told(snapshots.read(tmp_path / "state")) == naive(lake)


def test_a_missing_day_is_told(lake: Path, tmp_path: Path) -> None:
    days_told(lake, tmp_path / "state", 3)
    (tmp_path / "state" / "days-2024-01-05-00002.arrow").unlink()
    with pytest.raises(state_files.SnapshotError, match=r"follows days-2024-01-05-00002\.arrow.*missing"):
        snapshots.open_stored(tmp_path / "state")


def test_a_damaged_day_is_told(lake: Path, tmp_path: Path) -> None:
    days_told(lake, tmp_path / "state", 1)
    path = tmp_path / "state" / "days-2024-01-04-00001.arrow"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LakeError, match=r"days-2024-01-04-00001\.arrow.*damaged"):
        snapshots.open_stored(tmp_path / "state")


def test_nothing_half_written_stays(lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = days_told(lake, tmp_path / "state", 1)
    write(lake, 2, 1)

    def fails(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", fails)
    with pytest.raises(OSError, match="no space left"):
        bring_up_to_date(lake, tmp_path / "state")
    assert sorted(item.name for item in (tmp_path / "state").iterdir()) == names


def test_days_go_with_the_records_that_they_followed(lake: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    days_told(lake, state, 2)
    for _ in range(3):
        snapshots.write(state, snapshots.read(state))
    assert [one.kind for one in state_files.stored(state)] == ["history"] * 3
    assert told(snapshots.read(state)) == naive(lake)


def test_a_day_older_than_the_records_is_refused() -> None:
    records, slots = empty_records(1), np.full((1, 1), 24, np.uint16)
    one = np.zeros((1, 1, 26), np.uint8)
    fold_told(records, np.array([20000], np.int32), one, slots)
    with pytest.raises(ValueError, match="must come after"):
        fold_told(records, np.array([19000], np.int32), one, slots)


def test_ids_are_merged_sorted() -> None:
    known = pa.array(["a", "c"])
    assert later_days.merged(known, []) is known
    assert later_days.merged(known, [pa.array(["b"]), pa.array(["d"])]).to_pylist() == ["a", "b", "c", "d"]
