"""The fitted score: a small forest of decision trees over traits, kept as plain arrays.

The file holds numbers only (no pickled code), so that it can be read and shipped; what it was fitted on, how
it was split and what it reached stands in the JSON file beside it.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError
from gridcanary.power.lake import written_whole

MISSING_TRAIT = -9.0
"""Stands for a trait that a record cannot tell; below every value that traits take."""

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees, and how their mean vote becomes a probability.

    Args:
        names: traits the trees were fitted on, in order.
        roots: int32 [trees], first node of each tree.
        feature: int16 [nodes], trait asked at a node; -1 at a leaf.
        threshold: float32 [nodes], go left where trait <= threshold; at a leaf the vote.
        left, right: int32 [nodes], next nodes.
        slope, offset: log-odds of a mine = offset + slope * log-odds of the mean vote.
        prevalence: share of mines among the customers that the offset was fitted for.
    """

    names: tuple[str, ...]
    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    slope: float
    offset: float
    prevalence: float

    def votes(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Mean vote of the trees, 0 to 1, for traits [rows, len(names)] with NaN where missing."""
        filled = np.where(np.isfinite(matrix), matrix, np.float32(MISSING_TRAIT)).astype(np.float32)
        out = np.empty(len(filled))
        _vote(filled, self.roots, self.feature, self.threshold, self.left, self.right, out)
        return out

    def log_likelihood_ratio(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Natural-log likelihood ratio of "mine" against "no mine" for each row of traits."""
        return self.offset + self.slope * log_odds(self.votes(matrix)) - log_odds(self.prevalence)


def log_odds(probability: Any) -> Any:
    """Natural log of p / (1 - p), held within 1e-4 of the ends."""
    p = np.clip(probability, 1e-4, 1 - 1e-4)
    return np.log(p / (1 - p))


ROWS_TOGETHER = 256
"""Rows that go through one tree after the other together: tree and rows stay in the processor's cache."""


@numba.njit(cache=True, nogil=True)
def _vote(matrix, roots, feature, threshold, left, right, out):  # type: ignore[no-untyped-def]
    for first in range(0, matrix.shape[0], ROWS_TOGETHER):
        last = min(first + ROWS_TOGETHER, matrix.shape[0])
        out[first:last] = 0.0
        for tree in range(roots.shape[0]):
            for row in range(first, last):
                node = roots[tree]
                while feature[node] >= 0:
                    node = left[node] if matrix[row, feature[node]] <= threshold[node] else right[node]
                out[row] += threshold[node]
        for row in range(first, last):
            out[row] /= roots.shape[0]


def save(forest: Forest, path: Path, about: dict[str, Any]) -> None:
    """Write a forest and, beside it with the ending .json, what is known about it."""
    with written_whole(Path(path)) as partial, partial.open("wb") as file:
        np.savez_compressed(
            file,
            format=np.int32(FORMAT),
            names=np.array(forest.names),
            roots=forest.roots,
            feature=forest.feature,
            threshold=forest.threshold,
            left=forest.left,
            right=forest.right,
            calibration=np.array([forest.slope, forest.offset, forest.prevalence]),
        )
    with written_whole(Path(path).with_suffix(".json")) as partial:
        partial.write_text(json.dumps(about, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def load(path: Path | None = None) -> Forest:
    """Read a forest; without a path, the one that ships.

    Raises:
        InputError: the file is no forest of this format.
    """
    chosen = path or Path(str(resources.files("gridcanary.power").joinpath("models", "load_shape.npz")))
    try:
        with chosen.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            forest = _from_arrays({name: stored[name] for name in stored.files})
    except (*_UNREADABLE, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            chosen, f"is no fitted model ({error})", remedy="make one with: gridcanary power fit"
        ) from error
    problem = _contradiction(forest)
    if problem:
        raise InputError(
            chosen, f"is no sound model: {problem}", remedy="make one with: gridcanary power fit"
        )
    return forest


_UNREADABLE = (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error)


def _from_arrays(stored: dict[str, Any]) -> Forest:
    if int(stored["format"]) != FORMAT:
        raise ValueError(f"model format {int(stored['format'])}, expected {FORMAT}")
    slope, offset, prevalence = (float(x) for x in stored["calibration"])
    return Forest(
        tuple(str(name) for name in stored["names"]),
        np.asarray(stored["roots"], np.int32),
        np.asarray(stored["feature"], np.int16),
        np.asarray(stored["threshold"], np.float32),
        np.asarray(stored["left"], np.int32),
        np.asarray(stored["right"], np.int32),
        slope=slope,
        offset=offset,
        prevalence=prevalence,
    )


def _contradiction(forest: Forest) -> str | None:
    """What would send a vote astray or round in circles; None where the trees are sound."""
    nodes = len(forest.feature)
    inner = forest.feature >= 0
    here = np.arange(nodes)
    if any(array.shape != (nodes,) for array in (forest.threshold, forest.left, forest.right)):
        return "its arrays differ in length"
    if len(forest.roots) == 0 or not ((forest.roots >= 0) & (forest.roots < nodes)).all():
        return "a tree has no root"
    if (forest.feature >= len(forest.names)).any():
        return f"it asks for more traits than the {len(forest.names)} it names"
    for branch in (forest.left, forest.right):
        if not ((branch > here) & (branch < nodes))[inner].all():
            return "a branch leads nowhere"
    if not np.isfinite(forest.threshold).all() or not 0 < forest.prevalence < 1:
        return "its numbers are not finite, or its share of mines is not between 0 and 1"
    return None
