from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.errors import InputError
from gridcanary.contracts.tables import READINGS
from gridcanary.power.readers.contract_table import ContractTable
from tests.power.readers.collected import collect

DAY = dt.date(2024, 1, 1)
NEXT = dt.date(2024, 1, 2)
CURVE = list(range(24))


def parquet(folder: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), folder / "a.parquet")
    return folder / "a.parquet"


@pytest.mark.parametrize("kind", ["exact", "large types", "dictionary and int64", "arrow"])
def test_readings_come_through_unchanged(tmp_path: Path, kind: str) -> None:
    table = pa.table({"meter_id": ["m"], "day": [DAY], "load_w": [CURVE]}, schema=READINGS)
    casts = {
        "large types": pa.schema(
            [("meter_id", pa.large_string()), ("day", pa.date64()), ("load_w", pa.large_list(pa.int32()))]
        ),
        "dictionary and int64": pa.schema(
            [
                ("meter_id", pa.dictionary(pa.int32(), pa.string())),
                ("day", pa.date32()),
                ("load_w", pa.list_(pa.int64())),
            ]
        ),
    }
    path = tmp_path / "a"
    if kind == "arrow":
        feather.write_feather(table, path)
    else:
        pq.write_table(table.cast(casts[kind]) if kind in casts else table, path)
    days, rejects = collect(ContractTable(), path)
    assert days == {("m", DAY): {"load_w": CURVE}}
    assert rejects.count == 0


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        pytest.param({"meter_id": None}, "meter_id", "no meter id", id="no meter"),
        pytest.param({"day": dt.date(1970, 1, 1)}, "day", "out of range", id="unset clock"),
        pytest.param({"day": None}, "day", "out of range", id="no day"),
        pytest.param({"day": DAY}, "day", "duplicate", id="duplicate meter-day"),
        pytest.param({"load_w": [1, 2, 3]}, "load_w", "another length", id="three values"),
        pytest.param({"load_w": None}, "load_w", "no values", id="no curve"),
        pytest.param({"load_w": [2**40, *CURVE[1:]]}, "load_w", "too large", id="beyond 32 bits"),
    ],
)
def test_a_bad_row_has_its_place(tmp_path: Path, row: dict[str, Any], column: str, reason: str) -> None:
    rows = [
        {"meter_id": "m", "day": DAY, "load_w": CURVE},
        {"meter_id": "m", "day": NEXT, "load_w": CURVE} | row,
    ]
    table = pa.Table.from_pylist(rows, schema=pa.schema([*[*READINGS][:2], ("load_w", pa.list_(pa.int64()))]))
    table = table.cast(pa.schema([(f.name, f.type) for f in table.schema]))
    pq.write_table(table, tmp_path / "a.parquet")
    days, rejects = collect(ContractTable(), tmp_path / "a.parquet")
    assert days == {("m", DAY): {"load_w": CURVE}}
    assert rejects.first is not None
    assert (rejects.count, rejects.first.row, rejects.first.column) == (1, 2, column)
    assert reason in rejects.first.problem


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        pytest.param({"day": [DAY], "load_w": [CURVE]}, "no column meter_id", id="no meter column"),
        pytest.param({"meter_id": ["m"], "day": [DAY]}, "no curve", id="no curve column"),
        pytest.param({"meter_id": [1], "day": [DAY], "load_w": [CURVE]}, "not text", id="number as a meter"),
        pytest.param({"meter_id": ["m"], "day": ["x"], "load_w": [CURVE]}, "not a date", id="text as a day"),
        pytest.param({"meter_id": ["m"], "day": [DAY], "load_w": [1.0]}, "list of whole", id="no list"),
    ],
)
def test_a_wrong_schema_is_one_clear_error(tmp_path: Path, columns: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        collect(ContractTable(), parquet(tmp_path, **columns))


@given(st.binary(max_size=200), st.integers(0, 2000))
@settings(max_examples=60, deadline=None)
def test_junk_is_nothing_worse_than_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, place: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    sound = parquet(folder, meter_id=["m"], day=[DAY], load_w=[CURVE]).read_bytes()
    path = folder / "junk.parquet"
    for content in (
        junk,
        b"PAR1" + junk,
        b"ARROW1" + junk,
        sound[:place],
        sound[:place] + junk + sound[place:],
    ):
        path.write_bytes(content)
        with contextlib.suppress(InputError):
            collect(ContractTable(), path)
