"""Fit the score on labelled customers, and calibrate it on customers it was not fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from gridcanary.contracts.errors import InputError
from gridcanary.power.forest import MISSING_TRAIT, Forest, log_odds

TREES = 100
LEAST_IN_LEAF = 8
TRAITS_A_SPLIT = 0.8
FOLDS = 4

GROWING_PREVALENCE = 0.25
"""Share of mines that rows are weighted to while trees grow: with fewer, splits see hardly anything but ordinary
customers. The calibration is for the prevalence that is asked for."""


def fit(
    matrix: NDArray[np.float32],
    is_mine: NDArray[np.bool_],
    groups: Sequence[Any],
    names: Sequence[str],
    *,
    strata: Sequence[Any] | None = None,
    prevalence: float = 0.08,
    seed: int = 1,
    trees: int = TREES,
    least_in_leaf: int = LEAST_IN_LEAF,
) -> tuple[Forest, NDArray[np.float64]]:
    """Fit a forest and calibrate it out of fold.

    Args:
        matrix: float32 [rows, traits], NaN where missing.
        is_mine: label of each row.
        groups: what must not be split between fitting and calibration: the building or the customer.
        names: names of the traits.
        strata: what must not tell mines from others by how it was sampled (the length of history): rows are
            weighted so that each stratum has the same share of mines; None is one stratum.
        prevalence: share of mines that rows are weighted to, and that the calibration is for.
        seed: of the trees and the folds.
        trees: trees in the forest.
        least_in_leaf: rows in a leaf at least.

    Returns:
        The forest, and the calibrated out-of-fold probability of each row.

    Raises:
        InputError: fewer groups with labels of either kind than folds, or curves that do not tell the two
            kinds apart.
    """
    is_mine = np.asarray(is_mine, bool)
    group_codes = np.unique(np.asarray(groups), return_inverse=True)[1]
    for kind, chosen in (("mines", is_mine), ("others", ~is_mine)):
        found = len(np.unique(group_codes[chosen]))
        if found < FOLDS:
            raise InputError(
                "labels",
                f"{found} groups hold {kind}, expected at least {FOLDS}",
                remedy="label more customers",
            )
    filled = np.where(np.isfinite(matrix), matrix, np.float32(MISSING_TRAIT)).astype(np.float32)
    weight = class_weights(is_mine, prevalence, strata)
    growing = class_weights(is_mine, GROWING_PREVALENCE, strata)
    votes = np.zeros(len(filled))
    for train, test in StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(
        filled, is_mine, group_codes
    ):
        grown = _grow(filled[train], is_mine[train], growing[train], trees, seed, least_in_leaf)
        votes[test] = grown.predict_proba(filled[test])[:, 1]
    slope, offset = _calibrate(votes, is_mine, weight)
    if slope <= 0:
        raise InputError(
            "labels",
            "the curves of mines and others do not differ, judged on customers left out",
            remedy="check the labels, or label more customers",
        )
    grown = _grow(filled, is_mine, growing, trees, seed, least_in_leaf)
    forest = _as_forest(grown, tuple(names), slope, offset, prevalence)
    return forest, 1 / (1 + np.exp(-(offset + slope * log_odds(votes))))


def class_weights(
    is_mine: NDArray[np.bool_], prevalence: float, strata: Sequence[Any] | None = None
) -> NDArray[np.float64]:
    """Weights that make mines the given share of all, in each stratum alike, with mean 1."""
    code = (
        np.zeros(len(is_mine), int)
        if strata is None
        else np.unique(np.asarray(strata), return_inverse=True)[1]
    )
    weight = np.ones(len(is_mine))
    for stratum in np.unique(code):
        rows = code == stratum
        mines = is_mine[rows].mean()
        if 0 < mines < 1:
            weight[rows] = np.where(is_mine[rows], prevalence / mines, (1 - prevalence) / (1 - mines))
    return np.asarray(weight / weight.mean())


def _grow(
    filled: NDArray[np.float32],
    is_mine: NDArray[np.bool_],
    weight: NDArray[np.float64],
    trees: int,
    seed: int,
    least_in_leaf: int,
) -> ExtraTreesClassifier:
    grown = ExtraTreesClassifier(
        trees, min_samples_leaf=least_in_leaf, max_features=TRAITS_A_SPLIT, random_state=seed, n_jobs=2
    )
    return grown.fit(filled, is_mine, sample_weight=weight)


def _calibrate(
    votes: NDArray[np.float64], is_mine: NDArray[np.bool_], weight: NDArray[np.float64]
) -> tuple[float, float]:
    """Platt's two numbers on the log-odds of out-of-fold votes."""
    line = LogisticRegression(C=1e6).fit(log_odds(votes)[:, None], is_mine, sample_weight=weight)
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def _as_forest(
    grown: ExtraTreesClassifier, names: tuple[str, ...], slope: float, offset: float, prevalence: float
) -> Forest:
    roots, feature, threshold, left, right = [], [], [], [], []
    at = 0
    for member in grown.estimators_:
        tree = member.tree_
        leaf = tree.children_left < 0
        vote = tree.value[:, 0, 1] / tree.value[:, 0, :].sum(axis=1)
        roots.append(at)
        feature.append(np.where(leaf, -1, tree.feature).astype(np.int16))
        threshold.append(np.where(leaf, vote, tree.threshold).astype(np.float32))
        left.append(np.where(leaf, 0, tree.children_left + at).astype(np.int32))
        right.append(np.where(leaf, 0, tree.children_right + at).astype(np.int32))
        at += tree.node_count
    return Forest(
        names,
        np.array(roots, np.int32),
        np.concatenate(feature),
        np.concatenate(threshold),
        np.concatenate(left),
        np.concatenate(right),
        slope=slope,
        offset=offset,
        prevalence=prevalence,
    )
