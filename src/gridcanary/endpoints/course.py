"""An endpoint's course over its last days: hash rate of each session with its interval, and lanes of lines in step."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gridcanary.endpoints.models import EndpointSession

MOST_DAYS = 14
"""Days of the course; more would not be told apart on a narrow screen."""
WIDTH, HEIGHT = 1000.0, 100.0
"""Units of the drawing: the whole course from left to right, zero to the top of the scale from bottom to top."""
LEAST_WIDTH = 1.5
"""Shorter sessions are drawn this wide, so that they can be seen."""
HEADROOM = 2.0
"""The scale ends at this multiple of the largest rate at the most: a session of two shares has no upper bound to speak
of, and would press all others to the ground."""


@dataclass(frozen=True, slots=True)
class Step:
    """One session's rate: where it lies from left to right, and the heights of its rate and interval."""

    x: float
    width: float
    y: float
    band_y: float
    band_height: float


@dataclass(frozen=True, slots=True)
class Lane:
    """When one line had sessions; ``bars`` are pairs of place and width."""

    name: int
    bars: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Course:
    """What is drawn.

    Args:
        days: the UTC days from left to right, all of the same width.
        day_lines: where days meet.
        algorithm: of the rates that are drawn; empty without any. Rates of two algorithms can't share a scale.
        top_hs: the scale's upper end [hashes/s].
        steps: sessions with a measured rate.
        lanes: when lines had sessions, the endpoint's own first.
    """

    days: tuple[dt.date, ...]
    day_lines: tuple[float, ...]
    algorithm: str
    top_hs: float
    steps: tuple[Step, ...]
    lanes: tuple[Lane, ...]


def days_of_course(newest: dt.date, oldest: dt.date) -> tuple[dt.date, ...]:
    """The days up to the newest, MOST_DAYS at the most; days without any session are among them."""
    count = min((newest - oldest).days + 1, MOST_DAYS)
    return tuple(newest - dt.timedelta(days=back) for back in range(count - 1, -1, -1))


def course_of(days: Sequence[dt.date], own: int, sessions: Iterable[EndpointSession]) -> Course:
    """The course of an endpoint.

    Args:
        days: UTC days that follow each other, one at the least.
        own: the endpoint's key.
        sessions: its own and those of the lines that are to be shown beside it.
    """
    known = list(sessions)
    mine = [one for one in known if one.endpoint_id == own and one.hashrate_hs]
    algorithm = _longest(mine)
    rated = [one for one in mine if one.algorithm == algorithm]
    top = _top_hs(rated)
    steps = [step for one in rated if (step := _step(one, days, top)) is not None]
    width = WIDTH / len(days)
    lines = tuple(round(at * width, 1) for at in range(1, len(days)))
    return Course(tuple(days), lines, algorithm, top, tuple(steps), _lanes(days, own, known))


def _longest(sessions: Iterable[EndpointSession]) -> str:
    """The algorithm that was worked on longest."""
    spans: dict[str, dt.timedelta] = defaultdict(dt.timedelta)
    for one in sessions:
        spans[one.algorithm] += one.last_seen - one.first_seen
    return max(spans, key=lambda name: spans[name], default="")


def _top_hs(sessions: Sequence[EndpointSession]) -> float:
    rates = [one.hashrate_hs or 0.0 for one in sessions]
    bounds = [one.hashrate_high_hs or 0.0 for one in sessions]
    return min(max([*rates, *bounds], default=0.0), HEADROOM * max(rates, default=0.0))


def _step(one: EndpointSession, days: Sequence[dt.date], top_hs: float) -> Step | None:
    span = _placed(one.first_seen, one.last_seen, days)
    if span is None or one.hashrate_hs is None:
        return None
    low = one.hashrate_hs if one.hashrate_low_hs is None else one.hashrate_low_hs
    high = one.hashrate_hs if one.hashrate_high_hs is None else one.hashrate_high_hs
    upper, lower = _height(high, top_hs), _height(low, top_hs)
    return Step(*span, _height(one.hashrate_hs, top_hs), upper, round(lower - upper, 2))


def _height(rate_hs: float, top_hs: float) -> float:
    """From the drawing's upper edge, as SVG counts."""
    return round(HEIGHT * (1 - min(rate_hs / top_hs, 1.0)), 2)


def _lanes(days: Sequence[dt.date], own: int, sessions: Iterable[EndpointSession]) -> tuple[Lane, ...]:
    bars: dict[int, list[tuple[float, float]]] = {own: []}
    for one in sessions:
        if span := _placed(one.first_seen, one.last_seen, days):
            bars.setdefault(one.endpoint_id, []).append(span)
    return tuple(Lane(name, tuple(sorted(spans))) for name, spans in bars.items())


def _placed(first: dt.datetime, last: dt.datetime, days: Sequence[dt.date]) -> tuple[float, float] | None:
    """Place and width of a span; None outside the days."""
    begin = dt.datetime.combine(days[0], dt.time(), dt.UTC)
    whole = dt.timedelta(days=len(days))
    left, right = (min(max((time - begin) / whole, 0.0), 1.0) * WIDTH for time in (first, last))
    if last < begin or first >= begin + whole:
        return None
    width = max(right - left, LEAST_WIDTH)
    return round(min(left, WIDTH - width), 1), round(width, 1)
