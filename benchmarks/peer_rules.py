"""What others would use to find a mine in a load curve: the rows beside ours in the table."""

from __future__ import annotations

import warnings

import numpy as np
import ruptures
from numpy.typing import NDArray
from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest


def shape_features(kw: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    """The usual features of a curve: spread over the day, load factor, night over day, base over mean and so on."""
    day = kw.reshape(len(kw), -1, 24).astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        mean, peak, low = np.nanmean(day, 2), np.nanmax(day, 2), np.nanmin(day, 2)
        whole = np.nanmean(day, (1, 2))
        found = {
            "spread": np.nanmedian(np.nanstd(day, 2) / (mean + 1e-6), 1),
            "load_factor": np.nanmedian(mean / (peak + 1e-6), 1),
            "night_day": np.nanmedian(
                np.nanmean(day[:, :, :5], 2) / (np.nanmean(day[:, :, 9:17], 2) + 1e-6), 1
            ),
            "base": np.nanmedian(low, 1) / (whole + 1e-6),
            "days": np.nanstd(mean, 1) / (whole + 1e-6),
            "growth": np.nanmean(mean[:, -60:], 1) / (np.nanmean(mean[:, :60], 1) + 1e-6),
        }
    return {name: np.nan_to_num(value) for name, value in found.items()}


def flatness(features: dict[str, NDArray]) -> NDArray[np.float64]:
    """A flatness rule: the flatter the day, the more suspicious."""
    return -features["spread"]


def load_factor(features: dict[str, NDArray]) -> NDArray[np.float64]:
    """The daily load factor."""
    return features["load_factor"]


def isolation_forest(features: dict[str, NDArray], seed: int) -> NDArray[np.float64]:
    """pyod's IsolationForest on the usual features, fitted on the scanned customers as a user would."""
    matrix = np.column_stack(list(features.values()))
    return IForest(random_state=seed, n_jobs=1).fit(matrix).decision_scores_


def ecod(features: dict[str, NDArray]) -> NDArray[np.float64]:
    """pyod's ECOD on the usual features."""
    return ECOD(n_jobs=1).fit(np.column_stack(list(features.values()))).decision_scores_


def floor_step(kw: NDArray[np.float32]) -> NDArray[np.float64]:
    """ruptures (binary segmentation, one break) on the daily floor: upward step over the spread around it."""
    scores = np.zeros(len(kw))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        floors = np.nanmin(kw.reshape(len(kw), -1, 24), 2)
    for i, floor in enumerate(floors):
        known = floor[np.isfinite(floor)].astype(float)
        if len(known) < 60 or known.std() == 0:
            continue
        at = ruptures.Binseg(model="l2", min_size=14, jump=1).fit(known).predict(n_bkps=1)[0]
        before, after = known[:at], known[at:]
        scores[i] = (np.median(after) - np.median(before)) / (
            before.std() + after.std() + 0.02 * abs(known.mean())
        )
    return scores
