"""Whether a meter shows no load after its supply was cut, from the readings in the lake."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from gridcanary.power import lake as lakes

NEAR_ZERO_W = 50
"""A meter without load may still show the draw of its own electronics and the rounding of its source [W]."""
NEAR_ZERO_SHARE = 0.005
"""Of the mean load before the cut: a large current transformer reads a few thousandths of its range at rest."""
PROOF_HOURS = 24
"""How long the load must stay near zero: one whole day, so that a mine which runs at night only shows."""
LEAST_READ = 0.8
"""Share of the readings of that time which must be there."""
DAYS_BEFORE, DAYS_AFTER = 7, 3


@dataclass(frozen=True, slots=True)
class Reading:
    """Mean load of one interval.

    Args:
        at: its beginning, with time zone.
        minutes: its length.
        load_w: mean load [W]; None where missing.
    """

    at: dt.datetime
    minutes: int
    load_w: int | None

    @property
    def end(self) -> dt.datetime:
        """Its end."""
        return self.at + dt.timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class LoadProof:
    """What the readings say of the hours after a cut.

    Args:
        holds: no load for the whole time, and enough readings to say so.
        from_at, until_at: the time looked at.
        expected: intervals in it.
        read: intervals with a reading.
        most_w: greatest load [W]; None without a reading.
        limit_w: what counts as no load [W].
        before_w: mean load in the days before [W]; None without a reading.
    """

    holds: bool
    from_at: dt.datetime
    until_at: dt.datetime
    expected: int
    read: int
    most_w: int | None
    limit_w: int
    before_w: int | None


def readings_around(lake: Path, meter_id: str, at: dt.datetime) -> list[Reading]:
    """Readings of a meter from DAYS_BEFORE before a moment to DAYS_AFTER after it; none without a lake.

    Args:
        lake: folder of the lake.
        meter_id: the meter.
        at: the moment, with time zone.

    Raises:
        LakeError: the lake can't be read.
    """
    if not lakes.is_lake(lake):
        return []
    zone = ZoneInfo(lakes.open_lake(lake).timezone)
    day = at.astimezone(zone).date()
    first, last = day - dt.timedelta(days=DAYS_BEFORE), day + dt.timedelta(days=DAYS_AFTER)
    found = lakes.meter_readings(lake, meter_id, first, last, ["day", "load_w"])
    readings = []
    for row in found.to_pylist():
        minutes = 24 * 60 // max(len(row["load_w"]), 1)
        start = dt.datetime.combine(row["day"], dt.time(), zone)
        for slot, load_w in enumerate(row["load_w"]):
            readings.append(Reading(start + dt.timedelta(minutes=slot * minutes), minutes, load_w))
    return readings


def prove(readings: list[Reading], cut_at: dt.datetime, hours: int = PROOF_HOURS) -> LoadProof:
    """Whether the load stayed near zero after a cut.

    Args:
        readings: of the meter, around the cut.
        cut_at: when the supply was cut, with time zone; the interval in which it lies does not count.
        hours: how long the load must stay near zero.

    Returns:
        What they say; it holds only with at least LEAST_READ of the readings of that time.
    """
    until = cut_at + dt.timedelta(hours=hours)
    before = [one.load_w for one in readings if one.end <= cut_at and one.load_w is not None]
    after = [one for one in readings if one.at >= cut_at and one.end <= until]
    there = [one.load_w for one in after if one.load_w is not None]
    before_w = round(sum(before) / len(before)) if before else None
    limit_w = round(max(NEAR_ZERO_W, NEAR_ZERO_SHARE * (before_w or 0)))
    minutes = min((one.minutes for one in readings), default=15)
    # The interval of the cut and the one at the end are cut off, so up to one interval less is complete.
    expected = hours * 60 // minutes
    enough = len(there) >= LEAST_READ * expected
    most_w = max((abs(load) for load in there), default=None)
    holds = enough and most_w is not None and most_w <= limit_w
    return LoadProof(holds, cut_at, until, expected, len(there), most_w, limit_w, before_w)
