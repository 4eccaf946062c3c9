from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.errors import InputError
from gridcanary.contracts.tables import WEATHER
from gridcanary.power.readers.base import ReadOptions, Rejects
from gridcanary.power.readers.weather_table import WeatherTable
from tests.power.readers.collected import write

DAY = dt.date(2024, 1, 1)
DATA = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / "power"


def weather(path: Path, **options: Any) -> tuple[dict[dt.date, list[int | None]], Rejects]:
    rejects, days = Rejects(), {}
    for batch in WeatherTable().read(path, ReadOptions(**options), rejects):
        assert batch.schema == WEATHER
        days.update({row["day"]: row["temp_centi_c"] for row in batch.to_pylist()})
    return days, rejects


@pytest.mark.parametrize(
    ("header", "row", "wanted"),
    [
        pytest.param(
            "datetime,air_temperature [degC]", "2024-01-01 03:00:00,7.0", 700, id="archive of a university"
        ),
        pytest.param("Time,TemperatureF", "2024-01-01 03:54:00,23", -500, id="fahrenheit by its name"),
        pytest.param("ts,temp_k", "2024-01-01 03:00,273.15", 0, id="kelvin by its name"),
        pytest.param("date,hour,temperature", "2024-01-01,3,1.25", 125, id="date and hour"),
        pytest.param("日期,时刻,气温", "2024-01-01,03:00,-3.5", -350, id="chinese"),
    ],
)
def test_headers(tmp_path: Path, header: str, row: str, wanted: int) -> None:
    days, rejects = weather(write(tmp_path, "w.csv", f"{header}\n{row}\n"))
    assert days == {DAY: [None] * 3 + [wanted] + [None] * 20}
    assert rejects.count == 0


def test_values_of_an_hour_are_averaged_and_zones_converted(tmp_path: Path) -> None:
    text = "ts,temp\n2024-01-01T16:00:00Z,1\n2024-01-01T16:30:00Z,2\n"
    days, _ = weather(write(tmp_path, "w.csv", text), timezone="Asia/Shanghai")
    assert days[dt.date(2024, 1, 2)][:2] == [150, None]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        pytest.param("2024-01-01 04:00,warm", "temp", "text where", id="text in a number"),
        pytest.param("2024-01-01 04:00,-9999", "temp", "on Earth", id="sentinel"),
        pytest.param("2024-01-01 26:00,5", "ts", "no readable time", id="hour 26"),
        pytest.param("1970-01-01 00:00,5", "ts", "out of range", id="unset clock"),
        pytest.param("2024-01-01 04:00", None, "a short row", id="short row"),
    ],
)
def test_a_bad_row_has_its_place(tmp_path: Path, row: str, column: str | None, reason: str) -> None:
    days, rejects = weather(
        write(tmp_path, "w.csv", f"ts,temp\n2024-01-01 00:00,1\n2024-01-01 01:00,1\n{row}\n")
    )
    assert list(days) == [DAY]
    assert rejects.first is not None
    assert (rejects.count, rejects.first.row, rejects.first.column) == (1, 4, column)
    assert reason in rejects.first.problem


@pytest.mark.parametrize(
    ("text", "options", "complaint"),
    [
        pytest.param("ts,humidity\n2024-01-01 00:00,1\n", {}, "temperature", id="no temperature"),
        pytest.param("foo,temp\n2024-01-01 00:00,1\n", {}, "ts", id="no time"),
        pytest.param("ts,temp\n2024-01-01 00:00,1\n", {"unit": "kw"}, "unit of temperature", id="wrong unit"),
    ],
)
def test_a_bad_file_is_one_clear_error(
    tmp_path: Path, text: str, options: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint):
        weather(write(tmp_path, "w.csv", text), **options)


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_junk_is_nothing_worse_than_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "junk-weather.csv"
    for head in (b"", b"ts,temp\n", b"ts,temp\n2024-01-01 00:00,1\n"):
        path.write_bytes(head + junk)
        with contextlib.suppress(InputError):
            weather(path)


@pytest.mark.data
def test_real_weather() -> None:
    path = DATA / "cambridge_weather" / "2017.csv"
    if not path.exists():
        pytest.skip(f"needs {path}; set GRIDCANARY_DATA")
    days, rejects = weather(path)
    assert (len(days), rejects.count) == (365, 0)
    assert days[dt.date(2017, 1, 1)][:3] == [700, 680, 650]
