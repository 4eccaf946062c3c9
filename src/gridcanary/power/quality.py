"""Data faults of a meter; each is a record and stops nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridcanary.contracts.reasons import Reason
from gridcanary.power import outline as ol
from gridcanary.power import traits as tr

STUCK_SHARE = 0.2
"""Share of days with a reading repeated for over eight hours; of 238 real meters 27 % repeat a fifth of their
hours."""

GAP_SHARE = 0.5
"""Share of days that lack a reading or more; single slots are lost on a fifth of the days of sound meters."""

FEED_IN_SHARE = 0.02
ZERO_SHARE = 0.3
SHORT_WEEKS = 5
STUCK_LLR = -3.0
"""A meter that stands still for most of its days shows no load at all: the curve is no evidence."""

SHIFT_BLOCKS = (1, 2, 6, 7)
SHIFT_GAIN = 0.25
"""A week whose shape fits the usual one four times better when moved by a block or two has a wrong clock."""

SCALE_RANGE = 0.05
SCALE_LEAST = 0.35
"""A change of every block by one factor, alike within 5 %, by more than a third is a changed ratio."""

STEADY = 1.15
"""Weeks on one side of such a change differ by less than this factor; growth and seasons do not."""

_COLUMNS = {name: i for i, name in enumerate(tr.NAMES)}


def faults(row: NDArray[np.float32], weeks: NDArray[np.float64]) -> list[str]:
    """Fault codes of one meter.

    Args:
        row: its traits.
        weeks: its outline [weeks, FIELDS].
    """
    found = _share_faults(row)
    if row[_COLUMNS["weeks_seen"]] < SHORT_WEEKS:
        found.append("short_history")
    if clock_shifted(weeks):
        found.append("clock_shift")
    if changed_ratio(weeks) is not None:
        found.append("ct_error")
    return found


def _share_faults(row: NDArray[np.float32]) -> list[str]:
    limits = (
        ("stuck", "stuck_share", STUCK_SHARE),
        ("gaps", "gap_share", GAP_SHARE),
        ("feed_in", "feed_in_share", FEED_IN_SHARE),
        ("zeros", "zero_share", ZERO_SHARE),
    )
    return [code for code, trait, limit in limits if row[_COLUMNS[trait]] > limit]


def _shapes(weeks: NDArray[np.float64]) -> NDArray[np.float64]:
    blocks = weeks[:, : ol.BLOCKS]
    return blocks[np.isfinite(blocks).all(axis=1)]


def clock_shifted(weeks: NDArray[np.float64]) -> bool:
    """Whether some weeks' shape stands shifted in the day against the usual one, and comes back."""
    shapes = _shapes(weeks)
    if len(shapes) < 6:
        return False
    shapes = shapes - shapes.mean(axis=1, keepdims=True)
    usual = np.median(shapes, axis=0)
    if usual.std() < 0.05 * np.abs(_shapes(weeks)).mean():
        return False
    as_is = ((shapes - usual) ** 2).sum(axis=1)
    moved = np.min([((np.roll(shapes, k, axis=1) - usual) ** 2).sum(axis=1) for k in SHIFT_BLOCKS], axis=0)
    shifted = (moved < SHIFT_GAIN * as_is) & (as_is > (usual**2).sum() * 0.5)
    return bool(1 <= shifted.sum() <= len(shapes) // 3)


def changed_ratio(weeks: NDArray[np.float64]) -> float | None:
    """The one factor by which every block changed from one week to the next, to stay there; None without."""
    shapes = _shapes(weeks)
    if len(shapes) < 6:
        return None
    # three weeks before and the three after each week; at the end the two that are left
    padded = np.vstack([shapes, np.full((1, ol.BLOCKS), np.nan)])
    ordered = np.sort(np.lib.stride_tricks.sliding_window_view(padded, 3, axis=0), axis=2)
    middle = np.where(np.isnan(ordered[..., 2]), ordered[..., :2].mean(axis=2), ordered[..., 1])
    means = np.sort(np.lib.stride_tricks.sliding_window_view(padded.mean(axis=1), 3), axis=1)
    most = np.where(np.isnan(means[:, 2]), means[:, 1], means[:, 2])
    steady = most <= STEADY * means[:, 0]
    before, after = middle[: len(shapes) - 5], middle[4:]
    mean = before.mean(axis=1)
    shaped = (before.min(axis=1) > 0.02 * mean) & (before.std(axis=1) >= 0.15 * mean)
    shaped &= steady[: len(shapes) - 5] & steady[4:]
    if not shaped.any():
        return None
    factor = after[shaped] / before[shaped]
    usual = np.median(factor, axis=1)
    changed = (usual > 0) & (np.abs(np.log(np.maximum(usual, 1e-6))) > SCALE_LEAST)
    ratio = factor[changed] / usual[changed, None]
    alike = np.flatnonzero(np.abs(ratio - 1).max(axis=1, initial=0.0) < SCALE_RANGE)
    return float(usual[changed][alike[0]]) if len(alike) else None


def stuck_reason(row: NDArray[np.float32]) -> Reason:
    """The innocent explanation of a stuck meter."""
    return Reason("innocent.stuck_meter", {"share_pct": 100 * float(row[_COLUMNS["stuck_share"]])})
