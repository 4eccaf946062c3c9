"""Workers' names: how many machines they count, and where in the hall a machine stands.

Farms name a machine by its place or its address in the farm's network, because whoever repairs it must find it:
``10x1x1x24`` is 10.1.1.24, and the address follows hall, row and shelf. These patterns are read and nothing is guessed:
a name that follows none tells no place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RackPosition:
    """A machine's place as its name tells.

    Args:
        written: short form, the same for all spellings: ``10.1.1.24`` or ``r12-s3-p4``.
        pattern: ``address``, ``address_end`` or ``rack``.
        group: what machines of one place share: the network, the rack.
    """

    written: str
    pattern: str
    group: str


_ADDRESS = re.compile(
    r"(?:^|[^0-9a-z])(\d{1,3})[x._-](\d{1,3})[x._-](\d{1,3})[x._-](\d{1,3})$", re.IGNORECASE
)
_ADDRESS_END = re.compile(r"^(\d{1,3})x(\d{1,3})$", re.IGNORECASE)
_RACK_PARTS = (
    r"(?:rack|row|r|hall|h|container|cont|c|zone|z|a)[-_.]?\d{1,3}",
    r"(?:shelf|s|level|l|col|row|r|rack|box|b)[-_.]?\d{1,3}",
    r"(?:pos|position|p|slot|unit|u|miner|m|n|no)?[-_.]?\d{1,4}",
)
_RACK = re.compile(
    rf"^({_RACK_PARTS[0]})[-_.]?({_RACK_PARTS[1]})(?:[-_.]({_RACK_PARTS[2]})|({_RACK_PARTS[2].replace(')?', ')')}))?$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^(.*?)(\d+)$")


def rack_position(worker: str) -> RackPosition | None:
    """The place that a worker's name tells; None where it follows no pattern.

    Args:
        worker: the name, without the account before it.

    >>> rack_position("10x1x1x24").written
    '10.1.1.24'
    """
    for pattern in (_by_address, _by_address_end, _by_rack):
        if (found := pattern(worker.strip())) is not None:
            return found
    return None


def _by_address(worker: str) -> RackPosition | None:
    match = _ADDRESS.search(worker)
    if match is None or any(int(part) > 255 for part in match.groups()) or not _is_private(match):
        return None
    parts = [str(int(part)) for part in match.groups()]
    return RackPosition(".".join(parts), "address", ".".join(parts[:3]))


def _is_private(match: re.Match[str]) -> bool:
    """Addresses inside a farm are private ones (RFC 1918); other four numbers may be a version or a date."""
    first, second = int(match[1]), int(match[2])
    return first == 10 or (first, second) == (192, 168) or (first == 172 and 16 <= second <= 31)


def _by_address_end(worker: str) -> RackPosition | None:
    """The last two numbers of an address, as machines of several makers are named by default: ``1x24``."""
    match = _ADDRESS_END.match(worker)
    if match is None or any(int(part) > 255 for part in match.groups()):
        return None
    return RackPosition(f"{int(match[1])}.{int(match[2])}", "address_end", str(int(match[1])))


def _by_rack(worker: str) -> RackPosition | None:
    match = _RACK.match(worker)
    if match is None:
        return None
    parts = [re.sub(r"[-_.]", "", part).lower() for part in match.groups() if part]
    return RackPosition("-".join(parts), "rack", "-".join(parts[:-1]))


@dataclass(frozen=True, slots=True)
class WorkerCount:
    """How many machines the names count.

    Args:
        names: different names, the least number of machines.
        positions: different places that they tell.
        racks: different groups of places.
        numbered_to: the highest number of the commonest numbered series (``rig001`` …), None where there is none;
            machines that this sensor doesn't see have the numbers between.
    """

    names: int
    positions: int
    racks: int
    numbered_to: int | None


def count_workers(names: Iterable[str]) -> WorkerCount:
    """What workers' names count together.

    Args:
        names: as told; repeated ones count once, capitals and small letters are the same.
    """
    different = sorted({name.strip().lower() for name in names if name.strip()})
    places = [place for place in map(rack_position, different) if place is not None]
    series = _longest_series(different, rack_position)
    return WorkerCount(
        names=len(different),
        positions=len({place.written for place in places}),
        racks=len({(place.pattern, place.group) for place in places}),
        numbered_to=max(series) if series else None,
    )


def _longest_series(names: list[str], place_of: Callable[[str], RackPosition | None]) -> list[int]:
    """Numbers behind the commonest beginning; two names make a series, places are none."""
    series: dict[str, list[int]] = {}
    for name in names:
        match = _NUMBER.match(name)
        if match and match[1] and len(match[2]) <= 6 and place_of(name) is None:
            series.setdefault(match[1], []).append(int(match[2]))
    longest = max(series.values(), key=len, default=[])
    return longest if len(longest) > 1 else []
