"""What a dossier of the kind ``income`` tells, as its pages want it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from gridcanary.wallets.contents import Contents
from gridcanary.wallets.named_address import Named

SUMMARY, RECEIPTS = "tables/income.json", "tables/receipts.csv"
SENSITIVITY, POWER, STEPS = "tables/sensitivity.csv", "tables/power.csv", "tables/steps.csv"
ERROR_RATES = "sources/error_rates.csv"

COUNTED = frozenset({"pool", "unresolved", "block_reward"})
"""Standings that count as mining income."""
VIEWS = ("income", "conflicts", "others", "all")
SORTS = ("time", "pool", "coins", "cny", "confidence")
ALL = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which receipts a page asks for.

    Args:
        view: one of VIEWS.
        sort: one of SORTS, with a minus for the largest first.
        text: an address, a txid or a pool that must occur; empty for all.
    """

    view: str
    sort: str
    text: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """From an address's query; what is unknown is as if it weren't there."""
        view, sort = query.get("view", ""), query.get("sort", "")
        return cls(
            view if view in VIEWS else VIEWS[0],
            sort if sort.removeprefix("-") in SORTS else "time",
            query.get("q", "")[:128].strip(),
        )


class IncomeBook:
    """The tables of an income.

    Args:
        contents: of the dossier; they were computed again when it was verified.
        told: what ``tables/income.json`` says.
    """

    def __init__(self, contents: Contents, told: Mapping[str, Any]) -> None:
        self.contents, self.told = contents, told

    @classmethod
    def of(cls, contents: Contents) -> IncomeBook | None:
        """The book of a dossier; None where it has none."""
        told = contents.json(SUMMARY)
        return cls(contents, told) if isinstance(told, dict) else None

    @property
    def receipts(self) -> list[dict[str, str]]:
        """Rows of the table of receipts."""
        return self.contents.rows(RECEIPTS)

    def count(self, view: str) -> int:
        """How many receipts a view has."""
        return sum(_in_view(row, view) for row in self.receipts)

    def chosen(self, asked: Asked) -> list[dict[str, str]]:
        """The receipts that are asked for, in the asked order."""
        rows = [row for row in self.receipts if _in_view(row, asked.view) and _holds(row, asked.text)]
        name = asked.sort.removeprefix("-")
        return sorted(rows, key=lambda row: _sort_key(row, name), reverse=asked.sort.startswith("-"))

    def months(self, unit: str) -> dict[str, Any]:
        """Income by month and pool over all wallets: what the bars show.

        Args:
            unit: ``coins``, ``cny`` or ``usd``.
        """
        sums: dict[tuple[str, str], Decimal] = {}
        for wallet in self.told["wallets"]:
            for one in wallet["months"]:
                key = (one["month"], one["pool"])
                sums[key] = sums.get(key, Decimal(0)) + _number(one.get(unit))
        months = sorted({month for month, _ in sums})
        pools = sorted({pool for _, pool in sums})
        return {
            "months": months,
            "series": [
                {"name": pool, "values": [float(sums.get((month, pool), 0)) for month in months]}
                for pool in pools
            ],
        }

    def totals(self) -> list[dict[str, Any]]:
        """Month, pool and sums, for the table under the bars."""
        return [
            {"wallet": wallet["name"] or wallet["address"], **one}
            for wallet in self.told["wallets"]
            for one in wallet["months"]
        ]

    def sensitivity(self) -> list[dict[str, str]]:
        """The income of all wallets under each price convention."""
        return [row for row in self.contents.rows(SENSITIVITY) if row["wallet"] == ALL]

    def machines(self) -> list[dict[str, str]]:
        """Power by class of machine."""
        return self.contents.rows(POWER)

    def rules(self) -> list[dict[str, Any]]:
        """How often each rule stands between a receipt and its block, and its least confidence."""
        found: dict[str, list[int]] = {}
        for row in self.contents.rows(STEPS):
            found.setdefault(row["rule"], []).append(int(row["confidence_pct"]))
        return [
            {"rule": rule, "steps": len(several), "least": min(several)}
            for rule, several in sorted(found.items())
        ]

    def error_rates(self) -> Sequence[Sequence[str]]:
        """Header and rows of the measured errors; empty where the dossier holds none."""
        if ERROR_RATES not in self.contents:
            return []
        return list(csv.reader(io.StringIO(self.contents.raw(ERROR_RATES).decode("utf-8-sig"))))

    def named(self) -> Iterator[Named]:
        """Every address of the income, for the search."""
        for wallet in self.told["wallets"]:
            yield Named(wallet["address"], "watched", wallet["name"] or wallet["owner"])
        for row in self.contents.rows(STEPS):
            yield Named(row["address"], "payer", row["pool"])


def conflicting(row: Mapping[str, str]) -> bool:
    """Whether address and tag of the block name different pools, or several pools may have paid."""
    by_address, by_tag = row["pools_by_address"], row["pools_by_tag"]
    return row["standing"] == "unresolved" or bool(by_address and by_tag and by_address != by_tag)


def _in_view(row: Mapping[str, str], view: str) -> bool:
    if view == "all":
        return True
    if view == "conflicts":
        return conflicting(row)
    return (row["standing"] in COUNTED) == (view == "income")


def _holds(row: Mapping[str, str], text: str) -> bool:
    small = text.lower()
    return not small or any(
        small in row[column].lower() for column in ("wallet", "name", "txid", "pool", "payers")
    )


def _sort_key(row: Mapping[str, str], name: str) -> tuple[Any, str]:
    if name == "time":
        return (row["time_utc"], row["txid"])
    if name == "pool":
        return (row["pool"], row["time_utc"])
    column = {"coins": "satoshi", "cny": "cny", "confidence": "confidence_pct"}[name]
    return (_number(row[column]), row["time_utc"])


def _number(text: object) -> Decimal:
    """A number of a table; zero where the cell is empty."""
    try:
        return Decimal(str(text)) if text not in (None, "") else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
