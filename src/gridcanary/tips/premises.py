"""Premises of the power company's archive that a tip's place speaks of. The console says where the archive lies."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from gridcanary.places import Point
from gridcanary.places.addresses import match_address
from gridcanary.places.premises import Premises, PremisesIndex, PremisesMatch

COLUMNS = ("premises_id", "meter_id", "name", "address", "admin_code", "lat", "lon")
"""Of contracts.tables.CUSTOMERS; coordinates are WGS-84."""
MOST_LOOKED_AT = 20_000
"""Rows that one tip is compared with; a place that fits more of them tells nothing."""
MOST_LETTERS = 32
"""Of a place, past its county, that are compared: a street, a number and a name."""
_NEAR_DEGREES = 0.01
_PAIRS, _SAMPLED = 8, 2_000
_NUMBER, _DIGIT = re.compile(r"\d+(?=-?\d*号)"), re.compile(r"\d")

Archive = Callable[[], pa.Table]
_known: list[Archive] = []


@dataclass(frozen=True, slots=True)
class Told:
    """A premises as the desk shows it beside a tip.

    Args:
        premises_id: its key in the archive.
        address: as the archive has it.
        meter_id: one of its meters, whose page shows the load curve.
        likeness: 0 to 100.
    """

    premises_id: str
    address: str
    meter_id: str
    likeness: float


def register_archive(archive: Archive) -> None:
    """Say where the archive comes from; the last one counts."""
    _known[:] = [archive]


def premises_of(place: str, pin: Point | None, area: str) -> PremisesMatch:
    """Premises that a place or a pin speaks of.

    Args:
        place: as it was told; may be empty where there is a pin.
        pin: WGS-84.
        area: six digits that the place lies in; without them nothing is looked for, since every county has the street.
    """
    if not _known or len(area) != 6 or area.endswith("00"):
        return PremisesMatch("none")
    rows = _worth_looking_at(_known[-1](), match_address(place, default=area).rest[:MOST_LETTERS], pin, area)
    if rows.num_rows > MOST_LOOKED_AT:
        return PremisesMatch("none")
    archive = {row["premises_id"]: _premises(row) for row in rows.to_pylist()}
    return PremisesIndex.of(archive.values()).find(place, pin, default=area)


def told_of(match: PremisesMatch, within: str = "") -> list[Told]:
    """What the archive says of the premises of a match, the likeliest first.

    Args:
        match: of ``premises_of``.
        within: beginning of the area codes that may be told of; empty for all.
    """
    likeness = dict(match.candidates) or {match.premises_id: 100.0}
    facts = {row["premises_id"]: row for row in rows_of(likeness, within)}
    return [
        Told(key, facts[key]["address"] or "", facts[key]["meter_id"], like)
        for key, like in likeness.items()
        if key in facts
    ]


def rows_of(premises: Collection[str], within: str = "") -> list[dict[str, str]]:
    """Rows of the archive of some premises, in an area; none where no archive is there."""
    if not _known:
        return []
    table = _known[-1]()
    found: list[dict[str, str]] = table.filter(
        pc.is_in(table["premises_id"], pa.array(sorted(premises), pa.string()))
    ).to_pylist()
    return [row for row in found if (row["admin_code"] or "").startswith(within)]


def _worth_looking_at(table: pa.Table, rest: str, pin: Point | None, area: str) -> pa.Table:
    """Rows of the area with the number of the place, with rare parts of its name, or near the pin; vectorised, since
    an archive has millions."""
    own = pc.or_(pc.equal(table["admin_code"], area), pc.is_null(table["admin_code"]))
    table = table.filter(pc.fill_null(own, True))
    wanted = pc.and_(pc.is_null(table["premises_id"]), False)
    for number in _NUMBER.findall(rest):
        numbered = pc.match_substring_regex(table["address"], rf"(^|\D){number}(-\d+)?号")
        wanted = pc.or_(wanted, pc.fill_null(numbered, False))
    for pair in _rare_pairs(table["name"], rest):
        wanted = pc.or_(wanted, _holds(table["name"], pair))
    if pin is not None:
        wanted = pc.or_(wanted, pc.and_(_near(table["lat"], pin.lat), _near(table["lon"], pin.lon)))
    return table.filter(wanted)


def _rare_pairs(names: pa.ChunkedArray, rest: str) -> list[str]:
    """Pairs of characters of a place that few names have, the rarest first."""
    step = max(1, len(names) // _SAMPLED)
    sample = names.take(pa.array(range(0, len(names), step), pa.int64()))
    most = len(sample) * MOST_LOOKED_AT // (2 * _PAIRS * max(1, len(names)))
    pairs = sorted({rest[at : at + 2] for at in range(len(rest) - 1) if not _DIGIT.search(rest[at : at + 2])})
    held = {pair: pc.sum(_holds(sample, pair)).as_py() or 0 for pair in pairs}
    return sorted((pair for pair in pairs if held[pair] <= most), key=lambda pair: held[pair])[:_PAIRS]


def _holds(column: pa.ChunkedArray, text: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.match_substring(column, text), False)


def _near(column: pa.ChunkedArray, degrees: float) -> pa.ChunkedArray:
    return pc.fill_null(pc.less_equal(pc.abs(pc.subtract(column, degrees)), _NEAR_DEGREES), False)


def _premises(row: dict[str, object]) -> Premises:
    lat, lon = row["lat"], row["lon"]
    point = Point(lat, lon) if isinstance(lat, float) and isinstance(lon, float) else None
    return Premises(
        str(row["premises_id"]),
        str(row["name"] or ""),
        str(row["address"] or ""),
        str(row["admin_code"] or ""),
        point,
    )
