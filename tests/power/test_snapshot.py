import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from gridcanary.contracts.errors import LakeError
from gridcanary.power import snapshot as snapshots
from gridcanary.power import state_files
from gridcanary.power.fold import empty_records
from gridcanary.power.remembered import History

DAY = dt.date(2024, 3, 1)


def history(meters: int = 5, day: dt.date = DAY) -> History:
    records = empty_records(meters)
    records[:] = np.random.default_rng(1).integers(0, 256, records.shape)
    meter_ids = pa.array([f"m{i}" for i in range(meters)], pa.string())
    return History(meter_ids, records, day, 1, 7, {day: "abc"})


@pytest.mark.parametrize("meters", [pytest.param(0, id="none"), pytest.param(5, id="some")])
def test_what_is_written_is_read(tmp_path: Path, meters: int) -> None:
    wrote = history(meters)
    snapshots.write(tmp_path / "state", wrote)
    read = snapshots.read(tmp_path / "state")
    assert read.meter_ids.equals(wrote.meter_ids)
    assert (read.records == wrote.records).all()
    assert (read.as_of, read.days, read.readings, read.folded) == (DAY, 1, 0, wrote.folded)


def test_records_are_mapped_and_cannot_be_changed(tmp_path: Path) -> None:
    snapshots.write(tmp_path, history())
    with pytest.raises(ValueError, match="read-only"):
        snapshots.read(tmp_path).records[0, 0] = 1


def test_the_newest_is_read_and_a_few_older_ones_kept(tmp_path: Path) -> None:
    wrote = [
        snapshots.write(tmp_path, history(day=DAY + dt.timedelta(days=i)), keep=3) for i in (0, 5, 2, 3, 1)
    ]
    assert sorted(tmp_path.iterdir()) == sorted(wrote[-3:])
    assert snapshots.read(tmp_path).as_of == DAY + dt.timedelta(days=1)
    assert snapshots.read(wrote[-2]).as_of == DAY + dt.timedelta(days=3)


def test_nothing_half_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = snapshots.write(tmp_path, history())

    def fails(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", fails)
    with pytest.raises(OSError, match="no space left"):
        snapshots.write(tmp_path, history())
    assert list(tmp_path.iterdir()) == [first]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        pytest.param("FORMAT", 2, "has format 1, this version reads 2", id="another layout"),
        pytest.param("kernel_digest", lambda: "other", "was made by other kernels", id="other kernels"),
    ],
)
def test_another_version_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: object, problem: str
) -> None:
    snapshots.write(tmp_path, history())
    monkeypatch.setattr(state_files, name, value)
    with pytest.raises(state_files.SnapshotError, match=f"{problem}.*delete the folder and scan again"):
        snapshots.read(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda whole: b"", id="empty"),
        pytest.param(lambda whole: b"no arrow file at all", id="another kind"),
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut off"),
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, damage: object) -> None:
    path = snapshots.write(tmp_path, history(100))
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(LakeError, match="is no history or a damaged one"):
        snapshots.read(tmp_path)


def test_an_empty_folder_holds_none(tmp_path: Path) -> None:
    assert not snapshots.exists(tmp_path)
    assert not snapshots.exists(tmp_path / "missing")
    with pytest.raises(LakeError, match="holds no history"):
        snapshots.read(tmp_path)


def test_the_digest_follows_what_the_kernels_do(monkeypatch: pytest.MonkeyPatch) -> None:
    before = state_files.kernel_digest()
    state_files.kernel_digest.cache_clear()
    assert state_files.kernel_digest() == before
    state_files.kernel_digest.cache_clear()
    monkeypatch.setattr(state_files, "day_features", lambda *arguments: arguments[-1].fill(3))
    assert state_files.kernel_digest() != before
    state_files.kernel_digest.cache_clear()
