"""Coordinates in WGS-84, and those of Chinese maps: GCJ-02 (Amap, Tencent) and BD-09 (Baidu).

Chinese maps are shifted by 100 to 700 m against WGS-84; a point taken for the wrong kind sends inspectors to another
building. The shift is the publicly known one; inside China it is undone by iteration to a millimetre.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

_AXIS_M, _ECCENTRICITY2 = 6378245.0, 0.00669342162296594323
"""Krasovsky's ellipsoid, which the shift is reckoned on."""
_BAIDU = math.pi * 3000.0 / 180.0
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""The box in which maps are shifted."""
_EARTH_M = 6371008.8
_ROUNDS, _PRECISION_DEGREES = 30, 1e-9


class Datum(StrEnum):
    """What a pair of coordinates refers to."""

    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


@dataclass(frozen=True, slots=True)
class Point:
    """A point [degrees].

    Args:
        lat, lon: north and east.

    Raises:
        ValueError: not on the earth.
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"no point on the earth: {self.lat}, {self.lon}")


def to_wgs84(point: Point, datum: Datum) -> Point:
    """A point of a map in WGS-84."""
    if datum == Datum.WGS84:
        return point
    shifted = _from_baidu(point) if datum == Datum.BD09 else point
    return _unshifted(shifted)


def from_wgs84(point: Point, datum: Datum) -> Point:
    """A point as a map shows it."""
    if datum == Datum.WGS84:
        return point
    shifted = _shifted(point)
    return _to_baidu(shifted) if datum == Datum.BD09 else shifted


def distance_m(one: Point, other: Point) -> float:
    """Distance on the sphere [m]."""
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(chord)))


def is_shifted(point: Point) -> bool:
    """Whether maps are shifted there."""
    return _WEST <= point.lon <= _EAST and _SOUTH <= point.lat <= _NORTH


def _shifted(point: Point) -> Point:
    if not is_shifted(point):
        return point
    north, east = _offset(point)
    return Point(point.lat + north, point.lon + east)


def _unshifted(shifted: Point) -> Point:
    if not is_shifted(shifted):
        return shifted
    guess = shifted
    for _ in range(_ROUNDS):
        again = _shifted(guess)
        north, east = shifted.lat - again.lat, shifted.lon - again.lon
        guess = Point(guess.lat + north, guess.lon + east)
        if max(abs(north), abs(east)) < _PRECISION_DEGREES:
            break
    return guess


def _offset(point: Point) -> tuple[float, float]:
    """Shift to the north and to the east [degrees]."""
    x, y = point.lon - 105.0, point.lat - 35.0
    waves = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + waves
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + waves
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    latitude = math.radians(point.lat)
    flat = 1 - _ECCENTRICITY2 * math.sin(latitude) ** 2
    metres_north = _AXIS_M * (1 - _ECCENTRICITY2) / (flat * math.sqrt(flat)) * math.pi / 180.0
    metres_east = _AXIS_M / math.sqrt(flat) * math.cos(latitude) * math.pi / 180.0
    return north / metres_north, east / metres_east


def _to_baidu(point: Point) -> Point:
    radius = math.hypot(point.lon, point.lat) + 0.00002 * math.sin(point.lat * _BAIDU)
    angle = math.atan2(point.lat, point.lon) + 0.000003 * math.cos(point.lon * _BAIDU)
    return Point(radius * math.sin(angle) + 0.006, radius * math.cos(angle) + 0.0065)


def _from_baidu(point: Point) -> Point:
    guess = Point(point.lat - 0.006, point.lon - 0.0065)
    for _ in range(_ROUNDS):
        again = _to_baidu(guess)
        north, east = point.lat - again.lat, point.lon - again.lon
        guess = Point(guess.lat + north, guess.lon + east)
        if max(abs(north), abs(east)) < _PRECISION_DEGREES:
            break
    return guess
