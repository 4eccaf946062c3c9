from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.prices import PriceTable
from gridcanary.chain.prices.fx import RateTable
from gridcanary.chain.valuation import Valuer, coins, day_of_block

DAY = date(2026, 5, 1)


def valuer(price: str, rate: str | None = None, currency: str = "USD") -> Valuer:
    prices = PriceTable("p.csv", "", "columns", currency, {DAY: {"close": Decimal(price)}})
    rates = RateTable("r.csv", "", {DAY: Decimal(rate)}) if rate else None
    return Valuer(prices, rates)


@pytest.mark.parametrize(
    ("satoshi", "price", "usd"),
    [
        pytest.param(100_000_000, "78293.71", "78293.71", id="one coin"),
        pytest.param(1, "78293.71", "0.00", id="less than half a cent"),
        pytest.param(1, "500000", "0.01", id="exactly half a cent goes up"),
        pytest.param(0, "78293.71", "0.00", id="nothing"),
    ],
)
def test_dollars_are_rounded_half_up_to_the_cent(satoshi, price, usd):
    assert valuer(price).value(satoshi, DAY).usd == Decimal(usd)


def test_yuan_come_from_exact_dollars():
    told = valuer("0.5", "6.6").value(1_000_000, DAY)
    assert (told.usd, told.cny) == (Decimal("0.01"), Decimal("0.03")), "0.005 x 6.6 = 0.033, not 0.01 x 6.6"


def test_a_table_in_yuan_gives_dollars_by_the_rate():
    told = valuer("500000", "6.25", "CNY").value(50_000_000, DAY)
    assert (told.cny, told.usd) == (Decimal("250000.00"), Decimal("40000.00"))
    assert valuer("500000", None, "CNY").value(50_000_000, DAY).usd is None


def test_what_is_missing_stays_missing():
    assert Valuer().value(5, DAY).usd is None
    gone = valuer("5", "6.5").value(5, date(2026, 5, 2))
    assert (gone.usd, gone.cny) == (None, None)
    assert gone.quote is not None
    assert gone.quote.origin == "missing"


@given(
    satoshi=st.integers(0, 21 * 10**14),
    price=st.decimals("0.0001", "10000000", places=4),
    rate=st.decimals("1.000001", "19.999999", places=6),
)
def test_every_amount_is_the_exact_one_rounded(satoshi, price, rate):
    told = valuer(str(price), str(rate)).value(satoshi, DAY)
    exact = Fraction(satoshi, 10**8) * Fraction(price)
    for amount, meant in ((told.usd, exact), (told.cny, exact * Fraction(rate))):
        assert abs(Fraction(amount) - meant) <= Fraction(1, 200)
        up = (meant * 100 + Fraction(1, 2)).__floor__()
        assert amount == Decimal(up).scaleb(-2).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_a_day_is_the_utc_day():
    assert day_of_block(1_777_593_599) == date(2026, 4, 30)
    assert day_of_block(1_777_593_600) == date(2026, 5, 1)


def test_coins_have_eight_decimals():
    assert [coins(one) for one in (0, 1, 100_000_000, -5)] == [
        "0.00000000",
        "0.00000001",
        "1.00000000",
        "-0.00000005",
    ]
