"""Modes A and D: a mine in a customer's own load curve, read from the traits of the meter's remembered year.

The forest says how likely the shape is a mine's; this module says what it saw: which pattern the step
follows, since when, how many kilowatts, and what else could explain it. Reference: docs/lenses/power.md.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcanary.contracts.reasons import Parameter, Reason
from gridcanary.power import traits as tr

NAME = "load_pattern"
BLOCK_HOURS = 3
CLEAR = 1.0
"""Clarity (log1p of step over noise) from which a step is told as one: a step of 1.7 times its noise."""

MOSTLY_FLAT = 0.12
"""Spread over the day, beside its mean, below which a load is called almost constant; so are 47 of 238 real
meters."""

ALIKE_DIPS = 3
LEAST_WEEKS_SINCE = 2
_EPOCH = dt.date(1970, 1, 1)
EVEN = 0.25
"""Spread over its hours, beside its size, below which an increase is called even."""

UNCHANGED = 0.25
"""Change of the other hours, beside the step, below which they are called unchanged."""

OFFICE_HOURS = range(9, 18)
_LEVEL_MARGIN = 0.02
"""traits adds this to the level before that a step is compared with."""


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
    """The pattern whose step is clearest while other hours stay as they were; None without a clear one."""
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
    row: TraitRow,
    mean_w: float,
    first_monday: int,
    onset_day: int | None,
    weeks: NDArray[np.float64],
) -> LoadPattern:
    """Read one meter's traits.

    Args:
        row: the traits.
        mean_w: the mean load that they are parts of [W].
        first_monday: first day of the outline (days since 1970-01-01).
        onset_day: day of the step (days since 1970-01-01) where one is known.
        weeks: the outline [weeks, FIELDS].
    """
    pattern = best_pattern(row)
    if pattern is None:
        return _describe_level(row, mean_w)
    week = int(row.step(pattern, "week"))
    day = onset_day if onset_day is not None else first_monday + 7 * week
    weeks_since = int(np.isfinite(weeks[week + 1 :, 0]).sum())
    return _describe_step(row, mean_w, pattern, _EPOCH + dt.timedelta(days=day), weeks_since)


def _describe_step(
    row: TraitRow, mean_w: float, pattern: str, onset: dt.date, weeks_since: int
) -> LoadPattern:
    size, unevenness = row.step(pattern, "size"), row.step(pattern, "unevenness")
    mid = size * mean_w / 1000
    spread = min(0.6, max(0.08, unevenness + row.step(pattern, "noise") / max(size, 0.02)))
    kw = (mid * (1 - spread), mid, mid * (1 + spread))
    blocks = int(row.step(pattern, "blocks_on"))
    start_hour, hours = BLOCK_HOURS * int(row.step(pattern, "start_block")) % 24, BLOCK_HOURS * blocks
    before = max(0.0, size / max(row.step(pattern, "size_to_before"), 1e-3) - _LEVEL_MARGIN)
    share = size / (size + before)
    told: dict[str, Parameter] = {
        "onset": onset.isoformat(),
        "kw": round(mid, 2),
        "before_kw": round(before * mean_w / 1000, 2),
        "share_pct": round(100 * share),
    }
    reasons = [step_reason(told, start_hour, hours)]
    if hours < 24 and row.step(pattern, "elsewhere") < UNCHANGED:
        reasons.append(Reason(other_hours(pattern, start_hour, hours)))
    if unevenness < EVEN:
        reasons.append(Reason("load.step_even", {"spread_pct": round(100 * unevenness)}))
    if row.step(pattern, "separation") > 0 and weeks_since >= LEAST_WEEKS_SINCE:
        reasons.append(Reason("load.step_lasts", {"weeks": weeks_since}))
    if row.step(pattern, "suddenness") > 0.6:
        reasons.append(Reason("load.step_sudden"))
    reasons += _dips(row, mean_w)
    innocent = _innocent_step(row, pattern, start_hour, hours)
    return LoadPattern(pattern, onset, kw, share, start_hour, hours, tuple(reasons), innocent)


def step_reason(told: dict[str, Parameter], start_hour: int, hours: int) -> Reason:
    """The step itself, with its hours where it does not run all day."""
    if hours == 24:
        return Reason("load.step_all_day", told)
    end = start_hour + hours
    zh, en = f" {end}:00", f"{end}:00"
    if end > 24:
        zh, en = f"次日 {end - 24}:00", f"{end - 24}:00 the next day"
    return Reason("load.step_in_hours", {**told, "start_hour": start_hour, "end_zh": zh, "end_en": en})


def off_duty(start_hour: int, hours: int) -> bool:
    """Whether hours of the day lie outside those in which offices work and inspectors call."""
    return not {hour % 24 for hour in range(start_hour, start_hour + hours)} & set(OFFICE_HOURS)


def other_hours(pattern: str, start_hour: int, hours: int) -> str:
    """Code of what the hours mean in which the load does not run, where the others are unchanged."""
    if off_duty(start_hour, hours):
        return "load.off_duty_only"
    return "load.pauses_at_peak" if pattern == "evening" else "load.others_unchanged"


def _describe_level(row: TraitRow, mean_w: float) -> LoadPattern:
    floor = max(0.0, row["floor"])
    dip = row["dip_second"] if row["dip_alike"] >= ALIKE_DIPS and row["dip_second"] > 0.1 else np.nan
    mid = (dip if np.isfinite(dip) else 0.8 * floor) * mean_w / 1000
    kw = (0.6 * mid, mid, max(mid, floor * mean_w / 1000))
    told = {
        "floor_pct": round(100 * floor),
        "kw": round(floor * mean_w / 1000, 2),
        "weeks": int(row["weeks_seen"]),
    }
    reasons = [Reason("load.flat_level", told)]
    if row["flatness"] < MOSTLY_FLAT:
        reasons.append(Reason("load.flat_day", {"spread_pct": round(100 * row["flatness"])}))
    reasons += _dips(row, mean_w)
    innocent = (Reason("innocent.always_on"), Reason("innocent.cold_store"), Reason("innocent.telecom"))
    return LoadPattern("level", None, kw, floor, 0, 24, tuple(reasons), innocent)


def _dips(row: TraitRow, mean_w: float) -> list[Reason]:
    if not row["dip_alike"] >= ALIKE_DIPS or not row["dip_second"] > 0.1:
        return []
    kw = row["dip_second"] * mean_w / 1000
    return [Reason("load.dips_alike", {"weeks": int(row["dip_alike"]), "kw": round(kw, 2)})]


def _innocent_step(row: TraitRow, pattern: str, start_hour: int, hours: int) -> tuple[Reason, ...]:
    found = [Reason("innocent.new_equipment")]
    if off_duty(start_hour, hours):
        found.append(Reason("innocent.night_tariff"))
    elif pattern == "evening":
        found.append(Reason("innocent.peak_tariff"))
    if row.step(pattern, "suddenness") < 0.5:
        found.append(Reason("innocent.season"))
    scaled = row.step(pattern, "slope")
    if hours == 24 and scaled > 0.3 and abs(scaled - row.step(pattern, "size_to_before")) < 0.25:
        found.append(Reason("innocent.ct_changed", {"ratio": round(1 + scaled, 2)}))
    return tuple(found)
