from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.base import Factor
from gridcanary.power.readers.wide_table import WideTable
from tests.power.readers.collected import collect, write

DAY = dt.date(2024, 1, 1)
DATA = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / "power"


def clocks(slots: int, *, first: int = 0) -> list[str]:
    step = 1440 // slots
    return [f"{(step * (i + first)) // 60}:{(step * (i + first)) % 60:02d}" for i in range(slots)]


HEADERS = {
    "P1..P96": [f"P{i}" for i in range(1, 97)],
    "p_001..": [f"p_{i:03d}" for i in range(1, 49)],
    "h0..h23": [f"h{i}" for i in range(24)],
    "1..24": [str(i) for i in range(1, 25)],
    "00:00..": clocks(96),
    "0000..": [text.replace(":", "").zfill(4) for text in clocks(48)],
    "0:05..24:00": clocks(288, first=1),
}


@pytest.mark.parametrize("names", HEADERS.values(), ids=HEADERS)
def test_value_columns_are_found_by_their_names(tmp_path: Path, names: list[str]) -> None:
    values = ",".join(str(i) for i in range(len(names)))
    text = f"meter_id,date,note,{','.join(names)}\nm,2024-01-01,x,{values}\n"
    days, rejects = collect(WideTable(), write(tmp_path, "a.csv", text), unit="kw")
    assert days == {("m", DAY): {"load_w": [1000 * i for i in range(len(names))]}}
    assert rejects.count == 0


def wide(*rows: str) -> str:
    return "\n".join(["meter_id,date," + ",".join(f"h{i}" for i in range(24)), *rows]) + "\n"


GOOD = "m,2024-01-01," + ",".join(["1"] * 24)


def test_kwh_and_missing_values(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", wide("m,20240101," + ",".join(["2", "", "NULL"] * 8)))
    days, _ = collect(WideTable(), path, unit="kwh", factor=Factor(ct=10, pt=2))
    assert days[("m", DAY)]["load_w"] == [40000, None, None] * 8


@pytest.mark.parametrize(
    ("names", "options", "wanted"),
    [
        pytest.param(clocks(24), {"stamp": "end"}, (23, -1, 0), id="00:00 ends the day before"),
        pytest.param(
            [f"P{i}" for i in range(1, 25)], {"first_point": "01:00"}, (0, 0, 0), id="P1 ends at 01:00"
        ),
        pytest.param(clocks(24, first=1), {"stamp": "start"}, (1, 0, 1), id="01:00 starts an interval"),
    ],
)
def test_where_the_first_value_goes(
    tmp_path: Path, names: list[str], options: dict[str, str], wanted: tuple[int, int, int]
) -> None:
    row = "m,2024-01-01," + ",".join(str(i + 1) for i in range(24))
    path = write(tmp_path, "a.csv", f"meter_id,date,{','.join(names)}\n{row}\n")
    days, _ = collect(WideTable(), path, unit="kw", **options)
    slot, day_offset, _ = wanted
    assert days[("m", DAY + dt.timedelta(days=day_offset))]["load_w"][slot] == 1000
    values = [value for curves in days.values() for value in curves["load_w"] if value is not None]
    assert sorted(values) == [1000 * (i + 1) for i in range(24)]


def test_channels_by_their_unit(tmp_path: Path) -> None:
    values = ",".join(["2"] * 24)
    names = ",".join(f"h{i}" for i in range(24))
    kinds = ("kWh", "kVARh", "Power Factor", "tons")
    rows = "".join(f"m,2024-01-01,{kind},{values}\n" for kind in kinds)
    days, rejects = collect(WideTable(), write(tmp_path, "a.csv", f"meter_id,date,units,{names}\n{rows}"))
    assert {name: curve[0] for name, curve in days[("m", DAY)].items()} == {
        "load_w": 2000,
        "reactive_var": 2000,
        "power_factor_permille": 2000,
    }
    assert (rejects.count, rejects.first.row if rejects.first else None) == (1, 5)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        pytest.param("m,2024-01-02,1,2", None, "a short row", id="short row"),
        pytest.param(
            "m,2024-01-02," + ",".join(["1"] * 23) + ",zwölf", "h23", "text where", id="text in a number"
        ),
        pytest.param(GOOD, None, "duplicate meter and day", id="duplicate meter-day"),
        pytest.param("m,2024-13-02," + ",".join(["1"] * 24), "date", "no readable date", id="month 13"),
        pytest.param("m,1970-01-01," + ",".join(["1"] * 24), "date", "out of range", id="unset clock"),
        pytest.param(",2024-01-02," + ",".join(["1"] * 24), "meter_id", "no meter id", id="no meter"),
        pytest.param("m,2024-01-02," + ",".join(["9e9"] * 24), None, "too large", id="beyond 32 bits"),
    ],
)
def test_a_bad_row_has_its_place(tmp_path: Path, row: str, column: str | None, reason: str) -> None:
    days, rejects = collect(WideTable(), write(tmp_path, "a.csv", wide(GOOD, row)), unit="kw")
    assert list(days) == [("m", DAY)]
    assert rejects.first is not None
    assert (rejects.count, rejects.first.row, rejects.first.column) == (1, 3, column)
    assert reason in rejects.first.problem


@pytest.mark.parametrize(
    ("text", "options", "complaint"),
    [
        pytest.param(
            "meter_id,date,h0,h1\nm,2024-01-01,1,2\n", {"unit": "kw"}, "value columns", id="two values"
        ),
        pytest.param(wide(GOOD), {}, "unit of the values", id="no unit"),
        pytest.param(wide(GOOD), {"unit": "kw", "points": 96}, "run of 96", id="other points"),
        pytest.param(
            wide(GOOD), {"unit": "kw", "columns": {"day": "nope"}}, "no column 'nope'", id="bad map"
        ),
        pytest.param(wide(GOOD), {"unit": "kw", "first_point": "00:20"}, "first point", id="first point"),
        pytest.param(wide(GOOD).replace("meter_id", "foo"), {"unit": "kw"}, "meter_id", id="no meter column"),
    ],
)
def test_a_bad_file_is_one_clear_error(
    tmp_path: Path, text: str, options: dict[str, object], complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint):
        collect(WideTable(), write(tmp_path, "a.csv", text), **options)


def test_parquet(tmp_path: Path) -> None:
    columns = {"meter_id": ["m", "m"], "day": [DAY, DAY]} | {f"h{i}": [float(i), 0.0] for i in range(24)}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    days, rejects = collect(WideTable(), tmp_path / "a.parquet", unit="kw")
    assert days[("m", DAY)]["load_w"] == [1000 * i for i in range(24)]
    assert (rejects.count, rejects.first.row if rejects.first else None) == (1, 2)


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_junk_is_nothing_worse_than_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "junk-wide.csv"
    for head in (b"", wide().encode(), wide(GOOD).encode(), b"PAR1"):
        path.write_bytes(head + junk)
        with contextlib.suppress(InputError):
            collect(WideTable(), path, unit="kw")


@pytest.mark.data
def test_a_real_five_minute_site() -> None:
    path = DATA / "enernoc_one_site_5min" / "rawdata.csv"
    if not path.exists():
        pytest.skip(f"needs {path}; set GRIDCANARY_DATA")
    days, rejects = collect(WideTable(), path)
    assert (len(days), rejects.count) == (365, 0)
    first = days[("26435791004", dt.date(2014, 1, 1))]
    assert set(first) == {"load_w", "reactive_var", "power_factor_permille"}
    assert first["load_w"][:2] == [89280, 83520]
