from __future__ import annotations

import contextlib
import datetime as dt
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.contracts.errors import InputError, UnsafeInput
from gridcanary.power.readers.green_button import GreenButton
from tests.power.readers.collected import collect, write

NEW_YORK = """<LocalTimeParameters xmlns="http://naesb.org/espi"><dstEndRule>B40E2000</dstEndRule>
<dstOffset>3600</dstOffset><dstStartRule>360E2000</dstStartRule><tzOffset>-18000</tzOffset></LocalTimeParameters>"""
POINT = "RetailCustomer/9b/UsagePoint/01"
MIDNIGHT = 1330578000
"""2012-03-01T00:00-05:00."""


def entry(self_link: str, content: str, *links: tuple[str, str]) -> str:
    shown = "".join(f'<link rel="{rel}" href="{href}"/>' for rel, href in (("self", self_link), *links))
    return f"<entry>{shown}<content>{content}</content></entry>\n"


def kind(number: int = 1, **changes: object) -> str:
    fields: dict[str, object] = {
        "accumulationBehaviour": 4,
        "flowDirection": 1,
        "intervalLength": 900,
        "powerOfTenMultiplier": 0,
        "uom": 72,
    } | changes
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return entry(f"ReadingType/{number}", f'<ReadingType xmlns="http://naesb.org/espi">{inner}</ReadingType>')


def reading(start: object, value: object, duration: object = 900) -> str:
    period = f"<timePeriod><duration>{duration}</duration><start>{start}</start></timePeriod>"
    return f"<IntervalReading>{period}<value>{value}</value></IntervalReading>\n"


def block(*readings: str, number: int = 1, point: str = POINT) -> str:
    meter = f"{point}/MeterReading/{number}"
    up = ("up", f"{meter}/IntervalBlock")
    inner = f'<IntervalBlock xmlns="http://naesb.org/espi">\n{"".join(readings)}</IntervalBlock>'
    return entry(
        meter, '<MeterReading xmlns="http://naesb.org/espi"/>', ("related", f"ReadingType/{number}")
    ) + entry(f"{meter}/IntervalBlock/1", inner, up)


def feed(*entries: str, fuel: int = 0, clock: str = NEW_YORK) -> str:
    point = f'<UsagePoint xmlns="http://naesb.org/espi"><ServiceCategory><kind>{fuel}</kind></ServiceCategory></UsagePoint>'
    head = entry(POINT, point) + (entry("LocalTimeParameters/01", clock) if clock else "")
    return (
        f'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n{head}{"".join(entries)}</feed>'
    )


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        pytest.param({}, 1000, id="Wh"),
        pytest.param({"powerOfTenMultiplier": 3}, 1_000_000, id="kWh"),
        pytest.param({"uom": 38}, 250, id="W"),
        pytest.param({"flowDirection": 19}, -1000, id="fed into the grid"),
    ],
)
def test_units_and_directions(tmp_path: Path, changes: dict[str, object], wanted: int) -> None:
    text = feed(block(reading(MIDNIGHT, 250), reading(MIDNIGHT + 900, 250)), kind(**changes))
    days, rejects = collect(GreenButton(), write(tmp_path, "a.xml", text))
    assert days == {("9b-01", dt.date(2012, 3, 1)): {"load_w": [wanted] * 2 + [None] * 94}}
    assert rejects.count == 0


def test_export_is_taken_off_import_and_reactive_kept_apart(tmp_path: Path) -> None:
    values = {1: 500, 2: 200, 3: 100}
    kinds = kind(1), kind(2, flowDirection=19), kind(3, uom=73)
    blocks = [block(reading(MIDNIGHT, v), reading(MIDNIGHT + 900, v), number=n) for n, v in values.items()]
    days, rejects = collect(GreenButton(), write(tmp_path, "a.xml", feed(*kinds, *blocks)))
    found = days[("9b-01", dt.date(2012, 3, 1))]
    assert {name: curve[:2] for name, curve in found.items()} == {
        "load_w": [1200] * 2,
        "reactive_var": [400] * 2,
    }
    assert rejects.count == 0


def test_summer_time_of_the_feed(tmp_path: Path) -> None:
    spring = int(dt.datetime(2012, 3, 11, 5, tzinfo=dt.UTC).timestamp())
    hours = [reading(spring + 3600 * i, i, 3600) for i in range(23)]
    days, _ = collect(GreenButton(), write(tmp_path, "a.xml", feed(kind(), block(*hours))))
    assert days[("9b-01", dt.date(2012, 3, 11))]["load_w"][:4] == [0, 1, None, 2]


def test_without_local_time_the_options_decide(tmp_path: Path) -> None:
    text = feed(kind(), block(reading(MIDNIGHT, 250), reading(MIDNIGHT + 900, 250)), clock="")
    days, _ = collect(
        GreenButton(), write(tmp_path, "a.xml", text), timezone="UTC", columns={"meter_id": "=mine"}
    )
    assert days[("mine", dt.date(2012, 3, 1))]["load_w"][20:22] == [1000, 1000]


@pytest.mark.parametrize(
    ("bad", "column", "reason"),
    [
        pytest.param(reading(MIDNIGHT + 1800, "12x"), "value", "text where", id="text in a number"),
        pytest.param(reading("noon", 1), "timePeriod/start", "no readable time", id="no time"),
        pytest.param(
            reading(MIDNIGHT + 1800, 1, 86400), "timePeriod/duration", "interval other", id="a day's value"
        ),
        pytest.param(reading(MIDNIGHT, 1), None, "duplicate", id="duplicate"),
        pytest.param(reading(9_999_999_999, 1), "ts", "out of range", id="year 2286"),
        pytest.param(reading(MIDNIGHT + 1800, "9e307"), None, "too large", id="beyond 32 bits"),
    ],
)
def test_a_bad_reading_has_its_place(tmp_path: Path, bad: str, column: str | None, reason: str) -> None:
    text = feed(kind(), block(reading(MIDNIGHT, 250), reading(MIDNIGHT + 900, 250), bad))
    line = text[: text.index(bad, text.index(bad) + (1 if text.count(bad) > 1 else 0))].count("\n") + 1
    days, rejects = collect(GreenButton(), write(tmp_path, "a.xml", text))
    assert days[("9b-01", dt.date(2012, 3, 1))]["load_w"][:3] == [1000, 1000, None]
    assert rejects.first is not None
    assert (rejects.count, rejects.first.row) == (1, line)
    assert reason in rejects.first.problem
    assert column is None or rejects.first.column == column


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(feed(kind(uom=119), block(reading(MIDNIGHT, 1))), "unit (uom)", id="therms"),
        pytest.param(
            feed(kind(accumulationBehaviour=3), block(reading(MIDNIGHT, 1))), "register", id="register"
        ),
        pytest.param(feed(kind(), block(reading(MIDNIGHT, 1)), fuel=1), "electricity", id="gas"),
    ],
)
def test_a_block_of_another_kind_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    days, rejects = collect(GreenButton(), write(tmp_path, "a.xml", text))
    assert (days, rejects.count) == ({}, 1)
    assert rejects.first is not None
    assert reason in rejects.first.problem


def test_bad_files(tmp_path: Path) -> None:
    good = feed(kind(), block(reading(MIDNIGHT, 1)))
    with pytest.raises(InputError, match="cut short"):
        collect(GreenButton(), write(tmp_path, "a.xml", good[:-20]))
    with pytest.raises(UnsafeInput):
        collect(GreenButton(), write(tmp_path, "b.xml", good.replace("<feed", "<!DOCTYPE feed []><feed")))
    with pytest.raises(InputError, match="no ReadingType"):
        collect(GreenButton(), write(tmp_path, "c.xml", feed()))
    with pytest.raises(InputError, match="LocalTimeParameters"):
        collect(GreenButton(), write(tmp_path, "d.xml", good.replace("-18000", "soon")))


@given(st.integers(0, 2**32), st.text(max_size=20))
@settings(max_examples=80, deadline=None)
def test_junk_is_nothing_worse_than_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, seed: int, junk: str
) -> None:
    text = feed(kind(), block(reading(MIDNIGHT, 250), reading(MIDNIGHT + 900, 250)))
    places = sorted(random.Random(seed).sample(range(len(text)), 2))
    path = tmp_path_factory.getbasetemp() / "junk.xml"
    for broken in (
        junk,
        text[: places[0]] + junk + text[places[1] :],
        text[: places[0]] + junk + text[places[0] :],
    ):
        path.write_bytes(broken.encode("utf-8", "surrogatepass"))
        with contextlib.suppress(InputError):
            collect(GreenButton(), path)
