"""Income added up: by wallet, month and pool, in satoshi, dollars and yuan; what couldn't be valued is counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from gridcanary.chain.income.case import IncomeCase
from gridcanary.chain.income.receipts import Receipt
from gridcanary.chain.prices import CONVENTIONS
from gridcanary.chain.valuation import Valuation, day_of_block

UNRESOLVED = "?"
"""Stands between the names of pools that may have paid, and alone where nobody is known."""


@dataclass(slots=True)
class Sum:
    """Receipts added up.

    Args:
        receipts: how many.
        satoshi: their sum.
        usd, cny: sums of the rounded amounts of those that could be valued.
        without_usd, without_cny: how many couldn't.
    """

    receipts: int = 0
    satoshi: int = 0
    usd: Decimal = Decimal("0.00")
    cny: Decimal = Decimal("0.00")
    without_usd: int = 0
    without_cny: int = 0

    def add(self, satoshi: int, worth: Valuation) -> None:
        """Count one receipt."""
        self.receipts += 1
        self.satoshi += satoshi
        if worth.usd is None:
            self.without_usd += 1
        else:
            self.usd += worth.usd
        if worth.cny is None:
            self.without_cny += 1
        else:
            self.cny += worth.cny


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The income of a wallet under another convention.

    Args:
        convention: which price of the day.
        total: valued by it.
        origins: how many prices were come by in which way.
    """

    convention: str
    total: Sum
    origins: Mapping[str, int] = field(default_factory=dict)


class IncomeSums:
    """Sums over the receipts that count as income.

    Args:
        receipts: of the case; those that are no income are left out.
        case: for values and months.
    """

    def __init__(self, receipts: Iterable[Receipt], case: IncomeCase) -> None:
        self.income: Sequence[Receipt] = [one for one in receipts if one.is_income]
        self._case, self._zone = case, case.zone
        self.by_month_and_pool: dict[tuple[bytes, str, str], Sum] = defaultdict(Sum)
        self.by_wallet: dict[bytes, Sum] = {wallet.script: Sum() for wallet in case.wallets}
        self.by_pool: dict[str, Sum] = defaultdict(Sum)
        self.total = Sum()
        for one in self.income:
            worth = self.worth(one)
            pool = pool_name(one)
            key = (one.wallet.script, self.month(one.place.time), pool)
            for into in (
                self.by_month_and_pool[key],
                self.by_wallet[one.wallet.script],
                self.by_pool[pool],
                self.total,
            ):
                into.add(one.satoshi, worth)

    def worth(self, receipt: Receipt, convention: str = "") -> Valuation:
        """What a receipt was worth on its day."""
        return self._case.valuer.value(receipt.satoshi, day_of_block(receipt.place.time), convention)

    def month(self, time: int) -> str:
        """The month of a time in the case's zone, ``2026-05``."""
        return datetime.fromtimestamp(time, UTC).astimezone(self._zone).strftime("%Y-%m")

    def sensitivity(self, script: bytes | None = None) -> list[Sensitivity]:
        """The income of a wallet, or of all, under every convention that any receipt has a price for."""
        wanted = [one for one in self.income if script is None or one.wallet.script == script]
        found = []
        for convention in CONVENTIONS if self._case.valuer.prices else ():
            total, origins = Sum(), Counter[str]()
            for one in wanted:
                worth = self.worth(one, convention)
                total.add(one.satoshi, worth)
                origins[worth.quote.origin if worth.quote else "missing"] += 1
            found.append(Sensitivity(convention, total, dict(sorted(origins.items()))))
        return found


def pool_name(receipt: Receipt) -> str:
    """The pool's name; the names with a question mark between them where several may have paid."""
    return f" {UNRESOLVED} ".join(receipt.pools) or UNRESOLVED
