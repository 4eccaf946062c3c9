"""Meters whose loads step at the same time: one operator who spread the machines over many small meters.

Under chance, steps fall on days at the rate that the scanned meters themselves show in the weeks around, here
and elsewhere; a moment at which many more meters of one neighbourhood step is told, unless all neighbourhoods
do (a holiday, a season).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcanary.contracts.reasons import Reason

NAME = "together"
CAP = 2.5
LEAST_MEMBERS, MOST_MEMBERS = 3, 20
"""One operator spreads over a handful of meters; more than these follow a season or the end of an outage."""

DAY_SPAN = 2
"""Steps within so many days of each other count as one moment: onsets are known to within about that."""

RATE_DAYS = 28
"""Days on either side from which the rate of chance is taken."""

DAYS_TRIED = 60
"""A moment is one of about sixty that could have been chosen; what it costs to look for the best is this."""


@dataclass(frozen=True, slots=True)
class Step:
    """One meter's step: who, when (days since 1970-01-01), where (feeder or county; '' if unknown)."""

    meter_id: str
    day: int
    place: str


@dataclass(frozen=True, slots=True)
class Group:
    """Meters that stepped together, with the log-odds that it is no chance and what chance would give."""

    group_id: str
    meters: tuple[str, ...]
    llr: float
    expected: float


def groups(steps: Sequence[Step], population: Mapping[str, int]) -> list[Group]:
    """Groups of meters in one place that stepped together beyond chance.

    Args:
        steps: every step found, in any order.
        population: meters scanned in each place.

    Returns:
        Groups ordered by place, then by size; no meter is in two.
    """
    every = np.sort(np.array([step.day for step in steps], dtype=np.int64))
    total = sum(population.values())
    by_place: dict[str, list[Step]] = {}
    for step in sorted(steps, key=lambda step: (step.day, step.meter_id)):
        by_place.setdefault(step.place, []).append(step)
    found: list[Group] = []
    for place, members in sorted(by_place.items()):
        own = np.array([step.day for step in members], dtype=np.int64)
        size = max(population.get(place, 0), len(members))
        for day, near in _moments(members, own):
            expected = _expected(every, own, day, size, max(0, total - size))
            llr = poisson_llr(len(near), expected)
            if llr > 1.0 and len(near) <= MOST_MEMBERS:
                meters = tuple(sorted(step.meter_id for step in near))
                found.append(Group(f"G{len(found) + 1:03d}", meters, min(CAP, llr), expected))
    return found


def _moments(members: Sequence[Step], days: NDArray[np.int64]) -> list[tuple[int, list[Step]]]:
    """Days about which several members stepped, the fullest first; a member belongs to one of them."""
    low = np.searchsorted(days, days - DAY_SPAN, "left")
    high = np.searchsorted(days, days + DAY_SPAN, "right")
    taken = np.zeros(len(members), np.bool_)
    moments = []
    for i in np.lexsort((days, low - high)):
        near = [j for j in range(low[i], high[i]) if not taken[j]]
        if len(near) >= LEAST_MEMBERS:
            taken[near] = True
            moments.append((int(days[i]), [members[j] for j in near]))
    return moments


def poisson_llr(seen: int, expected: float) -> float:
    """Log-likelihood ratio, for each member, of a rate that explains ``seen`` against ``expected``, less the
    cost of choosing the day."""
    if seen <= expected:
        return 0.0
    rate = max(expected, 0.05)
    return max(0.0, seen * math.log(seen / rate) - (seen - rate) - math.log(DAYS_TRIED)) / seen


def _expected(every: NDArray[np.int64], own: NDArray[np.int64], day: int, size: int, others: int) -> float:
    """Steps that chance gives a place of ``size`` meters about a day: the highest of three rates, that of
    the place itself in the weeks around, that of ``others`` then, and that of others at the same time."""
    span = (2 * DAY_SPAN + 1) / (2 * (RATE_DAYS - DAY_SPAN))
    far, near = _count(every, day, RATE_DAYS), _count(every, day, DAY_SPAN)
    own_far, own_near = _count(own, day, RATE_DAYS), _count(own, day, DAY_SPAN)
    here = (own_far - own_near) * span
    if not others:
        return here
    usual = (far - own_far - (near - own_near)) * span
    elsewhere = max(usual, near - own_near) / others * size
    return float(max(here, elsewhere))


def _count(days: NDArray[np.int64], day: int, reach: int) -> int:
    """How many of ascending ``days`` lie within ``reach`` of a day."""
    return int(np.searchsorted(days, day + reach, "right") - np.searchsorted(days, day - reach, "left"))


def reason(group: Group, onset: str) -> Reason:
    """The reason told on each member."""
    others = len(group.meters) - 1
    return Reason(
        "load.together",
        {"others": others, "onset": onset, "group": group.group_id, "expected": group.expected},
    )
