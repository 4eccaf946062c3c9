"""What a transformer loses beyond its technical loss: since when, how much, in which hours, and how flat.

Two ways lead here. A rise of the loss is compared with the transformer's own past. An excess that is older
than the data has no past: then only physics (the bounds of the technical model) and the transformer's peers
can speak, and what they say is weaker.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridcanary.power import technical_loss
from gridcanary.power.loss_history import LossHistory
from gridcanary.power.loss_step import WINDOWS, LossStep
from gridcanary.power.technical_loss import TechnicalLoss

MAX_SHAPE_LLR = 10.0
"""Cap of what the flatness of the excess may add or take."""
FLAT_SPREAD = 0.15
"""How far a mine's mean hours of the day lie from its mean: restarts, heat, and what the technical model
misses."""
VARIED_SPREAD = 0.5
"""The same for a household, a shop or a workshop: the hourly means of SimBench's profiles vary by 0.3 to
0.9."""
MIN_SHARE_SPREAD = 0.01
OUTSTANDING_SPREADS = 4.0
"""A loss share stands out from four robust spreads above the peers', a spread being at least one percent."""
OFF_SHARE = 0.4
"""A window shorter than the day is believed where the excess outside it is below this share of the inside."""
MIN_PEERS = 8
"""Fewer transformers than this are no peer group."""
MAX_PEER_LLR = 6.0
MAX_PHYSICS_LLR = 3.0
"""Physics alone: an unknown lawful supply without a meter is not rare enough for more."""
LAWFUL_UNMETERED_W = 500.0
"""What lawful unmetered use (a telecom cabinet, a lamp circuit) easily takes under a transformer [W]."""
MIN_PEER_SPREAD_W = 150.0
"""However alike the peers are, one lamp circuit more or less is no finding [W]."""


@dataclass(frozen=True, slots=True)
class LossExcess:
    """An unexplained loss of one transformer.

    Args:
        history: the balance it was seen in.
        model: technical loss, fitted before the rise where there was one.
        step: the rise; None where the excess is as old as the data.
        residual_w: (days, 24) loss beyond the model [W], NaN where unknown.
        first_row: first row at the full level.
        window: key of WINDOWS in which it runs.
        excess_w: mean excess in the window's hours at the full level [W].
        error_w: its standard error [W].
        llr: how much better a load without a meter explains it than chance, before its shape.
        shape_llr: for a flat load (positive) against one that follows the metered load (negative).
        share_pct: mean excess as a percentage of the mean supply.
        peers: how many transformers it was compared with; 0 where physics alone speaks or it has a step.
        by_share: it stands out by its share of lost energy alone, whatever its shape: a lead to read its
        customers.
    """

    history: LossHistory
    model: TechnicalLoss
    step: LossStep | None
    residual_w: np.ndarray
    first_row: int
    window: str
    excess_w: float
    error_w: float
    llr: float
    shape_llr: float
    share_pct: float
    peers: int = 0
    by_share: bool = False


def excess_after_step(history: LossHistory, step: LossStep, meters: int) -> LossExcess | None:
    """Measure a rise against the technical loss before it.

    Returns:
        The excess, or None where the days before the rise can't carry a model or nothing is left after it.
    """
    before = slice(0, step.row)
    model = technical_loss.fit(
        history.supplied_w[before], history.loss_w[before], meters, bound_constant=False
    )
    if model is None:
        return None
    residual = history.loss_w - model.expected_w(history.supplied_w)
    return _measured(history, model, step, residual, step.settled_row, step.error_w, step.llr)


def excess_since_start(history: LossHistory, meters: int) -> LossExcess | None:
    """Measure what exceeds the physical bounds all along; its llr is still 0 (see :func:`weigh_levels`)."""
    model = technical_loss.fit(history.supplied_w, history.loss_w, meters)
    if model is None:
        return None
    free = technical_loss.fit(history.supplied_w, history.loss_w, meters, bound_constant=False)
    if free is not None:
        # The square part of the free fit: a bounded constant would push a flat excess into it.
        lawful = min(free.constant_w, model.constant_bound_w)
        model = replace(free, constant_w=lawful)
    residual = history.loss_w - model.expected_w(history.supplied_w)
    error_w = model.noise_w / math.sqrt(max(history.days, 1))
    return _measured(history, model, None, residual, 0, error_w, 0.0)


def _measured(
    history: LossHistory,
    model: TechnicalLoss,
    step: LossStep | None,
    residual: np.ndarray,
    first_row: int,
    error_w: float,
    llr: float,
) -> LossExcess | None:
    excess, metered = residual[first_row:], history.metered_w[first_row:]
    known = np.isfinite(excess) & np.isfinite(metered)
    if not known.any():
        return None
    window = running_window(excess)
    inside = known & WINDOWS[window][None, :]
    if not inside.any():
        return None
    supplied = float(np.nanmean(history.supplied_w[first_row:]))
    by_day = daily_only(history)
    shape = _daily_shape_llr(excess, metered, known) if by_day else _shape_llr(excess, metered, known, window)
    mean_w = _trimmed_mean(excess[inside])
    share_pct = 100.0 * float(np.mean(excess[known])) / supplied if supplied > 0 else 0.0
    return LossExcess(
        history, model, step, residual, first_row, window, mean_w, error_w, llr, shape, share_pct
    )


def running_window(excess: np.ndarray) -> str:
    """The hours in which an excess runs: the key of WINDOWS that parts its daily profile best.

    Args:
        excess: (days, 24) [W], NaN where unknown.
    """
    profile = hourly_medians(excess)
    best, best_spread = "all_day", np.inf
    for name, hours in WINDOWS.items():
        inside, outside = profile[hours], profile[~hours]
        if not np.isfinite(inside).any() or (len(outside) and not np.isfinite(outside).any()):
            continue
        if name != "all_day" and not np.nanmean(outside) < OFF_SHARE * np.nanmean(inside):
            continue
        # What is outside the window should be nothing, not merely something constant.
        spread = float(np.nansum((inside - np.nanmean(inside)) ** 2) + np.nansum(outside**2))
        if spread < best_spread:
            best, best_spread = name, spread
    return best


def daily_only(history: LossHistory) -> bool:
    """Whether the balance knows daily energy alone: the loss of every day is spread evenly then."""
    spread = np.ptp(history.loss_w, axis=1)
    spread = spread[np.isfinite(spread)]
    return bool(len(spread)) and float(np.median(spread)) <= 1.0


def _shape_llr(excess: np.ndarray, metered: np.ndarray, known: np.ndarray, window: str) -> float:
    """A flat load against the better of two others: one that follows the metered load, one with a daily
    profile."""
    flat = np.broadcast_to(WINDOWS[window].astype(float), excess.shape)
    follows = _follows_llr(excess[known], flat[known], metered[known])
    profile = _profile_llr(np.where(known, excess, np.nan), WINDOWS[window])
    return min(max(min(follows, profile), -MAX_SHAPE_LLR), MAX_SHAPE_LLR)


def _daily_shape_llr(excess: np.ndarray, metered: np.ndarray, known: np.ndarray) -> float:
    """The same where the balance knows daily energy alone: then days can be compared, hours can't."""
    days = np.flatnonzero(known.any(axis=1))
    daily = np.nanmean(np.where(known, excess, np.nan)[days], axis=1)
    used = np.nanmean(np.where(known, metered, np.nan)[days], axis=1)
    llr = _follows_llr(daily, np.ones(len(days)), used)
    return min(max(llr, -MAX_SHAPE_LLR), MAX_SHAPE_LLR)


def _follows_llr(excess: np.ndarray, flat: np.ndarray, metered: np.ndarray) -> float:
    """Flat against proportional to the metered load, one unknown each, over hours or days as they
    correlate."""
    observed = np.clip(excess, *np.quantile(excess, [0.01, 0.99]))
    left = []
    for shape in (flat, metered):
        power = float(shape @ shape)
        left.append(observed - shape * (float(shape @ observed) / power) if power > 0 else observed)
    squares = [float(r @ r) + len(r) for r in left]
    best = left[int(np.argmin(squares))]
    return 0.5 * len(best) * _independent_share(best) * math.log(squares[1] / squares[0])


def _profile_llr(excess: np.ndarray, hours: np.ndarray) -> float:
    """A daily profile within 15 % of a box (a mine) against one that strays by half its mean (people).

    Both are Gaussian about the box (the mean in its hours, nothing outside), widened by each hour's own
    error; neighbouring hours resemble each other, so three count as one.
    """
    profile = hourly_medians(excess)
    seen = np.isfinite(excess).sum(axis=0)
    error = np.zeros(len(seen))
    error[seen > 0] = 1.25 * np.nanstd(excess[:, seen > 0], axis=0) / np.sqrt(seen[seen > 0])
    mean = float(np.nanmean(profile[hours]))
    away = profile - np.where(hours, mean, 0.0)
    flat, varied = np.hypot(FLAT_SPREAD * mean, error), np.hypot(VARIED_SPREAD * mean, error)
    gain = np.log(varied / flat) - 0.5 * away**2 * (1 / flat**2 - 1 / varied**2)
    return float(np.nansum(gain)) / 3.0


def hourly_medians(excess: np.ndarray) -> np.ndarray:
    """(24,) median of each hour over the days, NaN where an hour has no value.

    Args:
        excess: (days, 24), NaN where unknown.
    """
    seen = np.isfinite(excess).any(axis=0)
    profile = np.full(excess.shape[1], np.nan)
    profile[seen] = np.nanmedian(excess[:, seen], axis=0)
    return profile


def _independent_share(series: np.ndarray) -> float:
    """Share of values that count as independent, from their lag-one correlation, and at most one in six."""
    centred = series - series.mean()
    scale = float(centred @ centred)
    lag_one = float(centred[:-1] @ centred[1:]) / scale if scale > 0 else 0.0
    lag_one = min(max(lag_one, 0.0), 0.99)
    return min((1.0 - lag_one) / (1.0 + lag_one), 1.0 / 6)


def _trimmed_mean(values: np.ndarray) -> float:
    low, high = np.quantile(values, [0.05, 0.95])
    return float(np.mean(np.clip(values, low, high)))


def weigh_levels(levels: Sequence[LossExcess]) -> list[LossExcess]:
    """Give excesses without a past the likelihood ratio that physics and their peers support.

    Under the innocent hypothesis the excess beyond the technical bounds is lawful unmetered use: alone, a
    half-Cauchy of LAWFUL_UNMETERED_W; with eight peers or more, Student's t with two degrees of freedom
    about their median with their spread. Under the other it is a load drawn log-uniformly from 0.5 kW to
    500 kW.
    """
    excess = np.array([level.excess_w for level in levels])
    enough = len(levels) >= MIN_PEERS
    centre = max(0.0, float(np.median(excess))) if enough else 0.0
    spread = 1.4826 * float(np.median(np.abs(excess - centre))) if enough else LAWFUL_UNMETERED_W
    weighed = []
    for level in levels:
        width = math.hypot(max(MIN_PEER_SPREAD_W, spread), level.error_w)
        ratio = (level.excess_w - centre) / width
        lawful = _student_two(ratio) if enough else math.log(2.0 / math.pi) - math.log1p(ratio**2)
        mine = -math.log(max(level.excess_w, 500.0)) - math.log(math.log(1000.0))
        llr = min(MAX_PEER_LLR if enough else MAX_PHYSICS_LLR, mine - lawful + math.log(width))
        weighed.append(replace(level, llr=llr if ratio > 0 else -1.0, peers=len(levels) - 1 if enough else 0))
    return weighed


def excess_over_peers(histories: Sequence[LossHistory], meters: dict[str, int]) -> list[LossExcess]:
    """Transformers whose share of lost energy stands out from their peers', whatever the shape of the loss.

    A share of the current past a meter grows with the load, so a free fit takes it for resistance; only the
    peers show that no line of this kind loses so much. Their median share is then what is expected.
    """
    shares = np.array([_loss_share(history) for history in histories])
    known = shares[np.isfinite(shares)]
    if len(known) < MIN_PEERS:
        return []
    centre = float(np.median(known))
    width = max(MIN_SHARE_SPREAD, 1.4826 * float(np.median(np.abs(known - centre))))
    found = []
    for history, share in zip(histories, shares, strict=True):
        if not share > centre + OUTSTANDING_SPREADS * width:
            continue
        model = technical_loss.fit(history.supplied_w, history.loss_w, meters.get(history.transformer_id, 0))
        if model is None:
            continue
        # Shares are uniform up to one half where current passes a meter, Student's t where none does.
        llr = math.log(width / 0.5) - _student_two((float(share) - centre) / width)
        residual = history.loss_w - centre * history.supplied_w
        error_w = model.noise_w / math.sqrt(history.days)
        excess = _measured(history, model, None, residual, 0, error_w, min(MAX_PEER_LLR, llr))
        if excess is not None:
            found.append(replace(excess, peers=len(known) - 1, by_share=True))
    return found


def _loss_share(history: LossHistory) -> float:
    known = np.isfinite(history.loss_w)
    supplied = float(np.sum(history.supplied_w[known]))
    enough = known.sum() >= technical_loss.MIN_HOURS and supplied > 0
    return float(np.sum(history.loss_w[known])) / supplied if enough else math.nan


def _student_two(ratio: float) -> float:
    """Log density of one half of Student's t with two degrees of freedom."""
    return math.log(2.0) - 1.5 * math.log(2.0 + ratio**2)
