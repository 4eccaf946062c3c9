"""Public services, and the innocent flat loads that look like a mine: base stations, pumps, a data centre."""

from __future__ import annotations

import numpy as np

from gridcanary.simulator.shapes.scene import (
    Curves,
    Scene,
    day_levels,
    draw,
    heating_need,
    log_draw,
    open_hours,
    wander,
)


def school(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Lessons, a canteen and a boarding house; nearly dark in the winter break."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    lessons = open_hours(hours, draw(rng, 6.3, 7.4, customers), draw(rng, 17.5, 21.5, customers), 0.8)
    canteen = 0.4 * np.exp(-((hours - 11.6) ** 2) / 0.8) + 0.25 * np.exp(-((hours - 17.6) ** 2) / 0.6)
    term = np.where(scene.calendar.school_day, 1.0, 0.08).astype(np.float32)[None, :, None]
    size = log_draw(rng, 25, 120, customers)
    load = size * term * (lessons * 0.7 + canteen.astype(np.float32)) * (1 + 0.07 * wander(rng, shape, 4))
    load += size * 0.012 * heating_need(scene, draw(rng, 9, 14, customers)) * term
    return load + size * draw(rng, 0.06, 0.14, customers) * (1 + 0.05 * wander(rng, shape, 3))


def hospital(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Never sleeps: a high base, outpatients on weekday mornings, heating in the cold."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    outpatients = np.where(scene.calendar.workday, 0.6, 0.25).astype(np.float32)[None, :, None]
    by_day = open_hours(hours, draw(rng, 7, 7.8, customers), draw(rng, 17.5, 19, customers), 1.5)
    size = log_draw(rng, 60, 260, customers)
    load = size * (0.65 + outpatients * by_day) * (1 + 0.03 * wander(rng, shape, 4))
    return load + size * 0.008 * heating_need(scene, draw(rng, 11, 15, customers))


def base_station(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """A telecom mast: very flat, some ten per cent more with the evening traffic, cooling when it is warm."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    traffic = 1 + 0.07 * np.cos((hours - 20.5) / 24 * 2 * np.pi)
    cooling = 1 + 0.006 * np.maximum(scene.temperature_c[None] - 8, 0)
    load = log_draw(rng, 1.8, 6.5, customers) * traffic.astype(np.float32) * cooling
    return (load * (1 + 0.012 * wander(rng, shape, 2))).astype(np.float32)


def data_centre(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """A lawful data centre: flatter than any mine, declared as such in the archive."""
    shape = scene.shape(customers)
    work = 1 + 0.012 * np.cos((scene.calendar.hours - 15) / 24 * 2 * np.pi)
    growth = 1 + draw(rng, 0.0, 0.0004, customers) * np.arange(shape[1])[None, :, None]
    cooling = 1 + 0.003 * np.maximum(scene.temperature_c[None] - 12, 0)
    load = log_draw(rng, 220, 420, customers) * work.astype(np.float32) * growth * cooling
    return (load * (1 + 0.006 * wander(rng, shape, 3))).astype(np.float32)


def waterworks(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """One, two or three equal pumps: discrete levels through day and night."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    demand = 1.2 + 0.7 * np.exp(-((hours - 7.5) ** 2) / 4) + 0.8 * np.exp(-((hours - 19) ** 2) / 6)
    pumps = np.clip(np.round(demand.astype(np.float32) + 0.25 * wander(rng, shape, 4)), 1, 3)
    return draw(rng, 18, 45, customers) * pumps * (1 + 0.01 * wander(rng, shape, 2))


def street_lighting(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """On from dusk to dawn at constant power, part of it off after midnight."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    lit = open_hours(hours, draw(rng, 17.6, 18.2, customers), draw(rng, 6.2, 6.9, customers), 0.25)
    late = 1 - (rng.random((customers, 1, 1)) < 0.6) * 0.4 * ((hours > 0) & (hours < 5))
    load = (
        log_draw(rng, 2, 12, customers) * lit * late.astype(np.float32) * (1 + 0.008 * wander(rng, shape, 2))
    )
    return np.maximum(load, 0.0).astype(np.float32)


def heat_station(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """An electric boiler house for a housing estate: follows the cold through the heating season."""
    shape = scene.shape(customers)
    month_day = np.array([(day.month, day.day) for day in scene.calendar.dates])
    season = (
        (month_day[:, 0] > 10) | (month_day[:, 0] < 3) | ((month_day[:, 0] == 3) & (month_day[:, 1] <= 20))
    )
    need = heating_need(scene, draw(rng, 13, 16, customers)) * season[None, :, None]
    load = draw(rng, 6, 14, customers) * need * day_levels(rng, customers, shape[1], 0.04)
    load *= 1 + 0.05 * wander(rng, shape, 4)
    return load + draw(rng, 1.5, 4, customers) * (1 + 0.04 * wander(rng, shape, 2))
