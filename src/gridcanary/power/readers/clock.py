"""Wall clocks: instants to local time and back through zone rules, a whole column at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError

Seconds = NDArray[np.int64]
"""Seconds since 1970-01-01T00:00, of UTC (instants) or of the wall clock (local)."""

FIRST_YEAR, LAST_YEAR = 1989, 2060
_WEEK_S = 7 * 86400


class LocalClock:
    """One place's rules of local time.

    Args:
        changes: instants at which the offset changes, ascending; the first lies before every reading.
        offsets: offset from UTC that holds from each of them on [s].
    """

    def __init__(self, changes: Seconds, offsets: Seconds) -> None:
        self._changes, self._offsets = changes, offsets
        back = np.flatnonzero(np.diff(offsets) < 0) + 1
        self._repeat_from = changes[back] + offsets[back]
        self._repeat_to = changes[back] + offsets[back - 1]

    def to_local(self, instants: Seconds) -> Seconds:
        """Wall clock seconds of instants."""
        return instants + self._offsets[np.searchsorted(self._changes, instants, side="right") - 1]

    def is_repeated(self, local: Seconds) -> NDArray[np.bool_]:
        """Whether a wall clock time happens twice, in the hour that is put back in autumn."""
        if not self._repeat_from.size:
            return np.zeros(local.shape, dtype=np.bool_)
        found = np.searchsorted(self._repeat_from, local, side="right") - 1
        return (found >= 0) & (local < self._repeat_to[found])


def clock_of(file: Path, zone: str) -> LocalClock:
    """The clock of an IANA time zone.

    Args:
        file: named in the error.
        zone: for example ``Asia/Shanghai``.

    Raises:
        InputError: there is no such zone.
    """
    try:
        return _zone_clock(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(
            file, f"the time zone {zone!r} is unknown", remedy="give an IANA name such as Asia/Shanghai"
        ) from error


@lru_cache(maxsize=16)
def _zone_clock(zone: str) -> LocalClock:
    place = ZoneInfo(zone)

    def offset_at(instant: int) -> int:
        offset = dt.datetime.fromtimestamp(instant, tz=place).utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0

    start = int(dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC).timestamp())
    end = int(dt.datetime(LAST_YEAR, 1, 1, tzinfo=dt.UTC).timestamp())
    changes, offsets = [-(2**62)], [offset_at(start)]
    # No zone changes its clock twice within a week, so weekly probes see every change.
    for week in range(start, end, _WEEK_S):
        if offset_at(week + _WEEK_S) != offset_at(week):
            changes.append(_change_between(offset_at, week, week + _WEEK_S))
            offsets.append(offset_at(week + _WEEK_S))
    return LocalClock(np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64))


def _change_between(offset_at: Callable[[int], int], low: int, high: int) -> int:
    before = offset_at(low)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(middle) == before:
            low = middle
        else:
            high = middle
    return high
