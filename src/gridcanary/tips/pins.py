"""A pasted point as it is stored: WGS-84, with what it was before."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.places import Datum, Point, to_wgs84
from gridcanary.tips.pasted_places import BD09, GCJ02, WGS84, pasted_place

DATUMS = {WGS84: Datum.WGS84, GCJ02: Datum.GCJ02, BD09: Datum.BD09}


@dataclass(frozen=True, slots=True)
class Pin:
    """A point.

    Args:
        lat, lon: WGS-84.
        datum: in which it was pasted.
    """

    lat: float
    lon: float
    datum: str


def read_pin(text: str) -> Pin | None:
    """The point in a pasted text; None where there is none, so that the text is kept as a description."""
    found = pasted_place(text)
    if found is None:
        return None
    point = to_wgs84(Point(found.lat, found.lon), DATUMS[found.datum])
    return Pin(round(point.lat, 6), round(point.lon, 6), found.datum)
