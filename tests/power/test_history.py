import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from gridcanary.contracts.errors import InputError, LakeError
from gridcanary.contracts.tables import READINGS
from gridcanary.power import lake as lakes
from gridcanary.power import snapshot as snapshots
from gridcanary.power.features import feature_matrix
from gridcanary.power.fold import empty_records, fold
from gridcanary.power.history import recall
from gridcanary.power.remembered import History

START = dt.date(2024, 1, 3)
EPOCH = dt.date(1970, 1, 1)
METERS = [f"m{i}" for i in range(7)]


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(lakes, "ROW_GROUP_ROWS", 3)
    return lakes.create_lake(tmp_path / "lake").folder


def write(lake: Path, offset: int, seed: int, meters: list[str] | None = None, slots: int = 24) -> None:
    """A day of random curves, some with gaps."""
    random = np.random.default_rng([seed, offset + 1000])
    named = METERS if meters is None else meters
    curves = random.integers(0, 3000, (len(named), slots)).tolist()
    for curve in curves:
        if random.random() < 0.3:
            curve[3 : 3 + int(random.integers(1, slots - 3))] = [None]
    day = START + dt.timedelta(days=offset)
    kept = [curve if len(curve) == slots else (curve + [None] * slots)[:slots] for curve in curves]
    columns = {"meter_id": named, "day": [day] * len(named), "load_w": kept}
    lakes.write_day(lake, day, pa.Table.from_pydict(columns, schema=READINGS))


def naive(lake: Path) -> dict[str, bytes]:
    """The obvious way: each meter alone, a day after the other."""
    records: dict[str, np.ndarray] = {}
    for day in lakes.days(lake):
        for batch in lakes.read_day(lake, day):
            for row in range(batch.num_rows):
                record = records.setdefault(batch["meter_id"][row].as_py(), empty_records(1))
                curve = batch["load_w"].slice(row, 1)
                slots = np.array([len(curve[0])], np.int32)
                when = np.array([(day - EPOCH).days], np.int32)
                assert not fold(record, when, feature_matrix(curve), slots).any()
    return {meter: record.tobytes() for meter, record in sorted(records.items())}


def told(history: History) -> dict[str, bytes]:
    rows = zip(history.meter_ids.to_pylist(), history.records, strict=True)
    return {meter: record.tobytes() for meter, record in rows}


def test_it_is_what_each_meter_alone_gives(lake: Path) -> None:
    for offset in range(40):
        write(lake, offset, 1, METERS[offset % 3 :] if offset % 5 else METERS[:2])
    history = recall(lake)
    assert told(history) == naive(lake)
    assert list(told(history)) == METERS
    assert (history.days, history.as_of) == (40, START + dt.timedelta(days=39))


events = some.lists(
    some.tuples(
        some.integers(0, 60),
        some.integers(0, 99),
        some.sets(some.sampled_from(METERS), min_size=1),
        some.sampled_from([24, 24, 24, 96]),
        some.booleans(),
    ),
    min_size=1,
    max_size=24,
)


@settings(max_examples=60, deadline=None)
@example(events=[(0, 0, {METERS[0], METERS[1]}, 24, True), (0, 0, {METERS[0]}, 24, False)])
@given(events=events)
def test_any_split_late_or_corrected_day_gives_the_same(
    events: list[tuple[int, int, set[str], int, bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law")
    lake = lakes.create_lake(folder / "lake").folder
    before: History | None = None
    for offset, seed, meters, slots, scan in events:
        write(lake, offset, seed, sorted(meters), slots)
        if scan:
            snapshots.write(folder / "state", recall(lake, snapshot=before, threads=2))
            before = snapshots.read(folder / "state")
    assert told(recall(lake, snapshot=before)) == told(recall(lake)) == naive(lake)


@pytest.mark.parametrize(
    ("again", "meters", "read"),
    [
        pytest.param(44, METERS, 7, id="the last day corrected: it is folded again"),
        pytest.param(38, METERS, 7, id="a day within the detail corrected: it is folded again"),
        pytest.param(45, METERS, 7, id="a new day: only that is read"),
        pytest.param(5, METERS, 46 * 7 - 7, id="an old day corrected: everything is folded afresh"),
    ],
)
def test_only_what_is_needed_is_read(lake: Path, again: int, meters: list[str], read: int) -> None:
    for offset in range(45):
        write(lake, offset, 1)
    before = recall(lake)
    write(lake, again, 2, meters)
    now = recall(lake, snapshot=before)
    assert now.readings == read * 24
    assert told(now) == naive(lake)


def test_a_late_day_has_only_its_meters_read_again(lake: Path) -> None:
    for offset in [*range(5), *range(6, 45)]:
        write(lake, offset, 1)
    before = recall(lake)
    write(lake, 5, 2, ["m1"])
    groups: list[int] = []
    now = recall(lake, snapshot=before, progress=lambda _done, total: groups.append(total))
    assert told(now) == naive(lake)
    assert groups[-1] == 1 + 45, "one row group a day holds m1"


def test_nothing_new_gives_the_snapshot_itself(lake: Path) -> None:
    write(lake, 0, 1)
    before = recall(lake)
    assert recall(lake, snapshot=before) is before


def test_the_snapshot_given_stays_as_it_is(lake: Path) -> None:
    write(lake, 0, 1)
    before = recall(lake)
    kept = before.records.copy()
    write(lake, 1, 1)
    recall(lake, snapshot=before)
    assert (before.records == kept).all()


def test_days_can_be_left_out(lake: Path) -> None:
    for offset in range(20):
        write(lake, offset, 1)
    first, last = START + dt.timedelta(days=3), START + dt.timedelta(days=11)
    part = recall(lake, first=first, last=last)
    assert (part.days, part.as_of) == (9, last)
    assert told(recall(lake, snapshot=part)) == naive(lake)
    assert told(recall(lake, snapshot=recall(lake), first=first, last=last)) == told(part)


def test_progress_reaches_its_end(lake: Path) -> None:
    for offset in range(4):
        write(lake, offset, 1)
    seen: list[tuple[int, int]] = []
    recall(lake, threads=1, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(i, 12) for i in range(1, 13)]


def test_deleted_days_stay_remembered(lake: Path) -> None:
    for offset in range(6):
        write(lake, offset, 1)
    before, whole = recall(lake), naive(lake)
    for part in lakes.day_parts(lake, START):
        part.unlink()
    assert told(recall(lake, snapshot=before)) == whole


def test_a_lake_without_readings_is_refused(lake: Path) -> None:
    with pytest.raises(LakeError, match="no readings"):
        recall(lake)


def test_a_damaged_file_is_named(lake: Path) -> None:
    write(lake, 0, 1)
    (part,) = lakes.day_parts(lake, START)
    part.write_bytes(part.read_bytes()[:-9])
    with pytest.raises(InputError, match=r"part-0\.parquet: cannot be read"):
        recall(lake)
