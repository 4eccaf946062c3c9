from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import ExtraTreesClassifier

from gridcanary.contracts.errors import InputError
from gridcanary.power import forest as forests
from gridcanary.power import traits
from gridcanary.power.fitting import _as_forest

NAMES = ("a", "b", "c")


def grown(trees: int = 20) -> tuple[ExtraTreesClassifier, np.ndarray]:
    rng = np.random.default_rng(3)
    matrix = rng.normal(0, 1, (300, len(NAMES))).astype(np.float32)
    matrix[rng.random(matrix.shape) < 0.1] = np.nan
    filled = np.where(np.isfinite(matrix), matrix, forests.MISSING_TRAIT).astype(np.float32)
    is_mine = (filled[:, 0] + rng.normal(0, 0.5, len(filled))) > 0.7
    weight = np.where(is_mine, 3.0, 1.0)
    return ExtraTreesClassifier(trees, min_samples_leaf=3, random_state=1).fit(
        filled, is_mine, weight
    ), matrix


def small_forest() -> tuple[forests.Forest, ExtraTreesClassifier, np.ndarray]:
    classifier, matrix = grown()
    return _as_forest(classifier, NAMES, 1.3, -0.4, 0.08), classifier, matrix


def test_votes_are_those_of_the_library_that_grew_the_trees() -> None:
    forest, classifier, matrix = small_forest()
    filled = np.where(np.isfinite(matrix), matrix, forests.MISSING_TRAIT).astype(np.float32)
    assert np.isnan(matrix).any()
    np.testing.assert_allclose(forest.votes(matrix), classifier.predict_proba(filled)[:, 1], atol=1e-6)


def test_the_ratio_takes_the_share_of_mines_out_again() -> None:
    forest, _, matrix = small_forest()
    votes = forest.votes(matrix)
    log_odds = forest.log_likelihood_ratio(matrix) + np.log(0.08 / 0.92)
    expected = -0.4 + 1.3 * np.log(np.clip(votes, 1e-4, 1 - 1e-4) / (1 - np.clip(votes, 1e-4, 1 - 1e-4)))
    np.testing.assert_allclose(log_odds, expected)


@settings(max_examples=25, deadline=None)
@given(cut=st.integers(0, 300))
def test_a_batch_split_anywhere_gives_the_same(cut: int) -> None:
    forest, _, matrix = small_forest()
    parts = [forest.votes(matrix[:cut]), forest.votes(matrix[cut:])]
    np.testing.assert_array_equal(np.concatenate(parts), forest.votes(matrix))


@pytest.mark.parametrize("rows", [0, 1], ids=["no row", "one row"])
def test_few_rows(rows: int) -> None:
    forest, _, matrix = small_forest()
    assert forest.log_likelihood_ratio(matrix[:rows]).shape == (rows,)


def test_written_and_read_back(tmp_path: Path) -> None:
    forest, _, matrix = small_forest()
    path = tmp_path / "new folder" / "model.npz"
    forests.save(forest, path, {"mines": 3})
    again = forests.load(path)
    assert again.names == NAMES
    np.testing.assert_array_equal(again.votes(matrix), forest.votes(matrix))
    assert (again.slope, again.offset, again.prevalence) == (1.3, -0.4, 0.08)
    assert json.loads(path.with_suffix(".json").read_text()) == {"mines": 3}
    assert sorted(file.name for file in path.parent.iterdir()) == ["model.json", "model.npz"]


def test_the_forest_that_ships_knows_its_traits_and_says_what_it_was_fitted_on() -> None:
    forest = forests.load()
    assert set(forest.names) <= set(traits.NAMES)
    about = json.loads(
        Path(str(forests.resources.files("gridcanary.power"))).joinpath("models/load_shape.json").read_text()
    )
    assert {"data", "split", "date", "command"} <= set(about)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.npz.*power fit"):
        forests.load(tmp_path / "gone.npz")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"meter_id,is_mine\n1,0\n", id="text"),
        pytest.param(b"PK\x03\x04 half an archive", id="cut zip"),
        pytest.param(b"\x93NUMPY\x01\x00", id="cut array"),
    ],
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is no fitted model"):
        forests.load(path)


def test_a_cut_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    forests.save(small_forest()[0], path, {})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InputError, match="is no fitted model"):
        forests.load(path)


def test_a_single_array_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "model.npy", np.zeros(3))
    with pytest.raises(InputError, match="is no fitted model"):
        forests.load(tmp_path / "model.npy")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"format": np.int32(9)}, "model format 9", id="other format"),
        pytest.param({"left": None}, "left", id="array missing"),
        pytest.param({"names": np.array(["a"])}, "more traits", id="trait unnamed"),
        pytest.param({"threshold": np.zeros(3, np.float32)}, "differ in length", id="array short"),
        pytest.param({"roots": np.array([10**6])}, "no root", id="root outside"),
        pytest.param({"left": "here"}, "leads nowhere", id="branch to itself"),
        pytest.param({"calibration": np.array([1.0, 0.0, 0.0])}, "share of mines", id="no mines at all"),
        pytest.param({"calibration": np.array([1.0, 0.0])}, "is no fitted model", id="calibration short"),
    ],
)
def test_unsound_models_are_refused_before_they_vote(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    path = tmp_path / "model.npz"
    forests.save(small_forest()[0], path, {})
    with np.load(path) as stored:
        arrays = dict(stored)
    for name, value in change.items():
        if value is None:
            del arrays[name]
        else:
            arrays[name] = np.arange(len(arrays[name]), dtype=np.int32) if isinstance(value, str) else value
    np.savez(path, **arrays)
    with pytest.raises(InputError, match=told):
        forests.load(path)


def test_a_forest_is_a_value() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        small_forest()[0].slope = 2.0  # type: ignore[misc]
