"""Premises of the archive by address: street and number, then names, then distance; several that fit stay several."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from gridcanary.places.addresses import Matched, match_address
from gridcanary.places.coordinates import Point, distance_m
from gridcanary.places.divisions import within
from gridcanary.places.writing import written

_STREET_NUMBER = re.compile(
    r"([一-龥A-Za-z]{1,12}?(?:大街|大道|路|街|巷|胡同|村|庄|园区|工业园|社区))?(?:[一-龥]{0,4}?)(\d+)(?:-\d+)?号"
)
_STREET = re.compile(r"([一-龥]{1,12}?(?:大街|大道|路|街|巷|胡同|村|庄|工业园|产业园|园区|社区))")
_NUMBERS = re.compile(r"\d+")
SURE_NAME, LEAST_NAME, CLEAR_LEAD = 90.0, 75.0, 10.0
"""Similarity of names, 0 to 100: from where it settles a match, is a candidate, and how far ahead the best must be."""
NEAR_M, FAR_M = 150.0, 2_000.0
"""A pin this near is at the place; beyond the other it is somewhere else."""
_MOST_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class Premises:
    """A row of the archive.

    Args:
        premises_id: its key.
        name: of the customer; empty where it isn't to be used.
        address: as the archive has it.
        admin_code: six digits where the archive has it.
        point: WGS-84 where it is known.
    """

    premises_id: str
    name: str = ""
    address: str = ""
    admin_code: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class PremisesMatch:
    """What an address or a pin meets.

    Args:
        state: ``matched``, ``ambiguous`` or ``none``.
        premises_id: of ``matched`` alone.
        candidates: premises with their likeness, 0 to 100, the best first; at most ten.
        because: ``number``, ``name``, ``distance``: what told.
    """

    state: str
    premises_id: str = ""
    candidates: tuple[tuple[str, float], ...] = ()
    because: tuple[str, ...] = ()


@dataclass(slots=True)
class _Entry:
    premises: Premises
    place: Matched
    code: str
    name: str


@dataclass(slots=True)
class PremisesIndex:
    """An archive by street and number, street, and cells of a hundredth of a degree. Built once, asked often."""

    _by_number: dict[tuple[str, str], list[_Entry]] = field(default_factory=lambda: defaultdict(list))
    _by_street: dict[str, list[_Entry]] = field(default_factory=lambda: defaultdict(list))
    _by_pair: dict[str, list[_Entry]] = field(default_factory=lambda: defaultdict(list))
    _by_cell: dict[tuple[int, int], list[_Entry]] = field(default_factory=lambda: defaultdict(list))
    size: int = 0

    @classmethod
    def of(cls, archive: Iterable[Premises]) -> PremisesIndex:
        """An index over an archive."""
        index = cls()
        for premises in archive:
            index.add(premises)
        return index

    def add(self, premises: Premises) -> None:
        """Add one."""
        place = match_address(premises.address) if premises.address else match_address("")
        entry = _Entry(premises, place, premises.admin_code or place.code, _own_name(premises.name))
        street, number = _street_and_number(place.rest)
        if street and number:
            self._by_number[street, number].append(entry)
        if street:
            self._by_street[street].append(entry)
        for pair in {entry.name[at : at + 2] for at in range(len(entry.name) - 1)}:
            self._by_pair[pair].append(entry)
        if premises.point is not None:
            self._by_cell[_cell(premises.point)].append(entry)
        self.size += 1

    def find(self, text: str, pin: Point | None = None, *, default: str = "") -> PremisesMatch:
        """Premises that an address, a pin or both speak of.

        Args:
            text: the address with the firm's name if known; may be empty where there is a pin.
            pin: WGS-84.
            default: area that decides between places of one name, as in match_address.
        """
        place = match_address(text, default=default)
        scored: dict[str, tuple[float, set[str]]] = {}
        for entry in self._looked_at(place):
            told = _likeness(entry, place, pin)
            if told is not None:
                scored[entry.premises.premises_id] = told
        if pin is not None and not scored:
            scored = {
                entry.premises.premises_id: (100.0 - away / NEAR_M * 10, {"distance"})
                for entry in self._near(pin)
                if (away := distance_m(pin, entry.premises.point or pin)) <= NEAR_M
            }
        return _decided(scored)

    def _looked_at(self, place: Matched) -> list[_Entry]:
        street, number = _street_and_number(place.rest)
        found = list(self._by_number.get((street, number), ())) if street and number else []
        if not found:
            found = self._by_name(place.rest) + list(self._by_street.get(street, ()))[:_MOST_LOOKED_AT]
        allowed = place.candidates
        if not allowed:
            return found
        return [
            one
            for one in found
            if not one.code or any(within(one.code, code) or within(code, one.code) for code in allowed)
        ]

    def _by_name(self, rest: str) -> list[_Entry]:
        """Those that share the rarest pairs of characters."""
        pairs = sorted(
            {rest[at : at + 2] for at in range(len(rest) - 1)} & self._by_pair.keys(),
            key=lambda pair: len(self._by_pair[pair]),
        )
        found: dict[str, _Entry] = {}
        for pair in pairs:
            if len(self._by_pair[pair]) > _MOST_LOOKED_AT or len(found) > _MOST_LOOKED_AT:
                break
            found.update((one.premises.premises_id, one) for one in self._by_pair[pair])
        return list(found.values())

    def _near(self, pin: Point) -> list[_Entry]:
        lat, lon = _cell(pin)
        return [
            one for i in (-1, 0, 1) for j in (-1, 0, 1) for one in self._by_cell.get((lat + i, lon + j), ())
        ]


def _own_name(name: str) -> str:
    """A firm's name without the place that it begins with: people leave it out, or say it before."""
    plain = written(name)
    rest = match_address(name).rest
    return rest if len(rest) >= 4 and plain.endswith(rest) else plain


def _cell(point: Point) -> tuple[int, int]:
    return round(point.lat * 100), round(point.lon * 100)


def _street_and_number(rest: str) -> tuple[str, str]:
    found = _STREET_NUMBER.search(rest)
    if found and found.group(1):
        return found.group(1), found.group(2)
    street = _STREET.search(rest)
    return (street.group(1) if street else ""), (found.group(2) if found else "")


def _likeness(entry: _Entry, place: Matched, pin: Point | None) -> tuple[float, set[str]] | None:
    """How much an entry is like what was told, and what told it; None where it isn't."""
    street, number = _street_and_number(place.rest)
    own_street, own_number = _street_and_number(entry.place.rest)
    same_number = bool(street and number and (street, number) == (own_street, own_number))
    if number and own_number and street == own_street and number != own_number:
        return None
    named = float(fuzz.partial_ratio(entry.name, place.rest)) if len(entry.name) >= 4 else 0.0
    if _NUMBERS.findall(entry.name) and not set(_NUMBERS.findall(entry.name)) <= set(
        _NUMBERS.findall(place.rest)
    ):
        named = min(named, LEAST_NAME)
    because = {name for name, holds in (("number", same_number), ("name", named >= SURE_NAME)) if holds}
    score = max(92.0 if same_number else 0.0, named)
    if same_number and named >= SURE_NAME:
        score = 100.0
    if pin is not None and entry.premises.point is not None:
        away = distance_m(pin, entry.premises.point)
        if away > FAR_M:
            return None
        if away <= NEAR_M:
            score, because = min(100.0, score + 5), because | {"distance"}
    return (score, because) if score >= LEAST_NAME else None


def _decided(scored: dict[str, tuple[float, set[str]]]) -> PremisesMatch:
    order = sorted(scored.items(), key=lambda one: (-one[1][0], one[0]))
    candidates = tuple((key, round(score, 1)) for key, (score, _) in order[:10])
    if not order:
        return PremisesMatch("none")
    key, (score, because) = order[0]
    lead = score - order[1][1][0] if len(order) > 1 else score
    if (
        score >= SURE_NAME
        and because
        and (
            len(order) == 1 or lead >= CLEAR_LEAD or (score == 100.0 and order[1][1][0] < 100.0 and lead >= 5)
        )
    ):
        return PremisesMatch("matched", key, candidates, tuple(sorted(because)))
    return PremisesMatch("ambiguous", "", candidates, tuple(sorted(because)))
