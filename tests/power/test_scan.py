from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gridcanary.contracts.errors import InputError, LakeError
from gridcanary.contracts.findings import FINDINGS, MODES
from gridcanary.contracts.reasons import load_reasons
from gridcanary.power import forest as forests
from gridcanary.power import lake as lakes
from gridcanary.power import scan
from gridcanary.power.channel_rows import channel_rows
from gridcanary.power.detectors import phase
from gridcanary.power.explain import sentences
from gridcanary.simulator import CountyTruth, simulate_county


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountyTruth:
    """150 customers over 60 days; tests read it and never write to it."""
    return simulate_county(tmp_path_factory.mktemp("county"), customers=150, days=60)


def inputs(county: CountyTruth) -> dict[str, Path]:
    return {
        "readings": county.lake,
        "customers": county.lake / "customers.parquet",
        "balance": county.lake / "balance",
        "weather": county.lake / "weather.parquet",
    }


@pytest.fixture(scope="module")
def findings(county: CountyTruth) -> pa.Table:
    return scan(**inputs(county))


@pytest.fixture(scope="module")
def alone(county: CountyTruth) -> pa.Table:
    return scan(county.lake)


@pytest.mark.parametrize("which", ["findings", "alone"])
def test_the_table_keeps_its_contract(which: str, request: pytest.FixtureRequest) -> None:
    table: pa.Table = request.getfixturevalue(which)
    assert table.schema.equals(FINDINGS)
    rows = table.to_pylist()
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({row["meter_id"] for row in rows}) == len(rows)
    assert {row["mode"] for row in rows} <= set(MODES)


def test_every_meter_has_a_row_and_the_last_day_is_told(county: CountyTruth, alone: pa.Table) -> None:
    assert alone.num_rows == 150
    assert set(alone["as_of"].to_pylist()) == {lakes.days(county.lake)[-1]}
    assert set(alone["subject_kind"].to_pylist()) == {"meter"}


@pytest.mark.parametrize("which", ["findings", "alone"])
def test_sentences_are_those_of_the_reasons(which: str, request: pytest.FixtureRequest) -> None:
    for row in request.getfixturevalue(which).to_pylist():
        for lang in ("zh", "en"):
            assert row[f"reasons_{lang}"] == sentences(load_reasons(row["reasons"]), lang)
            assert row[f"innocent_{lang}"] == sentences(load_reasons(row["innocent"]), lang)
        assert row["innocent_zh"], "every row has an innocent explanation"
        assert bool(row["reasons_zh"]) == (row["mode"] != "none")


def test_power_and_machines_agree(findings: pa.Table) -> None:
    for row in findings.to_pylist():
        if row["mode"] == "none":
            assert row["kw_mid"] is row["machines_low"] is row["onset"] is None
        else:
            assert 0 <= row["kw_low"] <= row["kw_mid"] <= row["kw_high"]
            assert (row["machines_low"] is None) == (row["kw_high"] < 1.2)


def test_nothing_smaller_than_a_machine_is_listed(findings: pa.Table) -> None:
    meters = [r for r in findings.to_pylist() if r["listed"] and r["mode"] in ("A", "D")]
    assert all(row["kw_high"] >= 1.2 for row in meters)


def test_transformers_appear_with_a_balance_only(findings: pa.Table, alone: pa.Table) -> None:
    assert "transformer" in findings["subject_kind"].to_pylist()
    assert "transformer" not in alone["subject_kind"].to_pylist()
    assert {"C"} == {r["mode"] for r in findings.to_pylist() if r["subject_kind"] == "transformer"}


def test_the_archive_speaks_where_there_is_one(findings: pa.Table, alone: pa.Table) -> None:
    def told(table: pa.Table) -> set[str]:
        return {r.code.split(".")[0] for row in table.to_pylist() for r in load_reasons(row["reasons"])}

    assert "archive" in told(findings)
    assert "archive" not in told(alone)
    assert "balance" not in told(alone)


@pytest.mark.parametrize("threshold", [0.01, 0.3, 0.9])
def test_the_threshold_lists(county: CountyTruth, threshold: float) -> None:
    for row in scan(county.lake, threshold=threshold).to_pylist():
        assert row["listed"] == (row["score"] >= threshold and row["mode"] != "none")


def test_a_smaller_share_of_mines_moves_every_score_down(county: CountyTruth, alone: pa.Table) -> None:
    rare = {r["meter_id"]: r["score"] for r in scan(county.lake, prior=0.005).to_pylist()}
    assert all(rare[row["meter_id"]] < row["score"] for row in alone.to_pylist())


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_do_not_change_the_list(county: CountyTruth, alone: pa.Table, threads: int) -> None:
    assert scan(county.lake, threads=threads).equals(alone)


def test_progress_reaches_its_end(county: CountyTruth) -> None:
    seen: list[tuple[int, int]] = []
    scan(county.lake, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] > 0


def part_of(county: CountyTruth, folder: Path, days: int) -> Path:
    """A lake with the first days of a county."""
    lakes.create_lake(folder, lakes.open_lake(county.lake).timezone)
    for day in lakes.days(county.lake)[:days]:
        shutil.copytree(county.lake / "readings" / day.isoformat(), folder / "readings" / day.isoformat())
    return folder


FRESH_DAYS = 4


@pytest.fixture(scope="module")
def begun(county: CountyTruth, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, int]:
    """The county with a load as large again as an honest shop's own in its last days, its meter and that load [W]."""
    folder = part_of(county, tmp_path_factory.mktemp("begun") / "lake", 60)
    mines = set(county.mines["meter_id"].to_pylist())
    customers = pq.read_table(county.lake / "customers.parquet").to_pylist()
    shops = (row["meter_id"] for row in customers if row["tariff_class"] == "commercial")
    meter = next(shop for shop in shops if shop not in mines)
    of_shop = (row for b in lakes.read_day(folder, lakes.days(folder)[-9]) for row in b.to_pylist())
    (own,) = (row["load_w"] for row in of_shop if row["meter_id"] == meter)
    watts = round(sum(w or 0 for w in own) / len(own))
    for day in lakes.days(folder)[-FRESH_DAYS:]:
        table = pa.Table.from_batches(list(lakes.read_day(folder, day)))
        curves = [
            [w if w is None else w + watts for w in curve] if one == meter else curve
            for one, curve in zip(table["meter_id"].to_pylist(), table["load_w"].to_pylist(), strict=True)
        ]
        at = table.schema.get_field_index("load_w")
        field = table.schema.field(at)
        lakes.write_day(folder, day, table.set_column(at, field, pa.array(curves, field.type)))
    return folder, meter, watts


def test_a_load_that_has_just_begun_is_listed_as_an_early_alert(
    county: CountyTruth, alone: pa.Table, begun: tuple[Path, str, int]
) -> None:
    folder, meter, watts = begun
    (row,) = (row for row in scan(folder, weekly=False).to_pylist() if row["meter_id"] == meter)
    (before,) = (row for row in alone.to_pylist() if row["meter_id"] == meter)
    assert row["listed"]
    assert not before["listed"]
    assert row["onset"] == lakes.days(county.lake)[-FRESH_DAYS]
    assert row["kw_low"] < watts / 1000 < row["kw_high"]
    codes = [reason.code for reason in load_reasons(row["reasons"])]
    assert codes[:2] == ["load.step_all_day", "load.fresh"]
    assert load_reasons(row["innocent"])[0].code == "innocent.fresh"


def test_weeks_alone_are_asked_at_the_weekly_pace_and_of_a_model_of_ones_own(
    begun: tuple[Path, str, int],
) -> None:
    folder, *_ = begun
    shipped = Path(str(forests.resources.files("gridcanary.power"))) / "models" / "load_shape.npz"
    for found in (scan(folder, weekly=True), scan(folder, model=shipped)):
        assert "load.fresh" not in "".join(found["reasons"].to_pylist())


def test_day_by_day_with_a_state_folder_is_the_whole_at_once(
    county: CountyTruth, alone: pa.Table, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    scan(part_of(county, tmp_path / "lake", 50), state=state)
    for day in lakes.days(county.lake)[50:]:
        shutil.copytree(
            county.lake / "readings" / day.isoformat(), tmp_path / "lake/readings" / day.isoformat()
        )
    assert scan(tmp_path / "lake", state=state).equals(alone)
    assert scan(tmp_path / "lake", state=state).equals(alone)


def test_a_state_folder_spares_reading_old_days(county: CountyTruth, tmp_path: Path) -> None:
    read: list[int] = []
    scan(county.lake, state=tmp_path, progress=lambda done, _: read.append(done))
    again: list[int] = []
    scan(county.lake, state=tmp_path, progress=lambda done, _: again.append(done))
    assert read
    assert again == []


def long_rows(county: CountyTruth, days: int) -> list[dict[str, Any]]:
    rows = []
    for day in lakes.days(county.lake)[:days]:
        for batch in lakes.read_day(county.lake, day, ["meter_id", "load_w"]):
            for row in batch.slice(0, 8).to_pylist():
                for slot, watts in enumerate(row["load_w"]):
                    minutes = slot * 1440 // len(row["load_w"])
                    stamp = f"{day.isoformat()} {minutes // 60:02d}:{minutes % 60:02d}"
                    if watts is not None:
                        rows.append({"meter_id": row["meter_id"], "ts": stamp, "kw": watts / 1000})
    return rows


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_of_readings_gives_the_list_of_the_lake(
    county: CountyTruth, tmp_path: Path, ending: str
) -> None:
    rows = long_rows(county, 35)
    path = tmp_path / f"readings.{ending}"
    if ending == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["meter_id", "ts", "kw"])
            writer.writeheader()
            writer.writerows(rows)
    else:
        pq.write_table(pa.Table.from_pylist(rows), path)
    small = tmp_path / "lake"
    lakes.create_lake(small, "Asia/Shanghai")
    for day in lakes.days(county.lake)[:35]:
        batches = lakes.read_day(county.lake, day, ["meter_id", "day", "load_w"])
        lakes.write_day(small, day, pa.Table.from_batches([b.slice(0, 8) for b in batches]))
    assert scan(path).equals(scan(small))


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        pytest.param({"readings": "gone"}, InputError, "gone", id="no readings"),
        pytest.param({"customers": "gone.csv"}, InputError, "gone.csv", id="no archive"),
        pytest.param({"balance": "gone.csv"}, InputError, "gone.csv", id="no balance"),
        pytest.param({"weather": "gone.csv"}, InputError, "gone.csv", id="no weather"),
        pytest.param({"model": "gone.npz"}, InputError, "gone.npz", id="no model"),
        pytest.param({"customers": None}, InputError, "needs the customers", id="balance without archive"),
        pytest.param({"customers": "weather.parquet"}, InputError, "customers", id="weather for archive"),
        pytest.param({"prior": 0.0}, ValueError, "prior is 0.0", id="no mines at all"),
        pytest.param({"prior": float("nan")}, ValueError, "prior is nan", id="no number"),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    county: CountyTruth, tmp_path: Path, change: dict[str, Any], error: type[Exception], told: str
) -> None:
    shutil.copy(county.lake / "weather.parquet", tmp_path / "weather.parquet")
    given: dict[str, Any] = {**inputs(county)}
    given.update({k: tmp_path / v if isinstance(v, str) else v for k, v in change.items()})
    with pytest.raises(error, match=told):
        scan(**given)


def test_a_lake_without_readings_says_so(tmp_path: Path) -> None:
    lakes.create_lake(tmp_path)
    with pytest.raises(LakeError, match="no readings"):
        scan(tmp_path)


def test_a_model_of_other_traits_is_refused(county: CountyTruth, tmp_path: Path) -> None:
    path = tmp_path / "other.npz"
    zero = np.zeros(1, np.int32)
    leaf = forests.Forest(
        ("moon_phase",), zero, -np.ones(1, np.int16), np.full(1, 0.5, np.float32), zero, zero,
        slope=1.0, offset=0.0, prevalence=0.08,
    )  # fmt: skip
    forests.save(leaf, path, {})
    with pytest.raises(InputError, match=r"other\.npz.*moon_phase"):
        scan(county.lake, model=path)


def test_a_meter_of_a_few_days_is_not_called_unsuspicious(county: CountyTruth, tmp_path: Path) -> None:
    for row in scan(part_of(county, tmp_path / "lake", 10)).to_pylist():
        assert row["mode"] == "none"
        assert row["quality"] == "short_history"
        assert load_reasons(row["innocent"])[0].code == "innocent.too_short"


def test_one_meter_of_one_day(tmp_path: Path, county: CountyTruth) -> None:
    day = lakes.days(county.lake)[0]
    (batch,) = lakes.read_day(county.lake, day, ["meter_id", "day", "load_w"])
    lakes.create_lake(tmp_path)
    lakes.write_day(tmp_path, day, pa.Table.from_batches([batch.slice(0, 1)]))
    assert scan(tmp_path).num_rows == 1


def test_channels_are_read_of_meters_that_have_them(county: CountyTruth) -> None:
    everything = [b for day in lakes.days(county.lake) for b in lakes.read_day(county.lake, day)]
    some = list(channel_rows(county.lake))
    assert 0 < sum(b.num_rows for b in some) < 0.3 * sum(b.num_rows for b in everything)
    assert phase.detect(some) == phase.detect(everything)


def test_a_lake_without_channels_has_no_rows_of_them(tmp_path: Path, county: CountyTruth) -> None:
    day = lakes.days(county.lake)[0]
    lakes.create_lake(tmp_path)
    batches = lakes.read_day(county.lake, day, ["meter_id", "day", "load_w"])
    lakes.write_day(tmp_path, day, pa.Table.from_batches(list(batches)))
    assert list(channel_rows(tmp_path)) == []
    (tmp_path / "readings" / day.isoformat() / "part-0.parquet").write_bytes(b"no parquet")
    with pytest.raises(LakeError, match="cannot be read"):
        list(channel_rows(tmp_path))
