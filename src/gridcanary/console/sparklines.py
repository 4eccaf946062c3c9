"""Small curves for lists, as points of an inline SVG."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 160, 36
"""Units of the SVG's view box."""


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Daily means as line segments (a gap in the data breaks the line) and the place of the onset.

    Args:
        segments: ``points`` attributes of polylines.
        onset_x: where the onset lies; None where it is not within the days.
        low_kw: least daily mean.
        high_kw: greatest daily mean.
    """

    segments: tuple[str, ...]
    onset_x: float | None
    low_kw: float
    high_kw: float


def sparkline(
    days: Sequence[dt.date],
    daily_kw: npt.NDArray[np.float32],
    onset: dt.date | None,
    *,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> Sparkline | None:
    """The small curve of one meter.

    Args:
        days: sorted.
        daily_kw: mean load of each day [kW], NaN where missing.
        onset: first day of the suspected load.
        width: of the drawing [SVG units].
        height: of the drawing [SVG units].

    Returns:
        The curve; None where there is nothing to draw. The vertical axis starts at zero, so that a large step
        looks large and a small one small.
    """
    present = np.isfinite(daily_kw)
    if not present.any():
        return None
    low, high = float(daily_kw[present].min()), float(daily_kw[present].max())
    floor, ceiling = min(low, 0.0), max(high, 0.0) or 1.0
    span_days = max((days[-1] - days[0]).days, 1)

    def x(day: dt.date) -> float:
        return round(1 + (width - 2) * (day - days[0]).days / span_days, 1)

    segments: list[list[str]] = [[]]
    for day, kw, there in zip(days, daily_kw, present, strict=True):
        if there:
            y = 2 + (height - 4) * (1 - (float(kw) - floor) / (ceiling - floor))
            segments[-1].append(f"{x(day)},{y:.1f}")
        elif segments[-1]:
            segments.append([])
    onset_x = x(onset) if onset and days[0] <= onset <= days[-1] else None
    return Sparkline(tuple(" ".join(points) for points in segments if points), onset_x, low, high)
