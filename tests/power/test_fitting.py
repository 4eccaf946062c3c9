from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from gridcanary.contracts.errors import InputError
from gridcanary.power import fitting

NAMES = ("a", "b", "c", "d")


def labelled(
    rows: int = 200, *, strength: float = 2.0, seed: int = 5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Traits, labels and groups; the first trait tells, one in ten is missing."""
    rng = np.random.default_rng(seed)
    groups = np.arange(rows) // 4
    is_mine = rng.random(rows) < 0.3
    matrix = rng.normal(0, 1, (rows, len(NAMES))).astype(np.float32)
    matrix[:, 0] += strength * is_mine
    matrix[rng.random(matrix.shape) < 0.1] = np.nan
    return matrix, is_mine, groups


def fit(
    matrix: np.ndarray, is_mine: np.ndarray, groups: object, **options: object
) -> tuple[fitting.Forest, np.ndarray]:
    return fitting.fit(matrix, is_mine, groups, NAMES, trees=20, **options)  # type: ignore[arg-type]


def test_probabilities_out_of_fold_tell_mines() -> None:
    matrix, is_mine, groups = labelled()
    forest, probability = fit(matrix, is_mine, groups)
    assert forest.names == NAMES
    assert ((probability > 0) & (probability < 1)).all()
    assert average_precision_score(is_mine, probability) > 0.6


def test_the_mean_probability_is_the_share_asked_for() -> None:
    matrix, is_mine, groups = labelled(600)
    for prevalence in (0.02, 0.3):
        _, probability = fit(matrix, is_mine, groups, prevalence=prevalence)
        weight = fitting.class_weights(is_mine, prevalence)
        assert np.average(probability, weights=weight) == pytest.approx(prevalence, rel=0.02)


def test_the_same_seed_gives_the_same_forest() -> None:
    rows = labelled()
    one, two, other = fit(*rows), fit(*rows), fit(*rows, seed=2)
    # votes of several threads are added in any order, which the last bits show
    np.testing.assert_allclose(one[1], two[1], rtol=1e-12)
    np.testing.assert_array_equal(one[0].threshold, two[0].threshold)
    assert not np.allclose(one[1], other[1])


def test_no_group_stands_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[np.ndarray, np.ndarray]] = []
    plain = fitting.StratifiedGroupKFold.split

    def watched(self: object, *given: object) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for train, test in plain(self, *given):  # type: ignore[arg-type]
            seen.append((train, test))
            yield train, test

    monkeypatch.setattr(fitting.StratifiedGroupKFold, "split", watched)
    matrix, is_mine, groups = labelled()
    fit(matrix, is_mine, groups)
    assert len(seen) == fitting.FOLDS
    assert all(not set(groups[train]) & set(groups[test]) for train, test in seen)
    np.testing.assert_array_equal(np.sort(np.concatenate([test for _, test in seen])), np.arange(len(groups)))


def test_a_customer_seen_twice_is_not_learnt_by_heart() -> None:
    """Noise, each row ten times: copies give the label away if they are split, and not by customer."""
    matrix, is_mine, _ = labelled(60, strength=0.0)
    copies = np.repeat(np.arange(60), 10)
    by_row = fit(matrix[copies], is_mine[copies], np.arange(600))[1]
    assert average_precision_score(is_mine[copies], by_row) > 0.95
    try:
        by_customer = fit(matrix[copies], is_mine[copies], copies)[1]
    except InputError:
        return
    assert average_precision_score(is_mine[copies], by_customer) < 0.6


@pytest.mark.parametrize(
    ("mines", "kind"),
    [
        pytest.param(slice(0, 0), "0 groups hold mines", id="no mine"),
        pytest.param(slice(0, 12), "3 groups hold mines", id="three customers with many rows"),
        pytest.param(slice(0, 192), "2 groups hold others", id="too few others"),
    ],
)
def test_too_few_labels_are_told(mines: slice, kind: str) -> None:
    matrix, is_mine, groups = labelled()
    is_mine[:] = False
    is_mine[mines] = True
    with pytest.raises(InputError, match=kind):
        fit(matrix, is_mine, groups)


def test_labels_that_the_curves_contradict_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "_calibrate", lambda *_: (-0.2, 0.0))
    with pytest.raises(InputError, match="do not differ"):
        fit(*labelled())


def test_weights_make_the_share() -> None:
    is_mine = np.array([True] * 30 + [False] * 10)
    weight = fitting.class_weights(is_mine, 0.08)
    assert weight.mean() == pytest.approx(1.0)
    assert weight[is_mine].sum() / weight.sum() == pytest.approx(0.08)
