"""Local time as Green Button states it: an offset and two rules packed into hexadecimal numbers."""

from __future__ import annotations

import calendar
import datetime as dt
from pathlib import Path

import numpy as np

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.clock import FIRST_YEAR, LAST_YEAR, LocalClock
from gridcanary.power.readers.xml_records import XmlRecord

LAST_IN_MONTH = 7
"""Operator of a rule: the last such day of the week in the month; 2 to 6 count from the first to the
fifth."""


def clock_of_parameters(file: Path, record: XmlRecord) -> LocalClock:
    """The clock of a LocalTimeParameters element.

    Args:
        file: named in errors.
        record: the element.

    Raises:
        InputError: an offset or a rule cannot be read.
    """
    try:
        standard = int(record.value("tzOffset") or "0")
        summer = int(record.value("dstOffset") or "0")
        rules = [int(record.value(tag) or "0", 16) for tag in ("dstStartRule", "dstEndRule")]
        if not (abs(standard) <= 86400 and abs(summer) <= 7200):
            raise ValueError("offset of more than a day")
        changes, offsets = [-(2**62)], [standard]
        if summer and all(_month(rule) for rule in rules):
            for year in range(FIRST_YEAR, LAST_YEAR):
                starts = _local_second(rules[0], year) - standard
                ends = _local_second(rules[1], year) - standard - summer
                # South of the equator summer ends before it starts within a year.
                changes += sorted((starts, ends))
                offsets += [standard + summer, standard] if starts < ends else [standard, standard + summer]
    except (ValueError, OverflowError) as error:
        raise InputError(
            file, f"local time cannot be read: {error}", row=record.line, column="LocalTimeParameters"
        ) from error
    return LocalClock(np.array(changes, dtype=np.int64), np.array(offsets, dtype=np.int64))


def _month(rule: int) -> int:
    return rule >> 28 & 0xF


def _local_second(rule: int, year: int) -> int:
    """The wall clock second at which a rule applies.

    Bits from the low end: seconds 12, hours 5, day of the week 3 (Monday is 1), day of the month 5,
    operator 3, month 4 (ESPI DstRuleType).

    Example:
        >>> dt.datetime.fromtimestamp(_local_second(0x360E2000, 2024), dt.UTC).isoformat()
        '2024-03-10T02:00:00+00:00'
    """
    seconds, hours, weekday = rule & 0xFFF, rule >> 12 & 0x1F, rule >> 17 & 0x7
    monthday, operator, month = rule >> 20 & 0x1F, rule >> 25 & 0x7, _month(rule)
    length = calendar.monthrange(year, month)[1]
    if operator == 0 or not weekday:
        day = min(max(monthday, 1), length)
    else:
        base = max(monthday, 1) if operator == 1 else 1
        first = base + (weekday - 1 - dt.date(year, month, min(base, length)).weekday()) % 7
        day = first if operator == 1 else first + 7 * (min(operator, 6) - 2)
        if operator == LAST_IN_MONTH:
            day = first + 7 * ((length - first) // 7)
        while day > length:
            day -= 7
    midnight = dt.datetime(year, month, day, tzinfo=dt.UTC)
    return int(midnight.timestamp()) + 3600 * hours + seconds
