"""Plausibility and equivalence, with the figures of public cases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gridcanary.accounting import (
    CannotReckon,
    carbon,
    days_to_use,
    energy_avoided,
    energy_plausibility,
    factor_for,
    households,
)
from tests.accounting.rules import china, day

CASES = [
    pytest.param(370_000, 540, 1_300, "0.527", "ok", id="Huizhou 2022: graphics cards"),
    pytest.param(1_000_000, 300, 1_025, "3.252", "ok", id="300 ASICs for 42.7 days"),
    pytest.param(1_000_000, 100, 1_000, "10.000", "too_much", id="other loads on the meter"),
    pytest.param(1_000, 100, 1_000, "0.010", "too_little", id="the meter missed most"),
    pytest.param(600, 100, 60, "0.100", "ok", id="the lower bound itself"),
    pytest.param(36_000, 100, 60, "6.000", "ok", id="the upper bound itself"),
]


@pytest.mark.parametrize(("kwh", "machines", "hours", "each", "hint"), CASES)
def test_power_of_a_machine(kwh: int, machines: int, hours: int, each: str, hint: str) -> None:
    found = energy_plausibility(kwh, machines, hours)
    assert (found.kw_per_machine, found.hint) == (Decimal(each), hint)
    assert found.plausible is (hint == "ok")


def test_0975_megawatts_use_a_gigawatt_hour_in_42_7_days() -> None:
    assert 300 * Decimal("3.25") == 975
    assert days_to_use(1_000_000, 975) == Decimal("42.7")


def test_no_machines_no_hours_and_no_power_are_refused() -> None:
    for asked in (
        lambda: energy_plausibility(1, 0, 1),
        lambda: energy_plausibility(1, 1, 0),
        lambda: days_to_use(1, 0),
    ):
        with pytest.raises(CannotReckon, match="more than none"):
            asked()


def test_a_gigawatt_hour_is_537_tonnes_and_333_households() -> None:
    factors = china().factors
    assert carbon(1_000_000, factors["grid_co2"]).amount == 536_600
    assert households(1_000_000, factors["household"]).amount == 333
    assert not carbon(1, factors["grid_co2"]).verified


def test_each_result_names_factor_region_and_year() -> None:
    told = carbon(1_000, china().factors["grid_co2"]).text("en")[0]
    assert (
        told
        == "Carbon dioxide: 1,000 kWh x 0.5366 (CN, factor of 2022) = 537 kg (grid_factor 附表, unverified)"
    )
    assert "2024 年" in households(3_000, china().factors["household"]).text("zh")[0]


def test_a_factor_of_another_kind_is_refused() -> None:
    with pytest.raises(CannotReckon, match="co2_kg_per_kwh"):
        carbon(1, china().factors["household"])


def test_the_narrowest_region_and_latest_year_in_force_is_taken() -> None:
    national = china().factors["grid_co2"]
    newer = national.model_copy(update={"year": 2023, "valid_from": day("2025-12-01")})
    province = national.model_copy(update={"region": "CN-SD", "value": Decimal("0.6")})
    table = [national, newer, province]
    assert factor_for(table, "co2_kg_per_kwh", "CN-SD", day("2026-01-01")) is province
    assert factor_for(table, "co2_kg_per_kwh", "CN-SC", day("2026-01-01")) is newer
    assert factor_for(table, "co2_kg_per_kwh", "CN", day("2025-01-01")) is national
    with pytest.raises(CannotReckon, match="a factor co2_kg_per_kwh for CN on 2020-01-01"):
        factor_for(table, "co2_kg_per_kwh", "CN", day("2020-01-01"))
    with pytest.raises(CannotReckon):
        factor_for(table, "co2_kg_per_kwh", "CNX", day("2026-01-01"))


def test_energy_avoided_is_for_a_window_that_is_shown() -> None:
    found = energy_avoided(975)
    assert found.amount == 975 * 24 * 90
    assert "90 days" in found.text("en")[0]
    assert energy_avoided(975, days=1).amount == 23_400
