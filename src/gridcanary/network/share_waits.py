"""The waits between shares: how much looking for work they were, and which of them were pauses.

A wait for a share of h hashes by a miner of rate R is exponential with mean h / R. Measured not in seconds but in
seconds a hash asked for, the waits of one miner are all alike, however the pool changes the difficulty meanwhile.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FEWEST_FOR_PAUSES = 12
"""Shares from which on a usual wait can be told from an unusual one."""
PAUSE_CHANCE = 1e-3
"""A pause is a wait so long that at most this share of sessions without any pause shows one."""
FOLLOWING = 0.9
"""Share of submissions that must have the difficulty then in force; the first after a change may have the last one."""

LEAST_HASHES, MOST_HASHES = 1.0, 1e30
"""No share takes less than a hash, and a million times the hardest chain's whole blocks nobody finds: a server that
says otherwise errs or jokes."""

Targets = tuple[tuple[int, float], ...]


def exposures(
    start_s: float, times_s: NDArray[np.float64], hashes: NDArray[np.float64], targets: Targets
) -> NDArray[np.float64] | None:
    """Seconds a hash asked for of each wait, where one difficulty at a time is in force.

    Args:
        start_s: when the first wait began, UTC [s since 1970].
        times_s: shares, ascending.
        hashes: what each share was credited with.
        targets: times [ns] and hashes of a share from then on.

    Returns:
        An array of the length of ``times_s``; None where the shares don't follow the targets, as behind a proxy whose
        miners each have a difficulty of their own.
    """
    if not targets:
        return None
    changed_s = np.array([time for time, _given in targets], np.float64) / 1e9
    given = np.array([given for _time, given in targets], np.float64)
    if not plausible(given).all() or (np.diff(changed_s) < 0).any():
        return None
    place = _in_force(changed_s, times_s)
    late = np.isclose(hashes, given[np.maximum(place - 1, 0)]) & (np.diff(place, prepend=-1) > 0)
    if (np.isclose(hashes, given[place]) | late).mean() < FOLLOWING:
        return None
    at_changes = np.concatenate(([0.0], np.cumsum(np.diff(changed_s) / given[:-1])))
    edges = np.concatenate(([start_s], times_s))
    place = _in_force(changed_s, edges)
    found = np.diff(at_changes[place] + (edges - changed_s[place]) / given[place])
    return found if (found >= 0).all() and found.any() else None


def plausible(hashes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which difficulties can be meant; neither NaN nor infinity can."""
    return (hashes >= LEAST_HASHES) & (hashes <= MOST_HASHES)


def rough_exposures(waits_s: NDArray[np.float64], hashes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same out of the shares alone: each wait by the harder of the shares at its ends."""
    return waits_s / np.maximum(hashes, np.concatenate((hashes[:1], hashes[:-1])))


def working_parts(exposure: NDArray[np.float64]) -> NDArray[np.float64]:
    """Which part of each wait was work: 1 of a usual one, less of one that chance can't explain.

    The median tells what is usual, whatever a few long waits are. A pause falls into a wait; the work before and
    behind it is two usual waits.

    Args:
        exposure: of each wait, as the functions above give it.
    """
    parts = np.ones(len(exposure))
    usual = float(np.median(exposure)) / math.log(2) if len(exposure) else 0.0
    if len(exposure) < FEWEST_FOR_PAUSES or usual <= 0:
        return parts
    spread = 1.0 + 2.0 / math.sqrt(len(exposure))
    long = exposure > usual * spread * math.log(len(exposure) / PAUSE_CHANCE)
    parts[long] = 2 * usual / exposure[long]
    return parts


def _in_force(changed_s: NDArray[np.float64], times_s: NDArray[np.float64]) -> NDArray[np.intp]:
    """Which target was in force; the first one also before it was told."""
    return np.maximum(np.searchsorted(changed_s, times_s, side="right") - 1, 0)
