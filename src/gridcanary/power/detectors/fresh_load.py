"""A load that began in the last days, told in physical terms from the traits of its step (power.fresh_traits)."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from gridcanary.contracts.reasons import Parameter, Reason
from gridcanary.power import fresh_traits as ft
from gridcanary.power.detectors import load_pattern as lp

NAME = "fresh_load"

GRADUAL = 0.5
"""Sharpest rise about the beginning, beside the size, below which a step is called gradual."""

_INDEX = {name: i for i, name in enumerate(ft.NAMES)}
_PATTERNS = {(0, 24): "flat", (18, 15): "office", (21, 9): "night", (21, 18): "evening", (0, 18): "evening"}
_EPOCH = dt.date(1970, 1, 1)


def describe(row: NDArray[np.float32], as_of: int) -> lp.LoadPattern:
    """Read the traits of a step.

    Args:
        row: as fresh_traits gives them, a step being seen.
        as_of: last day of the record (days since 1970-01-01).
    """

    def trait(name: str) -> float:
        return float(row[_INDEX[f"fresh_{name}"]])

    size, mean_w, days = trait("size"), trait("mean_before"), int(trait("age"))
    onset = _EPOCH + dt.timedelta(days=as_of - days + 1)
    start_hour, hours = lp.BLOCK_HOURS * int(trait("start_block")), lp.BLOCK_HOURS * int(trait("blocks_on"))
    mid, before_kw = size * mean_w / 1000, trait("level_before") / 1000
    share = mid / (mid + before_kw)
    spread = min(0.6, max(0.08, trait("spread_hours") + trait("spread_days")))
    told: dict[str, Parameter] = {
        "onset": onset.isoformat(),
        "kw": round(mid, 2),
        "before_kw": round(before_kw, 2),
        "share_pct": round(100 * share),
    }
    pattern = _PATTERNS.get((start_hour, hours), "stretch")
    reasons = [lp.step_reason(told, start_hour, hours), Reason("load.fresh", {"days": days})]
    if hours < 24 and trait("elsewhere") < lp.UNCHANGED:
        reasons.append(Reason(lp.other_hours(pattern, start_hour, hours)))
    if trait("spread_hours") < lp.EVEN:
        reasons.append(Reason("load.step_even", {"spread_pct": round(100 * trait("spread_hours"))}))
    innocent = [Reason("innocent.fresh", {"days": days}), Reason("innocent.new_equipment")]
    if lp.off_duty(start_hour, hours):
        innocent.append(Reason("innocent.night_tariff"))
    elif pattern == "evening":
        innocent.append(Reason("innocent.peak_tariff"))
    if trait("sharpness") < GRADUAL:
        innocent.append(Reason("innocent.season"))
    kw = (mid * (1 - spread), mid, mid * (1 + spread))
    return lp.LoadPattern(pattern, onset, kw, share, start_hour, hours, tuple(reasons), tuple(innocent))
