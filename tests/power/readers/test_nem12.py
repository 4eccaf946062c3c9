from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.nem12 import Nem12
from tests.power.readers.collected import collect, write

DAY = dt.date(2024, 1, 1)
HEAD = "100,NEM12,202401011534,MDP1,Retailer1"


def details(suffix: str = "E1", unit: str = "kWh", minutes: int = 30, nmi: str = "NMI1") -> str:
    return f"200,{nmi},E1B1,1,{suffix},N1,METSER123,{unit},{minutes},20240201"


def values(value: object, day: str = "20240101", count: int = 48, tail: str = "A,,,20240102120000,") -> str:
    return f"300,{day}," + ",".join([str(value)] * count) + "," + tail


def nem(*records: str) -> str:
    return "\n".join([HEAD, *records, "900"]) + "\n"


@pytest.mark.parametrize(
    ("unit", "minutes", "value", "wanted"),
    [("kWh", 30, 1, 2000), ("Wh", 15, 100, 400), ("MWh", 5, 0.001, 12000), ("kWh", 60, 1, 1000)],
    ids=["kWh", "Wh", "MWh", "hourly"],
)
def test_units_and_lengths(tmp_path: Path, unit: str, minutes: int, value: float, wanted: int) -> None:
    count = 1440 // minutes
    text = nem(details(unit=unit, minutes=minutes), values(value, count=count))
    days, rejects = collect(Nem12(), write(tmp_path, "a.csv", text))
    assert days == {("NMI1", DAY): {"load_w": [wanted] * count}}
    assert rejects.count == 0


def test_channels_are_netted_and_reactive_kept_apart(tmp_path: Path) -> None:
    text = nem(
        *(details("E1"), values(1)),
        *(details("E2"), values(0.5)),
        *(details("B1"), values(0.25)),
        *(details("Q1", "kvarh"), values(0.1)),
        *(details("E1", nmi="NMI2"), values(3)),
    )
    days, rejects = collect(Nem12(), write(tmp_path, "a.csv", text))
    assert days == {
        ("NMI1", DAY): {"load_w": [2500] * 48, "reactive_var": [200] * 48},
        ("NMI2", DAY): {"load_w": [6000] * 48},
    }
    assert rejects.count == 0


def test_quality_flags(tmp_path: Path) -> None:
    text = nem(
        details(),
        values(1, tail="V,,,20240102120000,"),
        "400,1,2,S14,,",
        "400,3,4,N,,",
        "400,5,48,A,,",
        "500,O,S01009,20240101000000,1001.0",
        values(1, day="20240102", tail="N"),
    )
    days, rejects = collect(Nem12(), write(tmp_path, "a.csv", text))
    assert days[("NMI1", DAY)]["load_w"] == [2000, 2000, None, None] + [2000] * 44
    assert days[("NMI1", dt.date(2024, 1, 2))]["load_w"] == [None] * 48
    assert rejects.count == 0


@pytest.mark.parametrize(
    ("record", "column", "reason"),
    [
        pytest.param(values(1, day="20240102", count=40, tail=""), None, "a short row", id="short row"),
        pytest.param(values("x", day="20240102"), "IntervalValue1", "text where", id="text in a number"),
        pytest.param(values(1), None, "duplicate meter and day", id="duplicate meter-day"),
        pytest.param(values(1, day="20241302"), "IntervalDate", "no readable date", id="month 13"),
        pytest.param(values(1, day="19700101"), "IntervalDate", "out of range", id="unset clock"),
        pytest.param(values("9e9", day="20240102"), None, "too large", id="beyond 32 bits"),
        pytest.param("400,1,99,A,,", None, "400 record", id="event beyond the day"),
        pytest.param("200,NMI1,E1", None, "200 record", id="short 200"),
        pytest.param(details(minutes=10), "IntervalLength", "interval other", id="ten minutes"),
        pytest.param(details(suffix="J1"), "NMISuffix", "channel other", id="gas channel"),
        pytest.param(details(unit="kvarh"), "UOM", "does not fit", id="unit of another channel"),
        pytest.param("777,what", None, "not a NEM12 record", id="unknown record"),
    ],
)
def test_a_bad_record_has_its_place(tmp_path: Path, record: str, column: str | None, reason: str) -> None:
    days, rejects = collect(Nem12(), write(tmp_path, "a.csv", nem(details(), values(1), record)))
    assert days == {("NMI1", DAY): {"load_w": [2000] * 48}}
    assert rejects.first is not None
    assert (rejects.count, rejects.first.row, rejects.first.column) == (1, 4, column)
    assert reason in rejects.first.problem


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("200,NMI1\n", "100,NEM12", id="no header"),
        pytest.param("100,NEM13,202401011534,A,B\n900\n", "100,NEM12", id="accumulated reads"),
        pytest.param(nem(details(), values(1)).removesuffix("900\n"), "no 900 record", id="cut short"),
        pytest.param("", "empty", id="empty"),
    ],
)
def test_a_bad_file_is_one_clear_error(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        collect(Nem12(), write(tmp_path, "a.csv", text))


@given(st.binary(max_size=200), st.integers(0, 600))
@settings(max_examples=80, deadline=None)
def test_junk_is_nothing_worse_than_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, place: int
) -> None:
    sound = nem(details(), values(1)).encode()
    path = tmp_path_factory.getbasetemp() / "junk-nem.csv"
    for content in (junk, sound[:place] + junk + sound[place:], HEAD.encode() + b"\n" + junk + b"\n900\n"):
        path.write_bytes(content)
        with contextlib.suppress(InputError):
            collect(Nem12(), path)
