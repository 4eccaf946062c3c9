from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gridcanary.chain.prices import parse_prices, quote, read_prices, read_rates
from gridcanary.chain.prices.fx import parse_rates
from gridcanary.chain.prices.quotes import natural_convention
from gridcanary.chain.rows import TextFile
from gridcanary.contracts.errors import InputError
from tests.chain.real_data import CHAIN

TYPEDCYPHER = (
    "Date,BTC_USD,BTC_EUR,BTC_CNY\n2026-08-22,78293.71,67387.4,561921.8\n2026-08-21,73051.94,1,524301.09\n"
)
OHLC = (
    '日期,开盘价,最高价,最低价,收盘价\n2026/5/1,"60,000.5",61000,59000,60500\n2026/5/2,60500,60600,60000,\n'
)


def text(content: str, name: str = "prices.csv") -> TextFile:
    return TextFile(Path(name), content, hashlib.sha256(content.encode()).hexdigest())


def test_the_public_file_is_read_as_opens_and_its_yuan_are_never_used():
    table = parse_prices(text(TYPEDCYPHER))
    assert (table.layout, table.currency, table.kinds) == ("typedcypher", "USD", ("open",))
    assert table.days[date(2026, 8, 22)] == {"open": Decimal("78293.71")}
    numbers = {price for prices in table.days.values() for price in prices.values()}
    assert not {Decimal("561921.8"), Decimal("524301.09")} & numbers


def test_of_opens_alone_the_close_is_the_next_days_open_and_high_and_low_are_unknown():
    table = parse_prices(text(TYPEDCYPHER))
    day = date(2026, 8, 21)
    told = {name: quote(table, day, name) for name in ("open", "close", "high", "low", "vwap")}
    assert (told["open"].price, told["open"].origin) == (Decimal("73051.94"), "own")
    assert (told["close"].price, told["close"].origin) == (Decimal("78293.71"), "next_open")
    assert {told[name].origin for name in ("high", "low", "vwap")} == {"missing"}
    assert quote(table, date(2026, 8, 22), "close").origin == "missing", "the table ends"


def test_a_days_end_price_stands_in_for_the_next_days_open():
    table = parse_prices(text("time,PriceUSD,TxCnt\n2020-03-28,6242.19,1\n2020-03-29,5904.86,1\n"))
    assert table.layout == "coinmetrics"
    told = quote(table, date(2020, 3, 29), "open")
    assert (told.price, told.origin) == (Decimal("6242.19"), "previous_close")


def test_a_departments_own_table_with_chinese_columns():
    table = parse_prices(text(OHLC), currency="CNY")
    assert (table.kinds, table.currency) == (("open", "high", "low", "close"), "CNY")
    assert table.days[date(2026, 5, 1)]["open"] == Decimal("60000.5")
    empty = quote(table, date(2026, 5, 2), "close")
    assert empty.origin == "missing", (
        "a table with closes has none for this day, and no open stands in for it"
    )
    assert natural_convention(table) == "close"


def test_a_column_that_only_says_price_must_be_told():
    content = "date,price\n2026-05-01,100\n"
    with pytest.raises(InputError, match="--price-column"):
        parse_prices(text(content))
    table = parse_prices(text(content), {"date": "date", "vwap": "price"})
    assert quote(table, date(2026, 5, 1), "vwap").price == 100


def test_a_missing_day_is_told_and_not_interpolated():
    table = parse_prices(text("date,close\n2026-05-01,100\n2026-05-03,300\n"))
    told = quote(table, date(2026, 5, 2), "close")
    assert (told.price, told.origin) == (None, "missing")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        pytest.param("date,close\n2026-05-01,1\n2026-05-01,2\n", "row 3, column date", id="a day twice"),
        pytest.param("date,close\n01/05/2026,1\n", "row 2, column date", id="a day that could be two"),
        pytest.param("date,close\n2026-02-30,1\n", "row 2, column date", id="no day"),
        pytest.param("date,close\n1969-02-01,1\n", "row 2, column date", id="a day of another age"),
        pytest.param("date,close\n2026-05-01,-1\n", "row 2, column close", id="a negative price"),
        pytest.param("date,close\n2026-05-01,0\n", "row 2, column close", id="a price of nothing"),
        pytest.param("date,close\n2026-05-01,1e999999999999\n", "row 2, column close", id="endless"),
        pytest.param("date;close\n2026-05-01;60,5\n", "row 2, column close", id="a decimal comma"),
        pytest.param("date,close\n2026-05-01,sNaN\n", "row 2, column close", id="not a number"),
        pytest.param("date,low,high\n2026-05-01,5,4\n", "row 2, column high", id="low above high"),
        pytest.param("date,low,close\n2026-05-01,5,4\n", "row 2, column close", id="close below low"),
        pytest.param("day of sale,close\n2026-05-01,5\n", "row 1", id="no date"),
        pytest.param("", "row 1", id="empty"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused_with_its_place(content, place):
    with pytest.raises(InputError, match=f"prices.csv, {place}"):
        parse_prices(text(content))


def test_rates_are_carried_over_days_without_one_and_keep_their_own_day():
    rates = parse_rates(text("date,usdcny\n2026-04-30,6.81\n2026-05-06,6.79\n", "ecb.csv"))
    weekend = rates.on(date(2026, 5, 5))
    assert weekend is not None
    assert (weekend.rate, weekend.of) == (Decimal("6.81"), date(2026, 4, 30))
    assert rates.on(date(2026, 5, 6)).of == date(2026, 5, 6)
    assert rates.on(date(2026, 4, 29)) is None
    assert rates.on(date(2026, 5, 16)) is not None
    assert rates.on(date(2026, 5, 17)) is None, "eleven days after the last rate nobody knows it any more"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        pytest.param("日期,中间价\n2026-05-06,679.1\n", "row 2, column rate", id="per 100 dollars"),
        pytest.param("date,rate\n2026-05-06,6.7\n2026-05-06,6.8\n", "row 3, column date", id="a day twice"),
        pytest.param("date,euro\n2026-05-06,6.7\n", "row 1", id="no rate"),
    ],
)
def test_rates_that_make_no_sense_are_refused(content, place):
    with pytest.raises(InputError, match=f"fx.csv, {place}"):
        parse_rates(text(content, "fx.csv"))


def test_a_number_that_failed_to_be_computed_is_an_error_with_its_place_and_no_empty_cell():
    with pytest.raises(InputError, match=r"prices\.csv, row 3, column close: 'NaN' is no positive number"):
        parse_prices(text("date,close\n2026-05-01,6\n2026-05-02,NaN\n"))
    with pytest.raises(InputError, match="row 2, column rate: 'nan'"):
        parse_rates(text("date,rate\n2026-05-01,nan\n2026-05-04,7.1\n"))


def test_rates_without_a_row_are_refused():
    with pytest.raises(InputError, match="no rates"):
        parse_rates(text("date,rate\n", "fx.csv"))


@pytest.mark.data
def test_real_tables_of_prices_and_rates():
    folder = CHAIN / "attribution"
    if not folder.is_dir():
        pytest.skip(f"the real tables are not at {folder}; set GRIDCANARY_DATA")
    prices = read_prices(next(folder.glob("btc_daily*.csv")))
    rates = read_rates(next(folder.glob("ecb*.csv")))
    assert prices.kinds == ("open",)
    first, last = prices.span
    assert len(prices.days) == (last - first).days + 1, "no day is missing"
    assert quote(prices, date(2020, 3, 29), "open").price == Decimal("6275.11")
    saturday = rates.on(date(2026, 10, 24))
    assert (saturday.of, saturday.rate) == (date(2026, 10, 23), Decimal("6.670240"))
