"""Traits of a step of the last days: what tells a mine that has just begun from what else begins in a building.

Sizes are parts of the step itself, so a trait does not change with the unit or the size of the customer. A load
that comes back after a break was there before (``weeks_as_high``, ``pause``); heating comes slowly (``trend``,
``sharpness``); machines draw the same in all their hours (``spread_hours``, ``left_on``) and all night
(``low_to_size``).
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from gridcanary.power import fresh_steps as fresh
from gridcanary.power import state as st
from gridcanary.power.medians import median_of

_FIT = (
    "age",
    "size",
    "explained",
    "least",
    "runner_up",
    "blocks_on",
    "start_block",
    "mean_before",
    "level_before",
)
_CHANGE = (
    "spread_hours", "spread_days", "least_day", "left_on", "left_off", "left_before", "elsewhere", "slope",
    "shape_left", "weekend", "least_hour",
)  # fmt: skip
_LEVEL = ("floor_step", "floor_apart", "peak_step", "floor_to_size", "low_to_size", "size_to_before")
_PAST = (
    "over_floors", "over_levels", "over_most", "weeks_as_high", "pause", "change_usual", "change_most",
    "rises_alike", "trend", "level_spread", "clarity", "weeks_seen",
)  # fmt: skip
_EDGE = ("sharpness", "sharpest_elsewhere", "moves_before", "moves_after")
_CURVE = ("flatness", "load_factor", "hours_missing")

NAMES = tuple(f"fresh_{name}" for name in (*_FIT, *_CHANGE, *_LEVEL, *_PAST, *_EDGE, *_CURVE))
"""age: days since the step began, the first and the last counted. size: over the mean load. explained: share of
the week-on-week changes that the step is. least: its second-lowest block (of short ones the lowest). runner_up: what
the best fit of another age explains beside it. blocks_on, start_block: where in the day. mean_before: the mean load
[W] that size is a part of; level_before: the mean load [W] in the same hours before the step (told, not asked).

spread_*: over the hours and from day to day. least_day: the day that rose least. left_*: what remains unexplained in
the hours on, in the others, and on the days before. elsewhere: change of the other hours. slope: how the change
follows the load's own shape. shape_left: change of the day's shape that is not the step. weekend: what weekend days
rose more. least_hour: nearly the lowest hour's rise.

floor_*: daily lowest hour: its step, its lowest day after over its highest before, its level. peak_step: of the
daily highest hour. low_to_size: level that is hardly ever gone below since. size_to_before: over the level before.

over_*: level over all floors, the highest tenth and the highest of the weeks before. weeks_as_high: share of these
weeks that were as high. pause: how far the level before lay under the usual one. change_*, rises_alike: changes from
week to week. trend: rise of the four weeks before. clarity: log1p of the step over the usual change.

sharpness: greatest rise within three hours about the beginning; sharpest_elsewhere: greatest change elsewhere.
moves_*: usual change from hour to hour. All of these over the step's size, but for the last three, which tell the
curve before it."""

COUNT = len(NAMES)
TOLD_ONLY = ("fresh_mean_before", "fresh_level_before")
"""Traits with a unit, which no model may ask."""

_AT_CHANGE = len(_FIT)
_AT_LEVEL = _AT_CHANGE + len(_CHANGE)
_AT_PAST = _AT_LEVEL + len(_LEVEL)
_AT_EDGE = _AT_PAST + len(_PAST)
_AT_CURVE = _AT_EDGE + len(_EDGE)

LEAST_WEEKS = 2
"""Whole weeks in outline before the step."""

_B = 8
_GRAIN = 0.02
"""Part of the mean load below which a step is not told, added to the level that it is compared with."""

_EDGE_HOURS = 30
"""Hours about the beginning in which its sharpest rise is sought."""


@numba.njit(cache=True, nogil=True)
def _on_blocks(pattern, on):  # type: ignore[no-untyped-def]
    on[:] = False
    for j in range(fresh.COUNTS[pattern]):
        on[(fresh.STARTS[pattern] + j) & (_B - 1)] = True


@numba.njit(cache=True, nogil=True)
def _median_where(values, chosen, buffer):  # type: ignore[no-untyped-def]
    n = 0
    for b in range(_B):
        if chosen[b]:
            buffer[n] = values[b]
            n += 1
    return median_of(buffer, n)


@numba.njit(cache=True, nogil=True)
def _root_mean(total, n, size):  # type: ignore[no-untyped-def]
    return np.sqrt(total / n) / size if n else np.nan


@numba.njit(cache=True, nogil=True)
def _describe_days(change, age, on, size, last_day, buffer, out):  # type: ignore[no-untyped-def]
    """spread_days, least_day into out[1..2], left_* into out[3..5], weekend into out[9]."""
    first, last = fresh.lifted_pairs(age)
    n, working, n_working, weekend, n_weekend = 0, 0.0, 0, 0.0, 0
    left, counts = np.zeros(3), np.zeros(3)
    for r in range(fresh.PAIRS):
        lifted = first <= r < last
        total, m = 0.0, 0
        for b in range(_B):
            value = change[r, b]
            if np.isnan(value):
                continue
            kind = (0 if on[b] else 1) if lifted else 2
            left[kind] += (value - (size if kind == 0 else 0.0)) ** 2
            counts[kind] += 1
            if kind == 0:
                total += value
                m += 1
        if not lifted or m == 0:
            continue
        buffer[n] = total / m
        n += 1
        if (last_day - fresh.PAIRS + 1 + r - st.EPOCH_MONDAY) % 7 >= 5:
            weekend += total / m
            n_weekend += 1
        else:
            working += total / m
            n_working += 1
    if n:
        out[1] = buffer[:n].std() / size
        out[2] = buffer[:n].min() / size
    for k in range(3):
        out[3 + k] = _root_mean(left[k], counts[k], size)
    if n_working and n_weekend:
        out[9] = (weekend / n_weekend - working / n_working) / size


@numba.njit(cache=True, nogil=True)
def _describe_shape(risen, before, on, size, out):  # type: ignore[no-untyped-def]
    """spread_hours into out[0], elsewhere, slope, shape_left into out[6..8]."""
    spread, elsewhere, left, n = 0.0, 0.0, 0.0, 0
    for b in range(_B):
        if on[b]:
            spread += (risen[b] - size) ** 2
            n += 1
        else:
            elsewhere += risen[b]
        left += (risen[b] - (size if on[b] else 0.0)) ** 2
    out[0] = np.sqrt(spread / n) / size
    out[6] = elsewhere / (_B - n) / size if n < _B else 0.0
    mean, rise = before.mean(), risen.mean()
    var, cov = 1e-6 * mean * mean + 1e-9, 0.0
    for b in range(_B):
        var += (before[b] - mean) ** 2
        cov += (before[b] - mean) * (risen[b] - rise)
    out[7] = cov / var
    out[8] = np.sqrt(left / _B) / size


@numba.njit(cache=True, nogil=True)
def _least_hour(hours, age, on, size, buffer):  # type: ignore[no-untyped-def]
    """Nearly the lowest of the hours' median rises over the size; its edges may be cut."""
    first, last = fresh.lifted_pairs(age)
    rises, n = np.empty(st.HOURS), 0
    for h in range(st.HOURS):
        if not on[h // 3]:
            continue
        m = 0
        for r in range(first, last):
            rise = hours[(fresh.PAIRS + r) * st.HOURS + h] - hours[r * st.HOURS + h]
            if not np.isnan(rise):
                buffer[m] = rise
                m += 1
        if m:
            rises[n] = median_of(buffer, m)
            n += 1
    median_of(rises, n)
    return rises[3] / size if n > 3 else np.nan


@numba.njit(cache=True, nogil=True)
def _extremes(hours, floors, peaks):  # type: ignore[no-untyped-def]
    """Lowest and highest hour of each day with eighteen known hours, NaN for others."""
    for i in range(fresh.DAYS):
        low, high, n = np.inf, -np.inf, 0
        for h in range(st.HOURS):
            value = hours[i * st.HOURS + h]
            if not np.isnan(value):
                low, high = min(low, value), max(high, value)
                n += 1
        floors[i] = low if n >= 18 else np.nan
        peaks[i] = high if n >= 18 else np.nan


@numba.njit(cache=True, nogil=True)
def _median_between(values, first, last, buffer):  # type: ignore[no-untyped-def]
    """Median, lowest and highest of the known values[first:last]."""
    n = 0
    for i in range(first, last):
        if not np.isnan(values[i]):
            buffer[n] = values[i]
            n += 1
    middle = median_of(buffer, n)
    if n == 0:
        return np.nan, np.nan, np.nan
    return middle, buffer[0], buffer[n - 1]


@numba.njit(cache=True, nogil=True)
def _describe_level(hours, begun, on, size, level_before, mean, buffer, out):  # type: ignore[no-untyped-def]
    """The level traits; gives the floor since the step and the usual peak before it."""
    floors, peaks = np.empty(fresh.DAYS), np.empty(fresh.DAYS)
    _extremes(hours, floors, peaks)
    before, _, highest = _median_between(floors, 0, begun, buffer)
    after, lowest, _ = _median_between(floors, begun, fresh.DAYS, buffer)
    peak_before, _, _ = _median_between(peaks, 0, begun, buffer)
    peak_after, _, _ = _median_between(peaks, begun, fresh.DAYS, buffer)
    out[0] = (after - before) / size
    out[1] = (lowest - highest) / size
    out[2] = (peak_after - peak_before) / size
    out[3] = after / size
    n = 0
    # the first day may have begun within
    for i in range(min(begun + 1, fresh.DAYS - 2), fresh.DAYS):
        for h in range(st.HOURS):
            value = hours[i * st.HOURS + h]
            if on[h // 3] and not np.isnan(value):
                buffer[n] = value
                n += 1
    median_of(buffer, n)
    out[4] = buffer[n // 20] / size if n else np.nan
    out[5] = size / (level_before + _GRAIN * mean)
    return after, peak_before


@numba.njit(cache=True, nogil=True)
def _describe_past(weeks, n, on, size, level_before, floor, mean, least, out, buffer):  # type: ignore[no-untyped-def]
    """What the weeks before say of the level and its changes."""
    level = np.empty(n)
    highest_floor = 0.0
    for w in range(n):
        level[w] = _median_where(weeks[w], on, buffer)
        highest_floor = max(highest_floor, weeks[w, _B])
    ordered = np.sort(level)
    now, high = level_before + size, ordered[int(n * 0.9)]
    as_high, alike, most = 0, 0, 0.0
    for w in range(n):
        as_high += level[w] > now - 0.4 * size
    for w in range(n - 1):
        rise = level[w + 1] - level[w]
        buffer[w] = abs(rise)
        most = max(most, rise)
        alike += rise > 0.5 * size
    usual = median_of(buffer, n - 1)
    out[0] = (floor - highest_floor) / size
    out[1] = (now - high) / size
    out[2] = (now - ordered[n - 1]) / size
    out[3] = as_high / n
    out[4] = (ordered[n // 2] - level_before) / size
    out[5], out[6], out[7] = usual / size, most / size, alike
    out[8] = (level_before - level[n - min(4, n)]) / size
    out[9] = (high - ordered[int(n * 0.1)]) / mean
    out[10] = np.log1p(max(0.0, least) / (_GRAIN * mean + usual))
    out[11] = n


@numba.njit(cache=True, nogil=True)
def _rise_at(hours, t):  # type: ignore[no-untyped-def]
    """Week-on-week change of three hours from hour ``t`` on less that of the three before; unknown ones are 0."""
    total = 0.0
    for k in range(-3, 3):
        change = hours[fresh.PAIRS * st.HOURS + t + k] - hours[t + k]
        if not np.isnan(change):
            total += change if k >= 0 else -change
    return total / 3


@numba.njit(cache=True, nogil=True)
def _usual_move(hours, first, last, buffer):  # type: ignore[no-untyped-def]
    n = 0
    for i in range(first, last):
        for h in range(1, st.HOURS):
            move = hours[i * st.HOURS + h] - hours[i * st.HOURS + h - 1]
            if not np.isnan(move):
                buffer[n] = abs(move)
                n += 1
    return median_of(buffer, n)


@numba.njit(cache=True, nogil=True)
def _describe_edge(hours, age, begun, on, size, buffer, out):  # type: ignore[no-untyped-def]
    """How sudden the step is beside what else is sudden, and how the load moves from hour to hour."""
    first, last = fresh.lifted_pairs(age)
    edge = (first if age <= fresh.PAIRS else last) * st.HOURS
    sign = 1.0 if age <= fresh.PAIRS else -1.0
    sharpest, elsewhere = 0.0, 0.0
    for t in range(4, fresh.PAIRS * st.HOURS - 4):
        rise = _rise_at(hours, t)
        if abs(t - edge) <= _EDGE_HOURS:
            if on[(t % st.HOURS) // 3]:
                sharpest = max(sharpest, sign * rise)
        elif abs(t - edge) > _EDGE_HOURS + 3:
            elsewhere = max(elsewhere, abs(rise))
    out[0], out[1] = sharpest / size, elsewhere / size
    out[2] = _usual_move(hours, 0, begun, buffer) / size
    out[3] = _usual_move(hours, begun, fresh.DAYS, buffer) / size


@numba.njit(cache=True, nogil=True)
def _describe(record, hours, blocks, change, weeks, buffer, out):  # type: ignore[no-untyped-def]
    """Traits of one record into ``out``; False where no step is seen or too little is known."""
    missing = fresh.read_fortnight(record, hours)
    if missing > fresh.MOST_MISSING:
        return False
    fresh.block_means(hours, blocks)
    if fresh.week_on_week(blocks, change) < fresh.LEAST_PAIRS:
        return False
    gains = np.empty(fresh.DAYS)
    age, pattern, explained = fresh.best_fit(change, gains)
    if pattern < 0:
        return False
    begun, last_day = fresh.DAYS - age, st.read_i32(record, st.AS_OF)
    n = fresh.weeks_before(record, last_day - age + 1, weeks)
    on = np.empty(_B, np.bool_)
    _on_blocks(pattern, on)
    before, risen = np.empty(_B), np.empty(_B)
    for b in range(_B):
        before[b], _, _ = _median_between(blocks[:, b], 0, begun, buffer)
        risen[b] = fresh.median_change(change, age, b, buffer)
    mean = max(weeks[:n, :_B].mean() if n else 0.0, before.mean())
    size = _median_where(risen, on, buffer)
    if n < LEAST_WEEKS or np.isnan(risen.sum()) or not mean > 0 or not size > _GRAIN * mean:
        return False
    blocks_on = fresh.COUNTS[pattern]
    lowest = buffer[1] if blocks_on > 4 else buffer[0]
    rival = 0.0
    for a in range(fresh.LEAST_AGE, fresh.MOST_AGE + 1):
        rival = max(rival, gains[a] if abs(a - age) > 2 else 0.0)
    out[0], out[1], out[2], out[3] = age, size / mean, explained, lowest / size
    out[4], out[5], out[6], out[7] = rival / gains[age], blocks_on, fresh.STARTS[pattern], mean
    out[8] = before[on].mean()
    told = out[_AT_CHANGE:]
    _describe_days(change, age, on, size, last_day, buffer, told)
    _describe_shape(risen, before, on, size, told)
    told[10] = _least_hour(hours, age, on, size, buffer)
    level = _median_where(before, on, buffer)
    floor, peak = _describe_level(hours, begun, on, size, level, mean, buffer, out[_AT_LEVEL:])
    least = lowest - abs(told[6]) * size
    _describe_past(weeks, n, on, size, level, floor, mean, least, out[_AT_PAST:], buffer)
    _describe_edge(hours, age, begun, on, size, buffer, out[_AT_EDGE:])
    middle = before.mean()
    out[_AT_CURVE] = before.std() / max(middle, 1e-9)
    out[_AT_CURVE + 1] = middle / max(peak, 1e-9)
    out[_AT_CURVE + 2] = missing
    return True


@numba.njit(cache=True, nogil=True)
def _fresh_traits(records, out, seen):  # type: ignore[no-untyped-def]
    hours, blocks = np.empty(fresh.DAYS * st.HOURS), np.empty((fresh.DAYS, _B))
    change, weeks = np.empty((fresh.PAIRS, _B)), np.empty((st.WEEKS, _B + 1))
    buffer, row = np.empty(fresh.DAYS * st.HOURS), np.empty(out.shape[1])
    for i in range(records.shape[0]):
        row[:] = np.nan
        seen[i] = _describe(records[i], hours, blocks, change, weeks, buffer, row)
        out[i] = row


def fresh_traits(records: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Traits of steps that began two to twelve days before each record ends.

    Args:
        records: uint8 [meters, 1024].

    Returns:
        float32 [meters, COUNT] in the order of NAMES, and bool [meters], whether a step is seen at all.
    """
    out = np.empty((records.shape[0], COUNT), np.float32)
    seen = np.empty(records.shape[0], np.bool_)
    _fresh_traits(records, out, seen)
    return out, seen
