"""Daily prices and exchange rates, with what each figure means: which hour, which source, which day's rate."""

from gridcanary.chain.prices.fx import RateOn, RateTable, read_rates
from gridcanary.chain.prices.quotes import CONVENTIONS, Quote, quote
from gridcanary.chain.prices.reading import parse_prices, read_prices
from gridcanary.chain.prices.tables import PriceTable

__all__ = [
    "CONVENTIONS",
    "PriceTable",
    "Quote",
    "RateOn",
    "RateTable",
    "parse_prices",
    "quote",
    "read_prices",
    "read_rates",
]
