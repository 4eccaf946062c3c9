"""Where an address names divisions: the longest names first, and no name that is a part of a street's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gridcanary.places.divisions import SHORT, TOWN, Meaning, everyday_names, longest_name, meanings

_STREET = re.compile(
    r"(?:[东西南北中一二三四五六七八九十\d]{0,2}(?:路|街|大街|大道|道|巷|胡同|桥|高速|国道|线))"
    r"|大厦|大楼|广场|花园|花苑|公寓|小区|新村|饭店|酒店|宾馆|商场|商城|超市|学院|大学|中学|小学|医院|银行|集团|公司"
    r"|镇|乡|街道|办事处|村|庄|社区|家园|名郡|嘉园|啤酒|苹果|煎饼|大葱|扒鸡|烧鸡|板面|拉面|驴肉"
)
"""What follows where a short name names a street, a house or a dish."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text.

    Args:
        start, stop: where it stands.
        text: the name.
        meanings: what it may mean.
    """

    start: int
    stop: int
    text: str
    meanings: tuple[Meaning, ...]


def mentions(text: str) -> list[Mention]:
    """Names of divisions in an address, from the left, without overlap.

    Args:
        text: as writing.written gives it.
    """
    found: list[Mention] = []
    at = 0
    while at < len(text):
        mention = _at(text, at, first=not found)
        if mention is None:
            at += 1
            continue
        if mention.meanings:
            found.append(mention)
        at = mention.stop
    return found


def _at(text: str, start: int, *, first: bool) -> Mention | None:
    """The longest name that begins here; without meanings where it is a street's: no shorter one is read in it."""
    known = meanings()
    for stop in range(min(len(text), start + longest_name()), start + 1, -1):
        stop = _as_short_before(text, start, stop)
        told = known.get(text[start:stop])
        if told is None or (first and text[start:stop] in everyday_names()):
            continue
        return Mention(start, stop, text[start:stop], tuple(_meant(told, text, stop)))
    return None


def _as_short_before(text: str, start: int, stop: int) -> int:
    """Where a city's name ends if its last sign belongs to the next name, as in 济南|市中区 and 青岛|市南区."""
    known = meanings()
    if text[stop - 1] == "市" and text[stop - 1 : stop + 2] in known and text[stop : stop + 3] not in known:
        return stop - 1 if text[start : stop - 1] in known else stop
    return stop


def _meant(told: tuple[Meaning, ...], text: str, stop: int) -> Iterator[Meaning]:
    """Meanings that what follows allows: short forms name streets and houses too."""
    in_a_street = _STREET.match(text, stop) is not None
    for meaning in told:
        bare = meaning.kind == SHORT or text[stop - 1] not in "省市区县旗盟州镇乡道处"
        if bare and in_a_street and meaning.division.level != TOWN:
            continue
        yield meaning
