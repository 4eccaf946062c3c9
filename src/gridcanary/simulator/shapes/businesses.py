"""Shops, restaurants, offices, net cafes and charging piles."""

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
    open_hours,
    runs,
    wander,
)


def shop(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Open from morning to evening every day except a few around the Spring Festival."""
    opens = open_hours(scene.calendar.hours, draw(rng, 7, 9.5, customers), draw(rng, 18.5, 22, customers))
    return _opening_business(rng, customers, scene, opens, mean_kw=(0.6, 6.0), base=0.16)


def restaurant(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Two meals a day stand out; freezers run on."""
    hours = scene.calendar.hours
    meals = 0.35 * open_hours(hours, draw(rng, 8, 10, customers), draw(rng, 20.5, 22.5, customers))
    meals = meals + 0.6 * open_hours(hours, draw(rng, 10.7, 11.3, customers), draw(rng, 13, 13.8, customers))
    meals = meals + 0.7 * open_hours(hours, draw(rng, 16.8, 17.4, customers), draw(rng, 20, 21, customers))
    return _opening_business(rng, customers, scene, meals, mean_kw=(2.5, 14.0), base=0.14)


def always_open_shop(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """A 24-hour store: refrigeration makes it nearly flat, lights and customers add a little by day."""
    shape = scene.shape(customers)
    busy = open_hours(scene.calendar.hours, draw(rng, 6, 7, customers), draw(rng, 22, 23.5, customers), 2.0)
    load = log_draw(rng, 3, 8, customers) * (0.78 + 0.22 * busy) * (1 + 0.06 * wander(rng, shape, 3))
    return load * (1 + 0.008 * (scene.temperature_c[None] - 10))


def office(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Workdays from eight to six, servers and corridors at night."""
    opens = open_hours(
        scene.calendar.hours, draw(rng, 7.3, 8.6, customers), draw(rng, 17.2, 19, customers), 1.0
    )
    return _workday_business(rng, customers, scene, opens, mean_kw=(2, 14))


def office_tower(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """A building of offices with its own transformer, heated and lit on workdays."""
    opens = open_hours(
        scene.calendar.hours, draw(rng, 6.5, 7.8, customers), draw(rng, 18, 20.5, customers), 1.5
    )
    return _workday_business(rng, customers, scene, opens, mean_kw=(90, 320))


def net_cafe(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Fifty to a hundred screens, fullest from evening to two in the morning, never quite empty."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    guests = (
        0.3
        + 0.55 * np.exp(-(((hours - 21.5 + 12) % 24 - 12) ** 2) / 14)
        + 0.18 * np.exp(-((hours - 14) ** 2) / 8)
    )
    weekend = np.where(scene.calendar.weekday >= 5, 1.15, 1.0)[None, :, None]
    level = day_levels(rng, customers, shape[1], 0.08)
    load = log_draw(rng, 9, 24, customers) * guests.astype(np.float32) * weekend * level
    load *= 1 + 0.07 * wander(rng, shape, 6)
    return np.maximum(load, 0.5).astype(np.float32)


def hotel(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Guests in the morning and evening, kitchens at noon, corridors always."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    guests = 0.45 + 0.3 * np.exp(-((hours - 7.5) ** 2) / 3) + 0.5 * np.exp(-((hours - 20) ** 2) / 8)
    level = day_levels(rng, customers, shape[1], 0.12)
    load = (
        log_draw(rng, 50, 140, customers)
        * guests.astype(np.float32)
        * level
        * (1 + 0.05 * wander(rng, shape, 4))
    )
    load += draw(rng, 0.8, 2.5, customers) * heating_need(scene, draw(rng, 12, 16, customers))
    return load


def charging_pile(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """A pile at a house or a shop: 7 kW for a few hours, most evenings."""
    shape = scene.shape(customers)
    per_hour = scene.calendar.slots_per_hour
    load = runs(
        rng,
        shape,
        per_day=draw(rng, 0.3, 1.2, customers)[:, :, 0],
        hour_weights=evening_weights(scene.calendar.hours),
        slots_long=(max(1, int(per_hour)), int(6 * per_hour)),
        kw=(3.3, 7.0),
        same_size=True,
    )
    return np.minimum(load, 7.2) * (1 + 0.01 * wander(rng, shape, 2)) + 0.012


def charging_station(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """A dozen fast chargers: cars come all day, taxis at noon and at midnight when power is cheap."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    weights = (
        0.25 + np.exp(-((hours - 12.5) ** 2) / 4) + 1.2 * np.exp(-(((hours - 23.5 + 12) % 24 - 12) ** 2) / 3)
    )
    per_hour = scene.calendar.slots_per_hour
    load = runs(
        rng,
        shape,
        per_day=draw(rng, 40, 90, customers)[:, :, 0],
        hour_weights=weights.astype(np.float64),
        slots_long=(max(1, int(0.4 * per_hour)), max(2, int(1.4 * per_hour))),
        kw=(25, 75),
    )
    return load + draw(rng, 0.8, 2.0, customers) * (1 + 0.05 * wander(rng, shape, 3))


def _opening_business(
    rng: np.random.Generator,
    customers: int,
    scene: Scene,
    opens: Curves,
    *,
    mean_kw: tuple[float, float],
    base: float,
) -> Curves:
    shape = scene.shape(customers)
    shut = scene.calendar.closed_around_festival(
        rng.integers(0, 4, customers), rng.integers(2, 9, customers)
    )[:, :, None]
    size = log_draw(rng, *mean_kw, customers)
    level = day_levels(rng, customers, shape[1], 0.1) * np.where(shut, 0.06, 1.0).astype(np.float32)
    load = size * opens * level * (1 + 0.12 * wander(rng, shape, 4))
    air_conditioned = (rng.random((customers, 1, 1)) < 0.5) * draw(rng, 0.01, 0.05, customers)
    load += size * air_conditioned * heating_need(scene, draw(rng, 9, 15, customers)) * opens * level
    load += size * base * (1 + 0.25 * wander(rng, shape, 2))
    return np.maximum(load, 0.01, out=load)


def _workday_business(
    rng: np.random.Generator, customers: int, scene: Scene, opens: Curves, *, mean_kw: tuple[float, float]
) -> Curves:
    shape = scene.shape(customers)
    saturday = np.where(scene.calendar.weekday == 5, 0.25, 0.05)
    works = np.where(scene.calendar.workday, 1.0, saturday).astype(np.float32)[None, :, None]
    size = log_draw(rng, *mean_kw, customers)
    load = (
        size * opens * works * day_levels(rng, customers, shape[1], 0.05) * (1 + 0.06 * wander(rng, shape, 4))
    )
    load += size * draw(rng, 0.12, 0.3, customers) * (1 + 0.05 * wander(rng, shape, 3))
    load += (
        size * draw(rng, 0.004, 0.015, customers) * heating_need(scene, draw(rng, 10, 15, customers)) * works
    )
    return np.maximum(load, 0.02, out=load)
