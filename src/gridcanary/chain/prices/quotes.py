"""The price of a day under a convention, and how it was come by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from gridcanary.chain.prices.tables import KINDS, PriceTable

CONVENTIONS = KINDS
"""Which price of the day an amount is valued at."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quote:
    """A price of one coin.

    Args:
        day: the day it stands for (UTC).
        convention: which price of the day.
        price: in the table's currency; None where the table doesn't have it.
        origin: ``own`` from the day's own row; ``next_open``, the next day's open taken as the close;
            ``previous_close``, the day before's close taken as the open; ``missing`` where there is none.
    """

    day: date
    convention: str
    price: Decimal | None
    origin: str


def quote(table: PriceTable, day: date, convention: str) -> Quote:
    """The price of a day; a day that the table lacks is told, never interpolated.

    A market without closing hours opens where the day before closed, so where a table has only one of the two, the
    neighbouring day's stands in and says so. Highs, lows and means have no such stand-in.

    Args:
        table: the prices.
        day: UTC.
        convention: one of :data:`CONVENTIONS`; ValueError otherwise.
    """
    if convention not in CONVENTIONS:
        raise ValueError(f"{convention!r} is no convention (known: {', '.join(CONVENTIONS)})")
    own = table.days.get(day, {}).get(convention)
    if own is not None:
        return Quote(day, convention, own, "own")
    if convention == "close" and "close" not in table.kinds:
        price, origin = table.days.get(day + _DAY, {}).get("open"), "next_open"
    elif convention == "open" and "open" not in table.kinds:
        price, origin = table.days.get(day - _DAY, {}).get("close"), "previous_close"
    else:
        price, origin = None, "missing"
    return Quote(day, convention, price, origin if price is not None else "missing")


def natural_convention(table: PriceTable) -> str:
    """The convention that a table answers from its own rows: its mean, else its close, else its open.

    It is printed wherever it is used; the others stand beside it as the sensitivity.
    """
    for convention in ("vwap", "close", "open", "high", "low"):
        if convention in table.kinds:
            return convention
    raise ValueError(f"{table.name} has no prices")
