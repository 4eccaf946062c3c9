from __future__ import annotations

import contextlib
import datetime as dt
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.errors import InputError, UnsafeInput
from gridcanary.power.readers.cim_61968 import Cim61968, reading_type
from tests.power.readers.collected import collect, write

DAY = dt.date(2024, 1, 1)
KWH = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
METER = "<Meter><mRID>WT1</mRID></Meter>"


def reading(
    clock: str, value: object, zone: str = "+08:00", tag: str = "IntervalReadings", more: str = ""
) -> str:
    return (
        f"<{tag}><timeStamp>2024-01-01T{clock}:00.000{zone}</timeStamp><value>{value}</value>{more}</{tag}>\n"
    )


def block(code: str, *readings: str) -> str:
    return f'<IntervalBlocks>{"".join(readings)}<ReadingType ref="{code}"/></IntervalBlocks>'


def message(*parts: str) -> str:
    body = "".join(f"<MeterReading>{part}</MeterReading>" for part in parts)
    return f'<m:MeterReadings xmlns:m="http://iec.ch/TC57/2011/MeterReadings#">\n{body}</m:MeterReadings>'


@pytest.mark.parametrize("order", ["meter first", "meter last"])
def test_stamps_are_ends_and_the_meter_may_come_last(tmp_path: Path, order: str) -> None:
    values = block(KWH, reading("00:15", 0.25), reading("00:30", 0.5))
    text = message(METER + values if order == "meter first" else values + METER)
    days, rejects = collect(Cim61968(), write(tmp_path, "a.xml", text))
    assert days == {("WT1", DAY): {"load_w": [1000, 2000] + [None] * 94}}
    assert rejects.count == 0


def test_stamps_as_starts(tmp_path: Path) -> None:
    text = message(METER + block(KWH, reading("00:15", 0.25), reading("00:30", 0.5)))
    days, _ = collect(Cim61968(), write(tmp_path, "a.xml", text), stamp="start")
    assert days[("WT1", DAY)]["load_w"][:3] == [None, 1000, 2000]


def test_a_register_becomes_differences_across_messages(tmp_path: Path) -> None:
    code = KWH.replace("0.0.2.4.", "0.0.2.9.")
    registers = [("00:15", 6519.0), ("00:30", 6519.25), ("00:45", 6519.75), ("01:00", 3.0), ("01:15", 3.5)]
    text = message(*(block(code, reading(clock, value)) + METER for clock, value in registers))
    days, _ = collect(Cim61968(), write(tmp_path, "a.xml", text))
    assert days[("WT1", DAY)]["load_w"][:5] == [None, 1000, 2000, None, 2000]


def test_export_voltage_current_and_names(tmp_path: Path) -> None:
    codes = {
        KWH: 1.0,
        KWH.replace(".4.1.1.", ".4.19.1."): 0.25,
        "0.2.2.6.0.1.54.0.0.0.0.0.0.0.128.0.29.0": 229.5,
        "0.2.2.6.0.1.4.0.0.0.0.0.0.0.64.0.5.0": 4.5,
        "0.0.2.6.0.1.38.0.0.0.0.0.0.0.0.0.65.0": 0.98,
    }
    parts = "".join(
        block(code, reading("00:15", value), reading("00:30", value)) for code, value in codes.items()
    )
    named = "<Meter><Names><name>N7</name><NameType><name>kind</name></NameType></Names></Meter>"
    days, rejects = collect(Cim61968(), write(tmp_path, "a.xml", message(parts + named)))
    assert {name: curve[0] for name, curve in days[("N7", DAY)].items()} == {
        "load_w": 3000,
        "volt_a_mv": 229500,
        "amp_b_ma": 4500,
        "power_factor_permille": 980,
    }
    assert rejects.count == 0


def test_loose_readings_with_their_own_type(tmp_path: Path) -> None:
    more = f'<ReadingType ref="{KWH}"/>'
    parts = METER + "".join(reading(clock, 1, tag="Readings", more=more) for clock in ("00:15", "00:30"))
    days, _ = collect(Cim61968(), write(tmp_path, "a.xml", message(parts)))
    assert days[("WT1", DAY)]["load_w"][:3] == [4000, 4000, None]


@pytest.mark.parametrize(
    ("bad", "column", "reason"),
    [
        pytest.param(reading("00:45", "1,5"), "value", "text where", id="text in a number"),
        pytest.param(reading("24:61", 1), "timeStamp", "no readable time", id="no time"),
        pytest.param(reading("00:45", 1, zone=""), "timeStamp", "without", id="no zone among zones"),
        pytest.param(reading("00:15", 1), None, "duplicate", id="duplicate"),
        pytest.param(reading("00:45", "1e9"), None, "too large", id="beyond 32 bits"),
    ],
)
def test_a_bad_reading_has_its_place(tmp_path: Path, bad: str, column: str | None, reason: str) -> None:
    text = message(METER + block(KWH, reading("00:15", 1), reading("00:30", 1), bad))
    days, rejects = collect(Cim61968(), write(tmp_path, "a.xml", text))
    assert days[("WT1", DAY)]["load_w"][:3] == [4000, 4000, None]
    assert rejects.first is not None
    assert (rejects.count, rejects.first.row) == (1, 4)
    assert reason in rejects.first.problem
    assert column is None or rejects.first.column == column


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param("kWh", "18 numbers", id="no code"),
        pytest.param(KWH.replace(".72.", ".119."), "without a place", id="therms"),
        pytest.param(KWH.replace("0.0.2.", "0.0.4."), "measuring period", id="a day"),
        pytest.param(KWH.replace(".4.1.1.", ".4.7.1."), "flow direction", id="odd direction"),
        pytest.param(KWH.replace("0.0.2.4.", "0.0.2.13."), "accumulation", id="latching"),
        pytest.param(KWH.replace(".3.72.", ".99.72."), "multiplier", id="multiplier"),
    ],
)
def test_types_that_have_no_place(code: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        reading_type(code)


def test_refused_blocks_and_files(tmp_path: Path) -> None:
    values = reading("00:15", 1)
    days, rejects = collect(
        Cim61968(), write(tmp_path, "a.xml", message(METER + block("x", values), block(KWH, values)))
    )
    assert days == {}
    assert set(rejects.reasons) == {"a ReadingType that is not a code of 18 numbers", "no meter id"}
    with pytest.raises(InputError, match="no meter readings"):
        collect(Cim61968(), write(tmp_path, "b.xml", message(METER)))
    with pytest.raises(UnsafeInput):
        collect(Cim61968(), write(tmp_path, "c.xml", "<!DOCTYPE a []>" + message(METER)))


@given(st.integers(0, 2**32), st.text(max_size=20))
@settings(max_examples=80, deadline=None)
def test_junk_is_nothing_worse_than_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, seed: int, junk: str
) -> None:
    text = message(METER + block(KWH, reading("00:15", 1), reading("00:30", 1)))
    places = sorted(random.Random(seed).sample(range(len(text)), 2))
    path = tmp_path_factory.getbasetemp() / "junk-cim.xml"
    for broken in (
        junk,
        text[: places[0]] + junk + text[places[1] :],
        text[: places[0]] + junk + text[places[0] :],
    ):
        path.write_bytes(broken.encode("utf-8", "surrogatepass"))
        with contextlib.suppress(InputError):
            collect(Cim61968(), path)
