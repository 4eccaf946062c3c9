"""The early score: how likely a load that began in the last days is a mine, before weeks can tell.

A second forest, fitted on snapshots of mines that were two to twelve days old and on every day of curves without
one, is asked about steps of the last days (power.fresh_traits) alone. Its log-odds are those of a mine that is
fresh, which at any time are a few of the mines of a year; so they stand beside those of the other forest. From a
level that one curve in a thousand without a mine reaches in a month, a step is an early alert, and the greater of
the two scores counts. Nothing changes for what stays below.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError
from gridcanary.power import forest as forests
from gridcanary.power import fresh_traits as ft

NAMES = tuple(name for name in ft.NAMES if name not in ft.TOLD_ONLY)
"""Traits that the forest asks."""

FRESH_AGES = (2, 12)
"""Days since the onset, the first and the last counted, of the snapshots that the forest is fitted on."""

LEAST_SIZE, LEAST_EXPLAINED, LEAST_CLARITY = 0.08, 0.25, 0.3
"""What a step must have for the forest to be asked: size over the mean load, share of the changes that it explains,
clarity. Four days in five of curves without a mine lack it, and three in ten of the fresh mines."""

UNSEEN = -np.inf

_COLUMNS = [ft.NAMES.index(name) for name in NAMES]
_SIZE, _EXPLAINED, _CLARITY = (ft.NAMES.index(f"fresh_{n}") for n in ("size", "explained", "clarity"))


def is_worth_asking(matrix: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether a step is large, plain and clear enough; bool [rows] for traits [rows, COUNT], NaN where none is."""
    large = matrix[:, _SIZE] > LEAST_SIZE
    plain = matrix[:, _EXPLAINED] > LEAST_EXPLAINED
    return np.asarray(large & plain & (matrix[:, _CLARITY] > LEAST_CLARITY))


def asked(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """The columns that the forest asks, in its order."""
    return np.ascontiguousarray(matrix[:, _COLUMNS])


@dataclass(frozen=True, slots=True)
class EarlyScore:
    """The forest of fresh steps.

    Args:
        forest: fitted on NAMES; its prevalence is the share of mines of any age, its log-odds are of fresh ones.
        alert_llr: log-likelihood ratio from which a step is an alert.
    """

    forest: forests.Forest
    alert_llr: float

    def look(self, records: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Score the fresh step of each record.

        Args:
            records: uint8 [meters, 1024].

        Returns:
            Log-likelihood ratios [meters], UNSEEN where no step is worth asking about, and the traits
            [meters, COUNT].
        """
        matrix, _ = ft.fresh_traits(records)
        return self.of_traits(matrix), matrix

    def of_traits(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-likelihood ratios of traits [rows, COUNT]."""
        llr = np.full(len(matrix), UNSEEN)
        rows = np.flatnonzero(is_worth_asking(matrix))
        if len(rows):
            llr[rows] = self.forest.log_likelihood_ratio(asked(matrix[rows]))
        return llr

    def with_early(
        self, llr: NDArray[np.float64], early: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """The score where both forests were asked.

        Args:
            llr: of the forest of the weeks.
            early: of this one.

        Returns:
            The greater of the two where there is an alert, else that of the weeks; and where there is one.
        """
        alert = early >= self.alert_llr
        return np.where(alert, np.maximum(early, llr), llr), alert


def shipped_path() -> Path:
    """Where the forest that ships lies."""
    return Path(str(resources.files("gridcanary.power").joinpath("models", "fresh_step.npz")))


def load() -> EarlyScore:
    """The early score that ships.

    Raises:
        InputError: its files are damaged, or of another version.
    """
    path = shipped_path()
    forest = forests.load(path)
    try:
        about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        level = float(about["alert_llr"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(path.with_suffix(".json"), f"tells no level of alerts ({error})") from error
    if forest.names != NAMES:
        raise InputError(path, "was fitted on other traits than this version has")
    return EarlyScore(forest, level)
