"""Areas in degrees as paths of a drawing. Pure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

Point = tuple[float, float]
Ring = Sequence[Point]
Areas = Mapping[str, Sequence[Sequence[Ring]]]
"""Polygons of each area; of a polygon the outline first, then its holes; longitude before latitude."""


def drawn_areas(areas: Areas, width: int) -> tuple[dict[str, tuple[str, float, float]], int]:
    """Paths and label points of areas side by side, north above.

    Longitude is shortened by the cosine of the middle latitude. Corners are rounded to whole units, and those that
    fall together are drawn once; nothing else is left out.

    Args:
        areas: in degrees.
        width: of the drawing in units.

    Returns:
        Path, x and y of the label of each area, and the height of the drawing.
    """
    points = [point for polygons in areas.values() for rings in polygons for ring in rings for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    shortened = math.cos(math.radians((south + north) / 2))
    scale = width / ((east - west) * shortened)
    height = max(1, math.ceil((north - south) * scale))

    def placed(ring: Ring) -> list[tuple[int, int]]:
        corners = [(round((x - west) * shortened * scale), round((north - y) * scale)) for x, y in ring]
        return [
            corner for number, corner in enumerate(corners) if number == 0 or corner != corners[number - 1]
        ]

    found = {}
    for code, polygons in areas.items():
        rings = [[placed(ring) for ring in polygon] for polygon in polygons]
        largest = max((polygon[0] for polygon in rings), key=lambda ring: abs(signed_area(ring)))
        found[code] = ("".join(_path(ring) for polygon in rings for ring in polygon), *centre(largest))
    return found, height


def signed_area(ring: Ring) -> float:
    """Area of a ring, negative where it runs clockwise.

    >>> signed_area([(0, 0), (2, 0), (2, 1), (0, 1), (0, 0)])
    2.0
    """
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring)) / 2


def centre(ring: Ring) -> tuple[float, float]:
    """Centre of gravity of a ring, of its corners where it has no area.

    >>> centre([(0, 0), (2, 0), (2, 1), (0, 1), (0, 0)])
    (1.0, 0.5)
    """
    area = signed_area(ring)
    if not area:
        return sum(x for x, _y in ring) / len(ring), sum(y for _x, y in ring) / len(ring)
    pairs = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in itertools.pairwise(ring)]
    x = sum((a[0] + b[0]) * cross for a, b, cross in pairs) / (6 * area)
    y = sum((a[1] + b[1]) * cross for a, b, cross in pairs) / (6 * area)
    return round(x, 1), round(y, 1)


def _path(ring: Sequence[tuple[int, int]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in ring[:-1] or ring) + "z"
