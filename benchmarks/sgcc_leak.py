"""A warning in figures: what resampling before the split, or the file's order, does to a benchmark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

NEIGHBOURS = 5  # SMOTE's own default (Chawla et al. 2002)


@dataclass(frozen=True, slots=True)
class LeakRow:
    """One way of splitting and what it makes of the same learner.

    Args:
        way: what was done.
        honest: whether the test customers stayed unseen.
        auc, ap, f1: on that way's own test part; f1 at probability 0.5.
        prevalence: share of thieves in that test part.
    """

    way: str
    honest: bool
    auc: float
    ap: float
    f1: float
    prevalence: float


def oversample(
    features: np.ndarray, theft: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Repeat thieves at random until both classes are equal in number."""
    extra = rng.choice(np.flatnonzero(theft), _lacking(theft))
    return np.vstack([features, features[extra]]), np.concatenate([theft, theft[extra]])


def smote(features: np.ndarray, theft: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Add points on the lines between thieves and their nearest thieves until both classes are equal."""
    thieves = features[theft]
    scaled = StandardScaler().fit(features).transform(thieves)
    near = NearestNeighbors(n_neighbors=NEIGHBOURS + 1).fit(scaled).kneighbors(scaled, return_distance=False)
    start = rng.integers(0, len(thieves), _lacking(theft))
    end = near[start, rng.integers(1, NEIGHBOURS + 1, len(start))]
    share = rng.random((len(start), 1))
    made = thieves[start] + share * (thieves[end] - thieves[start])
    return np.vstack([features, made]), np.concatenate([theft, np.ones(len(made), dtype=bool)])


def leak_table(features: np.ndarray, theft: np.ndarray, trees: int, seed: int = 0) -> list[LeakRow]:
    """The same learner under honest and leaking ways of splitting, 80 % against 20 %.

    Args:
        features: (n, f), rows in file order.
        theft: n booleans.
        trees: of the forest.
        seed: of the split and the resampling.
    """
    order = np.arange(len(theft), dtype=np.float32)[:, None]
    rows = []
    for way, resample in (("random oversampling", oversample), ("SMOTE", smote)):
        inside = _judge(features, theft, trees, seed, train_only=resample)
        rows.append(LeakRow(f"{way} of the training part only", True, *inside))
        made = resample(features, theft, np.random.default_rng(seed))
        rows.append(LeakRow(f"{way} BEFORE the split", False, *_judge(*made, trees, seed)))
    honest = LeakRow("split first, no resampling", True, *_judge(features, theft, trees, seed))
    by_order = _judge(np.hstack([features, order]), theft, trees, seed)
    return [honest, *rows, LeakRow("place in the file as a feature", False, *by_order)]


def _judge(
    features: np.ndarray, theft: np.ndarray, trees: int, seed: int, train_only: object = None
) -> tuple[float, float, float, float]:
    learn_x, test_x, learn_y, test_y = train_test_split(
        features, theft, test_size=0.2, stratify=theft, random_state=seed
    )
    if callable(train_only):
        learn_x, learn_y = train_only(learn_x, learn_y, np.random.default_rng(seed))
    model = ExtraTreesClassifier(trees, n_jobs=2, random_state=seed).fit(learn_x, learn_y)
    score = model.predict_proba(test_x)[:, 1]
    return (
        float(roc_auc_score(test_y, score)),
        float(average_precision_score(test_y, score)),
        float(f1_score(test_y, score > 0.5)),
        float(test_y.mean()),
    )


def _lacking(theft: np.ndarray) -> int:
    """How many thieves are missing for equal classes."""
    return int(len(theft) - 2 * theft.sum())
