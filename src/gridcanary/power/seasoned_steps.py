"""Steps told apart from the season: all weeks of a record fitted at once by a yearly wave and one lasting step.

A window about a week sees little of the season, so that a winter's heating looks like a load that began in November.
Here each block of the day is fitted over the whole record by a constant, one wave a year and a step that stays; the
step that fits the hours of a pattern most plainly is described. The waves are the same for every customer and need no
weather.
"""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.power import outline as ol

PATTERNS = ("flat", "office", "night", "evening", "afternoon")
"""flat: all day. office: off 09-18. night: on 21-06. evening: off 15-21. afternoon: off 18-24."""

STEP_TRAITS = (
    "clarity",
    "over_noise",
    "size",
    "unevenness",
    "least",
    "elsewhere",
    "noise",
    "rival",
    "week",
    "floor_step",
)
"""Per pattern. clarity: the step over its standard error, log1p. over_noise: the same over the weeks' own scatter.
size: the step over the mean load. unevenness: spread of the step over its hours / size. least: the second-lowest
hour (of short patterns the lowest) / size. elsewhere: mean change of the other hours / size. noise: the weeks'
scatter about the fit. rival: clarity of the next best week. week: index in the outline. floor_step: the daily lowest
hour's / size."""

NAMES = tuple(f"seasoned_{p}_{t}" for p in PATTERNS for t in STEP_TRAITS)
WIDTH = len(STEP_TRAITS)
COUNT = len(NAMES)

LEAST_WEEKS = 5
WAVE_WEEKS = 18
"""Weeks seen below which a wave of a year cannot be told from a slope and is left out."""

FIRST_STEP = 2
RIVAL_WEEKS = 4
"""A rival lies further than this from the clearest week."""

LEAST_TOLD = 0.3
"""What of a step the wave must leave, in weeks, for the step to be judged at all."""

_STARTS = np.array([0, 6, 7, 7, 0])
_COUNTS = np.array([8, 5, 3, 6, 6])
_B = ol.BLOCKS
_SERIES = ol.BLOCKS + 1
_NOISE_GRAIN = 0.02
_ERROR_GRAIN = 0.01
_LEAST_SIZE = 0.02
_WEEK_ANGLE = 2 * np.pi * 7 / 365.25


@numba.njit(cache=True, nogil=True)
def _gather(weeks, rest, index):  # type: ignore[no-untyped-def]
    """Whole weeks' blocks and floor into rest[:, :n], their indices into ``index``; gives n."""
    n = 0
    for w in range(weeks.shape[0]):
        whole = not np.isnan(weeks[w, ol.FLOOR])
        for b in range(_B):
            whole &= not np.isnan(weeks[w, b])
        if whole:
            for b in range(_SERIES):
                rest[b, n] = weeks[w, b]
            index[n] = w
            n += 1
    return n


@numba.njit(cache=True, nogil=True)
def _waves(index, n, waves):  # type: ignore[no-untyped-def]
    """Orthonormal columns of a constant and, where enough weeks are seen, a wave of a year; gives how many."""
    columns = 3 if n >= WAVE_WEEKS else 1
    for i in range(n):
        waves[0, i] = 1.0
        waves[1, i] = np.cos(_WEEK_ANGLE * index[i])
        waves[2, i] = np.sin(_WEEK_ANGLE * index[i])
    for c in range(columns):
        for before in range(c):
            part = 0.0
            for i in range(n):
                part += waves[c, i] * waves[before, i]
            for i in range(n):
                waves[c, i] -= part * waves[before, i]
        length = 0.0
        for i in range(n):
            length += waves[c, i] ** 2
        length = np.sqrt(length)
        for i in range(n):
            waves[c, i] /= length
    return columns


@numba.njit(cache=True, nogil=True)
def _take_out(series, n, waves, columns):  # type: ignore[no-untyped-def]
    """Take the waves out of a series in place; gives what is left squared."""
    for c in range(columns):
        part = 0.0
        for i in range(n):
            part += series[i] * waves[c, i]
        for i in range(n):
            series[i] -= part * waves[c, i]
    left = 0.0
    for i in range(n):
        left += series[i] ** 2
    return left


@numba.njit(cache=True, nogil=True)
def _fit_steps(rest, n, waves, columns, step, scatter, told):  # type: ignore[no-untyped-def]
    """Step of each series that begins at each week, the scatter left, and what of the step the wave leaves."""
    squares = np.empty(_SERIES)
    for b in range(_SERIES):
        squares[b] = _take_out(rest[b], n, waves, columns)
    tail = np.zeros(_SERIES)
    shared = np.zeros(3)
    freedom = max(n - columns - 1, 1)
    for w in range(n - 1, FIRST_STEP - 1, -1):
        told[w] = n - w
        for c in range(columns):
            shared[c] += waves[c, w]
            told[w] -= shared[c] ** 2
        told[w] = max(told[w], 1e-9)
        for b in range(_SERIES):
            tail[b] += rest[b, w]
            step[b, w] = tail[b] / told[w]
            left = max(squares[b] - step[b, w] * tail[b], 0.0)
            scatter[b, w] = np.sqrt(left / freedom)


@numba.njit(cache=True, nogil=True)
def _judge(step, scatter, w, start, count):  # type: ignore[no-untyped-def]
    """Lowest (of long patterns second-lowest) step of the hours on, mean step of the others, mean scatter."""
    lowest, second, off, noise = np.inf, np.inf, 0.0, 0.0
    for j in range(_B):
        b = (start + j) % _B
        value = step[b, w]
        if j >= count:
            off += value / (_B - count)
            continue
        noise += scatter[b, w] / count
        if value < lowest:
            lowest, second = value, lowest
        elif value < second:
            second = value
    return (second if count > 4 else lowest), abs(off), noise


@numba.njit(cache=True, nogil=True)
def _signed_log(value):  # type: ignore[no-untyped-def]
    return np.log1p(value) if value >= 0 else -np.log1p(-value)


@numba.njit(cache=True, nogil=True)
def _describe(step, scatter, w, start, count, out):  # type: ignore[no-untyped-def]
    """All of a pattern's traits but clarity, rival and week into ``out``."""
    low, off, noise = _judge(step, scatter, w, start, count)
    on = np.empty(count)
    for j in range(count):
        on[j] = step[(start + j) % _B, w]
    spread = on.std()
    size = np.median(on)
    scale = max(abs(size), _LEAST_SIZE)
    out[1] = _signed_log((low - off) / (_NOISE_GRAIN + noise))
    out[2] = size
    out[3] = spread / scale
    out[4] = low / scale
    out[5] = off / scale
    out[6] = noise
    out[9] = step[_B, w] / scale


@numba.njit(cache=True, nogil=True)
def describe_seasoned_steps(weeks, out):  # type: ignore[no-untyped-def]
    """Describe the plainest seasoned step of each pattern.

    Args:
        weeks: float64 [weeks, FIELDS], an outline over its mean load; NaN where missing.
        out: float32 [COUNT], written in the order of NAMES; NaN with fewer than LEAST_WEEKS whole weeks.
    """
    size = weeks.shape[0]
    rest = np.empty((_SERIES, size))
    index = np.empty(size, np.int64)
    waves = np.empty((3, size))
    step, scatter, told = np.empty((_SERIES, size)), np.empty((_SERIES, size)), np.empty(size)
    clear = np.empty(size)
    out[:] = np.nan
    n = _gather(weeks, rest, index)
    if n < LEAST_WEEKS:
        return
    columns = _waves(index, n, waves)
    _fit_steps(rest, n, waves, columns, step, scatter, told)
    for p in range(len(PATTERNS)):
        start, count = _STARTS[p], _COUNTS[p]
        best, where = -np.inf, FIRST_STEP
        for w in range(FIRST_STEP, n - 1):
            clear[w] = -9.0
            if told[w] >= LEAST_TOLD:
                low, off, noise = _judge(step, scatter, w, start, count)
                clear[w] = (low - off) / (_ERROR_GRAIN + noise / np.sqrt(told[w]))
            if clear[w] > best:
                best, where = clear[w], w
        rival = -np.inf
        for w in range(FIRST_STEP, n - 1):
            if abs(w - where) > RIVAL_WEEKS and clear[w] > rival:
                rival = clear[w]
        target = out[p * WIDTH : (p + 1) * WIDTH]
        _describe(step, scatter, where, start, count, target)
        target[0] = _signed_log(best)
        target[7] = _signed_log(rival) if rival > -np.inf else np.nan
        target[8] = index[where]
