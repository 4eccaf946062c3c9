from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.espi_time import clock_of_parameters
from gridcanary.power.readers.xml_records import XmlRecord

HERE = Path("feed.xml")
HOURS = np.arange(1_325_376_000, 1_451_606_400, 1800)
"""Every half hour of 2012 to 2015."""


def parameters(**fields: str) -> XmlRecord:
    return XmlRecord(
        "LocalTimeParameters", 7, {}, children=[XmlRecord(k, 7, {}, v) for k, v in fields.items()]
    )


@pytest.mark.parametrize(
    ("zone", "fields"),
    [
        pytest.param(
            "America/New_York",
            {"tzOffset": "-18000", "dstOffset": "3600", "dstStartRule": "360E2000", "dstEndRule": "B40E2000"},
            id="second Sunday of March, first of November",
        ),
        pytest.param(
            "Europe/Berlin",
            {"tzOffset": "3600", "dstOffset": "3600", "dstStartRule": "3E0E2000", "dstEndRule": "AE0E3000"},
            id="last Sundays",
        ),
        pytest.param(
            "Australia/Sydney",
            {"tzOffset": "36000", "dstOffset": "3600", "dstStartRule": "A40E2000", "dstEndRule": "440E3000"},
            id="summer over the new year",
        ),
        pytest.param("Asia/Shanghai", {"tzOffset": "28800"}, id="no summer time"),
    ],
)
def test_rules_agree_with_the_time_zone(zone: str, fields: dict[str, str]) -> None:
    place = ZoneInfo(zone)
    wanted = [
        int(dt.datetime.fromtimestamp(int(hour), tz=place).replace(tzinfo=dt.UTC).timestamp())
        for hour in HOURS
    ]
    assert clock_of_parameters(HERE, parameters(**fields)).to_local(HOURS).tolist() == wanted


@pytest.mark.parametrize(
    "fields",
    [
        {"tzOffset": "soon"},
        {"tzOffset": "9999999"},
        {"dstOffset": "3600", "dstStartRule": "XY", "dstEndRule": "1"},
    ],
    ids=["text", "more than a day", "no hexadecimal"],
)
def test_what_cannot_be_read_is_named(fields: dict[str, str]) -> None:
    with pytest.raises(InputError, match=r"feed\.xml, row 7, column LocalTimeParameters"):
        clock_of_parameters(HERE, parameters(**fields))
