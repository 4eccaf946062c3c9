"""Which customer's meter explains a transformer's excess loss.

Three signs are weighed for every meter below the transformer, each as a natural-log likelihood ratio of "this
customer takes it past the meter" against "somebody else does": the loss follows the customer's own use, the
meter fell when the loss rose, and the loss is gone while the customer has no power.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from gridcanary.power.balance import HOURS, hourly_watts
from gridcanary.power.loss_excess import LossExcess, hourly_medians
from gridcanary.power.loss_history import LossHistory
from gridcanary.power.loss_step import WINDOWS

SIDE_DAYS = 28
"""Days before and after the rise in which a meter's use is compared."""
MIN_SIDE_DAYS = 4
MAX_SIGN_LLR = 12.0
MIN_SIGN_LLR = -3.0
"""A sign that is absent speaks little against a customer: the current may pass the meter in another way."""
EXPLAINED_SHARE = 0.5
"""A customer whose by-pass would make up less than half of the excess is believed in proportion."""
MEMORY_HOURS = 72
MIN_DAYS_BEFORE = 7
MIN_RATIO = 0.1
"""A tenth of the metered use lost: less is not worth a by-pass, and a bad technical fit reaches it."""
OFF_W = 5.0
"""A meter at or below this shows no use [W]: its own display and the noise of its converter."""
MIN_OUTAGE_HOURS = 3
OUTAGE_HOURS_COUNTED, MAX_RUN_LLR = 2.0, 4.5
"""Among dozens of customers somebody is without power whenever a mine rests; one outage alone names
nobody."""
USUAL_USE_W = 20.0
"""Only a customer who uses more than this in nine of ten hours can be seen to be without power [W]."""


@dataclass(frozen=True, slots=True)
class MeterCurves:
    """Hourly use of a transformer's meters on the days of its history.

    Args:
        meter_id: the meters.
        load_w: (meters, days, 24) [W], NaN where missing.
    """

    meter_id: list[str]
    load_w: np.ndarray


@dataclass(frozen=True, slots=True)
class MeterSigns:
    """What speaks for one customer; llrs are natural logs.

    Args:
        meter_id: the meter.
        follows_llr: the loss follows this use; ratio is watts lost per metered watt.
        swap_llr: the meter fell by drop_w [W] when the loss rose (negative: rose with it), and showed
        after_w since. outage_llr: in outage_hours without power the excess was left_w [W].
    """

    meter_id: str
    follows_llr: float
    ratio: float
    swap_llr: float
    drop_w: float
    after_w: float
    outage_llr: float
    outage_hours: int
    left_w: float

    @property
    def llr(self) -> float:
        """All signs together."""
        return self.follows_llr + self.swap_llr + self.outage_llr


def align_curves(readings: pa.Table, history: LossHistory) -> MeterCurves:
    """Readings of any row order as one array on the days of a history.

    Args:
        readings: meter_id, day and load_w of the transformer's meters.
        history: the days to align to; readings of other days are left out.
    """
    names = readings.column("meter_id").cast(pa.string()).combine_chunks().dictionary_encode()
    codes = names.indices.to_numpy(zero_copy_only=False)
    rows = readings.column("day").cast(pa.int32()).to_numpy() - history.first_day
    watts, present = hourly_watts(readings.column("load_w"))
    load = np.full((len(names.dictionary), history.days, HOURS), np.nan)
    inside = (rows >= 0) & (rows < history.days)
    load[codes[inside], rows[inside]] = np.where(present, watts, np.nan)[inside]
    return MeterCurves(names.dictionary.to_pylist(), load)


def weigh_meters(excess: LossExcess, curves: MeterCurves) -> list[MeterSigns]:
    """Signs of every meter, the strongest first."""
    if not curves.meter_id:
        return []
    follows, ratios = _follows(excess, curves)
    signs = []
    for meter, name in enumerate(curves.meter_id):
        swap, drop, after = _swap(excess, curves.load_w[meter])
        outage, hours, left = _outage(excess, curves, meter)
        signs.append(
            MeterSigns(
                name, float(follows[meter]), float(ratios[meter]), swap, drop, after, outage, hours, left
            )
        )
    return sorted(signs, key=lambda sign: (-sign.llr, sign.meter_id))


def _follows(excess: LossExcess, curves: MeterCurves) -> tuple[np.ndarray, np.ndarray]:
    """How far the excess follows each meter since its rise, less what it did before: llrs and ratios.

    A share f of the current past the meter loses f / (1 - f) of what it shows, so the coefficient is
    positive, and it is new: a technical model that fits badly, or a customer of the wrong transformer,
    shows before as well.
    """
    llr, ratio = _regressed(excess, curves, slice(excess.first_row, None))
    if excess.step is not None and excess.step.row >= MIN_DAYS_BEFORE:
        _, before = _regressed(excess, curves, slice(0, excess.step.row))
        llr = llr * np.clip(1.0 - np.abs(before) / np.maximum(ratio, 1e-9), 0.0, 1.0) ** 2
    inside = curves.load_w[:, excess.first_row :][:, :, WINDOWS[excess.window]]
    used = np.abs(_row_means(inside.reshape(len(llr), -1)))
    explained = ratio * used / max(excess.excess_w, 1.0)
    return llr * np.clip(explained / EXPLAINED_SHARE, 0.0, 1.0), ratio


def _regressed(excess: LossExcess, curves: MeterCurves, days: slice) -> tuple[np.ndarray, np.ndarray]:
    """Partial regression of the excess on each meter's use, the flat part and the whole metered load taken
    out."""
    residual, metered = excess.residual_w[days], excess.history.metered_w[days]
    known = np.isfinite(residual) & np.isfinite(metered) & WINDOWS[excess.window][None, :]
    meters = len(curves.meter_id)
    if known.sum() < 3 * HOURS:
        return np.zeros(meters), np.zeros(meters)
    observed = np.clip(residual[known], *np.quantile(residual[known], [0.005, 0.995]))
    use = curves.load_w[:, days][:, known]
    use = np.where(np.isfinite(use), use, _row_means(use)[:, None])
    common = np.column_stack([np.ones(len(observed)), metered[known], metered[known] ** 2])
    basis, _ = np.linalg.qr(common)
    rest = observed - basis @ (basis.T @ observed)
    free = use - (use @ basis) @ basis.T
    power = (free**2).sum(axis=1)
    varies = power > 1e-6 * (use**2).sum(axis=1) + 1.0
    ratio = np.where(varies, free @ rest / np.maximum(power, 1.0), 0.0)
    left = float(rest @ rest) - ratio**2 * power
    hours = _effective_hours(rest, free)
    llr = 0.5 * hours * np.log((rest @ rest + len(rest)) / (np.maximum(left, 0.0) + len(rest)))
    llr -= 0.5 * np.log(np.maximum(hours, 2.0))
    return np.where(ratio > MIN_RATIO, np.clip(llr, 0.0, MAX_SIGN_LLR), 0.0), ratio


def _row_means(use: np.ndarray) -> np.ndarray:
    count = np.isfinite(use).sum(axis=1)
    return np.nansum(use, axis=1) / np.maximum(count, 1)


def _effective_hours(rest: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Hours that count for each regressor: n over 1 + 2 sum of the products of both autocorrelations
    (Bartlett)."""
    length = len(rest)
    size = 1 << (2 * length - 1).bit_length()
    both = np.vstack([rest[None, :], free])
    spectrum = np.abs(np.fft.rfft(both, size, axis=1)) ** 2
    lags = min(MEMORY_HOURS, length - 1)
    auto = np.fft.irfft(spectrum, size, axis=1)[:, : lags + 1]
    auto /= np.maximum(auto[:, :1], 1e-9)
    inflation = 1.0 + 2.0 * (auto[0, 1:] * auto[1:, 1:]).sum(axis=1)
    return length / np.maximum(inflation, 1.0)


def _swap(excess: LossExcess, load: np.ndarray) -> tuple[float, float, float]:
    """Llr, size [W] and remainder [W] of a fall of the metered use in the window's hours when the loss rose.

    Under guilt four stories are equally likely: the meter falls by the whole excess, by a part of it, rises
    (a mine of which the meter sees a share) or does not change; under innocence its change is what its own
    days make usual, with the tail of Student's t.
    """
    if excess.step is None:
        return 0.0, 0.0, math.nan
    daily = _daily(load, excess.window)
    before = daily[max(0, excess.step.row - SIDE_DAYS) : excess.step.row]
    after = daily[excess.first_row : excess.first_row + SIDE_DAYS]
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    if min(len(before), len(after)) < MIN_SIDE_DAYS:
        return 0.0, 0.0, math.nan
    drop = float(np.mean(before) - np.mean(after))
    # Weekly rhythm and persistence: a third of the days count.
    error = math.sqrt(3.0 * (before.var() / len(before) + after.var() / len(after)) + 1.0)
    usual = math.hypot(error, 0.15 * float(np.mean(np.abs(before))))
    ratio = drop / usual
    innocent = -2.0 * math.log1p(ratio**2 / 3.0) + math.log(0.3675 / usual)
    whole = _normal(drop - excess.excess_w, math.hypot(usual, 0.15 * excess.excess_w))
    size = excess.excess_w
    part = -math.log(size) if 0 < drop < size else -math.inf
    rise = -math.log(3.0 * size) if -3.0 * size < drop <= 0 else -math.inf
    guilty = float(np.logaddexp.reduce([whole, part, rise, innocent])) - math.log(4.0)
    return min(max(guilty - innocent, MIN_SIGN_LLR), MAX_SIGN_LLR), drop, float(after.mean())


def _daily(load: np.ndarray, window: str) -> np.ndarray:
    inside = load[:, WINDOWS[window]]
    enough = np.isfinite(inside).mean(axis=1) >= 0.5
    daily = np.full(len(load), np.nan)
    daily[enough] = np.nanmean(inside[enough], axis=1)
    return daily


def _outage(excess: LossExcess, curves: MeterCurves, meter: int) -> tuple[float, int, float]:
    """Llr, hours and mean excess left [W] while this customer alone (or with few) was without power."""
    first = excess.first_row
    load, residual = curves.load_w[meter, first:].ravel(), excess.residual_w[first:].ravel()
    usual = load[np.isfinite(load)]
    if len(usual) < HOURS or np.quantile(usual, 0.1) < USUAL_USE_W:
        return 0.0, 0, 0.0
    box = np.tile(WINDOWS[excess.window], len(load) // HOURS)
    known = np.isfinite(residual) & box
    off = known & _long_runs(load <= OFF_W)
    if off.sum() == 0 or (known & ~off).sum() < HOURS:
        return 0.0, 0, 0.0
    running, left = residual[known & ~off], residual[off]
    # What is expected at each hour of the day: a lamp circuit is off at noon without anybody's outage.
    level = np.tile(hourly_medians(excess.residual_w[first:]), len(load) // HOURS)
    away = running - level[known & ~off]
    spread = max(50.0, 1.4826 * float(np.nanmedian(np.abs(away))))
    # Hours of one outage resemble each other: a run counts as two hours, and no run decides alone.
    gain = np.zeros(len(load))
    gain[off] = _student(left / spread) - _student((left - level[off]) / spread)
    llr = 0.0
    for start, stop in _runs(off):
        llr += min(max(OUTAGE_HOURS_COUNTED * float(gain[start:stop].mean()), -MAX_RUN_LLR), MAX_RUN_LLR)
    return min(max(llr, MIN_SIGN_LLR), MAX_SIGN_LLR), int(off.sum()), float(np.mean(left))


def _student(ratio: np.ndarray) -> np.ndarray:
    return -2.0 * np.log1p(ratio**2 / 3.0)


def _normal(away: float, spread: float) -> float:
    return -0.5 * (away / spread) ** 2 - math.log(spread * math.sqrt(2.0 * math.pi))


def _runs(off: np.ndarray) -> list[tuple[int, int]]:
    """Start and stop of every run."""
    edges = np.diff(np.r_[0, off.astype(np.int8), 0])
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def _long_runs(off: np.ndarray) -> np.ndarray:
    """Where a run of at least MIN_OUTAGE_HOURS holds."""
    long = np.zeros(len(off), dtype=bool)
    for start, stop in _runs(off):
        long[start:stop] = stop - start >= MIN_OUTAGE_HOURS
    return long
