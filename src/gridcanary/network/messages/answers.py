"""Ties answers to what they answer, and shares to the targets of their jobs."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

LONGEST_WAIT_NS = 120 * 10**9
"""An answer that comes later than this belongs to a question that was not seen."""


@njit(cache=True, nogil=True)
def answers_of(
    time_ns: NDArray[np.int64],
    ident: NDArray[np.int64],
    asks: NDArray[np.bool_],
    says: NDArray[np.int8],
    order: NDArray[np.int64],
) -> NDArray[np.int8]:
    """What was answered to each question; of questions with one id the oldest open one is answered first.

    Args:
        time_ns: int64 (rows,), ascending.
        ident: ids, int64 (rows,).
        asks: the row is a question, bool (rows,).
        says: of an answer 1 for yes, 0 for no, 2 for neither; -1 for a row that is none; int8 (rows,).
        order: rows by id, in the order of time within one, int64 (rows,).

    Returns:
        1, 0, or -1 where no answer was seen (or one that says neither), int8 (rows,).
    """
    told = np.full(len(ident), -1, np.int8)
    oldest = 0
    for place in range(len(order)):
        row = order[place]
        if place and ident[order[place - 1]] != ident[row]:
            oldest = place
        if says[row] < 0:
            continue
        while oldest < place:
            question = order[oldest]
            oldest += 1
            if asks[question] and time_ns[row] - time_ns[question] <= LONGEST_WAIT_NS:
                told[question] = says[row] if says[row] < 2 else -1
                break
    return told


@njit(cache=True, nogil=True)
def targets_of(
    is_share: NDArray[np.bool_],
    is_job: NDArray[np.bool_],
    sets: NDArray[np.bool_],
    hashes: NDArray[np.float64],
    job: NDArray[np.uint64],
    order: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Expected hashes behind each share: by the target of its job, else by the target in force.

    A pool's new difficulty holds for the jobs after it; a share on an older job still counts by the old one.

    Args:
        is_share, is_job, sets: submissions; jobs; rows that set a target (which may be jobs); bool (rows,).
        hashes: of a row that sets a target, float64 (rows,).
        job: digest of the job's name, 0 for none, uint64 (rows,).
        order: rows by job, in the order of time within one, int64 (rows,).

    Returns:
        Hashes, NaN where no target was seen before, float64 (rows,).
    """
    in_force = np.full(len(job), math.nan)
    current = math.nan
    for row in range(len(job)):
        if sets[row]:
            current = hashes[row]
        in_force[row] = current
    found = in_force.copy()
    of_job = math.nan
    for place in range(len(order)):
        row = order[place]
        if place == 0 or job[order[place - 1]] != job[row]:
            of_job = math.nan
        if is_job[row] and not math.isnan(in_force[row]):
            of_job = in_force[row]
        elif is_share[row] and job[row] != 0 and not math.isnan(of_job):
            found[row] = of_job
    return found
