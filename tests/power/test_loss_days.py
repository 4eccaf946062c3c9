"""Losses kept day by day: the same table as summing up the whole lake."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gridcanary.contracts.errors import LakeError
from gridcanary.contracts.tables import BALANCE, CUSTOMERS, READINGS
from gridcanary.power import balance, loss_days
from gridcanary.power import lake as lakes

START = dt.date(2024, 1, 3)
METERS = [f"m{i}" for i in range(6)]


def archive(moved: bool = False) -> pa.Table:
    rows = [
        {"premises_id": m, "meter_id": m, "transformer_id": "T1" if i < 3 + moved else "T2", "feeder_id": "F"}
        for i, m in enumerate(METERS)
    ]
    return pa.Table.from_pylist(rows, schema=CUSTOMERS)


def write(lake: Path, offset: int, seed: int, meters: set[str]) -> None:
    random, day = np.random.default_rng([seed, offset]), START + dt.timedelta(days=offset)
    curves = random.integers(0, 3000, (len(meters), 24)).tolist()
    columns = {"meter_id": sorted(meters), "day": [day] * len(meters), "load_w": curves}
    lakes.write_day(lake, day, pa.Table.from_pydict(columns, schema=READINGS))
    supplied = random.integers(5000, 9000, (3, 24)).tolist()
    columns = {"transformer_id": ["T1", "T2", "F"], "day": [day] * 3, "supplied_w": supplied}
    lakes.write_balance(lake, day, pa.Table.from_pydict(columns, schema=BALANCE))


def digests(lake: Path) -> dict[dt.date, str]:
    return {
        day: hashlib.sha256(b"".join(part.read_bytes() for part in lakes.day_parts(lake, day))).hexdigest()
        for day in lakes.days(lake)
    }


def kept(lake: Path, moved: bool = False) -> pa.Table:
    return loss_days.kept_losses(lake, archive(moved), lake.parent / "losses", digests(lake))


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return lakes.create_lake(tmp_path / "lake").folder


@settings(max_examples=40, deadline=None)
@given(
    events=some.lists(
        some.tuples(
            some.integers(-3, 3),
            some.integers(0, 9),
            some.sets(some.sampled_from(METERS), min_size=2),
            some.booleans(),
        ),
        min_size=1,
        max_size=16,
    ),
    levels=some.integers(1, 4),
)
def test_in_whatever_runs_it_is_the_table_of_the_whole(
    events: list[tuple[int, int, set[str], bool]], levels: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lake, offset = lakes.create_lake(tmp_path_factory.mktemp("losses") / "lake").folder, 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loss_days, "LEVELS_KEPT", levels)
        for onward, seed, meters, moved in events:
            offset = max(0, offset + onward)
            write(lake, offset, seed, meters)
            assert kept(lake, moved).equals(balance.losses(lake, archive(moved)))


@pytest.mark.parametrize(
    ("again", "read"),
    [
        pytest.param(None, 0, id="nothing new: nothing is read"),
        pytest.param(20, 1, id="a new day: that alone"),
        pytest.param(17, 3, id="a day of this week: from that on"),
        pytest.param(5, 20, id="an older one: all"),
    ],
)
def test_only_what_is_needed_is_read(
    lake: Path, monkeypatch: pytest.MonkeyPatch, again: int | None, read: int
) -> None:
    for offset in range(20):
        write(lake, offset, 1, set(METERS))
    kept(lake)
    if again is not None:
        write(lake, again, 2, set(METERS))
    days: list[dt.date] = []
    whole = lakes.read_day
    monkeypatch.setattr(lakes, "read_day", lambda *told: days.append(told[1]) or whole(*told))
    now = kept(lake)
    assert len(days) == read
    assert now.equals(balance.losses(lake, archive()))


def test_the_levels_of_the_last_days_are_kept(lake: Path) -> None:
    for offset in range(12):
        write(lake, offset, 1, set(METERS))
        kept(lake)
    assert len(list((lake.parent / "losses").glob("levels-*.npy"))) == loss_days.LEVELS_KEPT


@pytest.mark.parametrize("pattern", ["2024-01-03.parquet", "levels-2024-01-03-*.npy"])
def test_a_damaged_file_is_told(lake: Path, pattern: str) -> None:
    write(lake, 0, 1, set(METERS))
    kept(lake)
    (path,) = (lake.parent / "losses").glob(pattern)
    path.write_bytes(path.read_bytes()[:20])
    write(lake, 1, 1, set(METERS))
    with pytest.raises(LakeError, match=rf"{path.name}.*delete it and scan again"):
        kept(lake)


def test_a_lake_without_balance_has_no_losses(lake: Path) -> None:
    assert kept(lake).num_rows == 0
