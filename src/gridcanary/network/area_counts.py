"""Counts by area that name nobody: small ones are suppressed, and enough others that no difference gives them away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEAST = 5
"""Fewer endpoints than this are not shown for an area. Statistical offices use 3 to 10; it is a policy to set."""


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """Published counts.

    Args:
        shown: area -> count of different endpoints, at least the threshold.
        suppressed: areas whose count is not shown, sorted; those with none at all are not among them.
        total: of all areas; None where it would give a suppressed count away.
        least: the threshold.
    """

    shown: Mapping[str, int]
    suppressed: tuple[str, ...]
    total: int | None
    least: int


def area_counts(seen: Iterable[tuple[str, str]], least: int = LEAST) -> AreaCounts:
    """Different endpoints by area.

    A single suppressed area could be told from the total, so the smallest shown one is suppressed with it; where the
    suppressed ones together stay below the threshold, another one goes too, and where nothing is left to go, the total.

    Args:
        seen: (area, endpoint) pairs; repeated ones count once.
        least: fewest endpoints that are shown.

    Raises:
        ValueError: a threshold below 2, which would protect nobody.
    """
    if least < 2:
        raise ValueError(f"a threshold of {least} protects nobody")
    counts: dict[str, int] = {}
    for area, _ in set(seen):
        counts[area] = counts.get(area, 0) + 1
    by_size = sorted(counts, key=lambda area: (counts[area], area))
    hidden = [area for area in by_size if counts[area] < least]
    rest = by_size[len(hidden) :]
    while hidden and rest and (len(hidden) < 2 or sum(counts[area] for area in hidden) < least):
        hidden.append(rest.pop(0))
    told_apart = len(hidden) == 1 or (hidden and sum(counts[area] for area in hidden) < least)
    total = None if told_apart else sum(counts.values())
    return AreaCounts({area: counts[area] for area in sorted(rest)}, tuple(sorted(hidden)), total, least)
