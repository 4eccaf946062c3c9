from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.tables import BALANCE, CUSTOMERS, READINGS
from gridcanary.power import balance
from gridcanary.power.lake import create_lake
from gridcanary.power.topology import read_topology
from tests.power.transformers import (
    FIRST,
    archive_of,
    balance_of,
    losses_of,
    make_transformer,
    readings_of,
    write_lake,
)


def one_day(
    curves: dict[str, list[int | None]],
    supplied: list[int | None],
    *,
    meters: list[str] | None = None,
    usual: dict[str, int] | None = None,
    connected: dict[str, dt.date] | None = None,
) -> tuple[dict[str, object], dict[str, int]]:
    """The one row of a day's losses and the usual levels after it."""
    rows = [
        {"premises_id": m, "meter_id": m, "transformer_id": "T", "connected_on": (connected or {}).get(m)}
        for m in (meters or list(curves))
    ]
    topology = read_topology(pa.Table.from_pylist(rows, schema=CUSTOMERS))
    levels = balance.unknown_levels(topology)
    for meter, level in (usual or {}).items():
        levels[topology.meter_id.to_pylist().index(meter)] = level
    readings = pa.Table.from_pylist(
        [{"meter_id": m, "day": FIRST, "load_w": c} for m, c in curves.items()], schema=READINGS
    )
    supply = pa.Table.from_pylist(
        [{"transformer_id": "T", "day": FIRST, "supplied_w": supplied}], schema=BALANCE
    )
    table, after = balance.day_losses(FIRST, readings.to_batches(), supply, topology, levels)
    assert table.schema == balance.LOSSES
    return table.to_pylist()[0], dict(zip(topology.meter_id.to_pylist(), after.tolist(), strict=True))


def test_loss_is_supply_less_meters() -> None:
    row, levels = one_day({"a": [100] * 24, "b": [50] * 24}, [170] * 24)
    assert row["metered_w"] == [150] * 24
    assert row["loss_w"] == [20] * 24
    assert row["missing_meters"] == 0
    assert levels == {"a": 100, "b": 50}


@pytest.mark.parametrize("slots", [24, 48, 96, 288])
def test_any_resolution_gives_hourly_means(slots: int) -> None:
    row, _ = one_day({"a": list(range(slots))}, [slots] * 24)
    expected = np.arange(slots).reshape(24, -1).mean(axis=1)
    assert np.allclose(row["metered_w"], expected, atol=0.5)


def test_missing_hours_take_the_neighbours_shape_and_the_own_level() -> None:
    shape = [100] * 12 + [300] * 12
    curves = {"a": shape, "b": [4 * v for v in shape], "c": [*shape[:-1], None]}
    row, _ = one_day(curves, [2000] * 24)
    assert row["missing_meters"] == 0
    assert row["metered_w"][:23] == [600] * 12 + [1800] * 11
    # c is presumed at its share of the level: 23 hours of mean 195.65 against 200 with the last.
    assert row["metered_w"][23] == pytest.approx(1800, abs=10)


def test_absent_meter_keeps_its_usual_level() -> None:
    curves = {m: [100] * 24 for m in "abcdef"}
    row, _ = one_day(curves, [1000] * 24, meters=[*"abcdef", "z"], usual={"z": 60})
    assert row["missing_meters"] == 1
    assert row["metered_w"] == [660] * 24


def test_absent_meter_without_a_past_is_like_its_neighbours() -> None:
    curves = {m: [100] * 24 for m in "abcdef"}
    row, _ = one_day(curves, [1000] * 24, meters=[*"abcdef", "z"])
    assert row["metered_w"] == [700] * 24


def test_too_much_presumed_gives_null() -> None:
    row, _ = one_day({"a": [100] * 24}, [500] * 24, meters=["a", "b"])
    assert row["loss_w"] == [None] * 24
    assert row["missing_meters"] == 1


def test_a_meter_not_yet_connected_is_not_missing() -> None:
    later = {"b": FIRST + dt.timedelta(days=1)}
    row, _ = one_day({"a": [100] * 24}, [110] * 24, meters=["a", "b"], connected=later)
    assert row["missing_meters"] == 0
    assert row["loss_w"] == [10] * 24


@pytest.mark.parametrize(
    ("curve", "supplied"),
    [
        pytest.param([None] * 24, [100] * 24, id="meter all missing"),
        pytest.param([100] * 24, [None] * 24, id="supply all missing"),
        pytest.param([1, 2, 3], [100] * 24, id="short day"),
    ],
)
def test_what_cannot_be_known_is_null(curve: list[int | None], supplied: list[int | None]) -> None:
    row, _ = one_day({"a": curve}, supplied)
    assert row["loss_w"] == [None] * 24


def test_daily_energy_alone_is_spread_evenly() -> None:
    row, _ = one_day({"a": [100] * 12 + [200] * 12}, [180])
    assert row["loss_w"] == [30] * 24
    assert row["supplied_w"] == [130] * 12 + [230] * 12


def test_feed_in_is_negative_load() -> None:
    row, _ = one_day({"a": [-100] * 24, "b": [300] * 24}, [210] * 24)
    assert row["loss_w"] == [10] * 24


def test_a_feeder_sums_all_its_transformers() -> None:
    first, second = make_transformer("T1", days=1), make_transformer("T2", seed=1, days=1)
    archive = archive_of(first, second, feeder="F")
    topology = read_topology(archive)
    supply = balance_of(first, 0).to_pylist()[0] | {"transformer_id": "F", "supplied_w": [50_000] * 24}
    table, _ = balance.day_losses(
        FIRST,
        [*readings_of(first).to_batches(), *readings_of(second).to_batches()],
        pa.Table.from_pylist([supply], schema=BALANCE),
        topology,
        balance.unknown_levels(topology),
    )
    expected = first.metered_w.sum(axis=0)[0] + second.metered_w.sum(axis=0)[0]
    assert table.column("metered_w").to_pylist()[0] == expected.astype(int).tolist()


def test_no_rows_and_unknown_transformers_give_an_empty_table() -> None:
    topology = read_topology(CUSTOMERS.empty_table())
    supply = pa.Table.from_pylist(
        [{"transformer_id": "X", "day": FIRST, "supplied_w": [1] * 24}], schema=BALANCE
    )
    table, _ = balance.day_losses(FIRST, [], supply, topology, balance.unknown_levels(topology))
    assert table.num_rows == 0
    assert table.schema == balance.LOSSES


def test_a_repeated_meter_day_counts_once() -> None:
    made = make_transformer(days=1)
    topology = read_topology(archive_of(made))
    once, _ = balance.day_losses(
        FIRST, readings_of(made).to_batches(), balance_of(made, 0), topology, balance.unknown_levels(topology)
    )
    twice, _ = balance.day_losses(
        FIRST,
        [*readings_of(made).to_batches(), *readings_of(made).to_batches()],
        balance_of(made, 0),
        topology,
        balance.unknown_levels(topology),
    )
    assert once.equals(twice)


hours = st.lists(st.one_of(st.none(), st.integers(-5000, 50_000)), min_size=24, max_size=24)


@settings(max_examples=40, deadline=None)
@given(st.lists(hours, min_size=1, max_size=8), st.integers(0, 8), st.randoms())
def test_split_and_order_do_not_matter(curves: list[list[int | None]], cut: int, random: object) -> None:
    names = [f"m{i}" for i in range(len(curves))]
    archive = pa.Table.from_pylist(
        [{"premises_id": m, "meter_id": m, "transformer_id": f"T{i % 2}"} for i, m in enumerate(names)],
        schema=CUSTOMERS,
    )
    topology = read_topology(archive)
    rows = [{"meter_id": m, "day": FIRST, "load_w": c} for m, c in zip(names, curves, strict=True)]
    supply = pa.Table.from_pylist(
        [{"transformer_id": t, "day": FIRST, "supplied_w": [60_000] * 24} for t in ("T0", "T1")],
        schema=BALANCE,
    )
    whole = pa.RecordBatch.from_pylist(rows, schema=READINGS)
    expected = balance.day_losses(FIRST, [whole], supply, topology, balance.unknown_levels(topology))
    random.shuffle(rows)  # type: ignore[attr-defined]
    mixed = pa.RecordBatch.from_pylist(rows, schema=READINGS)
    parts = [mixed.slice(0, cut), mixed.slice(cut)]
    got = balance.day_losses(FIRST, parts, supply, topology, balance.unknown_levels(topology))
    assert got[0].equals(expected[0])
    assert np.array_equal(got[1], expected[1])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(-5000, 50_000), min_size=24, max_size=24), min_size=1, max_size=6))
def test_complete_days_agree_with_plain_sums(curves: list[list[int]]) -> None:
    row, _ = one_day({f"m{i}": c for i, c in enumerate(curves)}, [100_000] * 24)
    expected = [sum(column) for column in zip(*curves, strict=True)]
    assert row["metered_w"] == expected
    assert row["loss_w"] == [100_000 - v for v in expected]


def test_losses_read_a_lake(tmp_path: Path) -> None:
    made = make_transformer(days=3)
    write_lake(tmp_path, made)
    table = balance.losses(tmp_path, archive_of(made))
    assert table.equals(losses_of(made).combine_chunks())
    second = FIRST + dt.timedelta(days=1)
    assert balance.losses(tmp_path, archive_of(made), second, second).column("day").to_pylist() == [second]


def test_a_lake_without_a_balance_has_no_losses(tmp_path: Path) -> None:
    create_lake(tmp_path)
    assert balance.losses(tmp_path, CUSTOMERS.empty_table()).equals(balance.LOSSES.empty_table())
