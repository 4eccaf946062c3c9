"""Boundary files that an operator installs: GeoJSON with its map review number, checked first. No map ships."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from gridcanary.contracts.errors import InputError
from gridcanary.places.divisions import CITY, divisions, level_of
from gridcanary.portal.map_paths import signed_area

NAME = "boundaries.json"
REVIEW_NUMBER = re.compile(r"[A-Z\u4e00-\u9fff]{2,8}[(（](?:19|20)\d{2}[)）]\d{1,6}号")
"""As the authority writes it, such as GS（2024）0650号, GS京（2024）0650号 or 鲁SG（2024）026号."""
CODE_FIELDS = ("adcode", "code", "admin_code", "gb")
MOST_BYTES = 50_000_000
MOST_CORNERS = 500_000

Point = tuple[float, float]
Polygons = tuple[tuple[tuple[Point, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Boundaries that may be drawn.

    Args:
        review_number: shown beneath every drawing of them.
        areas: polygons by code; of a polygon the outline first, then its holes; WGS-84 or as the file has it.
    """

    review_number: str
    areas: dict[str, Polygons]


def install(file: Path, review_number: str, known: Collection[str]) -> Boundaries:
    """Check a GeoJSON file and keep its boundaries in the workspace in place of those that were there.

    Args:
        file: a FeatureCollection of polygons, each with a six-digit code.
        review_number: 审图号 of the map that the boundaries were taken from.
        known: codes of the pack's area; each of its cities must be in the file.

    Raises:
        InputError: no review number, unknown or missing codes, malformed shapes. Nothing is changed then.
    """
    found = Boundaries(checked_number(review_number), read_areas(file, known))
    place = _place()
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_suffix(".part")
    draft.write_text(
        json.dumps({"review_number": found.review_number, "areas": found.areas}, ensure_ascii=False),
        encoding="utf-8",
    )
    draft.replace(place)
    return found


def remove() -> bool:
    """Take the installed boundaries away; false where there were none."""
    there = _place().is_file()
    _place().unlink(missing_ok=True)
    return there


def installed() -> Boundaries | None:
    """The installed boundaries; None where there are none."""
    place = _place()
    if not place.is_file():
        return None
    told = place.stat()
    return _read(place, told.st_mtime_ns, told.st_size)


def checked_number(written: str) -> str:
    """A map review number without spaces.

    Raises:
        InputError: there is none, or it isn't written as one.
    """
    number = re.sub(r"\s", "", written)
    if not REVIEW_NUMBER.fullmatch(number):
        problem = f"{number} is no map review number" if number else "the map review number is missing"
        raise InputError("审图号", problem, remedy="as printed on the map, such as GS（2024）0650号")
    return number


def read_areas(file: Path, known: Collection[str]) -> dict[str, Polygons]:
    """Polygons by code out of a GeoJSON file.

    Args:
        file: FeatureCollection.
        known: codes that may be in it; those of cities must be.

    Raises:
        InputError: names the feature (as row) and what is wrong with it.
    """
    features = _features(file)
    areas: dict[str, Polygons] = {}
    for row, feature in enumerate(features, start=1):
        code = _code(file, row, feature)
        if code not in known:
            raise InputError(
                file, f"{code} is no division of this pack's area", row=row, remedy="leave other areas out"
            )
        if code in areas:
            raise InputError(
                file, f"{code} is there twice", row=row, remedy="join its polygons into one feature"
            )
        areas[code] = _polygons(file, row, feature.get("geometry"))
    missing = [code for code in known if level_of(code) == CITY and code not in areas]
    if missing:
        names = ", ".join(f"{code} {divisions()[code].name}" for code in missing[:5])
        raise InputError(
            file, f"{len(missing)} cities are missing: {names}", remedy="the map needs every city"
        )
    corners = sum(len(ring) for polygons in areas.values() for rings in polygons for ring in rings)
    if corners > MOST_CORNERS:
        raise InputError(file, f"{corners} corners", remedy=f"at most {MOST_CORNERS}")
    return areas


def _features(file: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        raise InputError(file, "no such file")
    if file.stat().st_size > MOST_BYTES:
        raise InputError(file, "larger than 50 MB", remedy="a coarser map is enough for a page")
    try:
        whole = json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(file, "cannot be read as JSON", remedy="GeoJSON in UTF-8") from error
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list) or whole.get("type") != "FeatureCollection":
        raise InputError(file, "is no FeatureCollection", remedy="GeoJSON as in RFC 7946")
    if not all(isinstance(one, dict) for one in features):
        raise InputError(file, "holds something that is no feature")
    return features


def _code(file: Path, row: int, feature: dict[str, Any]) -> str:
    told = feature.get("properties")
    facts = told if isinstance(told, dict) else {}
    for name in CODE_FIELDS:
        code = facts.get(name)
        if (
            isinstance(code, (str, int))
            and not isinstance(code, bool)
            and re.fullmatch(r"[0-9]{6}", str(code))
        ):
            return str(code)
    raise InputError(
        file,
        "has no six-digit code",
        row=row,
        column="properties",
        remedy=f"in one of {', '.join(CODE_FIELDS)}",
    )


def _polygons(file: Path, row: int, geometry: Any) -> Polygons:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise InputError(
            file, f"a {kind} has no boundary", row=row, column="geometry", remedy="Polygon or MultiPolygon"
        )
    told = geometry.get("coordinates")
    polygons = [told] if kind == "Polygon" else told
    if not isinstance(polygons, list) or not polygons:
        raise _malformed(file, row, "there are no coordinates")
    found = []
    for rings in polygons:
        if not isinstance(rings, list) or not rings:
            raise _malformed(file, row, "a polygon has no ring")
        found.append(tuple(_ring(file, row, ring) for ring in rings))
    return tuple(found)


def _ring(file: Path, row: int, ring: Any) -> tuple[Point, ...]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise _malformed(file, row, "a ring has fewer than four positions")
    points = tuple(_point(file, row, position) for position in ring)
    if points[0] != points[-1]:
        raise _malformed(file, row, "a ring doesn't end where it begins")
    if not signed_area(points):
        raise _malformed(file, row, "a ring encloses nothing")
    return points


def _point(file: Path, row: int, position: Any) -> Point:
    if not isinstance(position, list) or len(position) not in (2, 3):
        raise _malformed(file, row, f"{str(position)[:40]} is no position")
    if any(isinstance(number, bool) or not isinstance(number, (int, float)) for number in position):
        raise _malformed(file, row, f"{str(position)[:40]} is no position")
    # Compared before they become floats: a number of a thousand digits is none, and NaN lies nowhere.
    if not (-180 <= position[0] <= 180 and -90 < position[1] < 90):
        raise _malformed(file, row, f"{str(position)[:40]} lies outside the earth's degrees")
    return float(position[0]), float(position[1])


def _malformed(file: Path, row: int, problem: str) -> InputError:
    return InputError(file, problem, row=row, column="geometry", remedy="rings as in RFC 7946, in degrees")


def _place() -> Path:
    return Path(settings.GRIDCANARY_HOME) / NAME


@lru_cache(maxsize=2)
def _read(place: Path, _changed: int, _size: int) -> Boundaries:
    kept = json.loads(place.read_text(encoding="utf-8"))
    areas = {
        code: tuple(tuple(tuple((x, y) for x, y in ring) for ring in rings) for rings in polygons)
        for code, polygons in kept["areas"].items()
    }
    return Boundaries(kept["review_number"], areas)
