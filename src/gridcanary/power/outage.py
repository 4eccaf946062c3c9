"""The plainest outage of a week: some hours in which a part of the load that otherwise never stops is gone.

A load that runs day and night cannot be told from its premises' own floor, until it fails. Then the curve
falls within an hour, stays low by the same depth and comes back within two, at an hour at which no other day
of the week does.
"""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.power.medians import median_of

HOURS = 24
WEEK_HOURS = 7 * HOURS

LEAST_DEPTH = 0.04
"""Of the week's mean: shallower falls are anybody's."""

LEAST_LEFT = 0.03
"""Of the week's mean: where less than this runs on, the whole premises were without power or readings."""

LONGEST_HOURS = 60
OTHER_DAYS = 4
"""Days of the week, besides the outage's own, that must say what the hour is usually like."""


@numba.njit(cache=True, nogil=True)
def _two_lowest(hours, lowest, second, day, seen):  # type: ignore[no-untyped-def]
    """For each hour of the day the two lowest levels of the week, the day of the lowest, the days seen."""
    for h in range(HOURS):
        lowest[h], second[h], day[h], seen[h] = np.inf, np.inf, 0, 0
    for d in range(7):
        for h in range(HOURS):
            value = hours[d * HOURS + h]
            if np.isnan(value):
                continue
            seen[h] += 1
            if value < lowest[h]:
                second[h] = lowest[h]
                lowest[h] = value
                day[h] = d
            elif value < second[h]:
                second[h] = value


@numba.njit(cache=True, nogil=True)
def _usual_falls(hours, i, falls):  # type: ignore[no-untyped-def]
    """Median, largest and smallest fall into hour ``i`` of the week on the other days."""
    n = 0
    for d in range(7):
        j = d * HOURS + i % HOURS
        if j == i or j == 0:
            continue
        fall = hours[j - 1] - hours[j]
        if not np.isnan(fall):
            falls[n] = fall
            n += 1
    if n == 0:
        return 0.0, 0.0, 0.0
    middle = median_of(falls, n)
    return middle, max(falls[n - 1], 0.0), min(falls[0], 0.0)


@numba.njit(cache=True, nogil=True)
def _depth_at(hours, i, lowest, second, day):  # type: ignore[no-untyped-def]
    """How far hour ``i`` of the week lies below the same hour of every other day [W]."""
    h = i % HOURS
    other = second[h] if day[h] == i // HOURS else lowest[h]
    return other - hours[i]


@numba.njit(cache=True, nogil=True)
def _return_of(hours, start, fall, lowest, second, day, falls):  # type: ignore[no-untyped-def]
    """Follow an outage to its end: (first hour after, unusual rise, whole rise, least depth); end 0: none."""
    least = _depth_at(hours, start, lowest, second, day)
    for i in range(start + 1, min(WEEK_HOURS, start + LONGEST_HOURS + 1)):
        rise = hours[i] - hours[i - 1]
        if rise > 0.25 * fall or (i + 1 < WEEK_HOURS and hours[i + 1] - hours[i - 1] > 0.6 * fall):
            usual, _, steepest = _usual_falls(hours, i, falls)
            unusual, whole = rise + steepest, rise + usual
            if i + 1 < WEEK_HOURS:
                usual_next, _, steepest_next = _usual_falls(hours, i + 1, falls)
                both = hours[i + 1] - hours[i - 1]
                unusual = max(unusual, both + steepest + steepest_next)
                whole = max(whole, both + usual + usual_next)
            if unusual > 0.6 * fall:
                return i, unusual, whole, least
        depth = _depth_at(hours, i, lowest, second, day)
        if not depth > 0.3 * fall:
            return 0, 0.0, 0.0, 0.0
        least = min(least, depth)
    return 0, 0.0, 0.0, 0.0


@numba.njit(cache=True, nogil=True)
def plainest_outage(hours):  # type: ignore[no-untyped-def]
    """Depth and strength of the week's plainest outage.

    Args:
        hours: float64 [168], hourly power of one week [W], NaN where missing.

    Returns:
        Depth [W] of what was gone, and strength [W]: the least of the unusual fall, the unusual rise and how
        far the load stayed below every other day. Zeros where there is none.
    """
    total, n = 0.0, 0
    for i in range(WEEK_HOURS):
        if not np.isnan(hours[i]):
            total += hours[i]
            n += 1
    if n == 0 or total <= 0:
        return 0.0, 0.0
    mean = total / n
    lowest, second = np.empty(HOURS), np.empty(HOURS)
    day, seen = np.empty(HOURS, np.int64), np.empty(HOURS, np.int64)
    falls = np.empty(7)
    _two_lowest(hours, lowest, second, day, seen)
    depth_w, strength_w = 0.0, 0.0
    for h in range(HOURS):
        start = day[h] * HOURS + h
        if seen[h] <= OTHER_DAYS or start == 0 or not second[h] - lowest[h] > LEAST_DEPTH * mean:
            continue
        if not hours[start - 1] - hours[start] > LEAST_DEPTH * mean:
            continue
        usual, steepest, _ = _usual_falls(hours, start, falls)
        fall = hours[start - 1] - hours[start] - steepest
        if not fall > max(LEAST_DEPTH * mean, strength_w):
            continue
        end, rise, whole_rise, least = _return_of(hours, start, fall, lowest, second, day, falls)
        strength = min(fall, rise, least)
        if end == 0 or not strength > max(LEAST_DEPTH * mean, strength_w):
            continue
        if hours[start:end].mean() > LEAST_LEFT * mean:
            strength_w = strength
            depth_w = 0.5 * (hours[start - 1] - hours[start] - usual + whole_rise)
    return depth_w, strength_w
