from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.stamps import StampColumn

HERE = Path("file.csv")


def seconds(*parts: int) -> int:
    return int(dt.datetime(*parts, tzinfo=dt.UTC).timestamp())  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("texts", "wanted", "aware"),
    [
        pytest.param(["2018-01-01 00:15:00"], [seconds(2018, 1, 1, 0, 15)], False, id="iso with a blank"),
        pytest.param(["2018-01-01T00:15"], [seconds(2018, 1, 1, 0, 15)], False, id="iso with a T"),
        pytest.param(["2018-01-01T00:15:00Z"], [seconds(2018, 1, 1, 0, 15)], True, id="utc"),
        pytest.param(["2018-01-01 00:15:00.123+08:00"], [seconds(2017, 12, 31, 16, 15)], True, id="offset"),
        pytest.param(["2018-01-01 00:15:00.0000000"], [seconds(2018, 1, 1, 0, 15)], False, id="fractions"),
        pytest.param(["31/01/2018 00:15"], [seconds(2018, 1, 31, 0, 15)], False, id="day first"),
        pytest.param(["1/31/2018 0:15"], [seconds(2018, 1, 31, 0, 15)], False, id="month first"),
        pytest.param(["2018/1/5 0:15"], [seconds(2018, 1, 5, 0, 15)], False, id="single digits"),
        pytest.param(["2018年1月5日 0:15"], [seconds(2018, 1, 5, 0, 15)], False, id="chinese"),
        pytest.param(["201801050015"], [seconds(2018, 1, 5, 0, 15)], False, id="digits only"),
        pytest.param(["1514765700"], [1514765700], True, id="unix seconds"),
        pytest.param(["1514765700000"], [1514765700], True, id="unix milliseconds"),
        pytest.param(["2018-01-01 24:00"], [seconds(2018, 1, 2)], False, id="24 o'clock"),
    ],
)
def test_forms(texts: list[str], wanted: list[int], aware: bool) -> None:
    column = StampColumn(HERE)
    found, wrong = column.seconds(pa.array(texts))
    assert (found.tolist(), wrong.any(), column.aware) == (wanted, False, aware)


def test_a_text_of_another_form_is_marked() -> None:
    texts = ["2018-01-01T00:00:00Z", "2018-13-01T00:00:00Z", "yesterday", None, "2018-01-01T01:00:00Z"]
    assert StampColumn(HERE).seconds(pa.array(texts))[1].tolist() == [False, True, True, True, False]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("01/02/2018 00:00", "can be read as", id="day and month could be swapped"),
        pytest.param("the first of May", "no known form", id="no time"),
    ],
)
def test_what_cannot_be_decided_is_an_error(text: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        StampColumn(HERE).seconds(pa.array([text]))


def test_a_form_that_is_given_decides() -> None:
    column = StampColumn(HERE, "%m/%d/%Y %H:%M")
    assert column.seconds(pa.array(["01/02/2018 00:00"]))[0].tolist() == [seconds(2018, 1, 2)]
