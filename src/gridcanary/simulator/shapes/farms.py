"""Farms: irrigation, greenhouses, poultry houses and fish ponds; some of them run day and night."""

from __future__ import annotations

import numpy as np

from gridcanary.simulator.shapes.scene import (
    Curves,
    Scene,
    day_levels,
    day_weights,
    draw,
    log_draw,
    runs,
    wander,
)


def irrigation(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """A well pump: long runs at constant power once the fields dry in spring, nearly nothing before."""
    shape = scene.shape(customers)
    month = np.array([day.month for day in scene.calendar.dates])
    dry = np.where((month >= 3) & (month <= 9), 0.45, 0.03)[None, :]
    per_hour = scene.calendar.slots_per_hour
    load = runs(
        rng,
        shape,
        per_day=dry,
        hour_weights=day_weights(scene.calendar.hours, 5, 17),
        slots_long=(int(2 * per_hour), int(14 * per_hour)),
        kw=(4, 18),
        same_size=True,
    )
    load *= 1 + 0.015 * wander(rng, shape, 3)
    load += draw(rng, 0.005, 0.05, customers) * (1 + 0.2 * wander(rng, shape, 2))
    return load


def greenhouse(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Heating cables at night and blinds that open and close with the sun."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    night = ((hours > 18) | (hours < 7)).astype(np.float32)
    cold = np.clip((9 - scene.temperature_c[None]) / 14, 0, 1)
    load = log_draw(rng, 2, 9, customers) * night * cold * (1 + 0.12 * wander(rng, shape, 6))
    blinds = (np.abs(hours - 8.2) < 0.3) | (np.abs(hours - 16.6) < 0.3)
    load += draw(rng, 0.8, 2.5, customers) * blinds.astype(np.float32)
    load += draw(rng, 0.08, 0.4, customers) * (1 + 0.15 * wander(rng, shape, 3))
    return load


def poultry_house(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Ventilation day and night, more when it is warm, with an empty fortnight between two flocks."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    cycle = rng.integers(44, 60, (customers, 1, 1))
    age = (np.arange(shape[1])[None, :, None] + rng.integers(0, 50, (customers, 1, 1))) % cycle
    stocked = (age < cycle - 12).astype(np.float32)
    lights = 1 + 0.35 * ((hours > 5) & (hours < 21)).astype(np.float32)
    warm = 1 + 0.03 * np.clip(scene.temperature_c[None], -10, 30)
    growth = 0.5 + 0.5 * age / cycle
    load = (
        log_draw(rng, 2.5, 10, customers)
        * stocked
        * lights
        * warm
        * growth
        * (1 + 0.07 * wander(rng, shape, 4))
    )
    return np.maximum(load, 0.15 + 0.02 * wander(rng, shape, 2)).astype(np.float32)


def fish_pond(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Aerators: from dusk to dawn as the keeper sees fit, more as it gets warm, nearly idle under ice."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    night = ((hours > 21) | (hours < 7)).astype(np.float32)
    daily_c = scene.temperature_c.mean(axis=1)[None, :, None]
    warm = np.clip((daily_c - draw(rng, 1, 9, customers)) / draw(rng, 10, 22, customers), 0.06, 1)
    level = warm * day_levels(rng, customers, shape[1], 0.25)
    load = (
        log_draw(rng, 3, 12, customers) * level * (0.15 + 0.85 * night) * (1 + 0.05 * wander(rng, shape, 4))
    )
    return np.maximum(load, 0.02).astype(np.float32)
