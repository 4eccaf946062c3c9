"""The learners, how one is chosen inside the training part, and the peers that run beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

from gridcanary.contracts.errors import MissingExtra

INNER_FOLDS = 3


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work the learners may do; the quick one only shows that everything runs."""

    rounds: int = 200
    trees: int = 150
    jobs: int = 2

    @classmethod
    def quick(cls) -> Effort:
        """Enough for a smoke test."""
        return cls(rounds=20, trees=20)


def boosting(effort: Effort) -> HistGradientBoostingClassifier:
    """Shallow boosted trees, strongly damped: the labels are few and noisy."""
    return HistGradientBoostingClassifier(
        learning_rate=0.04,
        max_iter=effort.rounds,
        max_leaf_nodes=6,
        min_samples_leaf=40,
        l2_regularization=10.0,
        max_features=0.3,
        early_stopping=False,
        random_state=0,
    )


def trees(effort: Effort) -> ExtraTreesClassifier:
    """Randomised trees with broad leaves."""
    return ExtraTreesClassifier(
        effort.trees, min_samples_leaf=8, max_features=0.3, n_jobs=effort.jobs, random_state=0
    )


def linear(_: Effort) -> object:
    """Logistic regression on ranks, so that no single large customer decides."""
    return make_pipeline(
        QuantileTransformer(n_quantiles=100, output_distribution="normal", random_state=0),
        LogisticRegression(C=0.02, max_iter=300),
    )


LEARNERS: dict[str, Callable[[Effort], object]] = {"boosting": boosting, "trees": trees, "linear": linear}


def log_odds(probability: np.ndarray) -> np.ndarray:
    """Log-odds, kept finite at 0 and 1."""
    clipped = np.clip(probability, 1e-4, 1 - 1e-4)
    return np.log(clipped / (1 - clipped))


class NestedBlend:
    """A blend of learners whose members and calibration are chosen by folds inside the training part.

    For every learner, out-of-fold scores are made on the training customers; of all subsets of learners, the
    mean log-odds with the highest average precision on these scores is taken; a two-parameter logistic
    calibration is fitted on the same scores; then the members are fitted on the whole training part. The test
    part is never seen.

    Args:
        effort: how much work the learners may do.
        seed: of the inner folds.
    """

    def __init__(self, effort: Effort, seed: int = 0) -> None:
        self.effort, self.seed = effort, seed
        self.members: tuple[str, ...] = ()
        self.choices: dict[tuple[str, ...], float] = {}

    def fit(
        self,
        features: np.ndarray,
        theft: np.ndarray,
        groups: np.ndarray,
        fit_learner: Callable[[str], object] | None = None,
    ) -> NestedBlend:
        """Choose, calibrate and fit.

        Args:
            features: (n, f) of the training customers.
            theft: n labels.
            groups: rows of one group stay in one inner fold.
            fit_learner: gives a learner fitted on all these rows, where the caller already has it.
        """
        inner = {name: self._out_of_fold(name, features, theft, groups) for name in LEARNERS}
        subsets = [subset for size in range(1, len(inner) + 1) for subset in combinations(inner, size)]
        blends = {subset: np.mean([inner[name] for name in subset], axis=0) for subset in subsets}
        self.choices = {subset: average_precision_score(theft, blend) for subset, blend in blends.items()}
        self.members = max(self.choices, key=self.choices.__getitem__)
        self._calibrator = LogisticRegression(C=1e6).fit(blends[self.members][:, None], theft)
        fit_learner = fit_learner or (lambda name: LEARNERS[name](self.effort).fit(features, theft))
        self._fitted = [fit_learner(name) for name in self.members]
        return self

    def predict(self, features: np.ndarray) -> np.ndarray:
        """Calibrated probability of theft, a value per row."""
        blend = np.mean([log_odds(model.predict_proba(features)[:, 1]) for model in self._fitted], axis=0)
        return self._calibrator.predict_proba(blend[:, None])[:, 1]

    def _out_of_fold(
        self, name: str, features: np.ndarray, theft: np.ndarray, groups: np.ndarray
    ) -> np.ndarray:
        scores = np.empty(len(theft))
        folds = StratifiedGroupKFold(INNER_FOLDS, shuffle=True, random_state=self.seed)
        for train, held_out in folds.split(features, theft, groups):
            model = LEARNERS[name](self.effort).fit(features[train], theft[train])
            scores[held_out] = log_odds(model.predict_proba(features[held_out])[:, 1])
        return scores


@dataclass(frozen=True, slots=True)
class Sides:
    """The two sides of one split, as every method gets them.

    Args:
        features: hand-made features of all customers.
        days_kwh: the raw days [kWh] of all customers, NaN where missing.
        names: names of the features.
        theft: labels of all customers; a method may look only at ``theft[train]``.
        groups: identical curves share a number.
        train: indices to learn from.
        test: indices to score.
        effort: how much work the learners may do.
    """

    features: np.ndarray
    days_kwh: np.ndarray
    names: list[str]
    theft: np.ndarray
    groups: np.ndarray
    train: np.ndarray
    test: np.ndarray
    effort: Effort
    _fitted: dict[str, object] = field(default_factory=dict)

    def learner(self, name: str) -> object:
        """A learner fitted on the features of the training side; fitted once and then kept."""
        if name not in self._fitted:
            model = LEARNERS[name](self.effort)
            self._fitted[name] = model.fit(self.features[self.train], self.theft[self.train])
        return self._fitted[name]

    def blend(self) -> NestedBlend:
        """The nested blend, chosen and fitted on the training side."""
        if "blend" not in self._fitted:
            train = self.train
            self._fitted["blend"] = NestedBlend(self.effort).fit(
                self.features[train], self.theft[train], self.groups[train], self.learner
            )
        return self._fitted["blend"]

    def column(self, name: str) -> np.ndarray:
        """One feature of the test customers."""
        return self.features[self.test, self.names.index(name)]


Method = Callable[[Sides], np.ndarray]


def ours(sides: Sides) -> np.ndarray:
    """The nested blend on the hand-made features."""
    return sides.blend().predict(sides.features[sides.test])


def yardstick(sides: Sides) -> np.ndarray:
    """Boosted trees with scikit-learn's defaults on the raw days: what anybody gets in five lines."""
    model = HistGradientBoostingClassifier(max_iter=min(100, sides.effort.rounds), random_state=0)
    model.fit(sides.days_kwh[sides.train], sides.theft[sides.train])
    return model.predict_proba(sides.days_kwh[sides.test])[:, 1]


def learner_on_features(name: str) -> Method:
    """One learner alone on the hand-made features."""
    return lambda sides: sides.learner(name).predict_proba(sides.features[sides.test])[:, 1]


def isolation_forest(sides: Sides) -> np.ndarray:
    """pyod's IsolationForest on the features; sees no label."""
    try:
        from pyod.models.iforest import IForest
    except ImportError as error:
        raise MissingExtra("pyod", "bench") from error
    model = IForest(n_estimators=sides.effort.trees, random_state=0).fit(sides.features[sides.train])
    return model.decision_function(sides.features[sides.test])


def ecod(sides: Sides) -> np.ndarray:
    """pyod's ECOD on the features; sees no label."""
    try:
        from pyod.models.ecod import ECOD
    except ImportError as error:
        raise MissingExtra("pyod", "bench") from error
    # ECOD takes skewness, which a column of one value doesn't have.
    varied = np.ptp(sides.features[sides.train], axis=0) > 0
    features = sides.features[:, varied].astype(np.float64)
    return ECOD().fit(features[sides.train]).decision_function(features[sides.test])


def drop_rule(sides: Sides) -> np.ndarray:
    """The rule of thumb: the sharpest lasting fall of the daily energy."""
    return -sides.column("drop")


def level_rule(sides: Sides) -> np.ndarray:
    """The largest day first: what one gets by visiting big customers."""
    return sides.column("max")


METHODS: dict[str, Method] = {
    "gridcanary: nested blend on features": ours,
    "boosted trees on features": learner_on_features("boosting"),
    "randomised trees on features": learner_on_features("trees"),
    "logistic regression on features": learner_on_features("linear"),
    "yardstick: HistGradientBoosting on raw days": yardstick,
    "pyod IsolationForest on features (no labels)": isolation_forest,
    "pyod ECOD on features (no labels)": ecod,
    "rule: largest day": level_rule,
    "rule: sharpest lasting drop": drop_rule,
}
OURS, YARDSTICK = "gridcanary: nested blend on features", "yardstick: HistGradientBoosting on raw days"
