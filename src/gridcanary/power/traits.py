"""Traits: what a meter's remembered year looks like, as numbers that detectors and the score read.

Levels are parts of the meter's own mean, so a trait does not change with the unit or the size of the
customer. For each pattern that a hidden mine can follow (always on, off in office hours, only at night,
curtailed in the evening, or any stretch of the day) the week is found at which such a load most clearly
began, and is described: how large the step is, how equal in all its hours, how sudden, how lasting, and what
the other hours did meanwhile.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from gridcanary.power import outline as ol
from gridcanary.power import seasoned_steps as seasoned
from gridcanary.power import state as st
from gridcanary.power.medians import median_of
from gridcanary.power.seasoned_steps import describe_seasoned_steps
from gridcanary.power.week_changes import WINDOW, week_changes

PATTERNS = ("flat", "office", "night", "evening", "stretch")
"""flat: all day. office: off 09-18. night: on 21-06. evening: off 18-24 or 15-21. stretch: the best run of
blocks."""

STEP_TRAITS = (
    "clarity",
    "size",
    "size_to_before",
    "unevenness",
    "least",
    "noise",
    "elsewhere",
    "slope",
    "suddenness",
    "lastingness",
    "separation",
    "whole_shift",
    "rival",
    "week",
    "start_block",
    "blocks_on",
    "outages_alike",
    "outages_before",
    "outages_unlike",
    "outages_more",
)
"""Per pattern. clarity: log1p of the step over noise. size: the step over the mean load. unevenness: spread
of the step over its hours / size. least: smallest hour / size. noise: week-to-week noise of the blocks. elsewhere:
change in the other hours / size. slope: how the change follows the load's own shape. suddenness: share of
the step within two weeks. lastingness: 20th percentile after against the median before / size. separation:
10th percentile after over the 90th before / size. whole_shift: median of all weeks after against before /
size. rival: clarity of the next best week. week: index in the outline. start_block, blocks_on: where in the
day. outages_*: weeks after the step with an outage as deep as it, weeks before it with one at least half as
deep, weeks after it with one that is as deep but different, and how much more often alike after than deep
before."""

LEVEL_TRAITS = (
    "floor",
    "floor_low",
    "floor_high",
    "floor_spread",
    "floor_drift",
    "floor_drift_to_floor",
    "flatness",
    "load_factor",
    "night_day",
    "notch_deepest",
    "notch_second",
    "notch_third",
    "notch_usual",
    "notch_alike",
    "level_spread",
    "dip_deepest",
    "dip_second",
    "dip_third",
    "dip_weeks",
    "dip_alike",
    "dip_left",
    "drop_deepest",
    "drop_second",
    "drop_usual",
    "drop_alike",
    "outage_weeks",
    "outage_deepest",
    "outage_second",
    "outage_third",
    "outage_fourth",
    "outage_alike",
    "outage_size",
    "outage_plain",
    "outage_other",
    "outage_to_floor",
    "outage_weight",
    "weeks_seen",
    "stuck_share",
    "gap_share",
    "zero_share",
    "feed_in_share",
)
"""floor*: weekly median of the daily lowest hour over the mean load: median, 5th, 95th percentile, spread,
drift from week to week. flatness: spread of the blocks over the day. notch_*: a sudden fall within a day
that a sudden rise answers, the deepest of each week: three deepest, the usual one, and weeks within a
quarter of the second deepest. dip_*: how far the lowest hour of a week falls below its usual floor, over the
mean load: an outage of a constant load shows as a dip that repeats in depth (dip_alike: weeks within a
quarter of the second deepest) and leaves the rest of the load running (dip_left). drop_*: the same seen in
one block of one day against the other days of its week. outage_*: weeks with an outage (power.outage), the
four strongest, then the depth that most of them share: weeks that share it, the depth, strength over depth,
weeks as strong that do not share it, the depth over the floor, and their strengths summed. The depth is what
a constant load draws."""

NAMES = tuple(f"{p}_{t}" for p in PATTERNS for t in STEP_TRAITS) + LEVEL_TRAITS + seasoned.NAMES
STEP_WIDTH = len(STEP_TRAITS)
COUNT = len(NAMES)
_FAULTS = len(LEVEL_TRAITS) - 4
_SEASONED = COUNT - seasoned.COUNT

SHARPEN = 3
"""Weeks about the clearest week in which the sharpest is sought."""

_B = ol.BLOCKS
_NOISE_FLOOR = 0.02
"""Two parts in a hundred of the mean: the finest step that is told from the codes' own grain and meter
noise."""


@numba.njit(cache=True, nogil=True)
def _best_stretch(change):  # type: ignore[no-untyped-def]
    """Circular run of blocks whose common step explains most of the change: (start, blocks)."""
    best, start, length = 0.0, 0, _B
    total = 0.0
    for b in range(_B):
        total += change[b]
    if total > 0:
        best = total * total / _B
    for s in range(_B):
        c = 0.0
        for n in range(1, _B):
            c += change[(s + n - 1) % _B]
            if n >= 2 and c > 0 and c * c / n > best * 1.02:
                best, start, length = c * c / n, s, n
    return start, length


@numba.njit(cache=True, nogil=True)
def _pattern_blocks(pattern, change):  # type: ignore[no-untyped-def]
    """Blocks (start, count) in which a pattern's load runs; blocks are of three hours from midnight."""
    if pattern == 0:
        return 0, _B
    if pattern == 1:
        return 6, 5
    if pattern == 2:
        return 7, 3
    if pattern == 3:
        late = change[6] + change[7]
        early = change[5] + change[6]
        return (0, 6) if late < early else (7, 6)
    return _best_stretch(change)


@numba.njit(cache=True, nogil=True)
def _clarity(change, start, count, noise):  # type: ignore[no-untyped-def]
    """Second-lowest change among the hours on, less what the other hours did, over the noise."""
    lowest, second, off = np.inf, np.inf, 0.0
    for j in range(count):
        value = change[(start + j) & (_B - 1)]
        greater = lowest if lowest > value else value
        second = greater if greater < second else second
        lowest = value if value < lowest else lowest
    for j in range(count, _B):
        off += change[(start + j) & (_B - 1)] / (_B - count)
    low = second if count > 4 else lowest
    return (low - abs(off)) / (_NOISE_FLOOR + noise)


@numba.njit(cache=True, nogil=True)
def _signed_log(value):  # type: ignore[no-untyped-def]
    return np.log1p(value) if value >= 0 else -np.log1p(-value)


@numba.njit(cache=True, nogil=True)
def _percentile(ordered, n, part):  # type: ignore[no-untyped-def]
    return ordered[min(n - 1, int(n * part))]


@numba.njit(cache=True, nogil=True)
def _on_level(weeks, pattern, start, count, level):  # type: ignore[no-untyped-def]
    """Weekly level in the hours on; for the flat pattern the second-lowest block."""
    ordered = np.empty(_B)
    for w in range(weeks.shape[0]):
        level[w] = np.nan
        if np.isnan(weeks[w, 0]):
            continue
        for j in range(count):
            ordered[j] = weeks[w, (start + j) % _B]
        median = median_of(ordered, count)
        level[w] = ordered[1] if pattern == 0 else median


@numba.njit(cache=True, nogil=True)
def _mean_of(level, first, last):  # type: ignore[no-untyped-def]
    total, n = 0.0, 0
    for w in range(max(0, first), min(level.shape[0], last)):
        if not np.isnan(level[w]):
            total += level[w]
            n += 1
    return total / n if n else np.nan


@numba.njit(cache=True, nogil=True)
def _sharpest_week(weeks, level, around, buffer):  # type: ignore[no-untyped-def]
    """The week within SHARPEN of ``around`` at which a plain step fits the weeks about it with the least
    error.

    Medians on either side hardly change when a step is sought a week or two beside it, so the clearest week
    is only about right. Of the week of the step itself its day says which level its median should show.
    """
    first, last = max(0, around - WINDOW), min(level.shape[0], around + WINDOW + 1)
    before, _ = _level_median(level, first, around, buffer)
    after, _ = _level_median(level, around + 1, last, buffer)
    best, where = np.inf, around
    for q in range(max(1, around - SHARPEN), min(level.shape[0] - 1, around + SHARPEN + 1)):
        if np.isnan(level[q]):
            continue
        split = weeks[q, ol.STEP_DAY]
        error = 0.25 * abs(after - before) if split == 7 else 0.0
        for w in range(first, last):
            if not np.isnan(level[w]):
                early = w < q or (w == q and weeks[w, ol.STEP_DAY] > 3)
                error += abs(level[w] - (before if early else after))
        if error < best:
            best, where = error, q
    return where


@numba.njit(cache=True, nogil=True)
def _level_median(level, first, last, buffer):  # type: ignore[no-untyped-def]
    n = 0
    for w in range(first, last):
        if not np.isnan(level[w]):
            buffer[n] = level[w]
            n += 1
    return median_of(buffer, n), n


@numba.njit(cache=True, nogil=True)
def _describe_course(level, w, size, out):  # type: ignore[no-untyped-def]
    """suddenness, lastingness, separation, whole_shift of a step at week ``w`` into out[8..11]."""
    scale = max(abs(size), 0.02)
    out[8] = (_mean_of(level, w + 1, w + 3) - _mean_of(level, w - 2, w)) / scale
    before = np.empty(level.shape[0])
    after = np.empty(level.shape[0])
    n1, n2 = 0, 0
    for i in range(level.shape[0]):
        if np.isnan(level[i]) or i == w:
            continue
        if i < w:
            before[n1] = level[i]
            n1 += 1
        else:
            after[n2] = level[i]
            n2 += 1
    if n1 == 0 or n2 == 0:
        return
    before_middle = median_of(before, n1)
    after_middle = median_of(after, n2)
    out[9] = (_percentile(after, n2, 0.2) - before_middle) / scale
    out[10] = (_percentile(after, n2, 0.1) - _percentile(before, n1, 0.9)) / scale
    out[11] = (after_middle - before_middle) / scale


@numba.njit(cache=True, nogil=True)
def _describe_step(change, before, start, count, out):  # type: ignore[no-untyped-def]
    """size, size_to_before, unevenness, least, elsewhere, slope into out[1..7]; returns the size."""
    on = np.empty(_B)
    for j in range(count):
        on[j] = change[(start + j) % _B]
    size = median_of(on, count)
    scale = max(abs(size), 0.02)
    spread, level, off = 0.0, 0.0, 0.0
    mean = 0.0
    for j in range(count):
        mean += on[j] / count
        level += before[(start + j) % _B] / count
    for j in range(count):
        spread += (on[j] - mean) ** 2 / count
    for j in range(count, _B):
        off += abs(change[(start + j) % _B]) / (_B - count)
    out[1] = size
    out[2] = size / (level + 0.02)
    out[3] = np.sqrt(spread) / scale
    out[4] = on[0] / scale
    out[6] = off / scale
    mean_before, mean_change = before.mean(), change.mean()
    var, cov = 1e-3, 0.0
    for b in range(_B):
        var += (before[b] - mean_before) ** 2
        cov += (before[b] - mean_before) * (change[b] - mean_change)
    out[7] = cov / var
    return size


@numba.njit(cache=True, nogil=True)
def _describe_outages(weeks, step_week, size, out):  # type: ignore[no-untyped-def]
    """Whether what fails since the step is what the step added, into out[16..19]."""
    alike, deep_before, unlike = 0.0, 0.0, 0.0
    n_before, n_after = 0, 0
    for w in range(weeks.shape[0]):
        if np.isnan(weeks[w, 0]):
            continue
        n_after += w >= step_week
        n_before += w < step_week
        depth = weeks[w, ol.OUTAGE]
        if not depth > 0:
            continue
        deep = weeks[w, ol.STRENGTH] > 0.5 * size
        if w < step_week:
            deep_before += deep
        elif abs(depth - size) < 0.2 * size + 0.02:
            alike += 1
        elif deep:
            unlike += 1
    out[16], out[17], out[18] = alike, deep_before, unlike
    out[19] = alike / max(n_after, 1) - deep_before / max(n_before, 1)


@numba.njit(cache=True, nogil=True)
def _outage_traits(weeks, out):  # type: ignore[no-untyped-def]
    """How many weeks had an outage, the strongest, and the depth that most of them share."""
    n = 0
    depth, strength = np.empty(weeks.shape[0]), np.empty(weeks.shape[0])
    for w in range(weeks.shape[0]):
        if weeks[w, ol.OUTAGE] > 0 and not np.isnan(weeks[w, 0]):
            depth[n], strength[n] = weeks[w, ol.OUTAGE], weeks[w, ol.STRENGTH]
            n += 1
    out[:11] = 0.0
    out[0] = n
    for i in range(n):
        alike, summed, other = 0, 0.0, 0
        for j in range(n):
            if abs(depth[j] - depth[i]) < 0.15 * depth[i]:
                alike += 1
                summed += strength[j]
            elif strength[j] > 0.7 * depth[i]:
                other += 1
        weight = summed - 0.5 * strength[i]
        if weight > out[10]:
            out[5], out[6], out[7], out[8], out[10] = (
                alike,
                depth[i],
                summed / alike / depth[i],
                other,
                weight,
            )
    median_of(strength, n)
    for i in range(min(4, n)):
        out[1 + i] = strength[n - 1 - i]


@numba.njit(cache=True, nogil=True)
def _steps(weeks, out):  # type: ignore[no-untyped-def]
    """All patterns' step traits into ``out`` [len(PATTERNS) * STEP_WIDTH]."""
    n_weeks = weeks.shape[0]
    before = np.full((n_weeks, _B), np.nan)
    change = np.full((n_weeks, _B), np.nan)
    noise = np.zeros(n_weeks)
    usable = np.zeros(n_weeks, np.bool_)
    clear = np.empty(n_weeks)
    level = np.empty(n_weeks)
    ordered = np.empty(_B)
    week_changes(weeks, before, change, noise, usable)
    for p in range(5):
        target = out[p * STEP_WIDTH : (p + 1) * STEP_WIDTH]
        best, where = -1e9, -1
        for w in range(n_weeks):
            clear[w] = -1e9
            if usable[w]:
                start, count = _pattern_blocks(p, change[w])
                clear[w] = _clarity(change[w], start, count, noise[w])
                if clear[w] > best:
                    best, where = clear[w], w
        if where < 0:
            continue
        start, count = _pattern_blocks(p, change[where])
        rival = -1e9
        for w in range(n_weeks):
            if abs(w - where) > 4 and clear[w] > rival:
                rival = clear[w]
        target[0] = _signed_log(best)
        size = _describe_step(change[where], before[where], start, count, target)
        target[5] = noise[where]
        _on_level(weeks, p, start, count, level)
        where = _sharpest_week(weeks, level, where, ordered)
        _describe_course(level, where, size, target)
        target[12] = _signed_log(rival) if rival > -1e8 else np.nan
        target[13] = where
        target[14] = start
        target[15] = count
        _describe_outages(weeks, where, size, target)


@numba.njit(cache=True, nogil=True)
def _gather(weeks, column, buffer):  # type: ignore[no-untyped-def]
    n = 0
    for w in range(weeks.shape[0]):
        if not np.isnan(weeks[w, column]):
            buffer[n] = weeks[w, column]
            n += 1
    return n


@numba.njit(cache=True, nogil=True)
def _floor_traits(weeks, buffer, out):  # type: ignore[no-untyped-def]
    n = _gather(weeks, ol.FLOOR, buffer)
    drift = np.empty(weeks.shape[0])
    for i in range(n - 1):
        drift[i] = abs(buffer[i + 1] - buffer[i])
    middle = median_of(buffer, n)
    out[0], out[1], out[2] = middle, _percentile(buffer, n, 0.05), _percentile(buffer, n, 0.95)
    out[3] = buffer[:n].std()
    out[4] = median_of(drift, n - 1)
    out[5] = out[4] / (middle + 0.01)


@numba.njit(cache=True, nogil=True)
def _shape_traits(weeks, buffer, out):  # type: ignore[no-untyped-def]
    n_weeks = weeks.shape[0]
    kinds = np.full((4, n_weeks), np.nan)
    for w in range(n_weeks):
        if np.isnan(weeks[w, 0]):
            continue
        blocks = weeks[w, :_B]
        mean = blocks.mean()
        kinds[0, w] = blocks.std() / (mean + 1e-6)
        kinds[1, w] = mean / (weeks[w, ol.PEAK] + 1e-6)
        kinds[2, w] = 0.5 * (blocks[0] + blocks[1]) / (0.5 * (blocks[3] + blocks[4]) + 1e-3)
        kinds[3, w] = mean
    for k in range(3):
        n = 0
        for w in range(n_weeks):
            if not np.isnan(kinds[k, w]):
                buffer[n] = kinds[k, w]
                n += 1
        out[6 + k] = median_of(buffer, n)
    n = _gather(weeks, ol.NOTCH, buffer)
    if n >= 3:
        median_of(buffer, n)
        out[9], out[10], out[11], out[12] = buffer[n - 1], buffer[n - 2], buffer[n - 3], buffer[n // 2]
        alike = 0
        for i in range(n):
            alike += abs(buffer[i] - out[10]) < 0.25 * out[10]
        out[13] = alike
    out[14] = np.nanstd(kinds[3])


@numba.njit(cache=True, nogil=True)
def _dip_traits(weeks, buffer, out):  # type: ignore[no-untyped-def]
    n_weeks = weeks.shape[0]
    n, left_of_deepest, deepest = 0, np.nan, -1.0
    for w in range(n_weeks):
        depth = weeks[w, ol.FLOOR] - weeks[w, ol.LOWEST]
        if np.isnan(depth):
            continue
        if weeks[w, ol.LOWEST] < 0.02:
            continue
        if depth > deepest:
            deepest, left_of_deepest = depth, weeks[w, ol.LOWEST]
        buffer[n] = depth
        n += 1
    if n >= 3:
        median_of(buffer, n)
        out[15], out[16], out[17] = buffer[n - 1], buffer[n - 2], buffer[n - 3]
        deep, alike = 0, 0
        for i in range(n):
            deep += buffer[i] > 0.08
            alike += abs(buffer[i] - out[16]) < 0.25 * out[16]
        out[18], out[19], out[20] = deep, alike, left_of_deepest
    n = _gather(weeks, ol.DIP, buffer)
    if n >= 3:
        median_of(buffer, n)
        out[21], out[22], out[23] = buffer[n - 1], buffer[n - 2], buffer[n // 2]
        alike = 0
        for i in range(n):
            alike += abs(buffer[i] - out[22]) < 0.25 * out[22]
        out[24] = alike


@numba.njit(cache=True, nogil=True)
def _fault_traits(record, out):  # type: ignore[no-untyped-def]
    """Shares of days with faults, ring included, into the last four."""
    counts = np.zeros(5)
    out = out[_FAULTS:]
    for i in range(5):
        counts[i] = st.read_u16(record, st.QUALITY_COUNTS[i])
    outlined, as_of = st.read_i32(record, st.OUTLINED), st.read_i32(record, st.AS_OF)
    for day in range(outlined, as_of + 1):
        bits = record[st.DAY_RING + (day % st.DAYS) * st.DAY_BYTES + st.DAY_QUALITY]
        for i in range(5):
            counts[i] += (bits >> i) & 1
    seen = max(counts[0], 1.0)
    out[0], out[1], out[2], out[3] = (
        counts[1] / seen,
        counts[3] / seen,
        counts[4] / seen,
        counts[2] / seen,
    )


@numba.njit(cache=True, nogil=True)
def traits_of(record, weeks, out):  # type: ignore[no-untyped-def]
    """Traits of one record.

    Args:
        record: uint8 [1024].
        weeks: float64 [WEEKS_SHOWN, FIELDS], scratch; afterwards the outline over the mean load.
        out: float32 [COUNT], written in the order of NAMES; NaN where the record cannot tell.

    Returns:
        The mean load [W] that the traits are parts of; 0 where there is none.
    """
    out[:] = np.nan
    ol.read_outline(record, weeks)
    total, n = 0.0, 0
    for w in range(weeks.shape[0]):
        for b in range(_B):
            if np.isnan(weeks[w, b]):
                weeks[w, 0] = np.nan
        if not np.isnan(weeks[w, 0]):
            total += weeks[w, :_B].mean()
            n += 1
    mean = total / n if n else 0.0
    levels = out[len(PATTERNS) * STEP_WIDTH :]
    _fault_traits(record, levels)
    levels[_FAULTS - 1] = n
    if n < 2 or mean <= 0:
        return 0.0
    weeks[:, : ol.DAYS_SEEN] /= mean
    buffer = np.empty(weeks.shape[0])
    _floor_traits(weeks, buffer, levels)
    _shape_traits(weeks, buffer, levels)
    _dip_traits(weeks, buffer, levels)
    _outage_traits(weeks, levels[25:])
    levels[34] = levels[31] / (levels[0] + 0.02)
    _steps(weeks, out)
    describe_seasoned_steps(weeks, out[_SEASONED:])
    return mean


@numba.njit(cache=True, nogil=True)
def _traits(records, out, means):  # type: ignore[no-untyped-def]
    weeks = np.empty((ol.WEEKS_SHOWN, ol.FIELDS))
    row = np.empty(out.shape[1])
    for i in range(records.shape[0]):
        means[i] = traits_of(records[i], weeks, row)
        out[i] = row


def traits(records: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Traits of many records.

    Args:
        records: uint8 [meters, 1024].

    Returns:
        float32 [meters, COUNT] in the order of NAMES, and float64 [meters], the mean load [W].
    """
    out = np.empty((records.shape[0], COUNT), np.float32)
    means = np.empty(records.shape[0])
    _traits(records, out, means)
    return out, means
