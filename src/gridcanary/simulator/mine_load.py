"""The power of a mine over time: machines x nameplate x availability, fans, restarts, outages, hiding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcanary.simulator.shapes.scene import Scene

Timeline = NDArray[np.float32]
"""One value per slot of the whole simulation, shape (days, slots)."""


@dataclass(frozen=True, slots=True)
class Rig:
    """What stands in the shed.

    Args:
        machines: number of machines.
        watts: nameplate of one machine [W].
        fan_share: cooling and losses on top of the nameplate, 0.03 to 0.10.
        availability: mean share of machines that run, 0.94 to 0.995.
    """

    machines: int
    watts: int
    fan_share: float
    availability: float

    @property
    def kw(self) -> float:
        """Mean power while everything is switched on [kW]."""
        return self.machines * self.watts / 1000.0 * (1 + self.fan_share) * self.availability


def rig_power_kw(rng: np.random.Generator, rig: Rig, scene: Scene) -> Timeline:
    """Power of machines that nobody switches off, with faults and restarts but without hiding [kW]."""
    days, slots = scene.temperature_c.shape
    running = _machines_running(rng, rig, days * slots).reshape(days, slots)
    warm = 1 + 0.012 * np.clip((scene.temperature_c - 15) / 10, -1.5, 2)
    fans = rig.fan_share * np.clip(0.75 + scene.temperature_c / 40, 0.4, 1.8)
    noise = 1 + rng.normal(0.0, rng.uniform(0.006, 0.02), (days, slots)) / max(1.0, rig.machines**0.25)
    power = running * rig.watts / 1000.0 * (warm + fans) * noise
    return (power * _outages(rng, days, slots)).astype(np.float32)


def spell_of_running(scene: Scene, first: int, last: int, ramp_days: int, lots: int) -> Timeline:
    """0 before the first day and after the last, 1 in between, rising in lots where it is ramped.

    Args:
        scene: calendar and weather.
        first: index of the first day; may be negative.
        last: index of the last day; may lie past the end.
        ramp_days: days until all machines are in, 0 for all at once.
        lots: number of deliveries over the ramp.
    """
    day = np.arange(scene.calendar.days)
    level = ((day >= first) & (day <= last)).astype(np.float32)
    if ramp_days:
        level *= np.clip(np.ceil((day - first + 1) / ramp_days * lots) / lots, 0, 1).astype(np.float32)
    return np.repeat(level[:, None], scene.calendar.slots, axis=1)


def hiding_schedule(rng: np.random.Generator, hiding: str, scene: Scene) -> Timeline:
    """Share of the machines that the owner lets run at each slot, 0 to 1."""
    hours, shape = scene.calendar.hours[None, :], scene.temperature_c.shape
    jitter = rng.normal(0.0, 0.12, (shape[0], 2))
    if hiding == "off_in_office_hours":
        off = (hours > 8 + jitter[:, :1]) & (hours < 18 + jitter[:, 1:]) & scene.calendar.workday[:, None]
        return np.where(off, 0.0, 1.0).astype(np.float32)
    if hiding == "only_at_night":
        start, stop = rng.uniform(20.5, 23), rng.uniform(5.5, 7.5)
        on = (hours > start + jitter[:, :1]) | (hours < stop + jitter[:, 1:])
        return on.astype(np.float32)
    if hiding == "off_in_evening_peak":
        rest = rng.choice([0.0, 0.2, 0.35])
        off = (hours > 17 + jitter[:, :1]) & (hours < 22 + jitter[:, 1:])
        return np.where(off, rest, 1.0).astype(np.float32)
    if hiding == "spread":
        return np.repeat(_common_switching(rng, shape[0])[:, None], shape[1], axis=1)
    return np.ones(shape, dtype=np.float32)


def _machines_running(rng: np.random.Generator, rig: Rig, slots: int) -> NDArray[np.float64]:
    """Machines fail and come back some hours later; the count wanders around the availability."""
    repair = rng.uniform(0.02, 0.08)
    fail = repair * (1 - rig.availability) / rig.availability
    failures = rng.binomial(rig.machines, fail, slots)
    lasting = 1 + rng.geometric(repair, failures.sum())
    begin = np.repeat(np.arange(slots), failures)
    steps = np.zeros(slots + 1)
    np.add.at(steps, begin, 1)
    np.add.at(steps, np.minimum(begin + lasting, slots), -1)
    return np.maximum(rig.machines - np.cumsum(steps[:-1]), 0)


def _outages(rng: np.random.Generator, days: int, slots: int) -> NDArray[np.float64]:
    """Short stops with a staged restart every fortnight or so, and now and then half a day without power."""
    level = np.ones(days * slots)
    for begin in np.flatnonzero(rng.random(days * slots) < 1 / (14 * slots)):
        _stop(level, int(begin), int(rng.integers(1, max(2, slots // 12))), rng)
    for begin in np.flatnonzero(rng.random(days * slots) < 1 / (70 * slots)):
        _stop(level, int(begin), int(rng.integers(slots // 8, int(1.3 * slots))), rng)
    return level.reshape(days, slots)


def _stop(level: NDArray[np.float64], begin: int, length: int, rng: np.random.Generator) -> None:
    stage = np.linspace(0.2, 0.9, int(rng.integers(1, 5)))
    level[begin : begin + length] = 0.0
    restart = level[begin + length : begin + length + stage.size]
    restart *= stage[: restart.size]


def _common_switching(rng: np.random.Generator, days: int) -> Timeline:
    """Days on which all the parts of a spread mine stand still together, some every month."""
    level = np.ones(days, dtype=np.float32)
    for begin in np.flatnonzero(rng.random(days) < 0.06):
        level[begin : begin + int(rng.integers(1, 4))] = 0.0
    return level
