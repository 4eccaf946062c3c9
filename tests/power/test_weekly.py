"""The weekly pace: judged once a week, the same list on every way there."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from gridcanary.contracts.errors import LakeError
from gridcanary.power import history as histories
from gridcanary.power import lake as lakes
from gridcanary.power import scan
from gridcanary.power import state as st
from gridcanary.power.fold import stand_all_at
from gridcanary.power.scoring import last_sunday
from gridcanary.simulator import CountyTruth, simulate_county
from tests.power.records import HOURS, record_of

METERS = 60


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountyTruth:
    return simulate_county(tmp_path_factory.mktemp("weekly"), seed=5, customers=METERS, days=66)


def upto(county: CountyTruth, folder: Path, days: int) -> Path:
    """A lake with the first days of a county; one that is there gets those that it lacks."""
    lakes.create_lake(folder, lakes.open_lake(county.lake).timezone)
    for day in lakes.days(county.lake)[:days]:
        target = folder / "readings" / day.isoformat()
        if not target.exists():
            shutil.copytree(county.lake / "readings" / day.isoformat(), target)
    return folder


def archive(county: CountyTruth) -> Path:
    return county.lake / "customers.parquet"


@pytest.mark.parametrize("every", [True, False], ids=["all", "list"])
def test_day_by_day_is_the_whole_at_once(county: CountyTruth, tmp_path: Path, every: bool) -> None:
    for days in (56, 57, 59, 62, 63):
        lake = upto(county, tmp_path / "lake", days)
        told = {"customers": archive(county), "weekly": True, "every": every}
        assert scan(lake, state=tmp_path / "state", **told).equals(scan(lake, **told))


def test_a_late_day_is_judged_again(county: CountyTruth, tmp_path: Path) -> None:
    lake, state = upto(county, tmp_path / "lake", 60), tmp_path / "state"
    held = tmp_path / "held"
    late = lakes.days(county.lake)[50].isoformat()
    shutil.move(lake / "readings" / late, held)
    scan(lake, state=state, weekly=True)
    shutil.move(held, lake / "readings" / late)
    assert scan(lake, state=state, weekly=True).equals(scan(lake, weekly=True))


def test_the_week_is_judged_once(
    county: CountyTruth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = upto(county, tmp_path / "lake", 62)
    first = scan(lake, state=tmp_path / "state", weekly=True)
    monkeypatch.setattr("gridcanary.power.scoring.gate.passes", None)
    assert scan(lake, state=tmp_path / "state", weekly=True).equals(first)


def test_another_prior_is_another_list(county: CountyTruth, tmp_path: Path) -> None:
    lake = upto(county, tmp_path / "lake", 62)
    scan(lake, state=tmp_path / "state", weekly=True)
    told = {"weekly": True, "prior": 0.3, "every": False}
    assert scan(lake, state=tmp_path / "state", **told).equals(scan(lake, **told))


def test_a_damaged_list_is_told(county: CountyTruth, tmp_path: Path) -> None:
    lake = upto(county, tmp_path / "lake", 62)
    scan(lake, state=tmp_path / "state", weekly=True)
    (kept,) = (tmp_path / "state").glob("week-*.parquet")
    kept.write_bytes(b"no table")
    with pytest.raises(LakeError, match="week-"):
        scan(lake, state=tmp_path / "state", weekly=True)


def test_the_list_is_that_of_the_daily_pace_on_a_sunday_but_for_gate_and_neighbours(
    county: CountyTruth, tmp_path: Path
) -> None:
    days = lakes.days(county.lake)
    monday = next(i for i in range(60, 66) if days[i].weekday() == 0)
    weekly = scan(upto(county, tmp_path / "a", monday + 1), weekly=True, every=False)
    daily = scan(upto(county, tmp_path / "b", monday), weekly=False)
    told = {row["meter_id"]: row for row in daily.to_pylist()}
    listed = weekly.filter(weekly["listed"])
    # groups are told among the meters described, of which the daily pace has more
    alike = [row for row in listed.to_pylist() if row["group_id"] == told[row["meter_id"]]["group_id"]]
    assert len(alike) > 0
    assert all(abs(row["score"] - told[row["meter_id"]]["score"]) < 0.2 for row in alike)
    assert listed.num_rows >= 0.7 * daily.filter(daily["listed"]).num_rows


@pytest.mark.parametrize("weekly", [True, False], ids=["weekly", "daily"])
def test_blocks_of_any_size_give_the_same_list(
    county: CountyTruth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weekly: bool
) -> None:
    whole = scan(county.lake, customers=archive(county), weekly=weekly)
    monkeypatch.setattr(lakes, "ROW_GROUP_ROWS", 17)
    monkeypatch.setattr(histories, "BLOCK_METERS", 30)
    lake = lakes.create_lake(tmp_path / "lake", lakes.open_lake(county.lake).timezone).folder
    random = np.random.default_rng(1)
    for i, day in enumerate(lakes.days(county.lake)):
        table = pa.Table.from_batches(lakes.read_day(county.lake, day))
        lakes.write_day(lake, day, table)
        if i % 20 == 19:
            told = {"customers": archive(county), "state": tmp_path / "state", "weekly": weekly}
            scan(lake, **told)
            # rows of another day stand in other groups, so that the blocks' edges cut through some
            monkeypatch.setattr(lakes, "ROW_GROUP_ROWS", int(random.integers(5, 40)))
    assert scan(lake, **told).equals(whole)
    assert scan(lake, customers=archive(county), weekly=weekly).equals(whole)


def test_a_record_stands_as_on_its_sunday() -> None:
    kw = np.random.default_rng(3).gamma(4, 1.0, (120, HOURS)) * 1000
    until = next(n for n in range(100, 108) if _last_day(record_of(kw[:n])).weekday() == 6)
    sunday = _last_day(record_of(kw[:until]))
    standing = []
    for more in range(8):
        record = record_of(kw[: until + more])[0].copy()
        assert more == 0 or last_sunday(_last_day(record[None])) == sunday
        stand_all_at(record[None], (sunday - dt.date(1970, 1, 1)).days)
        standing.append(record.tobytes())
    assert len(set(standing)) == 1


def _last_day(record: np.ndarray) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=int(st.read_i32(record[0], st.AS_OF)))
