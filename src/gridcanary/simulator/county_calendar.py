"""Which days are worked, which are holidays, and where the Spring Festival falls."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEW_YEAR_DAYS = {
    2023: dt.date(2023, 1, 22),
    2024: dt.date(2024, 2, 10),
    2025: dt.date(2025, 1, 29),
    2026: dt.date(2026, 2, 17),
    2027: dt.date(2027, 2, 6),
    2028: dt.date(2028, 1, 26),
}
"""First day of the lunar year."""

NO_FESTIVAL = 999
"""days_from_festival of a day whose year has no entry in NEW_YEAR_DAYS."""


@dataclass(frozen=True)
class CountyCalendar:
    """The days of a simulation and what people do on them.

    Args:
        first_day: first simulated day.
        days: number of days.
        slots: values a day.
    """

    first_day: dt.date
    days: int
    slots: int

    @property
    def dates(self) -> list[dt.date]:
        """Every simulated day."""
        return [self.first_day + dt.timedelta(days=i) for i in range(self.days)]

    @property
    def hours(self) -> NDArray[np.float32]:
        """Local hour at the middle of each slot, shape (slots,)."""
        return ((np.arange(self.slots) + 0.5) * 24.0 / self.slots).astype(np.float32)

    @property
    def slots_per_hour(self) -> float:
        """Slots in an hour."""
        return self.slots / 24.0

    @property
    def weekday(self) -> NDArray[np.int64]:
        """0 is Monday, shape (days,)."""
        return np.array([day.weekday() for day in self.dates])

    @property
    def days_from_festival(self) -> NDArray[np.int64]:
        """Days since the lunar New Year of the same civil year, negative before it, shape (days,)."""
        return np.array([_days_from_festival(day) for day in self.dates])

    @property
    def holiday(self) -> NDArray[np.bool_]:
        """Public holidays: New Year, a week of Spring Festival, Qingming, Labour Day, National Day."""
        near = self.days_from_festival
        civil = np.array([_civil_holiday(day) for day in self.dates])
        return civil | ((near >= -2) & (near <= 6))

    @property
    def workday(self) -> NDArray[np.bool_]:
        """Monday to Friday without public holidays, shape (days,)."""
        return (self.weekday < 5) & ~self.holiday

    @property
    def school_day(self) -> NDArray[np.bool_]:
        """Workdays outside the winter break (four weeks around Spring Festival) and the summer break."""
        near = self.days_from_festival
        summer = np.array([day.month in (7, 8) for day in self.dates])
        return self.workday & ~((near >= -22) & (near <= 15)) & ~summer

    def closed_around_festival(
        self, before: NDArray[np.int64], after: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Days on which each business keeps its doors shut for the festival.

        Args:
            before: last day of work before the New Year as a count of days, shape (n,).
            after: first day of work after it as a count of days, shape (n,).

        Returns:
            True where closed, shape (n, days).
        """
        near = self.days_from_festival[None, :]
        return (near > -before[:, None]) & (near < after[:, None])


def _days_from_festival(day: dt.date) -> int:
    new_year = NEW_YEAR_DAYS.get(day.year)
    return NO_FESTIVAL if new_year is None else (day - new_year).days


def _civil_holiday(day: dt.date) -> bool:
    return (day.month, day.day) in {(1, 1), (4, 4), (4, 5), (4, 6), (5, 1), (5, 2), (5, 3)} or (
        day.month == 10 and day.day <= 7
    )
