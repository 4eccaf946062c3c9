"""Marks that pools leave in their coinbases, and how they are found.

``pools-v2.json`` means its tags as regular expressions on the scriptSig, without regard to capitals, though all
are written as plain text. So a tag counts where it matches either way: as a pattern, where the point of
``ckpool.org`` stands for any letter, or letter by letter, where the ``$`` of ``/$Mined by 7pool.com/`` is a dollar.
Both look at the bytes themselves, because some tags (七彩神仙鱼, 🐟) are UTF-8 and not ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_QUANTIFIERS = re.compile(r"[*+{]|\)\?")
_CUSTOMER = re.compile(rb"mined by [^/\x00-\x1f\x7f]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tag:
    """A mark of a pool.

    Args:
        pool: the pool's name.
        text: the tag as its list writes it.
        letters: finds it letter by letter, capitals or not.
        pattern: finds it as a regular expression; None where it is none that can be run safely (two repetitions
            within one another can take for ever on a crafted coinbase).
    """

    pool: str
    text: str
    letters: re.Pattern[bytes]
    pattern: re.Pattern[bytes] | None


@dataclass(frozen=True, slots=True)
class TagMatch:
    """A tag found in a coinbase.

    Args:
        tag: which.
        start, end: its bytes in the scriptSig.
        literal: whether it stands there letter by letter, and not only as a pattern.
    """

    tag: Tag
    start: int
    end: int
    literal: bool


def tag_of(pool: str, text: str) -> Tag:
    """A tag, ready to be looked for."""
    letters = re.compile(re.escape(text.encode()), re.IGNORECASE)
    return Tag(pool, text, letters, _pattern(text))


def _pattern(text: str) -> re.Pattern[bytes] | None:
    if len(_QUANTIFIERS.findall(text)) > 1:
        return None
    try:
        return re.compile(text.encode(), re.IGNORECASE | re.DOTALL)
    except re.error:
        return None


def find_tags(script: bytes, tags: Iterable[Tag]) -> list[TagMatch]:
    """Every tag in a coinbase's script, the first place of each, from left to right."""
    found = [match for tag in tags if (match := _match(script, tag)) is not None]
    return sorted(found, key=lambda match: (match.start, -match.end))


def _match(script: bytes, tag: Tag) -> TagMatch | None:
    literal = tag.letters.search(script)
    match = literal or (tag.pattern.search(script) if tag.pattern is not None else None)
    if match is None or match.start() == match.end():
        return None
    return TagMatch(tag, match.start(), match.end(), literal is not None)


def telling_tags(script: bytes, found: list[TagMatch]) -> tuple[list[TagMatch], list[TagMatch]]:
    """The matches that name the block's pool, and those that don't.

    Two rules, in this order. A tag within another's is part of that name: ``/ViaBTC/`` in ``/ViaBTC/TATMAS Pool/``.
    And what stands in "mined by …" behind a pool's tag is that pool's customer, whatever he calls himself:
    ``/ViaBTC/Mined by binance/`` is ViaBTC's.

    Args:
        script: the coinbase's script.
        found: from :func:`find_tags` on it.
    """
    whole = [one for one in found if not any(_within(one, other) for other in found)]
    customers = [
        field.span()
        for field in _CUSTOMER.finditer(script)
        if any(match.end <= field.start() for match in whole)
    ]
    telling = [one for one in whole if not any(start <= one.start < end for start, end in customers)]
    return telling, [one for one in found if one not in telling]


def _within(inner: TagMatch, outer: TagMatch) -> bool:
    wider = outer.end - outer.start > inner.end - inner.start
    return wider and outer.start <= inner.start and inner.end <= outer.end
