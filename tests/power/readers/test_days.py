import datetime as dt

import pytest

from gridcanary.power.readers.base import ReadOptions
from gridcanary.power.readers.days import parse_day, parse_sane_day

FIRST_OF_MARCH = [
    "2024-03-01",
    "2024/3/1",
    "2024.03.01",
    "20240301",
    "2024年3月1日",
    "2024-03-01 00:00:00",
    "2024-03-01T00:00:00.000",
    "01-MAR-24",
    "01-mar-2024",
    "01-3月 -24",
    " 2024-03-01 ",
]


@pytest.mark.parametrize("text", FIRST_OF_MARCH)
def test_days_as_exports_write_them(text: str) -> None:
    assert parse_day(text) == dt.date(2024, 3, 1)


@pytest.mark.parametrize(
    "text",
    ["", "2024-02-30", "202431", "2024-03/01", "03/01/2024", "2024-03-01 12:00:00", "01-ABC-24", "45352"],
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match="not a da"):
        parse_day(text)


def test_days_out_of_range() -> None:
    options = ReadOptions(latest_day=dt.date(2024, 3, 1))
    assert parse_sane_day("2024-03-01", options) == dt.date(2024, 3, 1)
    for text in ("2024-03-02", "1989-12-31"):
        with pytest.raises(ValueError, match="out of range"):
            parse_sane_day(text, options)
