"""The time that figures are about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

DEFAULT_DAYS = 365
FIRST_YEAR, LAST_YEAR = 1900, 2999
"""Days outside can't be told as moments in every time zone."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included, in local days."""

    first: dt.date
    last: dt.date

    @classmethod
    def asked(cls, first: str, last: str) -> Period:
        """The period that a page asks for; what can't be read falls back to the year up to today."""
        today = timezone.localdate()
        return cls(
            _day(first) or today - dt.timedelta(days=DEFAULT_DAYS),
            _day(last) or today,
        )

    @property
    def begins_at(self) -> dt.datetime:
        """First moment."""
        return timezone.make_aware(dt.datetime.combine(self.first, dt.time.min))

    @property
    def ends_at(self) -> dt.datetime:
        """First moment after it."""
        return timezone.make_aware(dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time.min))


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
