"""Counts that may be published: small ones are left out, and enough beside them that no difference tells them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

LEAST = 5
"""The smallest count that is told below the level of a city."""

Key = TypeVar("Key")


def publishable(counts: Mapping[Key, int], least: int = LEAST) -> dict[Key, int | None]:
    """Counts whose total is public; None where one isn't told.

    Zero is told. Where one is hidden at least two are, and together they are at least ``least``, unless no more counts
    above zero are left: so the total less what is told gives none of them away.

    Args:
        counts: by area or unit.
        least: the smallest count that is told.
    """
    hidden = {key for key, count in counts.items() if 0 < count < least}
    if not hidden:
        return dict(counts)
    others = sorted(
        (key for key, count in counts.items() if count >= least), key=lambda key: (counts[key], str(key))
    )
    while others and (len(hidden) < 2 or sum(counts[key] for key in hidden) < least):
        hidden.add(others.pop(0))
    return {key: None if key in hidden else count for key, count in counts.items()}


def total_is_public(counts: Mapping[Key, int], least: int = LEAST) -> bool:
    """Whether the total may stand beside :func:`publishable`: not where it would tell a small count by itself."""
    return sum(counts.values()) == 0 or sum(counts.values()) >= least
