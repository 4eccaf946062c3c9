"""Theft, wrong tariffs, late payment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.accounting import CannotReckon, late_fee_due, tariff_misuse_due, theft_due
from tests.accounting.rules import china, day


def test_theft_by_presumption_is_180_days_of_12_hours_and_threefold() -> None:
    found = theft_due(china().theft["theft"], power_kw=100, price_per_kwh="0.60")
    assert found.value("theft.energy") == 100 * 12 * 180
    assert found.value("theft.charge") == Decimal("129600.00")
    assert found.value("theft.penalty") == Decimal("388800.00")
    assert found.amount == Decimal("518400.00")
    assert found.value("theft.fine_maximum") == Decimal("648000.00")
    assert not found.verified


def test_lighting_users_are_presumed_to_steal_six_hours() -> None:
    found = theft_due(china().theft["theft"], power_kw=10, price_per_kwh=1, use="lighting")
    assert found.value("theft.hours_presumed_lighting") == 6
    assert found.value("theft.charge") == 10 * 6 * 180


def test_what_was_found_out_goes_before_what_is_presumed() -> None:
    found = theft_due(
        china().theft["theft"],
        power_kw="97.5",
        price_per_kwh="0.6",
        days=30,
        hours_per_day=24,
        metered_kwh=200,
    )
    assert found.value("theft.energy") == Decimal("97.5") * 720 - 200
    assert {"theft.days_known", "theft.hours_known"} <= {line.code for line in found.lines}


def test_the_contract_may_set_a_lower_multiple_but_no_higher() -> None:
    rule = china().theft["theft"]
    assert theft_due(rule, power_kw=1, price_per_kwh=1, multiple=1).value("theft.penalty") == 2160
    with pytest.raises(CannotReckon, match="multiple: found 4, needed is at most 3"):
        theft_due(rule, power_kw=1, price_per_kwh=1, multiple=4)
    fixed = rule.model_copy(update={"multiplier_is_maximum": False})
    with pytest.raises(CannotReckon, match="multiple: found 1, needed is 3"):
        theft_due(fixed, power_kw=1, price_per_kwh=1, multiple=1)


THEFT_REFUSED = [
    pytest.param({"power_kw": 1.5}, "not a float", id="a float"),
    pytest.param({"power_kw": "much"}, "power_kw: found 'much', needed is a number", id="a word"),
    pytest.param({"power_kw": "NaN"}, "power_kw: found NaN", id="not a number"),
    pytest.param({"power_kw": -1}, "power_kw: found -1", id="negative power"),
    pytest.param({"days": 0}, "days: found 0", id="no days"),
    pytest.param({"hours_per_day": 25}, "at most 24 hours", id="a day of 25 hours"),
    pytest.param({"metered_kwh": 10**9}, "at most what the devices used", id="more metered than used"),
    pytest.param({"price_per_kwh": True}, "not a float", id="a truth value"),
]


@pytest.mark.parametrize(("wrong", "told"), THEFT_REFUSED)
def test_theft_that_cannot_be_reckoned(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(CannotReckon, match=told):
        theft_due(china().theft["theft"], **{"power_kw": 1, "price_per_kwh": 1, **wrong})


def test_a_rule_without_presumption_needs_the_facts() -> None:
    bare = (
        china()
        .theft["theft"]
        .model_copy(update={"presumed_days": None, "presumed_hours_power": None, "fine_multiplier": None})
    )
    with pytest.raises(CannotReckon, match="days of theft"):
        theft_due(bare, power_kw=1, price_per_kwh=1)
    with pytest.raises(CannotReckon, match="hours of theft"):
        theft_due(bare, power_kw=1, price_per_kwh=1, days=3)
    found = theft_due(bare, power_kw=1, price_per_kwh=1, days=3, hours_per_day=24)
    with pytest.raises(KeyError):
        found.value("theft.fine_maximum")


def test_a_wrong_tariff_costs_the_difference_and_twice_the_difference() -> None:
    found = tariff_misuse_due(
        china().theft["tariff_misuse"], price_due="0.78", price_paid="0.53", kwh=100_000
    )
    assert found.value("tariff_misuse.difference") == Decimal("25000.00")
    assert found.value("tariff_misuse.penalty") == Decimal("50000.00")
    assert found.amount == Decimal("75000.00")


def test_a_wrong_tariff_is_presumed_for_three_months() -> None:
    rule = china().theft["tariff_misuse"]
    found = tariff_misuse_due(rule, price_due=1, price_paid=0, daily_kwh=100)
    assert found.value("tariff_misuse.energy_presumed") == 9_000
    assert tariff_misuse_due(rule, price_due=1, price_paid=0, daily_kwh=100, days=2).amount == 600


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param(
            {"price_due": "0.5", "price_paid": "0.6"}, "price_due: found 0.5", id="prices the wrong way"
        ),
        pytest.param({}, "kwh: found nothing", id="no energy"),
        pytest.param({"daily_kwh": -1}, "daily_kwh: found -1", id="negative energy"),
    ],
)
def test_a_wrong_tariff_that_cannot_be_reckoned(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(CannotReckon, match=told):
        tariff_misuse_due(china().theft["tariff_misuse"], **{"price_due": 1, "price_paid": 0, **wrong})


LATE = [
    pytest.param("2026-03-15", "0.00", id="paid on the last day"),
    pytest.param("2026-03-01", "0.00", id="paid early"),
    pytest.param("2026-03-16", "300.00", id="a day late: three per cent"),
    pytest.param("2026-04-17", "9900.00", id="33 days: 99 per cent"),
    pytest.param("2026-04-18", "10000.00", id="34 days: held at the fine"),
    pytest.param("2027-03-15", "10000.00", id="a year: no more than the fine"),
]


@pytest.mark.parametrize(("paid", "amount"), LATE)
def test_three_per_cent_a_day_and_never_more_than_the_fine(paid: str, amount: str) -> None:
    found = late_fee_due(china().penalties["late_fee"], 10_000, due=day("2026-03-15"), paid=day(paid))
    assert found.amount == Decimal(amount)
    assert found.verified


def test_a_fine_without_daily_rate_has_no_late_fee() -> None:
    with pytest.raises(CannotReckon, match="daily_rate"):
        late_fee_due(china().penalties["disturbing_supply"], 1, due=day("2026-03-15"), paid=day("2026-03-16"))


@settings(deadline=None)  # the first example loads a pack
@given(st.decimals(0, 10**9, places=2), st.integers(0, 2_000))
def test_the_late_fee_grows_with_time_and_stays_below_the_fine(fine: Decimal, late: int) -> None:
    rule, due = china().penalties["late_fee"], day("2026-03-15")
    amounts = [
        late_fee_due(rule, fine, due=due, paid=due.fromordinal(due.toordinal() + days)).amount
        for days in (late, late + 1)
    ]
    assert Decimal(0) <= amounts[0] <= amounts[1] <= fine
