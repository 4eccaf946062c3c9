"""What satoshi were worth: price of the day, exchange rate of the day, and how the result is rounded.

The rule, which every dossier prints: the product of satoshi and price is computed exactly; yuan come from the exact
dollars, not from rounded ones; each amount is then rounded half up to the cent or fen, and a total is the sum of the
rounded amounts, so that the rows of a table add up to its last line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal

from gridcanary.chain.networks import SATOSHI
from gridcanary.chain.prices.fx import RateOn, RateTable
from gridcanary.chain.prices.quotes import Quote, natural_convention, quote
from gridcanary.chain.prices.tables import PriceTable

CENT = Decimal("0.01")
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
"""21 million coins in satoshi take 16 digits, prices and rates under 20 each: nothing is lost before rounding."""


@dataclass(frozen=True, slots=True)
class Valuation:
    """What an amount was worth on a day.

    Args:
        quote: the price, with its day and how it was come by; None without a table of prices.
        rate: the exchange rate with its own day; None where there is none.
        usd, cny: rounded half up to 0.01; None where a price or rate is missing.
    """

    quote: Quote | None
    rate: RateOn | None
    usd: Decimal | None
    cny: Decimal | None


@dataclass(frozen=True, slots=True)
class Valuer:
    """Values amounts by one table of prices and one of exchange rates.

    Args:
        prices: None where amounts can't be valued.
        rates: yuan for a dollar; None where only the currency of the prices is wanted.
        convention: which price of the day; the table's own where it is empty.
    """

    prices: PriceTable | None = None
    rates: RateTable | None = None
    convention: str = ""

    @property
    def used_convention(self) -> str:
        """The convention in use, empty without prices."""
        if self.prices is None:
            return ""
        return self.convention or natural_convention(self.prices)

    def value(self, satoshi: int, day: date, convention: str = "") -> Valuation:
        """The worth of an amount.

        Args:
            satoshi: the amount.
            day: UTC day of the block that paid it.
            convention: another than the one in use, for the sensitivity.
        """
        rate = self.rates.on(day) if self.rates else None
        if self.prices is None:
            return Valuation(None, rate, None, None)
        told = quote(self.prices, day, convention or self.used_convention)
        if told.price is None:
            return Valuation(told, rate, None, None)
        worth = _EXACT.divide(_EXACT.multiply(Decimal(satoshi), told.price), Decimal(SATOSHI))
        if self.prices.currency == "CNY":
            usd = _EXACT.divide(worth, rate.rate) if rate else None
            return Valuation(told, rate, _rounded(usd), _rounded(worth))
        cny = _EXACT.multiply(worth, rate.rate) if rate else None
        return Valuation(told, rate, _rounded(worth), _rounded(cny))


def day_of_block(time: int) -> date:
    """The UTC day of a block's own time [s since 1970], which is its miner's clock and may be two hours off."""
    return datetime.fromtimestamp(time, UTC).date()


def coins(satoshi: int) -> str:
    """An amount in coins with all eight decimals."""
    sign, whole = ("-" if satoshi < 0 else ""), abs(satoshi)
    return f"{sign}{whole // SATOSHI}.{whole % SATOSHI:08d}"


def _rounded(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else amount.quantize(CENT, ROUND_HALF_UP, _EXACT)
