from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.chain.hashrate import (
    DAY_SECONDS,
    Assumptions,
    Interval,
    MiningYield,
    WorkedBlock,
    difficulty,
    implied_terahash,
    kilowatts,
    luck_interval,
    satoshi_per_terahash_day,
    significant,
)

EXACT = Assumptions(
    lag_days=(Decimal(0), Decimal(0)),
    pool_fee=(Decimal(0), Decimal(0)),
    fees_handed_on=(Decimal(1), Decimal(1)),
)
MAY_2026 = 0x1702068F
"""Bits of block 951,658, difficulty 1.38955e14."""


def days(count: int, bits: int = MAY_2026, subsidy: int = 312_500_000, fees: int | None = 0) -> MiningYield:
    return MiningYield(WorkedBlock(600 * at, bits, subsidy, fees) for at in range(count * 144 + 1))


def test_the_difficulty_of_known_blocks():
    assert difficulty(0x1D00FFFF) == 1
    assert difficulty(MAY_2026) == pytest.approx(Decimal("1.38955357012247E14"), rel=Decimal("1e-12"))
    with pytest.raises(ValueError, match="no target"):
        difficulty(0x1D800001)


def test_income_of_a_terahash_as_published():
    """Coin Metrics, 2020-03-28: difficulty 13,912,524,048,945.94, issuance only, 1,807 satoshi."""
    told = satoshi_per_terahash_day(Decimal("13912524048945.94"), Decimal(1_250_000_000))
    assert round(told) == 1807
    may = satoshi_per_terahash_day(difficulty(MAY_2026), Decimal(312_596_000))
    assert significant(may) == "45.25"


def test_a_twentieth_of_a_coin_a_day_is_the_hash_rate_it_takes():
    """0.05 BTC a day net of 2 % in May 2026 is about 112,776 TH/s."""
    assumed = Assumptions(EXACT.lag_days, (Decimal("0.02"), Decimal("0.02")), EXACT.fees_handed_on)
    receipts = [(DAY_SECONDS * day, 5_000_000) for day in range(1, 11)]
    told = implied_terahash(receipts, days(10, fees=96_000), 0, 10 * DAY_SECONDS, assumed)
    assert told.low == told.mid == told.high
    assert told.mid == pytest.approx(Decimal(112_760), rel=Decimal("1e-3"))


@given(
    terahash=st.integers(1, 10**7),
    fee=st.integers(0, 40),
    handed_on=st.booleans(),
    lag_hours=st.integers(0, 48),
)
def test_the_true_hash_rate_lies_in_the_interval(terahash, fee, handed_on, lag_hours):
    """Whatever a pool does within the assumptions, and though difficulty doubles in the middle."""
    blocks = [
        WorkedBlock(600 * at, 0x1702068F if at < 1440 else 0x17010347, 312_500_000, 3_000_000)
        for at in range(2881)
    ]
    worked = MiningYield(blocks)
    start, end, lag = 4 * DAY_SECONDS, 18 * DAY_SECONDS, 3600 * lag_hours
    earned = worked.satoshi_per_terahash(start - lag, end - lag, Decimal(int(handed_on)))
    paid = int(earned * terahash * (1000 - fee) / 1000)
    told = implied_terahash([(end, paid)], worked, start, end, Assumptions())
    slack = Decimal("0.999") if paid > 10_000 else Decimal(1) - Decimal(2) / max(paid, 2)
    assert told.low * slack <= terahash * Decimal("1.001")
    assert terahash * slack <= told.high * Decimal("1.001")


@pytest.mark.parametrize(
    ("found", "low", "high"),
    [
        pytest.param(3, 0.2062, 2.922, id="three blocks"),
        pytest.param(10, 0.4795, 1.839, id="ten"),
        pytest.param(100, 0.8136, 1.2163, id="a hundred"),
    ],
)
def test_luck_is_poissons(found, low, high):
    """Exact limits from tables of the Poisson distribution (Garwood 1936)."""
    told = luck_interval(found)
    assert float(told[0]) == pytest.approx(low, rel=0.05)
    assert float(told[1]) == pytest.approx(high, rel=0.01)


def test_of_one_block_the_limits_err_to_the_wide_side():
    low, high = luck_interval(1)
    assert 0 < low < Decimal("0.0253")
    assert high == pytest.approx(Decimal("5.572"), rel=Decimal("0.002"))


def test_luck_widens_the_interval_the_less_the_pool_finds():
    receipts, worked = [(DAY_SECONDS, 10**8)], days(3)
    widths = []
    for found in (2, 20, 2000, None):
        told = implied_terahash(receipts, worked, 0, DAY_SECONDS, EXACT, found)
        assert told.low <= told.mid <= told.high
        widths.append(told.high - told.low)
    assert widths == sorted(widths, reverse=True)
    with pytest.raises(ValueError, match="luck"):
        luck_interval(0)


def test_power_of_a_class_of_machines():
    told = kilowatts(Interval(Decimal(90), Decimal(100), Decimal(110)), Decimal("17.5"), Assumptions())
    assert told.low == Decimal("1.6065")
    assert told.mid == Decimal("1.8725")
    assert told.high == Decimal("2.156")


def test_a_time_without_blocks_has_no_hash_rate():
    worked = days(2)
    for start, end in ((0, 0), (-9 * DAY_SECONDS, -5 * DAY_SECONDS), (5 * DAY_SECONDS, 9 * DAY_SECONDS)):
        with pytest.raises(ValueError, match="difficulty"):
            worked.satoshi_per_terahash(start, end, Decimal(1))


def test_fees_that_nobody_knows_are_those_of_the_other_blocks():
    blocks = [WorkedBlock(0, MAY_2026, 312_500_000), WorkedBlock(600, MAY_2026, 312_500_000, 1_000_000)]
    known, alone = MiningYield(blocks), MiningYield(blocks[:1])
    assert known.satoshi_per_terahash(0, 300, Decimal(1)) > alone.satoshi_per_terahash(0, 300, Decimal(1))
    assert known.satoshi_per_terahash(0, 300, Decimal(0)) == alone.satoshi_per_terahash(0, 300, Decimal(0))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("112776.4", "112800"),
        ("0.000000012345", "0.00000001234"),
        ("0", "0"),
        ("9.9999", "10.00"),
        ("5e9", "5000000000"),
    ],
)
def test_significant_digits_without_exponents(value, told):
    assert significant(Decimal(value)) == told
    assert not math.isnan(float(told))
