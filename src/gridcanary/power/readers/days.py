"""Dates as exports write them."""

from __future__ import annotations

import datetime as dt
import re

from gridcanary.power.readers.base import ReadOptions

_ISO = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ]+00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII)
_ORACLE = re.compile(r"(\d{1,2})-([A-Za-z]{3}|\d{1,2}月 ?)-(\d{2}|\d{4})", re.ASCII)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def parse_day(text: str) -> dt.date:
    """A day in any of the ways that databases and spreadsheets write one.

    Args:
        text: 2024-03-01, 2024/3/1, 20240301, 2024年3月1日, with or without 00:00:00 behind it, or Oracle's
            own 01-MAR-24 and 01-3月 -24.

    Raises:
        ValueError: it is none of these, or no day of the calendar.

    Example:
        >>> parse_day("01-3月 -24") == parse_day("20240301")
        True
    """
    text = text.strip()
    if found := _ISO.fullmatch(text):
        if not found[2] and len(found[3]) + len(found[4]) != 4:
            raise ValueError("not a date")
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if found := _CHINESE.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _ORACLE.fullmatch(text):
        name = found[2].strip().rstrip("月").upper()
        month = int(name) if name.isdigit() else _MONTHS.index(name) + 1 if name in _MONTHS else 0
        year = int(found[3])
        return _day(year if year > 99 else 2000 + year, month, int(found[1]))
    raise ValueError("not a date")


def _day(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise ValueError("not a day of the calendar") from error


def parse_sane_day(text: str, options: ReadOptions) -> dt.date:
    """A day, as :func:`parse_day`, that lies in the range that the options allow.

    Raises:
        ValueError: no date, or one out of range.
    """
    day = parse_day(text)
    if not options.day_is_sane(day):
        raise ValueError("a day out of range")
    return day
