"""Workshops and factories: shifts, machine noise, and the stop at the Spring Festival."""

from __future__ import annotations

import numpy as np

from gridcanary.simulator.shapes.scene import (
    Curves,
    Scene,
    day_levels,
    day_weights,
    draw,
    log_draw,
    open_hours,
    runs,
    wander,
)


def workshop(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """A small works with one shift on six days; presses and saws come and go."""
    shape = scene.shape(customers)
    hours = scene.calendar.hours
    shift = open_hours(hours, draw(rng, 6.8, 8.3, customers), draw(rng, 17, 19, customers))
    lunch = 1 - 0.6 * open_hours(hours, draw(rng, 11.6, 12, customers), draw(rng, 12.8, 13.4, customers), 0.3)
    size = log_draw(rng, 3, 22, customers)
    works = _working(rng, customers, scene, rest_day_level=0.08)
    load = size * shift * lunch * works * (0.8 + 0.22 * wander(rng, shape, 2))
    load += (
        shift
        * works
        * runs(rng, shape, per_day=6, hour_weights=day_weights(hours, 7, 18), slots_long=(1, 5), kw=(1, 8))
    )
    load += size * draw(rng, 0.02, 0.07, customers) * (1 + 0.2 * wander(rng, shape, 2))
    return np.maximum(load, 0.02, out=load)


def one_shift_factory(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """A factory on its own transformer that works by day."""
    shift = open_hours(
        scene.calendar.hours, draw(rng, 7, 8.2, customers), draw(rng, 17.5, 20, customers), 0.7
    )
    return _factory(rng, customers, scene, shift, night_share=0.07, noise=0.1, mean_kw=(120, 480))


def two_shift_factory(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Works from early morning to nearly midnight."""
    shift = open_hours(
        scene.calendar.hours, draw(rng, 5.5, 7, customers), draw(rng, 22, 23.7, customers), 0.5
    )
    return _factory(rng, customers, scene, shift, night_share=0.1, noise=0.09, mean_kw=(140, 600))


def round_the_clock_factory(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Kilns and lines that never stop between festivals: nearly flat, with dips at the change of shift."""
    hours = scene.calendar.hours
    dip = sum(np.exp(-(((hours - change + 12) % 24 - 12) ** 2) / 0.12) for change in (0.0, 8.0, 16.0))
    shift = np.broadcast_to((1 - 0.22 * dip).astype(np.float32), (customers, 1, hours.size))
    return _factory(
        rng, customers, scene, shift, night_share=0.12, noise=0.06, mean_kw=(160, 700), rests=False
    )


def cold_store(rng: np.random.Generator, customers: int, scene: Scene) -> Curves:
    """Compressors day and night: level follows the temperature, noise comes from cycling."""
    shape = scene.shape(customers)
    warm = 1 + 0.014 * (scene.temperature_c[None] - 5)
    doors = 1 + 0.12 * open_hours(
        scene.calendar.hours, draw(rng, 5, 8, customers), draw(rng, 16, 19, customers), 1.5
    )
    stock = 1 + 0.12 * np.sin(
        np.arange(shape[1])[None, :, None] / draw(rng, 6, 14, customers) + draw(rng, 0, 6, customers)
    )
    load = log_draw(rng, 12, 110, customers) * warm * doors * stock * (1 + 0.08 * wander(rng, shape, 3))
    return np.maximum(load, 1.0).astype(np.float32)


def _working(rng: np.random.Generator, customers: int, scene: Scene, rest_day_level: float) -> Curves:
    shut = scene.calendar.closed_around_festival(
        rng.integers(3, 13, customers), rng.integers(7, 17, customers)
    )
    rest_day = rng.integers(0, 7, customers)[:, None] == scene.calendar.weekday[None, :]
    level = np.where(shut, 0.02, np.where(rest_day, rest_day_level, 1.0)).astype(np.float32)
    return level[:, :, None] * day_levels(rng, customers, scene.calendar.days, 0.07)


def _factory(
    rng: np.random.Generator,
    customers: int,
    scene: Scene,
    shift: Curves,
    *,
    night_share: float,
    noise: float,
    mean_kw: tuple[float, float],
    rests: bool = True,
) -> Curves:
    shape = scene.shape(customers)
    size = log_draw(rng, *mean_kw, customers)
    works = _working(rng, customers, scene, 0.2 if rests else 0.97)
    load = size * shift * works * (1 + noise * wander(rng, shape, 3))
    load += (
        size * draw(rng, night_share * 0.6, night_share * 1.4, customers) * (1 + 0.06 * wander(rng, shape, 3))
    )
    return np.maximum(load, 0.5, out=load)
