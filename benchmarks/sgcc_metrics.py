"""How a ranked list of customers is judged: areas, MAP@N, hits per visit, calibration, intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

VISITS = (50, 100, 200)
METRICS = ("auc", "ap", "map100", "map200", "hit50", "hit100", "hit200")


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def text(self, digits: int = 3) -> str:
        """``0.655 (0.640-0.670)``."""
        return f"{self.value:.{digits}f} ({self.low:.{digits}f}-{self.high:.{digits}f})"


class Ranking:
    """Customers in the order in which one list would visit them, ready for fast resampling.

    Args:
        theft: n booleans.
        score: n scores, higher is visited earlier.
        tie_key: n numbers that order equal scores; must not depend on the label or the file order.
    """

    def __init__(self, theft: np.ndarray, score: np.ndarray, tie_key: np.ndarray) -> None:
        self._order = np.lexsort((tie_key, -score))
        self._hit = theft[self._order].astype(np.float64)
        ordered = score[self._order]
        self._level = np.concatenate([[0], np.cumsum(ordered[1:] != ordered[:-1])])

    def metrics(self, copies: np.ndarray | None = None) -> dict[str, float]:
        """All METRICS, each customer counted ``copies`` times (once if None)."""
        weight = np.ones(len(self._order)) if copies is None else copies[self._order].astype(np.float64)
        auc, ap = _areas(self._hit, weight, self._level)
        visited = np.repeat(self._hit, weight.astype(np.int64))[: max(VISITS)]
        found = {"auc": auc, "ap": ap}
        found |= {f"map{n}": map_at(visited, n) for n in (100, 200)}
        found |= {f"hit{n}": float(visited[:n].mean()) for n in VISITS}
        return found


def _areas(hit: np.ndarray, weight: np.ndarray, level: np.ndarray) -> tuple[float, float]:
    """ROC-AUC and average precision, tied scores taken together (the same figures as scikit-learn's)."""
    thieves = np.bincount(level, weight * hit)
    others = np.bincount(level, weight * (1 - hit))
    total_thieves, total_others = thieves.sum(), others.sum()
    if total_thieves == 0 or total_others == 0:
        return float("nan"), float("nan")
    below = total_others - np.cumsum(others)
    auc = (thieves * (below + 0.5 * others)).sum() / (total_thieves * total_others)
    caught, listed = np.cumsum(thieves), np.cumsum(thieves + others)
    precision = np.divide(caught, listed, out=np.zeros_like(caught), where=listed > 0)
    return float(auc), float((thieves * precision).sum() / total_thieves)


def map_at(hits: np.ndarray, n: int) -> float:
    """MAP@N of Zheng et al. 2018: the mean of the precision at each thief's place within the first N.

    With k_1 < ... < k_r the places (from 1) of the r thieves among the first N, MAP@N = (1/r) sum_i i / k_i;
    it is 0 if there is none. No threshold on the score is applied, and thieves after place N don't count.

    Example:
        >>> map_at(np.array([1, 0, 1, 1]), 3)
        0.8333333333333333
    """
    places = np.flatnonzero(np.asarray(hits)[:n]) + 1
    return float(np.mean(np.arange(1, len(places) + 1) / places)) if len(places) else 0.0


def with_intervals(
    rankings: Sequence[Ranking], customers: int, resamples: int, rng: np.random.Generator
) -> dict[str, Interval]:
    """Each metric averaged over repeated splits, with percentile intervals over resampled customers.

    Args:
        rankings: one a repeat of the split, over the same customers.
        customers: how many there are.
        resamples: bootstrap draws; every draw takes the same customers in all repeats.
        rng: the source of the draws.
    """
    draws = bootstrap(rankings, customers, resamples, rng)
    point = mean_metrics(rankings, None)
    return {name: _interval(point[name], draws[name]) for name in METRICS}


def bootstrap(
    rankings: Sequence[Ranking], customers: int, resamples: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Each metric in every resample, as an array of ``resamples`` values."""
    rows = []
    for _ in range(resamples):
        copies = np.bincount(rng.integers(0, customers, customers), minlength=customers)
        rows.append(mean_metrics(rankings, copies))
    return {name: np.array([row[name] for row in rows]) for name in METRICS}


def mean_metrics(rankings: Sequence[Ranking], copies: np.ndarray | None) -> dict[str, float]:
    """Each metric averaged over the repeats."""
    found = [ranking.metrics(copies) for ranking in rankings]
    return {name: float(np.mean([row[name] for row in found])) for name in METRICS}


def _interval(value: float, draws: np.ndarray) -> Interval:
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Interval(value, float(low), float(high))


def paired_difference(
    ours: Sequence[Ranking],
    theirs: Sequence[Ranking],
    customers: int,
    resamples: int,
    fresh_rng: Callable[[], np.random.Generator],
) -> dict[str, Interval]:
    """Ours minus theirs on the same resampled customers."""
    a = bootstrap(ours, customers, resamples, fresh_rng())
    b = bootstrap(theirs, customers, resamples, fresh_rng())
    here, there = mean_metrics(ours, None), mean_metrics(theirs, None)
    return {name: _interval(here[name] - there[name], a[name] - b[name]) for name in METRICS}


@dataclass(frozen=True, slots=True)
class CalibrationTenth:
    """One tenth of the customers by score: what was promised and what was found."""

    customers: int
    promised: float
    found: float


def calibration(theft: np.ndarray, probability: np.ndarray, tie_key: np.ndarray) -> list[CalibrationTenth]:
    """Promised and observed share of thieves in each tenth of the list, highest scores first."""
    order = np.lexsort((tie_key, -probability))
    return [
        CalibrationTenth(len(part), float(probability[part].mean()), float(theft[part].mean()))
        for part in np.array_split(order, 10)
    ]


def brier(theft: np.ndarray, probability: np.ndarray) -> float:
    """Mean squared error of the probabilities."""
    return float(np.mean((probability - theft) ** 2))
