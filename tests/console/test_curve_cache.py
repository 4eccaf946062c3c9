"""The drawn curves say the same as the lake, and follow it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pytest_django import Settings

from gridcanary.console.curve_cache import curves, prepare
from gridcanary.console.findings import METER, FindingsBook
from gridcanary.console.lake_days import curve_matrix, mean_of_present, meter_kw, supplied_kw
from gridcanary.contracts.tables import READINGS
from gridcanary.power import lake as lakes


@pytest.fixture
def own_home(settings: Settings, county_home: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    home = tmp_path / "home"
    shutil.copytree(county_home, home)
    settings.GRIDCANARY_HOME = home
    return home


def test_listed_curves_are_those_of_the_lake(home: Path, book: FindingsBook) -> None:
    drawn = curves()
    listed = sorted(f.subject_id for f in book.listed if f.subject_kind == METER)
    assert list(drawn.watched.curve_meters) == listed
    for meter, curve in zip(listed, drawn.load_kw, strict=True):
        np.testing.assert_allclose(curve, meter_kw(home / "lake", meter, drawn.days, drawn.slots), rtol=1e-6)
        daily = drawn.daily_kw[drawn.watched.meters.index(meter)]
        np.testing.assert_allclose(daily, mean_of_present(curve, axis=1), rtol=1e-5)


def test_balance_is_the_sum_of_all_meters_on_the_transformer(home: Path) -> None:
    drawn, lake = curves(), home / "lake"
    transformer, day = drawn.watched.transformers[0], drawn.days[10]
    archive = lakes.read_customers(lake).to_pylist()
    members = {row["meter_id"] for row in archive if row["transformer_id"] == transformer}
    total = np.zeros(drawn.slots)
    reported = 0
    for batch in lakes.read_day(lake, day, ["meter_id", "load_w"]):
        for meter, curve in zip(batch["meter_id"].to_pylist(), batch["load_w"], strict=True):
            if meter in members:
                row = curve_matrix(pa.array([curve.as_py()], pa.list_(pa.int32())), drawn.slots)[0] / 1000
                total += np.nan_to_num(row)
                reported += bool(np.isfinite(row).any())
    np.testing.assert_allclose(drawn.metered_kw[0, 10], total, rtol=1e-4)
    assert drawn.reporting[0, 10] == pytest.approx(reported / len(members))
    np.testing.assert_allclose(
        drawn.supplied_kw[0, 10], supplied_kw(lake, day, [transformer], drawn.slots)[0]
    )


def test_a_corrected_day_is_drawn_anew(own_home: Path) -> None:
    before = curves()
    day = before.days[-1]
    table = pa.Table.from_batches(
        list(lakes.read_day(own_home / "lake", day, READINGS.names)), schema=READINGS
    )
    rows = table.to_pylist()
    changed = next(row for row in rows if row["meter_id"] in before.watched.curve_meters)
    changed["load_w"] = [123_000] * 96
    lakes.write_day(own_home / "lake", day, pa.Table.from_pylist(rows, schema=READINGS))
    after = curves()
    place = before.watched.curve_meters.index(changed["meter_id"])
    np.testing.assert_allclose(after.load_kw[place, -1], 123.0)
    np.testing.assert_allclose(after.load_kw[place, :-1], before.load_kw[place, :-1])


def test_a_new_list_draws_other_meters_and_drops_the_old_files(own_home: Path) -> None:
    first = curves().watched
    table = pq.read_table(own_home / "findings.parquet")
    rows = table.to_pylist()
    for row in rows:
        row["listed"] = row["meter_id"] == first.curve_meters[0]
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), own_home / "findings.parquet")
    assert curves().watched.curve_meters == first.curve_meters[:1]
    assert len(list((own_home / "cache" / "curves").iterdir())) == 1


def test_preparing_reports_each_day_and_needs_no_second_pass(own_home: Path) -> None:
    told: list[tuple[int, int]] = []
    days = prepare(lambda done, total: told.append((done, total)))
    assert told == [(done, days) for done in range(1, days + 1)]
    files = {file: file.stat().st_mtime_ns for file in (own_home / "cache").rglob("*.npz")}
    assert len(files) == days
    prepare()
    assert {file: file.stat().st_mtime_ns for file in (own_home / "cache").rglob("*.npz")} == files


def test_a_home_without_anything_has_empty_curves(empty_home: Path) -> None:
    drawn = curves()
    assert drawn.days == ()
    assert drawn.load_kw.shape == (0, 0, 96)
