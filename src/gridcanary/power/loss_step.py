"""When a transformer's loss stepped up or down, by how much, and how sure that is.

A step (or a ramp of two, four or eight weeks) is fitted jointly with what lawful loss follows: a constant,
the metered load (metering errors are proportional) and its square (I²R). Every day and every daily window
in which a mine may run is tried; the log likelihood ratio pays for all that was tried, and for days that
resemble each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from gridcanary.power.balance import HOURS
from gridcanary.power.loss_history import LossHistory

MIN_SIDE_DAYS = 5
"""Days with a loss that a step needs before and after it."""
RAMP_DAYS = (1, 14, 28, 56)
"""Lengths of the rise that are tried; 1 is a step."""
MIN_KNOWN_SHARE = 0.6
"""A day counts where at least this share of the window's hours has a loss."""
SPIKE_SPREADS = 5.0
"""A day farther than this many robust spreads from its nine-day median is pulled in."""
MAX_LLR = 15.0
"""No single series is trusted beyond odds of three million: models are wrong sooner than that."""


def _window(*spans: tuple[int, int]) -> np.ndarray:
    hours = np.zeros(HOURS, dtype=bool)
    for start, stop in spans:
        hours[start:stop] = True
    return hours


WINDOWS: dict[str, np.ndarray] = {
    "all_day": _window((0, 24)),
    "night": _window((22, 24), (0, 6)),
    "off_office": _window((18, 24), (0, 8)),
    "off_peak": _window((22, 24), (0, 17)),
}
"""Hours of the day in which a mine may run: always, at night only, not in office hours, not in the evening
peak."""


@dataclass(frozen=True, slots=True)
class LossStep:
    """A change of level in the daily loss.

    Args:
        row: first day of the change, a row of the history.
        ramp_days: days until the full change; 1 for a step.
        change_w: the change in the mean loss of the window's hours [W], negative for a fall.
        error_w: its standard error [W].
        llr: natural-log likelihood ratio against no change.
        window: key of WINDOWS in which it was strongest.
    """

    row: int
    ramp_days: int
    change_w: float
    error_w: float
    llr: float
    window: str

    @property
    def settled_row(self) -> int:
        """First day at the full level."""
        return self.row + self.ramp_days - 1


def find_steps(history: LossHistory) -> tuple[LossStep | None, LossStep | None]:
    """The strongest rise and the strongest fall of a transformer's loss.

    Returns:
        (rise, fall), each None where the history is too short or nothing points that way.
    """
    found: list[list[LossStep]] = [[], []]
    for name, hours in WINDOWS.items():
        for step in _search(history, name, hours):
            found[0 if step.change_w > 0 else 1].append(step)
    rise, fall = (max(steps, key=lambda s: s.llr, default=None) for steps in found)
    return rise, fall


def _search(history: LossHistory, name: str, hours: np.ndarray) -> list[LossStep]:
    known_hours = np.isfinite(history.loss_w[:, hours])
    rows = np.flatnonzero(known_hours.mean(axis=1) >= MIN_KNOWN_SHARE)
    if len(rows) < 2 * MIN_SIDE_DAYS + 2:
        return []
    loss, metered = history.loss_w[rows][:, hours], history.metered_w[rows][:, hours]
    metered = np.where(known_hours[rows], metered, np.nan)
    daily = _without_spikes(np.nanmean(loss, axis=1))
    lawful = np.column_stack(
        [np.ones(len(rows)), _scaled(np.nanmean(metered, axis=1)), _scaled(np.nanmean(metered**2, axis=1))]
    )
    shapes, onsets, ramps = _candidates(history.days)
    usable = (np.searchsorted(rows, onsets) >= MIN_SIDE_DAYS) & (
        len(rows) - np.searchsorted(rows, onsets) >= MIN_SIDE_DAYS
    )
    if not usable.any():
        return []
    onsets, ramps = onsets[usable], ramps[usable]
    # A history with nothing but candidates that pass is the common case; no copy is made then.
    shapes = shapes[rows][:, usable] if len(rows) < history.days or not usable.all() else shapes
    return _best_each_way(daily, lawful, shapes, onsets, ramps, rows, name)


def _best_each_way(
    daily: np.ndarray,
    lawful: np.ndarray,
    shapes: np.ndarray,
    onsets: np.ndarray,
    ramps: np.ndarray,
    rows: np.ndarray,
    name: str,
) -> list[LossStep]:
    basis, _ = np.linalg.qr(lawful)
    rest = daily - basis @ (basis.T @ daily)
    free = shapes - basis @ (basis.T @ shapes)
    power = (free**2).sum(axis=0)
    # A shape that the lawful part can imitate almost wholly says nothing.
    distinct = power > 0.05 * ((shapes - shapes.mean(axis=0)) ** 2).sum(axis=0) + 1e-9
    change = np.where(distinct, free.T @ rest / np.maximum(power, 1e-9), 0.0)
    gain = change**2 * power
    steps = []
    for upward in (True, False):
        allowed = distinct & ((change > 0) if upward else (change < 0))
        if not allowed.any():
            continue
        best = int(np.argmax(np.where(allowed, gain, -1.0)))
        residual = rest - free[:, best] * change[best]
        llr, error_w = _evidence(rest, residual, rows, power[best], len(onsets))
        steps.append(
            LossStep(int(onsets[best]), int(ramps[best]), float(change[best]), error_w, float(llr), name)
        )
    return steps


def _evidence(
    before: np.ndarray, after: np.ndarray, rows: np.ndarray, power: float, tried: int
) -> tuple[float, float]:
    """BIC-like log likelihood ratio of the step, and its standard error [W].

    With residuals before and after fitting, ``n/2 * log(RSS0/RSS1)`` is the Gaussian gain; n is cut to the
    effective number of days by the lag-one autocorrelation, half a log n pays for the size, the log of the
    number of onsets, ramps and windows tried for the search.
    """
    days = len(after)
    share = effective_share(after, rows)
    effective = max(3.0, days * share)
    # One watt squared of floor: a noiseless series must not give infinite certainty.
    rss0, rss1 = float(before @ before) + days, float(after @ after) + days
    price = 0.5 * np.log(effective) + np.log(tried * len(WINDOWS))
    llr = 0.5 * effective * np.log(rss0 / rss1) - price
    error_w = np.sqrt(rss1 / max(days - 4, 1) / power / share)
    return min(MAX_LLR, float(llr)), float(error_w)


def effective_share(residual: np.ndarray, rows: np.ndarray) -> float:
    """Share of days that count as independent, (1 - r) / (1 + r) with r the correlation of neighbouring
    days."""
    neighbours = np.flatnonzero(np.diff(rows) == 1)
    if len(neighbours) < 4:
        return 0.5
    centred = residual - residual.mean()
    scale = float(centred @ centred) / len(centred)
    if scale <= 0:
        return 1.0
    lag_one = float((centred[neighbours] * centred[neighbours + 1]).mean()) / scale
    lag_one = min(max(lag_one, 0.0), 0.95)
    return (1.0 - lag_one) / (1.0 + lag_one)


@lru_cache(maxsize=8)
def _candidates(days: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shapes of every onset and ramp: (days, candidates) from 0 to 1, with their onsets and ramp lengths."""
    day = np.arange(days, dtype=np.float64)[:, None]
    shapes, onsets, ramps = [], [], []
    for length in RAMP_DAYS:
        # A slow ramp is not located to the day; every third onset is enough.
        starts = np.arange(MIN_SIDE_DAYS, days - length - MIN_SIDE_DAYS + 2, 1 if length == 1 else 3)
        shapes.append(np.clip((day - starts + 1) / length, 0.0, 1.0))
        onsets.append(starts)
        ramps.append(np.full(len(starts), length))
    return np.hstack(shapes), np.concatenate(onsets), np.concatenate(ramps)


def _scaled(values: np.ndarray) -> np.ndarray:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)


def _without_spikes(daily: np.ndarray) -> np.ndarray:
    """Single wild days pulled to their neighbourhood, so that they don't pass for steps."""
    padded = np.pad(daily, 4, mode="reflect") if len(daily) > 8 else np.pad(daily, 4, mode="edge")
    local = np.median(np.lib.stride_tricks.sliding_window_view(padded, 9), axis=1)
    away = daily - local
    spread = 1.4826 * float(np.median(np.abs(away)))
    return local + np.clip(away, -SPIKE_SPREADS * spread, SPIKE_SPREADS * spread) if spread > 0 else daily
