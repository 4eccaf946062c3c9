"""Which tips speak of one place. Pure, no database."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from gridcanary.places import Point, State, distance_m, match_address
from gridcanary.tips.independence import SAME_PICTURE
from gridcanary.tips.picture_hash import distance

SAME_SPOT_M, NEARBY_M = 60.0, 400.0
SAME_ADDRESS, LIKE_ADDRESS = 92.0, 75.0
"""Likeness of what follows the county, 0 to 100."""
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Spot:
    """A tip's place.

    Args:
        admin_code: six digits, empty where it isn't told.
        rest: what follows the names of divisions.
        point: WGS-84.
        premises_id: where staff or the archive told it.
        pictures: perceptual hashes of its photographs.
    """

    admin_code: str
    rest: str
    point: Point | None = None
    premises_id: str = ""
    pictures: tuple[str, ...] = ()


def spot_of(
    place: str, code: str, point: Point | None, premises_id: str = "", pictures: tuple[str, ...] = ()
) -> Spot:
    """The spot of a tip out of what it tells."""
    return Spot(code, match_address(place).rest, point, premises_id, pictures)


def can_be_the_same(spot: Spot) -> bool:
    """Whether a tip tells enough of its place that another can surely be of the same one."""
    return bool(spot.premises_id or spot.point or _NUMBERS.search(spot.rest))


def same_spot(one: Spot, other: Spot) -> bool:
    """Whether two tips surely speak of one place, so that they are one lead."""
    if one.premises_id and one.premises_id == other.premises_id:
        return True
    if one.point and other.point:
        return distance_m(one.point, other.point) <= SAME_SPOT_M
    if not one.admin_code or one.admin_code != other.admin_code or one.admin_code.endswith("00"):
        return False
    numbers = _NUMBERS.findall(one.rest)
    if not numbers or numbers != _NUMBERS.findall(other.rest):
        return False
    return float(fuzz.ratio(one.rest, other.rest)) >= SAME_ADDRESS


def perhaps_same_spot(one: Spot, other: Spot) -> bool:
    """Whether staff should look if they are one: near, alike in words, or with a copy of a picture."""
    if any(distance(a, b) <= SAME_PICTURE for a in one.pictures for b in other.pictures):
        return True
    if one.point and other.point:
        return distance_m(one.point, other.point) <= NEARBY_M
    if not one.admin_code or one.admin_code != other.admin_code or min(len(one.rest), len(other.rest)) < 3:
        return False
    return float(fuzz.partial_ratio(one.rest, other.rest)) >= LIKE_ADDRESS


def is_exact(place: str, point: Point | None) -> bool:
    """Whether a tip's place can be found: a point, or a county with a number in the rest."""
    match = match_address(place)
    return point is not None or (
        match.state in (State.EXACT, State.INFERRED) and bool(_NUMBERS.search(match.rest))
    )
