"""What a daily curve says about its customer: level, stability, zeros and gaps, trend and drop, week.

Nothing is fitted and each row stands alone, so a split of the customers can't leak through these columns.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Sequence

import numpy as np

ROWS_AT_A_TIME = 4_000  # keeps the temporaries of the published 1,034 columns under 300 MB
LONGEST_DAILY = 62  # longer histories give a column a week instead of a column a day
FLOOR_KWH = 0.1  # added before logarithms and ratios: a tenth of a kWh a day is an empty home
LAGS = (1, 2, 7, 14)
SHARES_PCT = (10, 25, 75, 90)
BANDS = (("slow", 10, np.inf), ("weekly", 5, 10), ("half_week", 2.8, 5), ("alternate", 0, 2.8))
"""Names and periods [days] of the bands of movement."""


def customer_features(kwh: np.ndarray, days: Sequence[dt.date]) -> tuple[list[str], np.ndarray]:
    """Features of every customer.

    Args:
        kwh: daily energy [kWh], shape (n, days), NaN where missing.
        days: the columns' days, ascending, at least 14.

    Returns:
        The names, and a float32 array (n, len(names)) without NaN.
    """
    if len(days) < 14:
        raise ValueError(f"need at least 14 days to speak of weeks, got {len(days)}")
    blocks = [
        _block(np.asarray(kwh[start : start + ROWS_AT_A_TIME], dtype=np.float64), days)
        for start in range(0, len(kwh), ROWS_AT_A_TIME)
    ]
    names = list(blocks[0])
    stacked = [np.column_stack([block[name] for name in names]) for block in blocks]
    return names, np.vstack(stacked).astype(np.float32)


def raw_days(kwh: np.ndarray) -> np.ndarray:
    """The days themselves as features, missing days as NaN (the yardstick's input)."""
    return np.asarray(kwh, dtype=np.float32)


def _block(kwh: np.ndarray, days: Sequence[dt.date]) -> dict[str, np.ndarray]:
    with warnings.catch_warnings():
        # Rows that are empty or all zero have no median of used days; they get their own value below.
        warnings.simplefilter("ignore", category=RuntimeWarning)
        found = (
            level(kwh)
            | stability(kwh)
            | gaps_and_zeros(kwh)
            | trend_and_drop(kwh)
            | week(kwh, days)
            | rhythm(kwh)
            | register_step(kwh)
            | curve(kwh)
        )
    return {name: np.nan_to_num(column, nan=-1.0, posinf=1e6, neginf=-1e6) for name, column in found.items()}


def level(kwh: np.ndarray) -> dict[str, np.ndarray]:
    """How much is used, over all days and over the days with any use."""
    used = np.where(kwh > 0, kwh, np.nan)
    found = {
        "mean": np.log1p(np.nanmean(kwh, 1)),
        "median": np.log1p(np.nanmedian(kwh, 1)),
        "max": np.log1p(np.nanmax(kwh, 1)),
        "used_mean": np.log1p(np.nanmean(used, 1)),
        "used_median": np.log1p(np.nanmedian(used, 1)),
        "used_min": np.log1p(np.nanmin(used, 1)),
    }
    for share, row in zip(SHARES_PCT, np.nanpercentile(kwh, SHARES_PCT, axis=1), strict=True):
        found[f"pct{share}"] = np.log1p(row)
    return found


def stability(kwh: np.ndarray) -> dict[str, np.ndarray]:
    """How evenly it is used."""
    mean, median = np.nanmean(kwh, 1), np.nanmedian(kwh, 1)
    used = np.where(kwh > 0, kwh, np.nan)
    change = np.diff(_log(kwh), axis=1)
    return {
        "cv": np.nanstd(kwh, 1) / (mean + FLOOR_KWH),
        "used_cv": np.nanstd(used, 1) / (np.nanmean(used, 1) + FLOOR_KWH),
        "mad": np.nanmedian(np.abs(kwh - median[:, None]), 1) / (median + FLOOR_KWH),
        "peak_to_median": np.nanmax(kwh, 1) / (median + FLOOR_KWH),
        "change_std": change.std(1),
        "change_up": change.max(1),
        "change_down": change.min(1),
        "change_median": np.median(np.abs(change), 1),
    }


def gaps_and_zeros(kwh: np.ndarray) -> dict[str, np.ndarray]:
    """Missing days, days without use, their runs, and whether the day after a zero makes up for it."""
    zero, missing = kwh == 0, np.isnan(kwh)
    zero_run, zero_runs, zero_at_end = _runs(zero)
    gap_run, gap_runs, gap_at_end = _runs(missing)
    used_median = np.nanmedian(np.where(kwh > 0, kwh, np.nan), 1)
    after_zero = np.where(zero[:, :-1] & (kwh[:, 1:] > 0), kwh[:, 1:], np.nan)
    return {
        "zero_share": zero.mean(1),
        "zero_longest": zero_run,
        "zero_runs": zero_runs,
        "zero_at_end": zero_at_end,
        "missing_share": missing.mean(1),
        "missing_longest": gap_run,
        "missing_runs": gap_runs,
        "missing_at_end": gap_at_end,
        "catch_up": np.nanmean(after_zero, 1) / (used_median + FLOOR_KWH),
        "catch_ups": (~np.isnan(after_zero)).sum(1),
    }


def trend_and_drop(kwh: np.ndarray) -> dict[str, np.ndarray]:
    """Slope, quarters against the whole, and the sharpest lasting change of level with its place."""
    log, mean = _log(kwh), np.nanmean(kwh, 1)
    n = kwh.shape[1]
    time = np.arange(n) - (n - 1) / 2
    found = {"slope": n * (log @ time) / (time @ time)}
    for place, part in enumerate(np.array_split(np.arange(n), 4), start=1):
        found[f"quarter{place}"] = np.log((np.nanmean(kwh[:, part], 1) + FLOOR_KWH) / (mean + FLOOR_KWH))
    total = np.cumsum(log, 1)
    cuts = np.arange(5, n - 4)
    before = total[:, cuts - 1] / cuts
    after = (total[:, -1:] - total[:, cuts - 1]) / (n - cuts)
    height = (after - before) * np.sqrt(cuts * (n - cuts) / n)
    best = np.abs(height).argmax(1)
    rows = np.arange(len(kwh))
    found["step"] = height[rows, best]
    found["step_place"] = cuts[best] / n
    found["step_to_spread"] = found["step"] / (log.std(1) + 0.05)
    found["drop"] = np.minimum(height.min(1), 0)
    return found


def week(kwh: np.ndarray, days: Sequence[dt.date]) -> dict[str, np.ndarray]:
    """Weekend against working day."""
    weekend = np.array([day.weekday() >= 5 for day in days])
    ratio = (np.nanmean(kwh[:, weekend], 1) + FLOOR_KWH) / (np.nanmean(kwh[:, ~weekend], 1) + FLOOR_KWH)
    return {"weekend": np.log(ratio)}


def rhythm(kwh: np.ndarray) -> dict[str, np.ndarray]:
    """Autocorrelation at 1, 2, 7, 14 days, and the share of slow, weekly and alternating movement."""
    log = _log(kwh)
    away = log - log.mean(1, keepdims=True)
    power = (away**2).sum(1) + 1e-9
    found = {f"lag{lag}": (away[:, lag:] * away[:, :-lag]).sum(1) / power for lag in LAGS}
    spectrum = np.abs(np.fft.rfft(away, axis=1)) ** 2
    spectrum /= spectrum.sum(1, keepdims=True) + 1e-9
    period = kwh.shape[1] / np.maximum(np.arange(spectrum.shape[1]), 1e-9)
    for name, low, high in (
        ("slow", 10, np.inf),
        ("weekly", 5, 10),
        ("half_week", 2.8, 5),
        ("alternate", 0, 2.8),
    ):
        found[f"moves_{name}"] = spectrum[:, (period >= low) & (period < high)].sum(1)
    found["slowest"] = spectrum[:, 1]
    found["second_slowest"] = spectrum[:, 2]
    return found


def register_step(kwh: np.ndarray) -> dict[str, np.ndarray]:
    """The grid on which the readings lie: behind a current transformer they are multiples of its ratio."""
    hundredths = np.round(np.nan_to_num(kwh) * 100).astype(np.int64)
    used = hundredths > 0
    days_used = np.maximum(used.sum(1), 1)
    repeated = (np.diff(hundredths, axis=1) == 0) & used[:, 1:]
    ordered = np.sort(hundredths, axis=1)
    return {
        "register_step": np.log1p(np.gcd.reduce(hundredths, axis=1)),
        "even": ((hundredths % 2 == 0) & used).sum(1) / days_used,
        "fives": ((hundredths % 5 == 0) & used).sum(1) / days_used,
        "tens": ((hundredths % 10 == 0) & used).sum(1) / days_used,
        "whole": ((hundredths % 100 == 0) & used).sum(1) / days_used,
        "repeated": repeated.mean(1),
        "distinct": 1.0 + (np.diff(ordered, axis=1) != 0).sum(1),
    }


def curve(kwh: np.ndarray) -> dict[str, np.ndarray]:
    """The days themselves (weekly means of a long history), as logarithms and relative to the mean."""
    n = kwh.shape[1]
    width = 1 if n <= LONGEST_DAILY else 7
    parts = [np.nanmean(kwh[:, start : start + width], 1) for start in range(0, n, width)]
    mean = np.nanmean(kwh, 1) + FLOOR_KWH
    logs = {f"log_{place}": np.log1p(part) for place, part in enumerate(parts)}
    return logs | {f"relative_{place}": part / mean for place, part in enumerate(parts)}


def _log(kwh: np.ndarray) -> np.ndarray:
    """Logarithm of the energy, a missing day standing as a day without use."""
    return np.log(np.nan_to_num(np.maximum(kwh, 0)) + FLOOR_KWH)


def _runs(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Longest run of true, number of runs, and length of the run that reaches the last column."""
    longest, runs, current = (np.zeros(len(mask)) for _ in range(3))
    for column in mask.T:
        runs += column & (current == 0)
        current = np.where(column, current + 1, 0)
        longest = np.maximum(longest, current)
    return longest, runs, current
