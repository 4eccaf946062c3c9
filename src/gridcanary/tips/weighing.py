"""What tips are worth: cues × independence × quality, as a log-likelihood ratio with reasons. Pure, no database.

The ratios are priors set by reasoning until outcomes exist; ``measured`` then moves them. What people notice of one
place says the same thing several times, so the strongest cue of a tip counts whole and the others by half. A tip that
depends on another (the same words, picture or person) adds nothing; the second independent one counts half, the third
a third, and so on. Tips together say no more than 100 to 1: nobody is searched on words alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridcanary.contracts.findings import Finding
from gridcanary.contracts.reasons import Reason

PRIOR_RATIOS: Mapping[str, float] = {
    "machines": 12.0,
    "talk": 5.0,
    "many_fans": 4.0,
    "supplier": 3.0,
    "masked_noise": 3.0,
    "cables": 3.0,
    "fan_roar": 2.5,
    "hot_exhaust": 2.5,
    "nobody": 1.8,
    "lights": 1.5,
    "other": 1.0,
}
"""How much likelier a reporter ticks the box where a mine is than where none is. Priors, unverified: no public table
of outcomes by cue exists. A fan's roar is also a cold store's, hot air a bakery's."""

INNOCENT = {
    "fan_roar": "cold_store",
    "many_fans": "cold_store",
    "masked_noise": "cold_store",
    "hot_exhaust": "drying",
    "cables": "building_site",
    "nobody": "store_room",
    "lights": "telecom",
    "machines": "computers",
    "talk": "rumour",
    "supplier": "rumour",
}
"""What else explains a cue, as a code of the phrases."""

MOST_OF_A_TIP = math.log(20)
MOST_TOGETHER = math.log(100)
SHRINKAGE = 20.0
"""Outcomes that a prior is worth: with fewer of them the prior says more."""
FEWEST_OUTCOMES = 30


@dataclass(frozen=True, slots=True)
class Told:
    """A tip as weighing sees it.

    Args:
        cues: codes of PRIOR_RATIOS; others count as nothing.
        group: tips with the same number depend on each other.
        has_files: a photograph or a sound.
        exact_place: an address with a number, or a point; else a town or a description.
        dated: says since when or when last.
        named: the reporter can be asked.
    """

    cues: tuple[str, ...]
    group: int
    has_files: bool = False
    exact_place: bool = False
    dated: bool = False
    named: bool = False

    @property
    def quality(self) -> float:
        """Share of its weight that a tip keeps, 0.5 to 1.25."""
        return 0.5 + 0.25 * self.has_files + 0.2 * self.exact_place + 0.15 * self.dated + 0.15 * self.named


@dataclass(frozen=True, slots=True)
class Weight:
    """What tips of one place say together.

    Args:
        llr: natural-log likelihood ratio of a mine against the innocent explanations.
        reasons, innocent: what was told, and what else explains it.
        independent: how many reporters seem to have seen it by themselves.
    """

    llr: float
    reasons: tuple[Reason, ...]
    innocent: tuple[Reason, ...]
    independent: int


def weigh(tips: Sequence[Told], ratios: Mapping[str, float] = PRIOR_RATIOS) -> Weight:
    """Weigh all tips of one place.

    Args:
        tips: in any order.
        ratios: likelihood ratio by cue.
    """
    best: dict[int, float] = {}
    for tip in tips:
        best[tip.group] = max(best.get(tip.group, 0.0), llr_of(tip, ratios))
    ranked = sorted(best.values(), reverse=True)
    llr = min(MOST_TOGETHER, sum(weight / place for place, weight in enumerate(ranked, start=1)))
    counts = {cue: len({tip.group for tip in tips if cue in tip.cues}) for cue in ratios}
    noticed = sorted((cue for cue in counts if counts[cue]), key=lambda cue: (-counts[cue], cue))
    reasons = [Reason(f"tips.cue.{cue}", {"reporters": counts[cue]}) for cue in noticed]
    if sum(tip.has_files for tip in tips):
        reasons.append(Reason("tips.files", {"tips": sum(tip.has_files for tip in tips)}))
    if len(tips) > len(best):
        reasons.append(Reason("tips.dependent", {"tips": len(tips), "reporters": len(best)}))
    innocent = [
        Reason(f"tips.innocent.{code}")
        for code in dict.fromkeys(INNOCENT[cue] for cue in noticed if cue in INNOCENT)
    ]
    return Weight(llr, tuple(reasons), tuple(innocent), len(best))


def llr_of(tip: Told, ratios: Mapping[str, float] = PRIOR_RATIOS) -> float:
    """What one tip says by itself."""
    logs = sorted((math.log(ratios[cue]) for cue in set(tip.cues) if cue in ratios), reverse=True)
    if not logs:
        return 0.0
    together = logs[0] + sum(max(0.0, one) for one in logs[1:]) / 2
    return max(0.0, min(MOST_OF_A_TIP, together * tip.quality))


def measured(outcomes: Sequence[tuple[Sequence[str], bool]]) -> dict[str, float]:
    """Likelihood ratios by cue out of checked tips, drawn towards the priors.

    Args:
        outcomes: cues of a tip, and whether a mine was found; of tips that were checked whatever they said, else the
            ratios are those of what was thought worth checking.

    Returns:
        By cue; the priors alone with fewer than FEWEST_OUTCOMES, or without both outcomes.
    """
    mines = [set(cues) for cues, found in outcomes if found]
    others = [set(cues) for cues, found in outcomes if not found]
    if len(outcomes) < FEWEST_OUTCOMES or not mines or not others:
        return dict(PRIOR_RATIOS)
    return {cue: _shrunk(cue, prior, mines, others) for cue, prior in PRIOR_RATIOS.items()}


def _shrunk(cue: str, prior: float, mines: Sequence[set[str]], others: Sequence[set[str]]) -> float:
    seen_mines, seen_others = sum(cue in one for one in mines), sum(cue in one for one in others)
    rate = (seen_mines + 0.5) / (len(mines) + 1) / ((seen_others + 0.5) / (len(others) + 1))
    worth = seen_mines + seen_others
    return math.exp((worth * math.log(rate) + SHRINKAGE * math.log(prior)) / (worth + SHRINKAGE))


def finding_of(subject_kind: str, subject_id: str, weight: Weight) -> Finding:
    """What the lens hands on: a finding on a premises' meter or, without one, on the place as tips name it."""
    return Finding(
        subject_kind=subject_kind,
        subject_id=subject_id,
        mode="none",
        llr=weight.llr,
        onset=None,
        kw=(0.0, 0.0, 0.0),
        reasons=weight.reasons,
        innocent=weight.innocent,
        detector="tips",
    )
