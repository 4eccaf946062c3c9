"""The county as written: shapes, energy balance, truth that agrees with the readings, repeatable by seed."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from gridcanary.contracts.errors import LakeError
from gridcanary.contracts.tables import CUSTOMERS, READINGS, TARIFF_CLASSES, WEATHER
from gridcanary.power import lake as lakes
from gridcanary.simulator import TRUTH, CountyTruth, simulate_county
from gridcanary.simulator.archetypes import ARCHETYPES
from gridcanary.simulator.phases import CHANNEL_NAMES
from gridcanary.simulator.truth import HIDING_WAYS


def curves(county: CountyTruth, meter_id: str) -> np.ndarray:
    """Readings of one meter [W], missing points as NaN, shape (days, slots)."""
    days = lakes.days(county.lake)
    table = lakes.meter_readings(county.lake, meter_id, days[0], days[-1], ["load_w"])
    return np.array(table["load_w"].to_pylist(), dtype=float)


def digest(folder: Path) -> str:
    """One digest over every file below a folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*.parquet")):
        whole.update(path.relative_to(folder).as_posix().encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def test_lake_holds_what_the_power_lens_reads(small_county: CountyTruth) -> None:
    days = lakes.days(small_county.lake)
    assert len(days) == 45
    assert lakes.balance_days(small_county.lake) == days
    day = pa.Table.from_batches(lakes.read_day(small_county.lake, days[0]))
    assert day.schema.names == [*READINGS.names, *CHANNEL_NAMES]
    assert set(pc.list_value_length(day["load_w"]).to_pylist()) == {96}
    assert lakes.read_customers(small_county.lake).schema.equals(CUSTOMERS)
    assert lakes.read_weather(small_county.lake).schema.equals(WEATHER)
    assert small_county.readings == 150 * 45 * 96


def test_archive_uses_known_classes_and_every_meter_has_a_transformer(small_county: CountyTruth) -> None:
    customers = lakes.read_customers(small_county.lake)
    assert set(customers["tariff_class"].to_pylist()) <= set(TARIFF_CLASSES)
    assert customers["transformer_id"].null_count == 0
    balance = lakes.read_balance(small_county.lake, lakes.days(small_county.lake)[0])
    assert set(customers["transformer_id"].to_pylist()) == set(balance["transformer_id"].to_pylist())


def test_truth_covers_every_mode_and_names_known_ways_of_hiding(small_county: CountyTruth) -> None:
    mines = small_county.mines
    assert mines.schema.equals(TRUTH)
    assert set(mines["mode"].to_pylist()) == {"A", "B", "C", "D"}
    assert set(mines["hiding"].to_pylist()) <= set(HIDING_WAYS)
    assert pq.read_table(small_county.home / "truth.parquet").equals(mines)


def test_a_full_county_hides_mines_in_every_way(tmp_path: Path) -> None:
    county = simulate_county(tmp_path, customers=1200, days=60, slots=24)
    assert set(county.mines["hiding"].to_pylist()) == set(HIDING_WAYS)
    assert set(county.population["archetype"].to_pylist()) == set(ARCHETYPES)
    lossy = [row["transformer_id"] for row in county.mines.to_pylist() if row["mode"] in ("B", "C")]
    assert len(lossy) == len(set(lossy))
    groups = [g for g in county.mines["group_id"].to_pylist() if g]
    assert len(groups) == 5
    assert len(set(groups)) == 1


def test_an_honest_mine_lifts_its_meter_by_its_power(small_county: CountyTruth) -> None:
    rows = small_county.mines.to_pylist()
    mine = next(r for r in rows if r["mode"] == "A" and r["hiding"] == "none")
    first = lakes.days(small_county.lake)[0]
    load = curves(small_county, mine["meter_id"])
    at = (mine["onset"] - first).days
    lift_kw = (np.nanmedian(load[at + 1 :]) - np.nanmedian(load[:at])) / 1000
    assert lift_kw == pytest.approx(mine["kw"], rel=0.12)


def test_a_bypassed_mine_shows_in_the_loss_and_not_on_the_meter(small_county: CountyTruth) -> None:
    mine = next(r for r in small_county.mines.to_pylist() if r["mode"] == "B" and r["metered_share"] == 0.0)
    days = lakes.days(small_county.lake)
    at = (mine["onset"] - days[0]).days
    load = curves(small_county, mine["meter_id"])
    shown_kw = (np.nanquantile(load[at + 1 :], 0.1) - np.nanquantile(load[:at], 0.1)) / 1000
    assert abs(shown_kw) < 0.2 * mine["kw"]
    loss = loss_kw(small_county, mine["transformer_id"])
    assert np.median(loss[at + 1 :]) - np.median(loss[:at]) > 0.7 * mine["kw"]


def test_a_tap_without_meter_shows_in_the_loss(small_county: CountyTruth) -> None:
    mine = next(r for r in small_county.mines.to_pylist() if r["mode"] == "C")
    assert mine["subject_kind"] == "transformer"
    assert mine["meter_id"] == mine["transformer_id"]
    at = (mine["onset"] - lakes.days(small_county.lake)[0]).days
    loss = loss_kw(small_county, mine["transformer_id"])
    assert np.median(loss[at + 1 :]) - np.median(loss[:at]) > 0.7 * mine["kw"]


def test_a_transformer_without_mine_loses_a_few_per_cent(small_county: CountyTruth) -> None:
    mined = set(small_county.mines["transformer_id"].to_pylist())
    faulty = {
        row["meter_id"]
        for row in small_county.population.to_pylist()
        if row["meter_fault"] in ("ct", "stuck", "gaps")
    }
    customers = lakes.read_customers(small_county.lake).to_pylist()
    disturbed = mined | {row["transformer_id"] for row in customers if row["meter_id"] in faulty}
    clean = sorted({row["transformer_id"] for row in customers} - disturbed)
    assert clean
    for transformer in clean:
        supplied = supplied_kw(small_county, transformer)
        share = np.nanmean(loss_kw(small_county, transformer)) / np.nanmean(supplied)
        assert 0.0 < share < 0.16, transformer


def test_phase_meter_that_lost_two_phases_shows_it(small_county: CountyTruth) -> None:
    mine = next(r for r in small_county.mines.to_pylist() if r["mode"] == "B" and r["metered_share"] > 0)
    days = lakes.days(small_county.lake)
    table = lakes.meter_readings(small_county.lake, mine["meter_id"], mine["onset"], days[-1])
    amps = {name: np.array(table[name].to_pylist(), dtype=float) for name in ("amp_a_ma", "amp_c_ma")}
    assert np.median(amps["amp_a_ma"]) < 0.05 * np.median(amps["amp_c_ma"])


def test_factories_stop_at_the_spring_festival_and_mines_do_not(tmp_path: Path) -> None:
    county = simulate_county(tmp_path, customers=150, days=45, first_day=dt.date(2026, 1, 15))
    new_year = (dt.date(2026, 2, 17) - dt.date(2026, 1, 15)).days
    population = county.population.to_pylist()
    mined = set(county.mines["meter_id"].to_pylist())
    for row in population:
        if (
            row["archetype"] == "one_shift_factory"
            and row["meter_id"] not in mined
            and row["meter_fault"] == "none"
        ):
            load = curves(county, row["meter_id"])
            assert np.nanmean(load[new_year]) < 0.4 * np.nanmean(load[:15]), row
    mine = next(r for r in county.mines.to_pylist() if r["hiding"] == "before_data")
    load = curves(county, mine["meter_id"])
    assert np.nanmedian(load[new_year - 1 : new_year + 2]) / 1000 > 0.8 * mine["kw"]


def test_same_seed_same_county_other_seed_another(tmp_path: Path, small_county: CountyTruth) -> None:
    again = simulate_county(tmp_path / "again", customers=150, days=45)
    other = simulate_county(tmp_path / "other", customers=150, days=45, seed=2)
    assert digest(again.home) == digest(small_county.home)
    assert digest(other.home) != digest(small_county.home)


def test_progress_names_stages_and_reaches_the_end(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    simulate_county(tmp_path, customers=60, days=20, slots=24, progress=lambda *step: told.append(step))
    last = {what: (done, total) for what, done, total in told}
    assert list(last) == ["load curves", "mines", "writing days"]
    assert all(done == total for done, total in last.values())


def test_a_second_simulation_replaces_the_first(tmp_path: Path) -> None:
    simulate_county(tmp_path, customers=60, days=24, slots=24)
    county = simulate_county(tmp_path, customers=60, days=20, slots=24)
    assert len(lakes.days(county.lake)) == 20


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_smallest_county_can_be_laid_out(tmp_path: Path, seed: int) -> None:
    county = simulate_county(tmp_path, customers=60, days=20, slots=24, seed=seed)
    assert county.mines.num_rows >= 8


def test_readings_that_no_simulation_wrote_are_left_alone(tmp_path: Path) -> None:
    lakes.create_lake(tmp_path / "lake")
    with pytest.raises(LakeError, match="no simulation wrote"):
        simulate_county(tmp_path, customers=60, days=20, slots=24)
    assert lakes.is_lake(tmp_path / "lake")


@pytest.mark.parametrize(
    ("customers", "days"), [pytest.param(59, 45, id="few customers"), pytest.param(150, 19, id="few days")]
)
def test_a_county_too_small_is_refused(tmp_path: Path, customers: int, days: int) -> None:
    with pytest.raises(ValueError, match="at least 60 customers and 20 days"):
        simulate_county(tmp_path, customers=customers, days=days)
    assert not list(tmp_path.iterdir())


def supplied_kw(county: CountyTruth, transformer: str) -> np.ndarray:
    """Mean supply of a transformer on each day [kW]."""
    rows = []
    for day in lakes.balance_days(county.lake):
        table = lakes.read_balance(county.lake, day)
        row = table.filter(pc.equal(table["transformer_id"], transformer))["supplied_w"].to_pylist()[0]
        rows.append(np.nanmean(np.array(row, dtype=float)) / 1000)
    return np.array(rows)


def loss_kw(county: CountyTruth, transformer: str) -> np.ndarray:
    """Daily mean of supply less what the meters show [kW]; a missing meter-day counts as its median."""
    customers = lakes.read_customers(county.lake)
    meters = customers.filter(pc.equal(customers["transformer_id"], transformer))["meter_id"].to_pylist()
    days = lakes.days(county.lake)
    total = np.zeros(len(days))
    for meter in meters:
        table = lakes.meter_readings(county.lake, meter, days[0], days[-1], ["day", "load_w"])
        by_day = dict(
            zip(table["day"].to_pylist(), np.array(table["load_w"].to_pylist(), dtype=float), strict=True)
        )
        means = {day: np.nanmean(curve) for day, curve in by_day.items()}
        usual = float(np.median(list(means.values())))
        total += np.array([means.get(day, usual) for day in days]) / 1000
    return supplied_kw(county, transformer) - total
