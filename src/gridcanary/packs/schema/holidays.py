"""holidays.yaml: which days are not worked although the week says so, and which are worked although not."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from gridcanary.packs.schema.base import Fact

DayRange = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}( to \d{4}-\d{2}-\d{2})?$", strip_whitespace=True),
    BeforeValidator(lambda value: value.isoformat() if isinstance(value, dt.date) else value),
]
"""A day or days from one to another: ``2026-02-15 to 2026-02-23``."""


class HolidayYear(Fact):
    """The table of one year; its key is the year. A year without a table makes results provisional."""

    off: tuple[DayRange, ...] = Field(
        description="days not worked: 2026-06-19, or 2026-02-15 to 2026-02-23; weekends may be among them"
    )
    worked: tuple[dt.date, ...] = Field(default=(), description="weekend days that are worked in exchange")

    @model_validator(mode="after")
    def _consistent(self) -> HolidayYear:
        days = self.days_off()
        both = sorted(days & set(self.worked))
        if both:
            raise ValueError(f"{both[0]} is both off and worked")
        return self

    def days_off(self) -> frozenset[dt.date]:
        """Every day of the ranges."""
        found: set[dt.date] = set()
        for text in self.off:
            first, _, last = text.partition(" to ")
            day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)
            if end < day:
                raise ValueError(f"{text} runs backwards")
            while day <= end:
                found.add(day)
                day += dt.timedelta(days=1)
        return frozenset(found)
