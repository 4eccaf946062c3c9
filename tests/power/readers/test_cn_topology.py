import datetime as dt
from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError, SchemaMismatch
from gridcanary.power.importing import find_reader
from gridcanary.power.readers.base import ReadOptions, Rejects

DAY = dt.date(2024, 3, 1)
DAILY = "transformer_id,date,supplied_kwh,billed_kwh"


def read(tmp_path: Path, text: str, expected: str, rejects: Rejects | None = None) -> list[dict]:
    path = tmp_path / "t.csv"
    path.write_text(text)
    reader = find_reader(path)
    assert reader.name == expected
    batches = reader.read(path, ReadOptions(), rejects or Rejects(strict=True))
    return [row for batch in batches for row in batch.to_pylist()]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("METER_ID,TG_NO,LINE_NO\nm1,T1,L1\n", id="database names"),
        pytest.param("电能表编号,台区编号,线路编号\nm1,T1,L1\n", id="Chinese names"),
        pytest.param("meter_id,transformer_id,feeder_id\nm1,T1,L1\n", id="our names"),
    ],
)
def test_pairs_of_meter_and_transformer(tmp_path: Path, text: str) -> None:
    (row,) = read(tmp_path, text, "cn-topology")
    known = {name: value for name, value in row.items() if value is not None}
    assert known == {"premises_id": "m1", "meter_id": "m1", "transformer_id": "T1", "feeder_id": "L1"}


def test_a_meter_on_two_transformers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 3: a second row for the same meter"):
        read(tmp_path, "METER_ID,TG_NO\nm1,T1\nm1,T2\n", "cn-topology")


def test_a_topology_without_a_transformer_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("METER_ID,X\nm1,1\n")
    with pytest.raises(SchemaMismatch, match="no column for transformer_id"):
        list(find_reader(path, "cn-topology").read(path, ReadOptions(), Rejects()))


@pytest.mark.parametrize("header", [DAILY, "台区编号,日期,供电量,售电量", "TG_NO,DATA_DATE,PPQ,UPQ"])
def test_the_balance_of_days(tmp_path: Path, header: str) -> None:
    (row,) = read(tmp_path, f"{header}\nT1,2024/3/1,240.000,230\n", "balance-daily")
    assert row == {"transformer_id": "T1", "day": DAY, "supplied_w": [10_000], "row": 2}


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        pytest.param("T1,2024-03-01,many,1", "supplied_kwh", id="text in a number"),
        pytest.param("T1,2024-03-01,,1", "supplied_kwh", id="no value"),
        pytest.param("T1,2024-03-01,1e15,1", "supplied_kwh", id="absurd value"),
        pytest.param("T1,2999-03-01,1,1", "date", id="day in the future"),
        pytest.param("T1,soon,1,1", "date", id="no date"),
        pytest.param(",2024-03-01,1,1", "transformer_id", id="no transformer"),
        pytest.param("T1,2024-03-01", None, id="short row"),
    ],
)
def test_a_bad_day_is_refused_where_it_is_bad(tmp_path: Path, bad: str, column: str | None) -> None:
    rejects = Rejects()
    rows = read(tmp_path, f"{DAILY}\n{bad}\nT2,2024-03-01,24,1\n", "balance-daily", rejects)
    assert [row["transformer_id"] for row in rows] == ["T2"]
    assert rejects.first is not None
    assert (rejects.count, rejects.first.row, rejects.first.column) == (1, 2, column)


def test_the_balance_of_intervals(tmp_path: Path) -> None:
    lines = [f"T1,2024-03-01 {slot // 4:02d}:{slot % 4 * 15:02d}:00,{slot}" for slot in range(96)]
    text = "\n".join(["transformer_id,ts,supplied_kwh", *lines]) + "\n"
    (row,) = read(tmp_path, text, "balance-long")
    assert row == {"transformer_id": "T1", "day": DAY, "supplied_w": [4000 * slot for slot in range(96)]}


def test_intervals_with_a_bad_value(tmp_path: Path) -> None:
    lines = [f"T1,2024-03-01 {hour:02d}:00:00,{'x' if hour == 3 else 1}" for hour in range(24)]
    rejects = Rejects()
    text = "\n".join(["transformer_id,ts,supplied_kwh", *lines]) + "\n"
    (row,) = read(tmp_path, text, "balance-long", rejects)
    assert row["supplied_w"][2:5] == [1000, None, 1000]
    assert rejects.first is not None
    assert (rejects.first.row, rejects.first.column) == (5, "supplied_kwh")
