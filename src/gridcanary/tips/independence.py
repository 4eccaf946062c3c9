"""Which tips depend on each other, and whether they look like a campaign. Pure, no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from gridcanary.tips.picture_hash import distance

SAME_WORDS, FEWEST_LETTERS = 82.0, 12
"""Likeness of texts, 0 to 100, from which one copied the other; shorter texts are alike by chance."""
SAME_PICTURE = 8
"""Bits of 64 in which hashes of copies of one picture differ at most."""
CAMPAIGN_TIPS, CAMPAIGN_DAYS, CAMPAIGN_SHARE = 3, 3, 0.5


@dataclass(frozen=True, slots=True)
class Voice:
    """What is compared of a tip.

    Args:
        on: the day it came.
        text: the reporter's words.
        reporters: digests of names, numbers and contacts; empty for the anonymous.
        pictures: perceptual hashes.
        cues: what was ticked.
    """

    on: dt.date
    text: str
    reporters: frozenset[str] = frozenset()
    pictures: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()


def depend(one: Voice, other: Voice) -> bool:
    """Whether two tips say one thing twice: the same person, copied words, or a copy of a picture."""
    if one.reporters & other.reporters:
        return True
    if any(distance(a, b) <= SAME_PICTURE for a in one.pictures for b in other.pictures):
        return True
    if min(len(one.text), len(other.text)) < FEWEST_LETTERS:
        return False
    likeness = max(fuzz.token_set_ratio(one.text, other.text), fuzz.ratio(one.text, other.text))
    return bool(likeness >= SAME_WORDS)


def groups(voices: Sequence[Voice]) -> list[int]:
    """A number for each tip; tips that depend on each other, also through others, share one."""
    number = list(range(len(voices)))
    for late in range(len(voices)):
        for early in range(late):
            if number[late] != number[early] and depend(voices[late], voices[early]):
                old, new = max(number[late], number[early]), min(number[late], number[early])
                number = [new if one == old else one for one in number]
    return number


def looks_like_a_campaign(voices: Sequence[Voice]) -> bool:
    """Whether several tips in few days say the same: copied words, or the very same boxes and nothing of their own."""
    for first in sorted({one.on for one in voices}):
        near = [one for one in voices if 0 <= (one.on - first).days < CAMPAIGN_DAYS]
        if len(near) < CAMPAIGN_TIPS:
            continue
        own = len(set(groups(near)))
        if own <= CAMPAIGN_SHARE * len(near) or _all_alike(near):
            return True
    return False


def _all_alike(voices: Sequence[Voice]) -> bool:
    return len({one.cues for one in voices}) == 1 and not any(one.text or one.pictures for one in voices)
