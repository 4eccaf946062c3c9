import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gridcanary.contracts.errors import InputError, SchemaMismatch
from gridcanary.power.importing import find_reader
from gridcanary.power.readers.base import ReadOptions, Rejects

DAY = dt.date(2024, 3, 1)


def read(
    tmp_path: Path, expected: str, rejects: Rejects | None = None, **columns: list[object]
) -> list[dict]:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table(columns), path)
    reader = find_reader(path)
    assert reader.name == expected
    batches = reader.read(path, ReadOptions(), rejects or Rejects(strict=True))
    return [row for batch in batches for row in batch.to_pylist()]


def test_balance_and_weather_pass_through(tmp_path: Path) -> None:
    balance = {"transformer_id": ["T"], "day": [DAY], "supplied_w": [[5]]}
    assert read(tmp_path, "balance", **balance) == [
        {"transformer_id": "T", "day": DAY, "supplied_w": [5], "row": 1}
    ]
    weather = {"day": [DAY], "temp_centi_c": [[100] * 24]}
    assert read(tmp_path, "weather-table", **weather) == [{"day": DAY, "temp_centi_c": [100] * 24}]


def test_customers_with_some_columns_missing(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "customers", premises_id=["p"], meter_id=["m"], contract_kva=[8])
    assert (row["meter_id"], row["contract_kva"], row["name"]) == ("m", 8.0, None)


@pytest.mark.parametrize(
    ("columns", "column"),
    [
        pytest.param(
            {"transformer_id": [None], "day": [DAY], "supplied_w": [[5]]}, "transformer_id", id="no key"
        ),
        pytest.param(
            {"transformer_id": ["T"], "day": [DAY], "supplied_w": [[5] * 7]}, "supplied_w", id="7 values"
        ),
        pytest.param(
            {"transformer_id": ["T"], "day": [dt.date(2999, 1, 1)], "supplied_w": [[5]]},
            "day",
            id="in the future",
        ),
    ],
)
def test_a_bad_row_is_refused(tmp_path: Path, columns: dict[str, list[object]], column: str) -> None:
    rejects = Rejects()
    good = {"transformer_id": ["G"], "day": [DAY], "supplied_w": [[1]]}
    rows = read(tmp_path, "balance", rejects, **{name: columns[name] + good[name] for name in good})
    assert [row["transformer_id"] for row in rows] == ["G"]
    assert rejects.first is not None
    assert (rejects.first.row, rejects.first.column) == (1, column)


def test_a_column_of_another_type_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SchemaMismatch, match="column supplied_w: string where list"):
        read(tmp_path, "balance", transformer_id=["T"], day=[DAY], supplied_w=["x"])


def test_a_file_cut_short_is_an_error(tmp_path: Path) -> None:
    read(tmp_path, "customers", premises_id=["p"], meter_id=["m"])
    path = tmp_path / "t.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"t\.parquet"):
        list(find_reader(path, "customers").read(path, ReadOptions(), Rejects()))
