"""Addresses inside names that people choose: a worker, an agent or a file may be called after its own address.

A pseudonym is worth nothing where the next column spells the address out: ``acct.203x0x113x7``, ``host-7-113-0-203``,
``CB007107``. What spells an end of the session is found in any of these forms; other addresses as they are written
plainly, since four numbers joined by anything else may be a version, a date or a place in a hall.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator

_QUAD = re.compile(
    r"(?=(?<!\d)(\d{1,3})([._x-])(\d{1,3})\2(\d{1,3})\2(\d{1,3})(?!\d))", re.IGNORECASE
)  # looks ahead, for one may begin within another
_COLONS = re.compile(r"[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{8,}")

Hit = tuple[int, int, str]
"""Where an address begins and ends in a text, and the address as ends.canonical writes it."""


def without_addresses(
    text: str, ends: Iterable[str], name_of: Callable[[str], str], *, others: Callable[[str], bool]
) -> str:
    """The text with names in the place of addresses.

    Args:
        text: what somebody chose.
        ends: the session's own addresses, as ends.canonical writes them; found however they are spelled.
        name_of: the name of an address.
        others: whether to replace an address, plainly written, that is no end.
    """
    own = frozenset(ends)
    told, at = [], 0
    for start, stop, address in _apart(_hits(text, own, others), own):
        told += [text[at:start], name_of(address)]
        at = stop
    return "".join(told) + text[at:]


def is_public(address: str) -> bool:
    """Whether an address is one of the open network, where it leads to somebody; those within a hall tell a place."""
    return ipaddress.ip_address(address).is_global


def _apart(hits: Iterable[Hit], ends: frozenset[str]) -> list[Hit]:
    """Of hits that overlap one: an end before any other address, then the one that begins first."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one[2] not in ends, one)):
        if all(hit[1] <= other[0] or other[1] <= hit[0] for other in kept):
            kept.append(hit)
    return sorted(kept)


def _hits(text: str, ends: frozenset[str], others: Callable[[str], bool]) -> Iterator[Hit]:
    for found in _QUAD.finditer(text):
        octets = [int(found[place]) for place in (1, 3, 4, 5)]
        if max(octets) > 255:
            continue
        start, stop = found.start(1), found.end(5)
        forward, backward = (".".join(map(str, one)) for one in (octets, octets[::-1]))
        end = next((one for one in (forward, backward) if one in ends), None)
        if end is not None:
            yield start, stop, end
        elif found[2] == "." and others(forward):
            yield start, stop, forward
    if ":" in text:
        yield from _with_colons(text, ends, others)
    for found in _HEXADECIMAL.finditer(text) if ends else ():
        yield from _in_hexadecimal(found, ends)


def _with_colons(text: str, ends: frozenset[str], others: Callable[[str], bool]) -> Iterator[Hit]:
    for found in _COLONS.finditer(text):
        try:
            address = str(ipaddress.IPv6Address(found[0]))
        except ValueError:
            continue
        if address in ends or others(address):
            yield found.start(), found.end(), address


def _in_hexadecimal(found: re.Match[str], ends: frozenset[str]) -> Iterator[Hit]:
    for end in ends:
        digits = ipaddress.ip_address(end).packed.hex()
        place = found[0].lower().find(digits)
        if place >= 0:
            yield found.start() + place, found.start() + place + len(digits), end
