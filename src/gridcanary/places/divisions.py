"""Administrative divisions of China by name: provinces, cities, counties, Shandong's towns, old names and zones.

Sources and dates of the tables stand in docs/places.md. Codes are those of GB/T 2260.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

PROVINCE, CITY, COUNTY, TOWN = "province", "city", "county", "town"
FULL, SHORT, OLD_NAME, ZONE, COLLOQUIAL = "full", "short", "old_name", "zone", "colloquial"
SUFFIXES = "省市区县旗盟州"
_TOWN_SUFFIXES = ("街道", "镇", "乡")


@dataclass(frozen=True, slots=True)
class Division:
    """One division.

    Args:
        code: six digits; a town has the code of its county, or of its city where it lies in a zone.
        level: PROVINCE, CITY, COUNTY or TOWN.
        name: the full name.
    """

    code: str
    level: str
    name: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name in a text may mean.

    Args:
        division: the division.
        kind: FULL, SHORT, OLD_NAME, ZONE or COLLOQUIAL.
        elsewhere: towns of the same name in other provinces, which are not in the table.
        surely: false where a zone lies in several counties, or it isn't certain in which.
    """

    division: Division
    kind: str
    elsewhere: int = 0
    surely: bool = True


def within(code: str, other: str) -> bool:
    """Whether a division lies in another or is the same, by their codes.

    >>> within("370812", "370800"), within("370812", "370000"), within("370812", "370900")
    (True, True, False)
    """
    if other.endswith("0000"):
        return code[:2] == other[:2]
    return code[:4] == other[:4] if other.endswith("00") else code == other


def level_of(code: str) -> str:
    """The level that a code belongs to."""
    return PROVINCE if code.endswith("0000") else CITY if code.endswith("00") else COUNTY


@cache
def divisions() -> Mapping[str, Division]:
    """Provinces, cities and counties by code."""
    return {row["code"]: Division(row["code"], row["level"], row["name"]) for row in _rows("divisions.csv")}


@cache
def meanings() -> Mapping[str, tuple[Meaning, ...]]:
    """Everything that a name may mean, by the name."""
    found: dict[str, list[Meaning]] = defaultdict(list)
    for name, meaning in _all():
        if len(name) > 1 and meaning not in found[name]:
            found[name].append(meaning)
    return {name: tuple(told) for name, told in found.items()}


@cache
def longest_name() -> int:
    """Characters of the longest name."""
    return max(map(len, meanings()))


@cache
def everyday_names() -> frozenset[str]:
    """Short names that are everyday words; alone they name no place."""
    return frozenset(row["name"] for row in _rows("everyday_names.csv"))


def _all() -> Iterator[tuple[str, Meaning]]:
    known = divisions()
    for row in _rows("divisions.csv"):
        division = known[row["code"]]
        yield row["name"], Meaning(division, FULL)
        if row["short"] != row["name"]:
            yield row["short"], Meaning(division, SHORT)
    for row in _rows("towns.csv"):
        town = Division(row["county"], TOWN, row["name"])
        yield row["name"], Meaning(town, FULL, int(row["elsewhere"]))
        if row["name"].endswith("街道"):
            yield row["name"] + "办事处", Meaning(town, FULL, int(row["elsewhere"]))
            yield row["name"].removesuffix("街道") + "办事处", Meaning(town, FULL, int(row["elsewhere"]))
    for row in _rows("aliases.csv"):
        for code in row["codes"].split():
            yield row["alias"], Meaning(known[code], row["kind"], surely=row["sure"] == "yes")


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("gridcanary.places").joinpath("data", name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
