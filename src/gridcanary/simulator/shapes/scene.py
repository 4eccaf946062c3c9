"""What every load curve is made of: the scene (calendar and weather) and a few building blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcanary.simulator.county_calendar import CountyCalendar

Curves = NDArray[np.float32]
"""Power [kW], shape (customers, days, slots)."""


@dataclass(frozen=True)
class Scene:
    """The outside world of the customers.

    Args:
        calendar: days and slots.
        temperature_c: air temperature, shape (days, slots).
    """

    calendar: CountyCalendar
    temperature_c: NDArray[np.float32]

    def shape(self, customers: int) -> tuple[int, int, int]:
        """Shape of the curves of that many customers."""
        return customers, self.calendar.days, self.calendar.slots


def draw(rng: np.random.Generator, low: float, high: float, customers: int) -> NDArray[np.float32]:
    """A uniform trait per customer, shape (customers, 1, 1)."""
    return rng.uniform(low, high, (customers, 1, 1)).astype(np.float32)


def log_draw(rng: np.random.Generator, low: float, high: float, customers: int) -> NDArray[np.float32]:
    """A log-uniform trait per customer, shape (customers, 1, 1)."""
    return np.exp(rng.uniform(np.log(low), np.log(high), (customers, 1, 1))).astype(np.float32)


def open_hours(hours: Curves, start: Curves, stop: Curves, edge_h: float = 0.5) -> Curves:
    """1 between start and stop, 0 outside, with straight edges; a stop before the start runs past midnight.

    Args:
        hours: hour of each slot, shape (slots,).
        start: opening hour, shape (customers, 1, 1).
        stop: closing hour, shape (customers, 1, 1).
        edge_h: length of each edge [h].

    Returns:
        Shape (customers, 1, slots).
    """
    length = (stop - start) % 24.0
    since = (hours[None, None, :] - start) % 24.0
    rising = np.clip(since / edge_h, 0.0, 1.0)
    falling = np.clip((length - since) / edge_h, 0.0, 1.0)
    return np.minimum(rising, falling).astype(np.float32)


def wander(rng: np.random.Generator, shape: tuple[int, int, int], span: int = 4) -> Curves:
    """Noise of unit variance that stays for about `span` slots, shape as asked."""
    white = rng.standard_normal((shape[0], shape[1] * shape[2] + span - 1), dtype=np.float32)
    total = white[:, span - 1 :].copy()
    for lag in range(1, span):
        total += white[:, span - 1 - lag : white.shape[1] - lag]
    total *= np.float32(1.0 / np.sqrt(span))
    return total.reshape(shape)


def day_levels(rng: np.random.Generator, customers: int, days: int, spread: float) -> Curves:
    """A factor per customer and day around 1 with the given relative spread, shape (customers, days, 1)."""
    return np.exp(rng.normal(0.0, spread, (customers, days, 1))).astype(np.float32)


def runs(
    rng: np.random.Generator,
    shape: tuple[int, int, int],
    *,
    per_day: float | Curves,
    hour_weights: NDArray[np.float64],
    slots_long: tuple[int, int],
    kw: tuple[float, float],
    same_size: bool = False,
) -> Curves:
    """Appliances, pumps or cars that start at random and run at constant power for a while.

    Args:
        rng: random stream.
        shape: (customers, days, slots).
        per_day: expected starts a day; a number, or shape broadcastable to (customers, days).
        hour_weights: chance of a start in each slot, any scale, shape (slots,).
        slots_long: shortest and longest run [slots].
        kw: smallest and largest power [kW].
        same_size: every run of one customer has the same power (one pump, one charger).

    Returns:
        Sum of the runs [kW].
    """
    customers, days, slots = shape
    starts = rng.poisson(np.broadcast_to(per_day, (customers, days)))
    where = np.repeat(np.arange(customers * days), starts.ravel())
    slot = rng.choice(slots, size=where.size, p=hour_weights / hour_weights.sum())
    who, begin = where // days, (where % days) * slots + slot
    end = np.minimum(begin + rng.integers(slots_long[0], slots_long[1] + 1, where.size), days * slots)
    size = rng.uniform(*kw, customers)[who] if same_size else rng.uniform(*kw, where.size)
    steps = np.zeros((customers, days * slots + 1), dtype=np.float32)
    np.add.at(steps, (who, begin), size.astype(np.float32))
    np.add.at(steps, (who, end), -size.astype(np.float32))
    running = np.cumsum(steps[:, :-1], axis=1, dtype=np.float32)
    return np.maximum(running, 0.0, out=running).reshape(shape)


def evening_weights(hours: Curves) -> NDArray[np.float64]:
    """Chance of a start over the day in a home: little at night, some at noon, most in the evening."""
    return (
        0.05
        + 0.5 * np.exp(-((hours - 7.2) ** 2) / 2)
        + 0.7 * np.exp(-((hours - 12) ** 2) / 2.5)
        + 1.4 * np.exp(-((hours - 19.3) ** 2) / 5).astype(np.float64)
    )


def day_weights(hours: Curves, start: float, stop: float) -> NDArray[np.float64]:
    """Starts spread evenly between two hours of the day."""
    return ((hours >= start) & (hours < stop)).astype(np.float64) + 1e-6


def heating_need(scene: Scene, threshold_c: Curves) -> Curves:
    """Degrees below each customer's threshold, shape (customers, days, slots)."""
    return np.maximum(threshold_c - scene.temperature_c[None, :, :], 0.0)
