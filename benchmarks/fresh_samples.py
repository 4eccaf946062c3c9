"""Snapshots of curves in which a load has just begun, with and without a mine, and the early score fitted on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gridcanary.power import early
from gridcanary.power import fresh_traits as ft
from gridcanary.power.early import EarlyScore
from gridcanary.power.fitting import fit
from gridcanary.power.forest import log_odds
from mines import Mine
from ranking_figures import PREVALENCE
from real_curves import Curves
from remembering import day_numbers, fold_days
from samples import with_mines

LEAST_DAYS = 28
"""Days folded before a snapshot is taken."""

KEPT_OF_MINES = 0.4
"""Part of the snapshots of mines that is kept: those of one mine are much alike."""

LEAST_IN_LEAF = 20

FALSE_ALARMS = 1 / 1000
"""A customer and month."""

MONTHS = 12
"""Of a curve."""

FRESH_SHARE = (early.FRESH_AGES[1] - early.FRESH_AGES[0] + 1) / 365
"""Part of the mines that began within a year that are fresh on a day."""

UNSTEPPED = ("before", "ramp")
"""Ways of hiding without a day on which a load begins."""


@dataclass(frozen=True, slots=True)
class FreshSample:
    """Traits of fresh steps that are worth asking about.

    Args:
        matrix: float32 [rows, traits], as fresh_traits gives them.
        is_mine: whether a mine of the fitted ages is what began.
        row: which of the curves each row was made from.
        asked_of_mines, asked_of_others: part of all snapshots of either kind that is worth asking about.
    """

    matrix: NDArray[np.float32]
    is_mine: NDArray[np.bool_]
    row: NDArray[np.int64]
    asked_of_mines: float
    asked_of_others: float


def fresh_sample(curves: Curves, draws: int, seed: int) -> FreshSample:
    """Every day of the curves as they are, and draws of mines on the days after their onset."""
    plain, plain_row, days = _snapshots(curves, curves.kw, None)
    matrices, rows, labels, mines_asked, mine_days = [plain], [plain_row], [np.zeros(len(plain), bool)], 0, 0
    random = np.random.default_rng(seed)
    for draw in range(draws):
        kw, mines = with_mines(curves, seed + 5000 + draw)
        matrix, row, taken = _snapshots(curves, kw, mines)
        kept = random.random(len(row)) < KEPT_OF_MINES
        mines_asked, mine_days = mines_asked + len(row), mine_days + taken
        matrices.append(matrix[kept])
        rows.append(row[kept])
        labels.append(np.ones(int(kept.sum()), bool))
    return FreshSample(
        np.concatenate(matrices),
        np.concatenate(labels),
        np.concatenate(rows),
        mines_asked / mine_days,
        len(plain) / days,
    )


def _snapshots(
    curves: Curves, kw: NDArray[np.float32], mines: list[Mine] | None
) -> tuple[NDArray[np.float32], NDArray[np.int64], int]:
    """Traits and rows of snapshots worth asking about, and how many were taken in all."""
    onset = np.array([-1 if m.hiding in UNSTEPPED else m.onset // 24 for m in mines or ()])
    matrices, rows, taken = [], [], 0
    for days, records in fold_days(kw, day_numbers(curves.year)):
        if days < LEAST_DAYS:
            continue
        chosen = np.arange(len(kw))
        if mines is not None:
            age = days - onset
            chosen = chosen[(onset >= 0) & (age >= early.FRESH_AGES[0]) & (age <= early.FRESH_AGES[1])]
        taken += len(chosen)
        matrix, _ = ft.fresh_traits(records[chosen])
        worth = early.is_worth_asking(matrix)
        matrices.append(matrix[worth])
        rows.append(chosen[worth])
    return np.concatenate(matrices), np.concatenate(rows), taken


def fit_early(sample: FreshSample, chosen: NDArray[np.bool_], building: NDArray[np.str_]) -> EarlyScore:
    """A forest of fresh steps, fitted and calibrated on some of the rows, and the level of its alerts.

    Args:
        sample: the snapshots.
        chosen: rows to fit on.
        building: building of each curve.

    Returns:
        The forest, whose log-odds are of a fresh mine where PREVALENCE of the customers carry one of any age. Out of
        fold, one of 1,000 of the curves without a mine reaches the level in a month.
    """
    forest, probability = fit(
        early.asked(sample.matrix[chosen]),
        sample.is_mine[chosen],
        building[sample.row[chosen]],
        early.NAMES,
        prevalence=asked_share(sample),
        least_in_leaf=LEAST_IN_LEAF,
    )
    plain = ~sample.is_mine[chosen]
    row = sample.row[chosen][plain]
    peak = np.full(len(building), -np.inf)
    np.maximum.at(peak, row, log_odds(probability[plain]) - log_odds(PREVALENCE))
    allowed = int(len(np.unique(row)) * MONTHS * FALSE_ALARMS)
    level = float(np.sort(peak)[::-1][max(0, allowed - 1)])
    return EarlyScore(replace(forest, prevalence=PREVALENCE), level)


def asked_share(sample: FreshSample) -> float:
    """Share of fresh mines among the snapshots that are asked about."""
    mines = PREVALENCE * FRESH_SHARE * sample.asked_of_mines
    return mines / (mines + (1 - PREVALENCE * FRESH_SHARE) * sample.asked_of_others)
