"""Closed cases by city, for a drawing: squares of the pack, or the boundary file that the operator installed."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from gridcanary.casework import law
from gridcanary.casework.models import Case
from gridcanary.places.divisions import CITY, divisions, level_of
from gridcanary.portal.boundaries import Boundaries, installed
from gridcanary.portal.map_paths import drawn_areas
from gridcanary.portal.suppression import LEAST, publishable, total_is_public
from gridcanary.tips.areas import own_divisions

STEPS = (LEAST, 10, 20, 50)
"""Least counts of the shades above the lightest, which is none; fewer than LEAST are never told."""
SQUARE, GAP = 100, 6
"""Of the drawing's units."""
LONG = 7
"""Letters from which a name is written smaller."""
WIDTH = SQUARE * 6
"""Of a drawing of boundaries."""


@dataclass(frozen=True, slots=True)
class City:
    """A city of the drawing.

    Args:
        code: of GB/T 2260.
        name: as it is written into the drawing.
        count: closed cases; None where it isn't told.
    """

    code: str
    name: str
    count: int | None

    @property
    def shade(self) -> str:
        """Class of its colour: ``shade-0`` to ``shade-4``, ``shade-none`` where the count isn't told."""
        return "shade-none" if self.count is None else f"shade-{shade_of(self.count)}"

    @property
    def told(self) -> str:
        """The count as it is written; a star where it isn't told."""
        return "*" if self.count is None else str(self.count)


@dataclass(frozen=True, slots=True)
class Shape:
    """A city as it is drawn: the path of its outline, and the middle of its label."""

    city: City
    path: str
    x: float
    y: float

    @property
    def size(self) -> str:
        """Class of the size of its name."""
        return "name-small" if len(self.city.name) >= LONG else "name"


@dataclass(frozen=True, slots=True)
class Cartogram:
    """What the page draws and lists.

    Args:
        cities: by code, for the table.
        shapes: for the drawing; none where neither squares nor boundaries are known.
        width, height: of the drawing.
        review_number: 审图号 of the boundaries; empty for squares.
        since: first day counted.
    """

    cities: Sequence[City]
    shapes: Sequence[Shape]
    width: int
    height: int
    review_number: str
    since: dt.date

    @property
    def is_map(self) -> bool:
        """Whether it shows boundaries."""
        return bool(self.review_number)


def shade_of(count: int) -> int:
    """Number of the shade of a count.

    >>> [shade_of(count) for count in (0, 5, 9, 10, 20, 49, 50)]
    [0, 1, 1, 2, 3, 3, 4]
    """
    return sum(count >= least for least in STEPS)


def legend() -> list[tuple[str, str]]:
    """Class and range of each shade, the lightest first."""
    ends = [f"{least}–{above - 1}" for least, above in itertools.pairwise(STEPS)]
    return [(f"shade-{number}", text) for number, text in enumerate(["0", *ends, f"≥ {STEPS[-1]}"])]


def cartogram(since: dt.date, until: dt.date | None = None) -> Cartogram | None:
    """Closed cases by city from a day on.

    Args:
        since: first day.
        until: last day; today where left out.

    Returns:
        None where there are no cities, or the total is so small that it would tell a count that isn't told.
    """
    codes = own_cities()
    counts = _closed(codes, since, until or timezone.localdate())
    if not codes or not total_is_public(counts):
        return None
    told = publishable(counts)
    tiles, language = law.pack_for_new_cases().content.tiles, law.language()
    names = {
        code: tiles[code].name.of(language) if code in tiles else divisions()[code].name for code in codes
    }
    cities = [City(code, names[code], told[code]) for code in codes]
    boundaries = installed()
    if boundaries is not None and set(codes) <= boundaries.areas.keys():
        return _map(cities, boundaries, since)
    return _squares(cities, since)


def own_cities() -> list[str]:
    """Codes of the cities of the pack's area."""
    return [code for code in own_divisions() if level_of(code) == CITY]


def _closed(codes: Sequence[str], since: dt.date, until: dt.date) -> Mapping[str, int]:
    areas = Case.objects.filter(closed_at__date__gte=since, closed_at__date__lte=until).values_list(
        "admin_code", flat=True
    )
    counted = Counter(area[:4] + "00" for area in areas if len(area) == 6)
    return {code: counted[code] for code in codes}


def _squares(cities: Sequence[City], since: dt.date) -> Cartogram:
    """Squares where every city has one; else the table stands alone."""
    tiles = law.pack_for_new_cases().content.tiles
    if not all(city.code in tiles for city in cities):
        return Cartogram(cities, (), 0, 0, "", since)
    shapes = []
    for city in cities:
        tile = tiles[city.code]
        x, y = tile.column * SQUARE + GAP // 2, tile.row * SQUARE + GAP // 2
        side = SQUARE - GAP
        shapes.append(Shape(city, f"M{x} {y}h{side}v{side}h-{side}z", x + side / 2, y + side / 2))
    across = max(tiles[city.code].column for city in cities) + 1
    down = max(tiles[city.code].row for city in cities) + 1
    return Cartogram(cities, shapes, across * SQUARE, down * SQUARE, "", since)


def _map(cities: Sequence[City], boundaries: Boundaries, since: dt.date) -> Cartogram:
    drawn, height = drawn_areas({city.code: boundaries.areas[city.code] for city in cities}, WIDTH)
    shapes = [Shape(city, *drawn[city.code]) for city in cities]
    return Cartogram(cities, shapes, WIDTH, height, boundaries.review_number, since)
