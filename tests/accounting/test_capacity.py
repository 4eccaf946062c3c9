"""Energy stopped and capacity freed, reckoned by hand and by their properties."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.accounting import CannotReckon, Stop, energy_stopped, free_to_offer, freed_capacity
from tests.accounting.rules import day

KW = st.decimals(0, 100_000, places=3)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))


@pytest.mark.parametrize(
    ("until", "again", "kwh"),
    [
        pytest.param("2026-01-11", None, 24_000, id="ten days"),
        pytest.param("2026-04-01", None, 216_000, id="the end of the window itself"),
        pytest.param("2027-01-01", None, 216_000, id="never more than the window"),
        pytest.param("2027-01-01", "2026-01-06", 12_000, id="ran again after five days"),
        pytest.param("2025-12-01", None, 0, id="before the stop"),
        pytest.param("2026-02-01", "2026-01-01", 0, id="never really stopped"),
    ],
)
def test_energy_of_100_kilowatts(until: str, again: str | None, kwh: int) -> None:
    stop = Stop(Decimal(100), day("2026-01-01"), day(again) if again else None)
    assert energy_stopped(stop, day(until)).amount == kwh


def test_the_window_stands_in_the_sentence() -> None:
    told = energy_stopped(Stop(Decimal(100), day("2026-01-01")), day("2026-01-11"), 30)
    assert told.text("en") == [
        "Energy stopped: 100 kW x 24 h x 10 days (from 2026-01-01 until 2026-01-11, at most 30 days) = 24,000 kWh"
    ]
    assert "最多按 30 天计" in told.text("zh")[0]


def test_a_mine_cannot_run_again_before_it_stopped() -> None:
    with pytest.raises(CannotReckon, match="running_again_on"):
        energy_stopped(Stop(Decimal(1), day("2026-01-02"), day("2026-01-01")), day("2026-02-01"))


@given(KW, KW, DAYS, DAYS)
def test_two_mines_stop_as_much_as_both_together(
    one: Decimal, two: Decimal, begin: dt.date, until: dt.date
) -> None:
    apart = [energy_stopped(Stop(kw, begin), until).amount for kw in (one, two)]
    assert sum(apart) == energy_stopped(Stop(one + two, begin), until).amount


@given(KW, DAYS, DAYS, st.integers(1, 1000), st.integers(0, 1000))
def test_a_longer_window_never_stops_less(
    kw: Decimal, begin: dt.date, until: dt.date, window: int, more: int
) -> None:
    stop = Stop(kw, begin)
    short, long = (energy_stopped(stop, until, days).amount for days in (window, window + more))
    assert 0 <= short <= long <= kw * 24 * (window + more)


@pytest.mark.parametrize(
    ("kw", "factor", "kva"),
    [("380", "0.95", "400.0"), ("100", "1", "100.0"), ("1", "0.3", "3.3"), ("0", "0.9", "0")],
)
def test_capacity_freed(kw: str, factor: str, kva: str) -> None:
    assert freed_capacity(kw, factor).amount == Decimal(kva)


@pytest.mark.parametrize("factor", ["0", "1.01", "NaN"])
def test_a_power_factor_that_cannot_be_is_refused(factor: str) -> None:
    with pytest.raises(CannotReckon, match="power_factor"):
        freed_capacity(1, factor)


@given(KW, st.decimals("0.1", 1, places=2), st.decimals("0.1", 1, places=2))
def test_a_worse_power_factor_never_frees_less(kw: Decimal, one: Decimal, two: Decimal) -> None:
    assert freed_capacity(kw, min(one, two)).amount >= freed_capacity(kw, max(one, two)).amount >= 0


def test_the_reserve_is_kept_and_what_is_given_away_is_gone() -> None:
    assert free_to_offer(["400", "100"], ["150"]).amount == 250
    assert free_to_offer(["100"], ["90"]).amount == 0
    assert free_to_offer(["0.99"], reserve=0).amount == Decimal("0.9")
    with pytest.raises(CannotReckon, match="reserve"):
        free_to_offer(["1"], reserve=1)
