"""Samples for fitting and testing: curves with and without an injected mine, remembered by the product's kernels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gridcanary.power import traits as tr
from gridcanary.power.fresh_traits import fresh_traits
from mines import Mine, draw_mines, inject
from real_curves import HOURS, Curves
from remembering import day_numbers, remember

PARTIAL_DAYS = (70, 110, 160, 230, 300)
"""Lengths of history that the model must also know; a county rarely has a whole year on the first day."""

SHIFTS = 1
"""Times that years are cut at another month: more curves without a mine, which are the scarce kind."""

SETTLED_DAYS = 10
"""A mine younger than this at the end of its curve is left out of fitting: nothing can be seen of it yet."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Traits with their truth.

    Args:
        matrix: float32 [rows, traits].
        is_mine: whether a mine was injected.
        row: which of the curves each row was made from.
        days: length of each row's history.
        mines: the injected mine of each row; empty for curves as they are.
        fresh: float32 [rows, fresh traits] of whole years; None of others.
    """

    matrix: NDArray[np.float32]
    is_mine: NDArray[np.bool_]
    row: NDArray[np.int64]
    days: NDArray[np.int64]
    mines: tuple[Mine, ...] = ()
    fresh: NDArray[np.float32] | None = None


def with_mines(curves: Curves, seed: int) -> tuple[NDArray[np.float32], list[Mine]]:
    """Every curve with a mine of its own drawing."""
    rng = np.random.default_rng(seed)
    mines = draw_mines(rng, len(curves), HOURS)
    mixed = [
        inject(rng, curves.kw[i], float(curves.resolution_kw[i]), mines[i], int(curves.year[i]))
        for i in range(len(curves))
    ]
    return np.stack(mixed), mines


def whole_year(curves: Curves, kw: NDArray[np.float32], mines: list[Mine] | None = None) -> Sample:
    """The traits of whole years."""
    records = remember(kw, day_numbers(curves.year))
    matrix, _ = tr.traits(records)
    fresh, _ = fresh_traits(records)
    row = np.arange(len(curves))
    days = np.full(len(curves), HOURS // 24)
    return Sample(matrix, np.full(len(curves), mines is not None), row, days, tuple(mines or ()), fresh)


def partial_year(
    curves: Curves, kw: NDArray[np.float32], days: int, seed: int, mines: list[Mine] | None = None
) -> Sample:
    """The traits of stretches of some days; of mines only those that began within, and long enough before the end."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, HOURS // 24 - days, len(curves))
    if mines is not None:
        onset = np.array([mine.onset // 24 for mine in mines])
        last = np.minimum(onset - 14, HOURS // 24 - days)
        first = np.maximum(0, onset + SETTLED_DAYS - days)
        usable = (onset > 0) & (first <= last)
        start = np.where(usable, first + (rng.random(len(curves)) * (last - first + 1)).astype(int), start)
        usable |= onset == 0
    else:
        usable = np.ones(len(curves), bool)
    row = np.flatnonzero(usable)
    stretch = np.stack([kw[i, start[i] * 24 : (start[i] + days) * 24] for i in row])
    matrix, _ = tr.traits(remember(stretch, day_numbers(curves.year[row]) + start[row].astype(np.int32)))
    chosen = tuple(mines[i] for i in row) if mines is not None else ()
    return Sample(matrix, np.full(len(row), mines is not None), row, np.full(len(row), days), chosen)


def shifted_years(curves: Curves, seed: int) -> tuple[Curves, NDArray[np.int64]]:
    """Whole years that begin in another month, from a building's consecutive years; and the row each began in."""
    rng = np.random.default_rng(seed)
    at = {(b, y): i for i, (b, y) in enumerate(zip(curves.building, curves.year, strict=True))}
    pairs = [(i, at[b, y + 1]) for (b, y), i in at.items() if (b, y + 1) in at]
    first = np.array([i for i, _ in pairs])
    moved = curves.take(first)
    for row, (i, after) in enumerate(pairs):
        cut = int(rng.integers(60, 300)) * 24
        moved.kw[row] = np.r_[curves.kw[i, cut:], curves.kw[after, :cut]]
    return moved, first


def training_samples(curves: Curves, draws: int, seed: int) -> list[Sample]:
    """Curves as they are and with mines: whole years from any month, and stretches."""
    found = [whole_year(curves, curves.kw)]
    for shift in range(SHIFTS):
        moved, origin = shifted_years(curves, seed + 3000 + shift)
        mixed, mines = with_mines(moved, seed + 4000 + shift)
        for sample in (whole_year(moved, moved.kw), whole_year(moved, mixed, mines)):
            found.append(replace(sample, row=origin))
    found += [partial_year(curves, curves.kw, days, seed + days) for days in PARTIAL_DAYS]
    for draw in range(draws):
        kw, mines = with_mines(curves, seed + 1000 + draw)
        found.append(whole_year(curves, kw, mines))
        days = PARTIAL_DAYS[draw % len(PARTIAL_DAYS)]
        found.append(partial_year(curves, kw, days, seed + 2000 + draw, mines))
    return found


def stacked(samples: list[Sample]) -> Sample:
    """Several samples as one."""
    return Sample(
        np.concatenate([s.matrix for s in samples]),
        np.concatenate([s.is_mine for s in samples]),
        np.concatenate([s.row for s in samples]),
        np.concatenate([s.days for s in samples]),
    )
