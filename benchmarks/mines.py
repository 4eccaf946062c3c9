"""Mines to inject: machines x nameplate x availability, fans, noise, outages, restarts, and ways of hiding.

No load curve of a real mine is public; what is drawn here follows documented cases (docs/lenses/power.md).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NAMEPLATE_KW = np.array([1.32, 1.8, 2.98, 3.25, 3.4, 3.5, 5.5])
HIDING = ("office", "night", "ramp", "evening", "spread", "before", "plain")
"""office: off in office hours. night: only at night. ramp: built up over weeks. evening: curtailed in the evening
peak. spread: over several meters that start and stop together. before: there since before the data begin."""

RATIO = (0.15, 2.5)
"""Size of a mine beside the customer's mean load, drawn log-uniformly."""


@dataclass(frozen=True, slots=True)
class Mine:
    """One mine's truth: hiding, kW beside the customer's mean, first hour, and stops as (hour, length)."""

    hiding: str
    ratio: float
    onset: int
    stops: tuple[tuple[int, int], ...]


def draw_mines(rng: np.random.Generator, customers: int, hours: int) -> list[Mine]:
    """One mine for each of many customers; spread ones come in groups of three to six with one clock."""
    hiding = rng.choice(HIDING, customers)
    mines: list[Mine | None] = [None] * customers
    spread = np.flatnonzero(hiding == "spread")
    at = 0
    while at < len(spread):
        members = spread[at : at + int(rng.integers(3, 7))]
        onset = _onset(rng, hours)
        stops = _stops(rng, onset, hours)
        for i in members:
            mines[i] = Mine("spread", _ratio(rng), onset, stops)
        at += len(members)
    for i in range(customers):
        if mines[i] is None:
            onset = 0 if hiding[i] == "before" else _onset(rng, hours)
            mines[i] = Mine(str(hiding[i]), _ratio(rng), onset, _stops(rng, onset, hours))
    return [mine for mine in mines if mine is not None]


def _ratio(rng: np.random.Generator) -> float:
    return float(np.exp(rng.uniform(*np.log(RATIO))))


def _onset(rng: np.random.Generator, hours: int) -> int:
    return int(rng.integers(hours * 30 // 365, hours * 320 // 365))


def _stops(rng: np.random.Generator, onset: int, hours: int) -> tuple[tuple[int, int], ...]:
    """Outages of the whole mine: one in 20 to 90 days, six hours long in the mean."""
    n = rng.poisson((hours - onset) / 24 / rng.uniform(20, 90))
    return tuple((int(rng.integers(onset, hours)), int(np.ceil(rng.exponential(6)))) for _ in range(n))


def mine_kw(
    rng: np.random.Generator, mine: Mine, mean_kw: float, hours: int, year: int
) -> NDArray[np.float32]:
    """Hourly power of a mine [kW].

    Args:
        rng: random numbers.
        mine: what to draw.
        mean_kw: the customer's own mean load.
        hours: length of the curve, from 1 January.
        year: for the day of the week.
    """
    total = mine.ratio * mean_kw
    machines = max(1, round(total / float(rng.choice(NAMEPLATE_KW))))
    power = total * _working(rng, machines, hours) * (1 + rng.uniform(0.03, 0.10))
    power *= 1 + rng.normal(0, rng.uniform(0.01, 0.02), hours)
    day = np.arange(hours) // 24
    power *= 1 + rng.uniform(0, 0.04) * np.cos(2 * np.pi * (day / 365 - 0.55))
    power *= _schedule(rng, mine, hours, year)
    for start, length in mine.stops:
        power[start : start + length] = 0
        if start + length < hours and rng.random() < 0.5:
            power[start + length] *= 0.5
    return power.astype(np.float32)


def _working(rng: np.random.Generator, machines: int, hours: int) -> NDArray[np.float64]:
    """Share of machines that run: a slow walk around an availability of 93 to 99.5 %."""
    availability = rng.uniform(0.93, 0.995)
    keep = np.exp(-1 / rng.uniform(24, 240))
    shocks = rng.normal(0, 1, hours) * np.sqrt(1 - keep**2)
    walk = np.empty(hours)
    level = rng.normal()
    for t in range(hours):
        level = keep * level + shocks[t]
        walk[t] = level
    share = availability + np.sqrt(availability * (1 - availability) / machines) * walk
    return np.clip(np.round(share * machines) / machines, 0, 1)


def _schedule(rng: np.random.Generator, mine: Mine, hours: int, year: int) -> NDArray[np.float64]:
    on = np.ones(hours)
    hour = np.arange(hours) % 24
    weekday = (np.arange(hours) // 24 + dt.date(year, 1, 1).weekday()) % 7
    if mine.hiding == "office":
        every_day = rng.random() < 0.3
        away = (hour >= rng.integers(7, 10)) & (hour < rng.integers(17, 20)) & (every_day | (weekday < 5))
        on[away] = rng.choice([0, 0, 0.05, 0.1])
    elif mine.hiding == "night":
        on[~((hour >= rng.integers(20, 24)) | (hour < rng.integers(5, 8)))] = 0
    elif mine.hiding == "evening":
        start = rng.integers(16, 19)
        on[(hour >= start) & (hour < start + rng.integers(3, 6))] = rng.choice([0, 0.1, 0.2, 0.3, 0.5])
    on[: mine.onset] = 0
    if mine.hiding == "ramp":
        length = int(rng.integers(14, 70)) * 24
        span = min(length, hours - mine.onset)
        rise = np.arange(span) / length
        if rng.random() < 0.5:
            stages = rng.integers(3, 9)
            rise = np.ceil(rise * stages) / stages
        on[mine.onset : mine.onset + span] *= rise
    return on


def inject(
    rng: np.random.Generator, kw: NDArray[np.float32], resolution_kw: float, mine: Mine, year: int
) -> NDArray[np.float32]:
    """A customer's curve with a mine in it, rounded to what its meter shows, so that rounding tells nothing."""
    mixed = kw + mine_kw(rng, mine, float(np.nanmean(kw)), len(kw), year)
    return (np.round(mixed / resolution_kw) * resolution_kw).astype(np.float32)
