"""Figures of a ranking at a stated prevalence: average precision, recall at a list length, calibration, intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

PREVALENCE = 0.08


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of customers as they are and of the same customers with a mine, with the building of each."""

    clean: NDArray[np.float64]
    mined: NDArray[np.float64]
    clean_building: NDArray[np.str_]
    mined_building: NDArray[np.str_]


def average_precision(scores: Scores) -> float:
    """Average precision with rows weighted to the prevalence."""
    label = np.r_[np.zeros(len(scores.clean)), np.ones(len(scores.mined))]
    weight = np.r_[
        np.full(len(scores.clean), (1 - PREVALENCE) / len(scores.clean)),
        np.full(len(scores.mined), PREVALENCE / len(scores.mined)),
    ]
    return float(average_precision_score(label, np.r_[scores.clean, scores.mined], sample_weight=weight))


def interval(scores: Scores, rng: np.random.Generator, repeats: int = 300) -> tuple[float, float]:
    """95 % interval of the average precision, buildings drawn with replacement."""
    names = np.unique(scores.clean_building)
    clean = {name: np.flatnonzero(scores.clean_building == name) for name in names}
    mined = {name: np.flatnonzero(scores.mined_building == name) for name in names}
    found = []
    for _ in range(repeats):
        drawn = rng.choice(names, len(names))
        a = np.concatenate([clean[name] for name in drawn])
        b = np.concatenate([mined[name] for name in drawn])
        found.append(
            average_precision(
                Scores(scores.clean[a], scores.mined[b], scores.clean_building[a], scores.mined_building[b])
            )
        )
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


def list_threshold(scores: Scores) -> float:
    """Score at which the list is as long as there are mines."""
    every = np.sort(np.r_[scores.clean, scores.mined])[::-1]
    low, high = 0, len(every) - 1
    while low < high:
        middle = (low + high) // 2
        share = (1 - PREVALENCE) * (scores.clean >= every[middle]).mean()
        share += PREVALENCE * (scores.mined >= every[middle]).mean()
        low, high = (middle + 1, high) if share < PREVALENCE else (low, middle)
    return float(every[low])


def calibration(scores: Scores, prevalence: float = PREVALENCE) -> list[tuple[float, float, float, float]]:
    """Per tenth of customers by score: expected hit rate, observed one, upper edge of the score, share of customers."""
    p = np.r_[scores.clean, scores.mined]
    label = np.r_[np.zeros(len(scores.clean)), np.ones(len(scores.mined))]
    weight = np.r_[
        np.full(len(scores.clean), (1 - prevalence) / len(scores.clean)),
        np.full(len(scores.mined), prevalence / len(scores.mined)),
    ]
    order = np.argsort(p, kind="stable")
    edges = np.searchsorted(np.cumsum(weight[order]), np.linspace(0, 1, 11)[1:-1])
    rows = []
    for part in np.split(order, edges):
        w = weight[part]
        rows.append(
            (
                float((p[part] * w).sum() / w.sum()),
                float((label[part] * w).sum() / w.sum()),
                float(p[part].max()),
                float(w.sum()),
            )
        )
    return rows
