"""Slow, obvious twins of the load-curve kernels, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median, median_low

import numpy as np

from gridcanary.power import features as ft
from gridcanary.power import state as st


def hourly(readings: Sequence[int | None]) -> list[int | None]:
    """Mean of each hour, floored; None where half of its readings or more are missing."""
    per_hour = len(readings) // 24
    hours: list[int | None] = []
    for h in range(24):
        seen = [v for v in readings[h * per_hour : (h + 1) * per_hour] if v is not None]
        hours.append(sum(seen) // len(seen) if seen and 2 * len(seen) >= per_hour else None)
    return hours


def _notch(hours: list[int]) -> int:
    deepest, fall = 0, 0
    for before, after in pairwise(hours):
        if after < before:
            fall = max(fall, before - after)
        else:
            deepest = max(deepest, min(fall, after - before))
    return deepest


def _longest_repeat(readings: Sequence[int | None]) -> int:
    longest = run = 0
    last: int | None = None
    for value in readings:
        run = run + 1 if value is not None and value == last else 1
        last = value
        if value:
            longest = max(longest, run)
    return longest


def shape(hours: list[int | None], peak: int) -> list[int]:
    """The hours as parts of the peak's scale, 255 where missing."""
    scale = st.SCALES_W[st.scale_code(float(peak))]
    step = st.LEVELS / scale
    return [255 if v is None else min(st.LEVELS, int(max(v, 0) * step + 0.5)) for v in hours]


def day_features(readings: Sequence[int | None]) -> dict[str, int]:
    """Features of one day by name, as features.day_features fills them."""
    missing = int(ft.MISSING)
    hours = hourly(readings)
    seen = [v for v in hours if v is not None]
    out: dict[str, int] = {}
    for b in range(8):
        three = [v for v in hours[3 * b : 3 * b + 3] if v is not None]
        out[f"block{b}_w"] = sum(three) // len(three) if len(three) >= 2 else missing
    out["floor_w"] = min(seen, default=missing)
    out["peak_w"] = max(seen, default=missing)
    out["notch_w"] = _notch(seen)
    steps = [abs(b - a) for a, b in pairwise(hours[:6]) if a is not None and b is not None]
    out["night_step_w"] = median_low(steps) if steps else missing
    out["valid_slots"] = sum(v is not None for v in readings)
    out["longest_repeat"] = _longest_repeat(readings)
    out["negative_slots"] = sum(v is not None and v < 0 for v in readings)
    out["zero_slots"] = sum(v == 0 for v in readings)
    codes = shape(hours, out["peak_w"]) if seen else [255] * 24
    for i in range(6):
        four = sum(code << (8 * j) for j, code in enumerate(codes[4 * i : 4 * i + 4]))
        out[f"shape{i}"] = four - (1 << 32) if four >= 1 << 31 else four
    return out


def week(days: Sequence[Sequence[int | None]]) -> dict[str, float]:
    """Outline of seven days of hourly readings without the memory's rounding; NaN where missing."""
    hours = [[math.nan if v is None else max(0, v) for v in hourly(day)] for day in days]
    told = {}
    for b in range(8):
        blocks = []
        for day in hours:
            three = [v for v in day[3 * b : 3 * b + 3] if not math.isnan(v)]
            if len(three) >= 2:
                blocks.append(sum(three) / len(three))
        told[f"block{b}"] = median(blocks) if blocks else math.nan
    floors = [min(v for v in day if not math.isnan(v)) for day in hours if not np.isnan(day).all()]
    peaks = [max(v for v in day if not math.isnan(v)) for day in hours if not np.isnan(day).all()]
    told["floor"] = median(floors) if floors else math.nan
    told["lowest"] = min(floors, default=math.nan)
    told["peak"] = median(peaks) if peaks else math.nan
    return told
