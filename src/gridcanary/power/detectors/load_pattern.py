"""Modes A and D: a mine in a customer's own load curve, read from the traits of the meter's remembered year.

The forest says how likely the shape is a mine's; this module says what it saw: which pattern the step follows, since
when, how many kilowatts, and what else could explain it. Reference: docs/lenses/power.md.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcanary.contracts.reasons import Reason
from gridcanary.power import traits as tr

NAME = "load_pattern"
BLOCK_HOURS = 3
CLEAR = 1.0
"""Clarity (log1p of step over noise) from which a step is told as one: a step of 1.7 times its noise."""

MOSTLY_FLAT = 0.12
"""Spread over the day, beside its mean, below which a load is called almost constant; 47 of 238 real meters are."""

ALIKE_DIPS = 3
_EPOCH = dt.date(1970, 1, 1)
_SPAN = {"office": (19, 8), "night": (21, 6), "evening": (21, 15)}


@dataclass(frozen=True, slots=True)
class LoadPattern:
    """What a meter's curve shows.

    Args:
        pattern: one of traits.PATTERNS, or ``level`` where no step is seen.
        onset: first day; None where it precedes the data.
        kw: low, mid and high estimate [kW].
        share: the estimate as a part of the load in its hours [0..1].
        start_hour, hours: when in the day it runs.
        reasons, innocent: as told.
    """

    pattern: str
    onset: dt.date | None
    kw: tuple[float, float, float]
    share: float
    start_hour: int
    hours: int
    reasons: tuple[Reason, ...]
    innocent: tuple[Reason, ...]


class TraitRow:
    """One meter's traits by name."""

    def __init__(self, row: NDArray[np.float32]) -> None:
        self._row = row

    def __getitem__(self, name: str) -> float:
        return float(self._row[_INDEX[name]])

    def step(self, pattern: str, trait: str) -> float:
        """A step trait of a pattern."""
        return self[f"{pattern}_{trait}"]


_INDEX = {name: i for i, name in enumerate(tr.NAMES)}


def best_pattern(row: TraitRow) -> str | None:
    """The pattern whose step is clearest and whose other hours stay as they were; None where none is clear."""
    best, chosen = CLEAR, None
    for pattern in tr.PATTERNS:
        clarity = row.step(pattern, "clarity")
        if not np.isfinite(clarity) or row.step(pattern, "size") <= 0:
            continue
        others = row.step(pattern, "elsewhere")
        worth = (
            clarity
            - (max(0.0, others) if np.isfinite(others) else 0.0)
            - 0.5 * row.step(pattern, "unevenness")
        )
        # the free stretch always fits a little better; it has to earn that
        worth -= 0.3 if pattern == "stretch" else 0.0
        if worth > best:
            best, chosen = worth, pattern
    return chosen


def describe(
    row: TraitRow, mean_w: float, first_monday: int, onset_day: int | None, days: int
) -> LoadPattern:
    """Read one meter's traits.

    Args:
        row: the traits.
        mean_w: the mean load that they are parts of [W].
        first_monday: first day of the outline (days since 1970-01-01).
        onset_day: day of the step (days since 1970-01-01) where one is known.
        days: days of readings seen.
    """
    pattern = best_pattern(row)
    if pattern is None:
        return _describe_level(row, mean_w, days)
    return _describe_step(row, mean_w, pattern, first_monday, onset_day)


def _describe_step(
    row: TraitRow, mean_w: float, pattern: str, first_monday: int, onset_day: int | None
) -> LoadPattern:
    size = row.step(pattern, "size")
    week = int(row.step(pattern, "week"))
    onset = _EPOCH + dt.timedelta(days=onset_day if onset_day is not None else first_monday + 7 * week)
    mid = size * mean_w / 1000
    spread = min(
        0.6, max(0.08, row.step(pattern, "unevenness") + row.step(pattern, "noise") / max(size, 0.02))
    )
    kw = (mid * (1 - spread), mid, mid * (1 + spread))
    start, blocks = int(row.step(pattern, "start_block")), int(row.step(pattern, "blocks_on"))
    before = size / max(row.step(pattern, "size_to_before"), 1e-3)
    share = size / max(size + before, 1e-3)
    # the code of a step names the hours it runs in
    code = "load.step_all_day" if blocks >= tr._B else "load.step_in_hours"
    params = {
        "onset": onset.isoformat(),
        "kw": mid,
        "before_kw": before * mean_w / 1000,
        "share_pct": 100 * share,
        "start_hour": (start * BLOCK_HOURS) % 24,
        "end_hour": ((start + blocks) * BLOCK_HOURS) % 24,
    }
    reasons = [Reason(code, params)]
    if row.step(pattern, "unevenness") < 0.25:
        reasons.append(Reason("load.step_even", {"spread_pct": 100 * row.step(pattern, "unevenness")}))
    if row.step(pattern, "separation") > 0:
        weeks_after = row["weeks_seen"] - week
        reasons.append(Reason("load.step_lasts", {"weeks": max(1, int(weeks_after))}))
    if row.step(pattern, "suddenness") > 0.6:
        reasons.append(Reason("load.step_sudden", {}))
    reasons += _dips(row, mean_w)
    return LoadPattern(
        pattern,
        onset,
        kw,
        share,
        (start * BLOCK_HOURS) % 24,
        blocks * BLOCK_HOURS,
        tuple(reasons),
        _innocent_step(row, pattern),
    )


def _describe_level(row: TraitRow, mean_w: float, days: int) -> LoadPattern:
    floor = max(0.0, row["floor"])
    dip = row["dip_second"] if row["dip_alike"] >= ALIKE_DIPS and row["dip_second"] > 0.1 else np.nan
    mid = (dip if np.isfinite(dip) else 0.8 * floor) * mean_w / 1000
    kw = (0.6 * mid, mid, max(mid, floor * mean_w / 1000))
    reasons = [
        Reason("load.flat_level", {"floor_pct": 100 * floor, "kw": floor * mean_w / 1000, "days": days})
    ]
    if row["flatness"] < MOSTLY_FLAT:
        reasons.append(Reason("load.flat_day", {"spread_pct": 100 * row["flatness"]}))
    reasons += _dips(row, mean_w)
    innocent = (Reason("innocent.always_on"), Reason("innocent.cold_store"), Reason("innocent.telecom"))
    return LoadPattern("level", None, kw, floor, 0, 24, tuple(reasons), innocent)


def _dips(row: TraitRow, mean_w: float) -> list[Reason]:
    if not row["dip_alike"] >= ALIKE_DIPS or not row["dip_second"] > 0.1:
        return []
    kw = row["dip_second"] * mean_w / 1000
    return [Reason("load.dips_alike", {"weeks": int(row["dip_alike"]), "kw": kw})]


def _innocent_step(row: TraitRow, pattern: str) -> tuple[Reason, ...]:
    found = [Reason("innocent.new_equipment")]
    if pattern in ("night", "office"):
        found.append(Reason("innocent.night_tariff"))
    if row.step(pattern, "suddenness") < 0.5:
        found.append(Reason("innocent.season"))
    scaled = row.step(pattern, "slope")
    if np.isfinite(scaled) and scaled > 0.3 and abs(scaled - row.step(pattern, "size_to_before")) < 0.25:
        found.append(Reason("innocent.ct_changed", {"ratio": 1 + scaled}))
    return tuple(found)
