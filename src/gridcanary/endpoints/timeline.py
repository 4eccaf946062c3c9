"""An endpoint's days as rows: when its sessions ran, on a clock of 24 hours, and what they took."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gridcanary.endpoints.models import EndpointDay, EndpointSession

DAY_WIDTH = 288
"""Width of the clock: a unit is five minutes."""
LEAST_WIDTH = 1.0
"""Shorter sessions are drawn this wide, so that they can be seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One session on the clock, in units of five minutes."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day with its bars; ``kw_share`` is its power against the largest of all days, 0 to 1."""

    day: EndpointDay
    bars: tuple[Bar, ...]
    kw_share: float


def day_rows(days: Sequence[EndpointDay], sessions: Iterable[EndpointSession]) -> list[DayRow]:
    """Rows of the timeline.

    Args:
        days: as they are to stand.
        sessions: of the same endpoint; those of other days are passed over.
    """
    spans = [(one.first_seen, one.last_seen) for one in sessions]
    most = max((day.kw_mid or 0.0 for day in days), default=0.0)
    return [DayRow(day, bars_of(day.day, spans), (day.kw_mid or 0.0) / most if most else 0.0) for day in days]


def bars_of(day: dt.date, spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> tuple[Bar, ...]:
    """The parts of spans that lie in a UTC day, overlapping ones joined, from left to right."""
    start = dt.datetime.combine(day, dt.time(), dt.UTC)
    minutes = sorted(
        (max(0.0, _minutes(first - start)), min(1440.0, _minutes(last - start)))
        for first, last in spans
        if last >= start and first < start + dt.timedelta(days=1)
    )
    joined: list[list[float]] = []
    for first, last in minutes:
        if joined and first <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], last)
        else:
            joined.append([first, last])
    return tuple(
        Bar(round(min(first / 5, DAY_WIDTH - LEAST_WIDTH), 1), round(max((last - first) / 5, LEAST_WIDTH), 1))
        for first, last in joined
    )


def _minutes(span: dt.timedelta) -> float:
    return span / dt.timedelta(minutes=1)
