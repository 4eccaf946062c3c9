"""Meters whose loads step at the same time: one operator who spread the machines over many small meters.

Under chance, steps fall on days at the rate that the scanned population itself shows in the weeks around; a day on
which many more meters of one neighbourhood step is told, unless the whole population does (a holiday, a season).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridcanary.contracts.reasons import Reason

NAME = "together"
CAP = 2.5
LEAST_MEMBERS = 3
DAY_SPAN = 1
"""Steps within a day of each other count as one moment: clocks and weekly outlines blur it by that."""

RATE_WEEKS = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One meter's step: who, when (days since 1970-01-01), where (feeder, transformer or county; '' if unknown)."""

    meter_id: str
    day: int
    place: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Group:
    """Meters that stepped together, with the log-odds that it is no chance and the reason to tell."""

    group_id: str
    meters: tuple[str, ...]
    llr: float
    expected: float


def groups(steps: Sequence[Step], population: Mapping[str, int]) -> list[Group]:
    """Groups of meters in one place that stepped together beyond chance.

    Args:
        steps: every step found, plausible or not, so that the rate of chance is known.
        population: meters scanned in each place.
    """
    found: list[Group] = []
    taken: set[str] = set()
    days = sorted({step.day for step in steps})
    by_place: dict[str, list[Step]] = {}
    for step in steps:
        by_place.setdefault(step.place, []).append(step)
    for place, members in sorted(by_place.items()):
        for day in days:
            near = [s for s in members if abs(s.day - day) <= DAY_SPAN and s.meter_id not in taken]
            if len(near) < LEAST_MEMBERS:
                continue
            expected = _expected(steps, day, population, place)
            llr = poisson_llr(len(near), expected)
            if llr > 1.0:
                taken.update(s.meter_id for s in near)
                meters = tuple(sorted(s.meter_id for s in near))
                found.append(Group(f"G{len(found) + 1:03d}", meters, min(CAP, llr), expected))
    return found


def poisson_llr(seen: int, expected: float) -> float:
    """Log-likelihood ratio of a rate that explains ``seen`` against ``expected``, less the cost of choosing the day."""
    if seen <= expected:
        return 0.0
    rate = max(expected, 0.05)
    return max(0.0, seen * math.log(seen / rate) - (seen - rate) - math.log(60)) / seen


def _expected(steps: Sequence[Step], day: int, population: Mapping[str, int], place: str) -> float:
    """Steps that chance gives a place within the span around a day, from the whole population's rate."""
    total = max(1, sum(population.values()))
    around = sum(1 for s in steps if s.place != place and abs(s.day - day) <= 7 * RATE_WEEKS)
    same_time = sum(1 for s in steps if s.place != place and abs(s.day - day) <= DAY_SPAN)
    others = max(1, total - population.get(place, 0))
    span = 2 * DAY_SPAN + 1
    usual = around / others * span / (14 * RATE_WEEKS + 1)
    common = same_time / others
    return max(usual, common) * population.get(place, 0)


def reason(group: Group, onset: str) -> Reason:
    """The reason told on each member."""
    others = len(group.meters) - 1
    return Reason(
        "load.together",
        {"others": others, "onset": onset, "group": group.group_id, "expected": group.expected},
    )
