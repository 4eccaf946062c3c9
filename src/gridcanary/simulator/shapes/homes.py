"""Homes: with and without electric heating, with a roof full of solar panels, and empty ones."""

from __future__ import annotations

import numpy as np

from gridcanary.simulator.shapes.scene import (
    Curves,
    Scene,
    day_levels,
    draw,
    evening_weights,
    heating_need,
    log_draw,
    runs,
    wander,
)


def home(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """A family: fridge, lights, kettle, cooker, sometimes a heater; one in eight is away most of the year."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    size = log_draw(rng, 0.5, 2.2, customers)
    presence = _presence(rng, customers, scene)
    lights = 0.35 * np.exp(-((hours - 20) ** 2) / 6) + 0.12 * np.exp(-((hours - 7) ** 2) / 2) + 0.06
    load = (0.6 + 0.25 * wander(rng, shape, 6)) * lights.astype(np.float32)
    long = scene.calendar.slots_per_hour
    load += runs(
        rng,
        shape,
        per_day=3.2,
        hour_weights=evening_weights(hours),
        slots_long=(1, max(2, int(1.5 * long))),
        kw=(0.4, 2.2),
    )
    heater = (rng.random((customers, 1, 1)) < 0.35) * draw(rng, 0.02, 0.09, customers)
    load += heater * heating_need(scene, draw(rng, 6, 14, customers)) * (0.5 + lights.astype(np.float32))
    load *= presence
    load *= size
    load += draw(rng, 0.03, 0.11, customers) * (1 + 0.3 * wander(rng, shape, 3))
    return np.maximum(load, 0.004, out=load)


def solar_home(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """A home that feeds the grid around noon; clouds are shared by all roofs of the county."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    sun = np.clip(np.cos((hours - 12.4) / 5.2 * np.pi / 2), 0, None) ** 1.3 * (np.abs(hours - 12.4) < 5.2)
    clouds = np.random.default_rng(rng.integers(2**32)).beta(2.2, 1.3, (1, shape[1], 1)).astype(np.float32)
    flicker = np.clip(1 + 0.22 * (1 - clouds) * wander(rng, shape, 2), 0, 1.2)
    panels_kw = draw(rng, 5, 24, customers)
    return home(rng, customers, scene) - panels_kw * 0.82 * clouds * flicker * sun.astype(np.float32)


def empty_house(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Nobody lives here: a router and a fridge at most, and a visit once in a while."""
    shape = scene.shape(customers)
    standby = log_draw(rng, 0.004, 0.06, customers)
    load = standby * (1 + 0.15 * wander(rng, shape, 3))
    load += runs(
        rng,
        shape,
        per_day=0.04,
        hour_weights=evening_weights(scene.calendar.hours),
        slots_long=(2, 16),
        kw=(0.2, 1.5),
    )
    return np.maximum(load, 0.001, out=load)


def heat_pump_home(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """A separate meter for clean heating: follows the cold, cycles, and is off in spring and summer."""
    shape = scene.shape(customers)
    need = heating_need(scene, draw(rng, 11, 16, customers))
    cycling = 1 + 0.35 * np.sign(wander(rng, shape, 3))
    night_set_back = np.where(
        (scene.calendar.hours > 23) | (scene.calendar.hours < 5), draw(rng, 0.6, 1.15, customers), 1.0
    ).astype(np.float32)
    load = draw(rng, 0.12, 0.38, customers) * need * cycling * night_set_back
    load *= np.maximum(_presence(rng, customers, scene), 0.55)
    load += draw(rng, 0.01, 0.04, customers) * (1 + 0.2 * wander(rng, shape, 3))
    return np.maximum(load, 0.003, out=load)


def _presence(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    near = scene.calendar.days_from_festival[None, :, None]
    reunion = ((near >= -4) & (near <= 12)).astype(np.float32)
    migrant = rng.random((customers, 1, 1)) < 0.13
    usual = day_levels(rng, customers, scene.calendar.days, 0.18) * (1 + 0.25 * reunion)
    return np.where(migrant, 0.03 + 0.9 * reunion, usual).astype(np.float32)
