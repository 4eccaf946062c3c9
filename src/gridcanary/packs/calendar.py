"""The working calendar: the week, the holidays and the weekends that are worked in exchange."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from gridcanary.packs.schema.holidays import HolidayYear
from gridcanary.packs.schema.switches import Switches
from gridcanary.packs.schema.vocabulary import WEEKDAYS

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked.

    Outside the years of the table only the week decides, and results that rest on such days are provisional.

    Args:
        week: weekdays that are worked, 0 is Monday.
        off: days that are not worked, whatever the weekday.
        worked: days that are worked, whatever the weekday.
        years: years whose table is there.
        zone: the zone in which days begin and end.
    """

    week: frozenset[int]
    off: frozenset[dt.date]
    worked: frozenset[dt.date]
    years: frozenset[int]
    zone: ZoneInfo

    @classmethod
    def of(cls, switches: Switches, holidays: Mapping[str, HolidayYear]) -> WorkCalendar:
        """The calendar of a pack. A year's table may name days of the year before (New Year's bridge)."""
        return cls(
            week=frozenset(WEEKDAYS.index(day) for day in switches.working_week),
            off=frozenset(day for year in holidays.values() for day in year.days_off()),
            worked=frozenset(day for year in holidays.values() for day in year.worked),
            years=frozenset(int(year) for year in holidays),
            zone=switches.zone,
        )

    def knows(self, day: dt.date) -> bool:
        """Whether the table of the day's year is there."""
        return day.year in self.years

    def is_working(self, day: dt.date) -> bool:
        """Whether the day is worked, as far as is known."""
        if day in self.worked:
            return True
        return day not in self.off and day.weekday() in self.week

    def next_working(self, day: dt.date) -> dt.date:
        """The day itself if it is worked, otherwise the next that is."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def previous_working(self, day: dt.date) -> dt.date:
        """The day itself if it is worked, otherwise the last that was."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def working_days(self, after: dt.date, until: dt.date) -> int:
        """How many days are worked after one day and until another, the last counted; negative backwards."""
        if until < after:
            return -self.working_days(until, after)
        days = (after + dt.timedelta(days=step) for step in range(1, (until - after).days + 1))
        return sum(self.is_working(day) for day in days)
