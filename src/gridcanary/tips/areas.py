"""Counties that this installation takes tips of: those of GB/T 2260 within the area of its pack."""

from __future__ import annotations

from functools import lru_cache

from gridcanary.casework import law
from gridcanary.places.addresses import full_name
from gridcanary.places.divisions import COUNTY, divisions, level_of, within

COUNTRY = "CN"
"""The country whose divisions are known."""


def own_area() -> str:
    """Six-digit code of the area of this installation's pack; empty where that is a whole country."""
    prefix = law.pack_for_new_cases().content.pack.area_prefix
    return prefix.ljust(6, "0") if prefix else ""


def own_divisions() -> tuple[str, ...]:
    """Codes of the divisions in the pack's area, itself included; none outside China."""
    pack = law.pack_for_new_cases().content.pack
    return _divisions_in(own_area()) if pack.country == COUNTRY else ()


def own_counties(area: str = "") -> list[str]:
    """Codes of the pack's counties and districts, of those in an area, or of the one that ``area`` names."""
    inside = own_divisions()
    return [code for code in inside if level_of(code) == COUNTY and (not area or within(code, area))]


def parts_of(area: str) -> list[str]:
    """Codes of what an area is made of on the next level: provinces, then cities, then counties.

    Args:
        area: code of a division of the pack's area; empty for the country.
    """
    inside = [code for code in own_divisions() if code != area and (not area or within(code, area))]
    known = set(inside)
    return [code for code in inside if not known & ({code[:2] + "0000", code[:4] + "00"} - {code})]


def asked_county(code: str) -> str:
    """Full name of the county that an address of the tip form names; empty where it is none of ours."""
    return full_name(code) if code in own_counties() else ""


@lru_cache(maxsize=4)
def _divisions_in(area: str) -> tuple[str, ...]:
    return tuple(code for code in divisions() if not area or within(code, area))
