"""The curve of a meter around the moment its supply was cut, as points of an inline SVG."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from gridcanary.fieldwork.meter_proof import Reading

WIDTH, HEIGHT = 720, 160
"""Units of the SVG's view box."""


@dataclass(frozen=True, slots=True)
class ProofChart:
    """What the template draws.

    Args:
        segments: ``points`` attributes of polylines; a gap in the readings breaks the line.
        cut_x: where the supply was cut.
        proof_x: where the time ends that had to be without load.
        most_kw: the greatest load drawn.
        first, last: days at the ends.
    """

    segments: tuple[str, ...]
    cut_x: float
    proof_x: float
    most_kw: float
    first: dt.date
    last: dt.date

    @property
    def width_x(self) -> float:
        """Width of the time that had to be without load."""
        return round(self.proof_x - self.cut_x, 1)


def proof_chart(readings: Sequence[Reading], cut_at: dt.datetime, until: dt.datetime) -> ProofChart | None:
    """The chart; None where there is nothing to draw.

    Args:
        readings: of the meter, ascending.
        cut_at: when the supply was cut.
        until: end of the time that had to be without load.
    """
    loads = [one.load_w for one in readings if one.load_w is not None]
    if not loads:
        return None
    begin, end = readings[0].at, readings[-1].end
    span = (end - begin).total_seconds()
    ceiling = max(*loads, 1)

    def x(at: dt.datetime) -> float:
        return round(WIDTH * min(max((at - begin).total_seconds() / span, 0), 1), 1)

    segments: list[list[str]] = [[]]
    for one in readings:
        if one.load_w is not None:
            y = round(4 + (HEIGHT - 8) * (1 - max(one.load_w, 0) / ceiling), 1)
            segments[-1] += [f"{x(one.at)},{y}", f"{x(one.end)},{y}"]
        elif segments[-1]:
            segments.append([])
    return ProofChart(
        tuple(" ".join(points) for points in segments if points),
        x(cut_at),
        x(until),
        ceiling / 1000,
        begin.date(),
        readings[-1].at.date(),
    )
