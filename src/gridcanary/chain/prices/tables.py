"""A table of daily prices as read: which prices of which day it holds, and nothing made up between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

KINDS = ("open", "high", "low", "close", "vwap")
"""The prices that a day may have."""

MEANINGS = {
    "open": "the day's first price (00:00 UTC)",
    "high": "the day's highest price",
    "low": "the day's lowest price",
    "close": "the day's last price (24:00 UTC)",
    "vwap": "the day's mean price weighted by volume",
}


@dataclass(frozen=True)
class PriceTable:
    """Daily prices of one coin.

    Args:
        name: the file's name.
        sha256: digest of the file, hex.
        layout: how it was read: ``typedcypher``, ``coinmetrics`` or ``columns``.
        currency: what a coin is priced in, ``USD`` or ``CNY``.
        days: prices by kind for every day (UTC) that has a row.
    """

    name: str
    sha256: str
    layout: str
    currency: str
    days: Mapping[date, Mapping[str, Decimal]]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of prices that any day has, in the order of :data:`KINDS`."""
        there = {kind for prices in self.days.values() for kind in prices}
        return tuple(kind for kind in KINDS if kind in there)

    @property
    def span(self) -> tuple[date, date]:
        """First and last day; ValueError in an empty table."""
        return min(self.days), max(self.days)
