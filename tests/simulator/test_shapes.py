"""Every kind of customer draws plausible power, and the ones that look like mines do so."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from gridcanary.contracts.tables import TARIFF_CLASSES
from gridcanary.simulator.archetypes import ARCHETYPES, DEDICATED, SETTINGS, Archetype
from gridcanary.simulator.climate import hourly_temperature_c, slot_temperature_c
from gridcanary.simulator.county_calendar import CountyCalendar
from gridcanary.simulator.shapes.scene import Scene


def scene_of(slots: int) -> Scene:
    calendar = CountyCalendar(dt.date(2026, 1, 5), 70, slots)
    return Scene(calendar, slot_temperature_c(hourly_temperature_c(calendar, 1), slots))


@pytest.mark.parametrize("slots", [24, 48, 96, 288])
@pytest.mark.parametrize("kind", ARCHETYPES.values(), ids=lambda kind: kind.name)
def test_curves_are_finite_and_within_the_supply(kind: Archetype, slots: int) -> None:
    curves = kind.curves(np.random.default_rng(5), 6, scene_of(slots))
    assert curves.shape == (6, 70, slots)
    assert np.isfinite(curves).all()
    assert curves.max() < 3000
    assert curves.max() > 0
    if kind.name == "solar_home":
        assert curves.min() < -1
    else:
        assert curves.min() >= 0
    assert kind.tariff_class in TARIFF_CLASSES


@pytest.mark.parametrize("name", ["base_station", "data_centre"])
def test_lawful_flat_loads_are_as_flat_as_a_mine(name: str) -> None:
    curves = ARCHETYPES[name].curves(np.random.default_rng(5), 8, scene_of(96))
    variation = curves.std(axis=2) / curves.mean(axis=2)
    assert np.median(variation) < 0.06


def test_heating_follows_the_cold() -> None:
    scene = scene_of(96)
    daily = ARCHETYPES["heat_pump_home"].curves(np.random.default_rng(5), 20, scene).mean(axis=(0, 2))
    assert np.corrcoef(daily, scene.temperature_c.mean(axis=1))[0, 1] < -0.8


def test_settings_name_known_kinds() -> None:
    named = {name for mix in SETTINGS.values() for name in mix} | set(DEDICATED)
    assert named == set(ARCHETYPES)
    assert all(sum(mix.values()) == pytest.approx(1, abs=0.05) for mix in SETTINGS.values())
