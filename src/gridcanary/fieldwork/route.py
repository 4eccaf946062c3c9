"""The way from place to place: nearest neighbour first, then two-opt, on great circles."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Stop(Generic[Key]):
    """A place to go to.

    Args:
        key: names it.
        lat: WGS-84 latitude [degrees]; None where unknown.
        lon: WGS-84 longitude [degrees]; None where unknown.
        admin_code: GB/T 2260 code of its area.
        address: as written.
    """

    key: Key
    lat: float | None = None
    lon: float | None = None
    admin_code: str = ""
    address: str = ""

    @property
    def place(self) -> tuple[float, float] | None:
        """Latitude and longitude; None unless both are known."""
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)


def haversine_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance along the great circle [km].

    Args:
        one: latitude, longitude [degrees].
        other: latitude, longitude [degrees].

    Example:
        >>> round(haversine_km((36.65, 117.0), (35.41, 116.59)))
        143
    """
    lat_1, lon_1, lat_2, lon_2 = map(math.radians, (*one, *other))
    inner = (
        math.sin((lat_2 - lat_1) / 2) ** 2
        + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(inner)))


def length_km(places: Sequence[tuple[float, float]]) -> float:
    """Length of the way through the places in their order [km]."""
    return sum(haversine_km(one, other) for one, other in itertools.pairwise(places))


def ordered(stops: Sequence[Stop[Key]], start: tuple[float, float] | None = None) -> list[Stop[Key]]:
    """Stops in the order in which to visit them.

    Args:
        stops: each once, in any order; the answer does not depend on it.
        start: where the round begins; without it, the stop from which the way is shortest.

    Returns:
        The stops with coordinates along a short way; each of the others after the last one of its area, or at the
        end by area and address.
    """
    stops = sorted(stops, key=lambda stop: (stop.admin_code, stop.address, str(stop.key)))
    way = _short_way([stop for stop in stops if stop.place is not None], start)
    for stop in stops:
        if stop.place is None:
            way.insert(_after_its_area(way, stop), stop)
    return way


def _after_its_area(way: list[Stop[Key]], stop: Stop[Key]) -> int:
    same = [place for place, other in enumerate(way) if other.admin_code == stop.admin_code]
    return same[-1] + 1 if same else len(way)


def _short_way(stops: list[Stop[Key]], start: tuple[float, float] | None) -> list[Stop[Key]]:
    if len(stops) < 2:
        return stops
    places: list[tuple[float, float]] = [stop.place for stop in stops if stop.place is not None]
    if start is not None:
        return [stops[i - 1] for i in _tour([start, *places], 0)[1:]]
    tours = (_tour(places, first) for first in range(len(places)))
    best = min(tours, key=lambda tour: length_km([places[i] for i in tour]))
    return [stops[i] for i in best]


def _tour(places: list[tuple[float, float]], first: int) -> list[int]:
    """An open way through all places from the first one: nearest neighbour, then two-opt until nothing helps."""
    tour, left = [first], set(range(len(places))) - {first}
    while left:
        here = places[tour[-1]]
        nearest = min(left, key=lambda i: (haversine_km(here, places[i]), i))
        tour.append(nearest)
        left.remove(nearest)
    while _uncross(places, tour):
        pass
    return tour


def _uncross(places: list[tuple[float, float]], tour: list[int]) -> bool:
    """Turn round the first stretch that makes the way shorter; whether there was one."""
    for i in range(1, len(tour) - 1):
        for j in range(i + 1, len(tour)):
            before, begin, end = places[tour[i - 1]], places[tour[i]], places[tour[j]]
            saved = haversine_km(before, begin) - haversine_km(before, end)
            if j + 1 < len(tour):
                after = places[tour[j + 1]]
                saved += haversine_km(end, after) - haversine_km(begin, after)
            if saved > 1e-9:
                tour[i : j + 1] = reversed(tour[i : j + 1])
                return True
    return False
