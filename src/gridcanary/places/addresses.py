"""Which county an address lies in, without a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gridcanary.places.divisions import (
    CITY,
    COUNTY,
    PROVINCE,
    SHORT,
    TOWN,
    ZONE,
    Meaning,
    divisions,
    level_of,
    within,
)
from gridcanary.places.mentions import Mention, mentions
from gridcanary.places.writing import written


class State(StrEnum):
    """How sure the place is.

    EXACT: the names themselves say it, with the city or province that they lie in. INFERRED: one place only fits,
    though a name above it is missing or an old one. AMBIGUOUS: several fit, all are told. ELSEWHERE: outside the area
    that was asked about. UNKNOWN: no division is named.
    """

    EXACT = "exact"
    INFERRED = "inferred"
    AMBIGUOUS = "ambiguous"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Matched:
    """Where an address lies.

    Args:
        state: how sure that is.
        code: the deepest division that is sure, six digits; empty for AMBIGUOUS and UNKNOWN.
        level: province, city or county; empty without a code.
        town: the town where it is named and fits.
        zone: the development zone where one is named.
        rest: what follows the names: street, number, building, village, firm.
        candidates: codes that fit; of AMBIGUOUS all of them.
        by_default: that the caller's own area decided between several.
    """

    state: State
    code: str = ""
    level: str = ""
    town: str = ""
    zone: str = ""
    rest: str = ""
    candidates: tuple[str, ...] = ()
    by_default: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Full names of the candidates, with the city before the county."""
        return tuple(full_name(code) for code in self.candidates)


def full_name(code: str) -> str:
    """Province, city and county of a code, as people write them.

    >>> full_name("370812")
    '山东省济宁市兖州区'
    """
    known = divisions()
    chain = dict.fromkeys((code[:2] + "0000", code[:4] + "00", code))
    return "".join(known[part].name for part in chain if part in known)


def match_address(text: str, *, inside: str = "370000", default: str = "") -> Matched:
    """Where an address lies.

    Args:
        text: the address as people write or say it.
        inside: code of the area that is asked about; other places are ELSEWHERE.
        default: code of an area that decides where several places fit and one of them lies in it; empty for none.
            What it decided is told in ``by_default``.
    """
    plain = written(text)
    chain = _chain(plain, mentions(plain))
    if not chain:
        return Matched(State.UNKNOWN, rest=plain)
    rest = plain[chain[-1].mention.stop :]
    zone = (
        _ZONE.match(rest) if all(level_of(one.division.code) == CITY for one in chain[-1].meanings) else None
    )
    fitting = _fitting([link.meanings for link in chain])
    if not fitting:
        return _conflicting(chain, rest)
    found = _decided(chain, fitting, rest, inside, default)
    if zone is None or found.level != CITY or found.zone:
        return found
    return replace(found, zone=zone.group(), rest=rest[zone.end() :])


_ZONE = re.compile(
    r"(?:高新|经开|经济|开发|高技术|临港|工业|旅游|度假|生态|保税|综合|新|技术|产业|示范|园){1,6}[区园]|高区|经区"
)
"""A zone behind its city's name. It lies in one county or several, which its name doesn't tell."""


@dataclass(frozen=True, slots=True)
class _Link:
    mention: Mention
    meanings: tuple[Meaning, ...]


_DEPTH = {PROVINCE: 0, CITY: 1, COUNTY: 2, TOWN: 3}


_BETWEEN_TWO = re.compile(r"[和与跟到至往]|交界")
"""What stands between two places of which neither is the address, as in 从济南到泰安."""


def _chain(plain: str, found: Sequence[Mention]) -> list[_Link]:
    """Mentions that go down from the province to the town; what comes later in another place is no address of it."""
    chain: list[_Link] = []
    for mention in found:
        if not chain:
            chain.append(_Link(mention, mention.meanings))
            continue
        if mention.start - chain[-1].mention.stop > _MOST_BETWEEN:
            break
        deeper = tuple(one for one in mention.meanings if _goes_on(one, chain[-1].meanings))
        if deeper:
            chain.append(_Link(mention, deeper))
        elif _BETWEEN_TWO.fullmatch(plain, chain[-1].mention.stop, mention.start) or any(
            one.kind != SHORT and one.division.level != TOWN for one in mention.meanings
        ):
            chain.append(_Link(mention, mention.meanings))
        else:
            break
    return chain


_MOST_BETWEEN = 4
"""Characters between two names of one address, such as ``下面的``."""


def _goes_on(meaning: Meaning, before: Iterable[Meaning]) -> bool:
    """Whether a meaning lies in one of those before it, or names the same place more closely."""
    return any(
        within(meaning.division.code, one.division.code)
        and (
            _DEPTH[meaning.division.level] > _DEPTH[one.division.level]
            or one.kind == ZONE
            or meaning.division.code == one.division.code
        )
        for one in before
    )


def _fitting(links: Sequence[tuple[Meaning, ...]]) -> list[tuple[Meaning, ...]]:
    """Every way to read the names in which each lies in the one before it."""
    ways: list[tuple[Meaning, ...]] = [()]
    for meanings in links:
        ways = [
            (*way, meaning)
            for way in ways
            for meaning in meanings
            if not way or _goes_on(meaning, (way[-1],)) or _agrees(meaning, way[-1])
        ][:_MOST_WAYS]
    return ways


_MOST_WAYS = 500


def _agrees(meaning: Meaning, before: Meaning) -> bool:
    """Whether a zone or a town of unknown county stands within what was named before it."""
    return within(before.division.code, meaning.division.code) and ZONE in (meaning.kind, before.kind)


def _deepest(way: tuple[Meaning, ...]) -> str:
    return max((one.division.code for one in way), key=lambda code: _DEPTH[level_of(code)])


def _decided(
    chain: Sequence[_Link], ways: Sequence[tuple[Meaning, ...]], rest: str, inside: str, default: str
) -> Matched:
    best = _best(ways)
    codes = tuple(dict.fromkeys(_deepest(way) for way in best))
    by_default = False
    if len(codes) > 1 and default:
        own = [code for code in codes if within(code, default)]
        if len(own) == 1 and not _town_elsewhere(best, own[0]):
            codes, by_default = (own[0],), True
    if len(codes) > 1:
        if not any(within(code, inside) for code in codes):
            return Matched(State.ELSEWHERE, rest=rest, candidates=codes)
        return Matched(State.AMBIGUOUS, rest=rest, candidates=codes)
    code = codes[0]
    way = next(way for way in best if _deepest(way) == code)
    town = next((one.division.name for one in way if one.division.level == TOWN), "")
    zone = next((link.mention.text for link in chain if any(one.kind == ZONE for one in link.meanings)), "")
    if not within(code, inside) and not within(inside, code):
        return Matched(State.ELSEWHERE, code, level_of(code), rest=rest, candidates=codes)
    if _town_elsewhere([way], code) and not by_default:
        if not (default and within(code, default)):
            return Matched(State.AMBIGUOUS, rest=rest, candidates=codes, town=town)
        by_default = True
    state = State.EXACT if _says_it_whole(way) and not by_default else State.INFERRED
    return Matched(state, code, level_of(code), town, zone, rest, codes, by_default)


def _best(ways: Sequence[tuple[Meaning, ...]]) -> list[tuple[Meaning, ...]]:
    """Ways in which more is a full name; a short form that is also somebody's full name means that."""
    fewest = min(sum(one.kind == SHORT for one in way) for way in ways)
    plain = [way for way in ways if sum(one.kind == SHORT for one in way) == fewest]
    current = [way for way in plain if all(one.kind in ("full", SHORT) for one in way)]
    return current or plain


def _town_elsewhere(ways: Sequence[tuple[Meaning, ...]], code: str) -> bool:
    """Whether nothing but a town's name was told, and other provinces have a town of that name."""
    return any(
        len(way) == 1 and way[0].division.level == TOWN and way[0].elsewhere > 0
        for way in ways
        if _deepest(way) == code
    )


def _says_it_whole(way: tuple[Meaning, ...]) -> bool:
    """Whether every name is a full one of today, and a county stands behind its city or province."""
    if any(one.kind != "full" for one in way):
        return False
    levels = [one.division.level for one in way]
    return levels[-1] in (PROVINCE, CITY) or PROVINCE in levels or CITY in levels


def _conflicting(chain: Sequence[_Link], rest: str) -> Matched:
    """Names that contradict each other, such as a county under another city: every place that is named."""
    codes = tuple(dict.fromkeys(one.division.code for link in chain for one in link.meanings))
    return Matched(State.AMBIGUOUS, rest=rest, candidates=codes)
