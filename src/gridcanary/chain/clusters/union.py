"""Multi-input clustering of a whole country's chain: script numbers in, one label a script out.

The union-find is Tarjan's with path halving; the smaller number becomes the root, so a cluster's label is its
smallest script number, whatever the order. Its plain twin is :func:`gridcanary.chain.clusters.merge_scripts`.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

UNKNOWN = -1
"""Number of a script that nobody could tell; it merges with nothing."""


def merged_labels(
    starts: npt.NDArray[np.int64],
    spent_scripts: npt.NDArray[np.int32],
    excluded: npt.NDArray[np.bool_],
    scripts: int,
) -> npt.NDArray[np.int32]:
    """Clusters of scripts that are spent together.

    Args:
        starts: shape (transactions + 1,); where each transaction's inputs begin in ``spent_scripts``.
        spent_scripts: shape (inputs,); number of the script that each input spends, :data:`UNKNOWN` where untold.
        excluded: shape (transactions,); True where a transaction merges nothing, such as a CoinJoin.
        scripts: how many scripts there are; all numbers are below.

    Returns:
        Shape (scripts,): each script's cluster, named by its smallest script number.

    Raises:
        ValueError: where the shapes don't fit, or a number is out of range.
    """
    if (
        len(starts) != len(excluded) + 1
        or len(starts) == 0
        or starts[-1] != len(spent_scripts)
        or starts[0] != 0
    ):
        raise ValueError("starts must hold one more than excluded, from 0 to the number of inputs")
    if len(spent_scripts) and not (spent_scripts.min() >= UNKNOWN and spent_scripts.max() < scripts):
        raise ValueError(f"script numbers must lie between {UNKNOWN} and {scripts - 1}")
    if np.any(np.diff(starts) < 0):
        raise ValueError("starts must not fall")
    parents = np.arange(scripts, dtype=np.int32)
    _union(parents, starts, spent_scripts, excluded)
    _flatten(parents)
    return parents


@numba.njit(cache=True)
def _root(parents: npt.NDArray[np.int32], script: int) -> int:
    while parents[script] != script:
        parents[script] = parents[parents[script]]
        script = parents[script]
    return script


@numba.njit(cache=True)
def _union(
    parents: npt.NDArray[np.int32],
    starts: npt.NDArray[np.int64],
    spent_scripts: npt.NDArray[np.int32],
    excluded: npt.NDArray[np.bool_],
) -> None:
    for transaction in range(len(starts) - 1):
        if excluded[transaction]:
            continue
        root, before = -1, -1
        for at in range(starts[transaction], starts[transaction + 1]):
            script = spent_scripts[at]
            if script < 0 or script == before:
                continue
            before = script
            other = _root(parents, script)
            if root < 0 or other == root:
                root = other
            elif other < root:
                parents[root] = other
                root = other
            else:
                parents[other] = root


@numba.njit(cache=True)
def _flatten(parents: npt.NDArray[np.int32]) -> None:
    """Roots stand below their members, so one pass upward is enough."""
    for script in range(len(parents)):
        parents[script] = parents[parents[script]]
