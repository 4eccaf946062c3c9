"""Exchange rates by business day, carried forward over days without one; the day a rate is of stays with it.

The European Central Bank publishes euro rates on its business days; the quotient of two gives yuan for a dollar.
Departments bring the mid rates of SAFE or CFETS in the same form.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from gridcanary.chain.prices.numbers import day_of, decimal_of
from gridcanary.chain.rows import TextFile, read_text, table_rows
from gridcanary.contracts.errors import InputError

COLUMNS: dict[str, tuple[str, ...]] = {
    "date": ("day", "time", "日期"),
    "rate": (
        "usdcny",
        "usd/cny",
        "cny",
        "cny per usd",
        "mid",
        "汇率",
        "中间价",
        "美元兑人民币",
        "人民币/美元",
    ),
}
"""Our columns and what files may call them."""

LONGEST_CARRY_DAYS = 10
"""China's longest run of days without a mid rate is the National Day week with its weekends: nine days."""

_LEAST, _MOST = Decimal(1), Decimal(20)
"""The yuan has stood between 1.5 and 8.8 for a dollar since 1980; anything else is another rate, or one per 100."""


@dataclass(frozen=True, slots=True)
class RateOn:
    """The rate that is used for a day.

    Args:
        rate: yuan for a dollar.
        of: the day that the rate itself is of.
    """

    rate: Decimal
    of: date


@dataclass(frozen=True)
class RateTable:
    """Yuan for a dollar.

    Args:
        name: the file's name.
        sha256: digest of the file, hex.
        rates: by day, ascending.
    """

    name: str
    sha256: str
    rates: Mapping[date, Decimal]

    def on(self, day: date) -> RateOn | None:
        """The latest rate of the day or before it; None before the first, or where it is older than ten days."""
        at = bisect_right(self._days, day)
        if at == 0:
            return None
        of = self._days[at - 1]
        return RateOn(self.rates[of], of) if (day - of).days <= LONGEST_CARRY_DAYS else None

    @cached_property
    def _days(self) -> list[date]:
        return list(self.rates)


def read_rates(path: Path, mapping: Mapping[str, str] | None = None) -> RateTable:
    """The rates in a file; see :func:`parse_rates`."""
    return parse_rates(read_text(path), mapping)


def parse_rates(text: TextFile, mapping: Mapping[str, str] | None = None) -> RateTable:
    """Rates of yuan for a dollar.

    Args:
        text: CSV with a date and a rate.
        mapping: names of its columns by ours.

    Raises:
        InputError: no date or rate, a day twice, a rate that can't be yuan for a dollar.
    """
    rates: dict[date, Decimal] = {}
    for row in table_rows(text, COLUMNS, mapping):
        day = day_of(row.cells.get("date", ""), text.path, row.number, "date")
        if "rate" not in row.cells:
            raise InputError(text.path, "has no column of rates", row=1, remedy="--fx-column rate=NAME")
        rate = decimal_of(row.cells["rate"], text.path, row.number, "rate")
        if rate is None:
            continue
        if not _LEAST < rate < _MOST:
            raise InputError(
                text.path,
                f"{rate} can't be yuan for a dollar",
                row=row.number,
                column="rate",
                remedy="yuan for one dollar are expected, such as 6.8521; divide rates per 100 dollars by 100",
            )
        if day in rates:
            raise InputError(text.path, f"{day} stands there twice", row=row.number, column="date")
        rates[day] = rate
    if not rates:
        raise InputError(text.path, "holds no rates")
    return RateTable(text.path.name, text.sha256, dict(sorted(rates.items())))
