"""Reading tables of daily prices: two known public files, and any CSV whose columns can be told.

- ``typedcypher``: BTC in twelve currencies. A day's figure is the first minute's price, so it is the open at 00:00 UTC.
  Its column BTC_CNY stands still on one exchange rate for a year and more and is never read.
- ``coinmetrics``: the column PriceUSD is the price at the end of the day.
- ``columns``: date and any of open, high, low, close, vwap, under their English or Chinese names or mapped.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from gridcanary.chain.prices.numbers import day_of, decimal_of
from gridcanary.chain.prices.tables import KINDS, PriceTable
from gridcanary.chain.rows import TextFile, read_text, table_rows
from gridcanary.contracts.errors import InputError

COLUMNS: dict[str, tuple[str, ...]] = {
    "date": ("day", "time", "timestamp", "日期", "时间"),
    "open": ("open price", "btc_open", "开盘", "开盘价"),
    "high": ("high price", "最高", "最高价"),
    "low": ("low price", "最低", "最低价"),
    "close": ("close price", "last", "收盘", "收盘价"),
    "vwap": ("average", "weighted average", "均价", "加权均价", "成交均价"),
}
"""Our columns and what files may call them; a column that only says "price" must be mapped."""

_KNOWN = {
    "typedcypher": ({"date", "btc_usd", "btc_cny"}, {"date": "Date", "open": "BTC_USD"}),
    "coinmetrics": ({"time", "priceusd"}, {"date": "time", "close": "PriceUSD"}),
}
"""Columns by which a public file is known, and the columns that are read from it."""

CURRENCIES = ("USD", "CNY")


def read_prices(path: Path, mapping: Mapping[str, str] | None = None, currency: str = "USD") -> PriceTable:
    """The table in a file; see :func:`parse_prices`."""
    return parse_prices(read_text(path), mapping, currency)


def parse_prices(
    text: TextFile, mapping: Mapping[str, str] | None = None, currency: str = "USD"
) -> PriceTable:
    """A table of daily prices.

    Args:
        text: CSV with a header.
        mapping: names of its columns by ours (``{"close": "Price"}``); the public files need none.
        currency: of the prices, where the file isn't one of the public ones; ``USD`` or ``CNY``.

    Raises:
        InputError: no date, no price, a day twice, a price that is none, a low above the high.
    """
    layout, mapping = _layout(text, mapping)
    if currency not in CURRENCIES:
        raise InputError(text.path, f"currency {currency!r} isn't known here", remedy=", ".join(CURRENCIES))
    days: dict[date, dict[str, Decimal]] = {}
    synonyms = COLUMNS if layout == "columns" else dict.fromkeys(mapping, ())
    for row in table_rows(text, synonyms, mapping):
        day = day_of(row.cells.get("date", ""), text.path, row.number, "date")
        if day in days:
            raise InputError(text.path, f"{day} stands there twice", row=row.number, column="date")
        days[day] = _prices(text, row.number, row.cells)
    table = PriceTable(
        text.path.name,
        text.sha256,
        layout,
        "USD" if layout != "columns" else currency,
        dict(sorted(days.items())),
    )
    if not table.kinds:
        raise InputError(
            text.path,
            "has no column of prices",
            row=1,
            remedy="say which column is which: --price-column close=NAME (open, high, low, close, vwap)",
        )
    return table


def _layout(text: TextFile, mapping: Mapping[str, str] | None) -> tuple[str, Mapping[str, str]]:
    """How the file is read, with its columns; a mapping from outside always wins."""
    if mapping:
        return "columns", mapping
    header = {name.strip().strip('"').lower() for name in text.text.partition("\n")[0].split(",")}
    for layout, (known, columns) in _KNOWN.items():
        if known <= header:
            return layout, columns
    return "columns", {}


def _prices(text: TextFile, row: int, cells: Mapping[str, str]) -> dict[str, Decimal]:
    told = {kind: decimal_of(cells[kind], text.path, row, kind) for kind in KINDS if kind in cells}
    prices = {kind: value for kind, value in told.items() if value is not None}
    low, high = prices.get("low"), prices.get("high")
    for kind, value in prices.items():
        if (low is not None and value < low) or (high is not None and value > high):
            raise InputError(text.path, "lies outside the day's low and high", row=row, column=kind)
    return prices
