"""A pasted point as it is stored: WGS-84, with what it was before."""

from __future__ import annotations

from dataclasses import dataclass

from gridcanary.tips.pasted_places import WGS84, pasted_place


@dataclass(frozen=True, slots=True)
class Pin:
    """A point.

    Args:
        lat, lon: WGS-84; None while a point of a Chinese map app waits for its conversion.
        datum: in which it was pasted.
    """

    lat: float | None
    lon: float | None
    datum: str


def read_pin(text: str) -> Pin | None:
    """The point in a pasted text; None where there is none, so that the text is kept as a description."""
    found = pasted_place(text)
    if found is None:
        return None
    if found.datum != WGS84:
        return Pin(None, None, found.datum)
    return Pin(found.lat, found.lon, found.datum)
