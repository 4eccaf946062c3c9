from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import os
import random
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers import long_table
from gridcanary.power.readers.base import ReadOptions, Rejects
from gridcanary.power.readers.long_table import LongTable
from tests.power.readers.collected import collect, write

DAY = dt.date(2024, 1, 1)
DATA = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / "power"


def long_csv(values: list[float], *, minutes: int, unit: str = "kw", meter: str = "m1") -> str:
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    rows = [
        f"{meter},{start + dt.timedelta(minutes=minutes * i):%Y-%m-%d %H:%M},{value}"
        for i, value in enumerate(values)
    ]
    return "\n".join([f"meter_id,ts,{unit}", *rows]) + "\n"


@pytest.mark.parametrize("minutes", [60, 30, 15, 5])
def test_each_resolution_becomes_power(tmp_path: Path, minutes: int) -> None:
    slots = 1440 // minutes
    text = long_csv([1.5] * slots, minutes=minutes, unit="kwh")
    days, rejects = collect(LongTable(), write(tmp_path, "a.csv", text))
    assert days == {("m1", DAY): {"load_w": [1500 * 60 // minutes] * slots}}
    assert rejects.count == 0


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet", "arrow", "gbk csv", "crlf", "semicolons"])
def test_every_container_gives_the_same(tmp_path: Path, kind: str) -> None:
    text = long_csv([0.5, 1, 2.25], minutes=60)
    path = tmp_path / "file"
    table = pa.table(
        {
            "meter_id": ["m1"] * 3,
            "ts": pa.array([np.datetime64(f"2024-01-01T0{hour}:00:00") for hour in range(3)]),
            "kw": [0.5, 1, 2.25],
        }
    )
    if kind == "parquet":
        pq.write_table(table, path)
    elif kind == "arrow":
        feather.write_feather(table, path, compression="uncompressed")
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(text.encode()))
    elif kind == "gbk csv":
        path.write_bytes(text.replace("meter_id", "户号").encode("gb18030"))
    else:
        path.write_text(text.replace("\n", "\r\n") if kind == "crlf" else text.replace(",", ";"), newline="")
    days, rejects = collect(LongTable(), path)
    assert days[("m1", DAY)]["load_w"] == [500, 1000, 2250] + [None] * 21
    assert rejects.count == 0


def test_column_map_constant_meter_and_channels(tmp_path: Path) -> None:
    text = (
        "date,Usage_kWh,Lagging,PF\n01/01/2018 00:15,3,2,73.2\n13/01/2018 00:30,4,1,50\n13/01/2018 00:45,,,\n"
    )
    columns = {
        "meter_id": "=steel",
        "ts": "date",
        "kwh": "Usage_kWh",
        "kvarh": "Lagging",
        "power_factor_pct": "PF",
    }
    days, _ = collect(LongTable(), write(tmp_path, "a.csv", text), columns=columns, stamp="end", points=96)
    first = days[("steel", dt.date(2018, 1, 1))]
    assert {name: curve[0] for name, curve in first.items()} == {
        "load_w": 12000,
        "reactive_var": 8000,
        "power_factor_permille": 732,
    }
    assert days[("steel", dt.date(2018, 1, 13))]["load_w"][1:3] == [16000, None]


def test_a_midnight_dated_with_the_day_that_ends(tmp_path: Path) -> None:
    stamps = [f"2024-01-01 {h:02d}:00" for h in range(1, 24)] + ["2024-01-01 00:00", "2024-01-02 01:00"]
    text = "meter_id,ts,kw\n" + "".join(f"m,{stamp},{i}\n" for i, stamp in enumerate(stamps))
    days, _ = collect(LongTable(), write(tmp_path, "a.csv", text), stamp="end")
    assert days[("m", DAY)]["load_w"] == [1000 * i for i in range(24)]


def test_aware_times_become_local(tmp_path: Path) -> None:
    text = "meter_id,ts,kw\nm,2024-01-01T16:00:00Z,1\nm,2024-01-01T17:00:00Z,2\n"
    days, _ = collect(LongTable(), write(tmp_path, "a.csv", text), timezone="Asia/Shanghai")
    assert days == {("m", dt.date(2024, 1, 2)): {"load_w": [1000, 2000] + [None] * 22}}


@pytest.mark.parametrize("aware", [True, False], ids=["with zone", "without zone"])
def test_the_repeated_hour_is_averaged(tmp_path: Path, aware: bool) -> None:
    stamps = (
        ["2024-10-27T00:00:00Z", "2024-10-27T01:00:00Z", "2024-10-27T02:00:00Z"]
        if aware
        else ["2024-10-27 01:00", "2024-10-27 01:00", "2024-10-27 02:00"]
    )
    text = "meter_id,ts,kw\n" + "".join(
        f"m,{stamp},{kw}\n" for stamp, kw in zip(stamps, (1, 3, 7), strict=True)
    )
    path = write(tmp_path, "a.csv", text)
    days, rejects = collect(LongTable(), path, timezone="Europe/London", points=24)
    assert days[("m", dt.date(2024, 10, 27))]["load_w"][1:3] == [2000, 7000]
    assert rejects.count == 0


def test_the_missing_hour_is_null(tmp_path: Path) -> None:
    text = "meter_id,ts,kw\nm,2024-03-31T00:00:00Z,1\nm,2024-03-31T01:00:00Z,2\nm,2024-03-31T02:00:00Z,3\n"
    days, _ = collect(LongTable(), write(tmp_path, "a.csv", text), timezone="Europe/London")
    assert days[("m", dt.date(2024, 3, 31))]["load_w"][:4] == [1000, None, 2000, 3000]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        pytest.param("m,2024-01-01 03:00,12a", "kw", "text where a number", id="text in a number"),
        pytest.param("m,2024-01-01 03:00,inf", "kw", "text where a number", id="infinity"),
        pytest.param("m,2024-01-01 03:00,1e9", "load_w", "number too large", id="beyond 32 bits"),
        pytest.param("m,2024-01-01 03:00", None, "a short row", id="short row"),
        pytest.param("m,2024-01-01 03:00,1,2", None, "a long row", id="long row"),
        pytest.param("m,2024-01-01 25:00,1", "ts", "no readable time", id="hour 25"),
        pytest.param("m,1970-01-01 00:00,1", "ts", "time out of range", id="unset clock"),
        pytest.param("m,2199-01-01 00:00,1", "ts", "time out of range", id="far future"),
        pytest.param(",2024-01-01 03:00,1", "meter_id", "no meter id", id="no meter"),
        pytest.param("m,2024-01-01 01:00,1", "ts", "duplicate", id="duplicate"),
        pytest.param("m,2024-01-01 03:07,1", "ts", "not at a multiple", id="stray stamp"),
    ],
)
def test_a_bad_row_is_refused_with_its_place(
    tmp_path: Path, row: str, column: str | None, reason: str
) -> None:
    text = "meter_id,ts,kw\nm,2024-01-01 00:00,1\nm,2024-01-01 01:00,2\n" + row + "\nm,2024-01-01 02:00,3\n"
    days, rejects = collect(LongTable(), write(tmp_path, "a.csv", text))
    assert days[("m", DAY)]["load_w"] == [1000, 2000, 3000] + [None] * 21
    assert rejects.first is not None
    assert (rejects.count, rejects.first.row, rejects.first.column) == (1, 4, column)
    assert reason in rejects.first.problem


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("a,b\n1,2\n", "meter_id", id="no meter column"),
        pytest.param("meter_id,ts,foo\nm,2024-01-01 00:00,1\n", "kw or kwh", id="no value column"),
        pytest.param("meter_id,ts,kw\nm,2024-01-01 00:00,1\n", "interval cannot be told", id="one value"),
        pytest.param(
            "meter_id,ts,kw\nm,2024-01-01 00:00,1\nm,2024-01-01 00:10,1\nm,2024-01-01 00:20,1\n",
            "every 10 minutes",
            id="ten minutes",
        ),
        pytest.param(
            "meter_id,ts,kw\n"
            + "".join(f"m,2024-01-01 {h:02d}:00,1\n" for h in range(24))
            + "m,2024-01-01 03:07,1\n" * 2,
            "irregular",
            id="irregular",
        ),
    ],
)  # fmt: skip
def test_a_bad_file_is_one_clear_error(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        collect(LongTable(), write(tmp_path, "a.csv", text))


def test_truncated_parquet_and_gzip(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"meter_id": ["m"], "ts": ["2024-01-01 00:00"], "kw": [1.0]}), path)
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(InputError, match="cut short or damaged"):
        collect(LongTable(), path)
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(
        gzip.compress(long_csv([random.random() for _ in range(3000)], minutes=15).encode())[:-40]
    )
    with pytest.raises(InputError, match="cut short"):
        collect(LongTable(), packed)


def test_order_and_spilling_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        line for m in "abcdef" for line in long_csv(list(range(96)), minutes=15, meter=m).splitlines()[1:]
    ]
    ordered, _ = collect(LongTable(), write(tmp_path, "o.csv", "meter_id,ts,kw\n" + "\n".join(lines)))
    random.Random(1).shuffle(lines)
    monkeypatch.setattr(long_table, "ROWS_IN_MEMORY", 100)
    shuffled, rejects = collect(LongTable(), write(tmp_path, "s.csv", "meter_id,ts,kw\n" + "\n".join(lines)))
    assert shuffled == ordered
    assert rejects.count == 0


def test_meters_of_different_resolution(tmp_path: Path) -> None:
    text = long_csv([1] * 24, minutes=60) + "".join(
        line + "\n" for line in long_csv([2] * 96, minutes=15, meter="m2").splitlines()[1:]
    )
    days, _ = collect(LongTable(), write(tmp_path, "a.csv", text))
    assert {meter: len(curves["load_w"]) for (meter, _), curves in days.items()} == {"m1": 24, "m2": 96}


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_junk_is_nothing_worse_than_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "junk.csv"
    for head in (
        b"",
        b"meter_id,ts,kw\n",
        b"meter_id,ts,kw\nm,2024-01-01 00:00,1\nm,2024-01-01 01:00,1\n",
        b"PAR1",
    ):
        path.write_bytes(head + junk)
        with contextlib.suppress(InputError):
            collect(LongTable(), path)


@given(st.lists(st.one_of(st.none(), st.floats(-2e6, 2e6)), min_size=2, max_size=96))
@settings(max_examples=40, deadline=None)
def test_values_survive(tmp_path_factory: pytest.TempPathFactory, values: list[float | None]) -> None:
    path = tmp_path_factory.getbasetemp() / "values.csv"
    shown = ["" if value is None else repr(value) for value in values]
    rows = [f"m,2024-01-01 {i // 4:02d}:{i % 4 * 15:02d},{text}" for i, text in enumerate(shown)]
    path.write_text("meter_id,ts,kw\n" + "\n".join(rows))
    days, _ = collect(LongTable(), path)
    wanted = [None if value is None else int(np.rint(value * 1000)) for value in values]
    assert days[("m", DAY)]["load_w"][: len(values)] == wanted


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(("name", "count"), [("cambridge_hourly", 231_045), ("bdg2_hourly", 78_110)])
def test_real_hours(name: str, count: int) -> None:
    path = DATA / f"{name}.parquet"
    if not path.exists():
        pytest.skip(f"needs {path}; set GRIDCANARY_DATA")
    begun, rejects, days, watts = time.perf_counter(), Rejects(), 0, 0
    for batch in LongTable().read(path, ReadOptions(), rejects):
        days += batch.num_rows
        watts += int(np.nansum(batch["load_w"].flatten().to_numpy(zero_copy_only=False)))
    assert (days, rejects.count) == (count, 0)
    source = np.nansum(pq.read_table(path, columns=["kwh"])["kwh"].to_numpy().astype(np.float64)) * 1000
    assert watts == pytest.approx(source, rel=1e-6)
    assert time.perf_counter() - begun < 15


@pytest.mark.data
def test_real_steel_plant() -> None:
    path = DATA / "steel_industry_korea" / "Steel_industry_data.csv"
    if not path.exists():
        pytest.skip(f"needs {path}; set GRIDCANARY_DATA")
    columns = {"meter_id": "=steel", "ts": "date", "kwh": "Usage_kWh"}
    days, rejects = collect(LongTable(), path, columns=columns, stamp="end")
    assert len(days) == 365
    assert rejects.count == 0
    assert days[("steel", dt.date(2018, 1, 1))]["load_w"][:2] == [12680, 16000]
    assert all(None not in curves["load_w"] for curves in days.values())
