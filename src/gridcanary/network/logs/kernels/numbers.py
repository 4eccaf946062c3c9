"""Times, counts and addresses out of slices of text."""

from __future__ import annotations

import numba
import numpy as np

MISSING = np.iinfo(np.int64).min
BAD = MISSING + 1
"""Instead of a number: the field is not there; the field is there and is no such number."""

_SECOND = 1_000_000_000
_LAST_SECOND = 9_000_000_000
"""The year 2255: later ones do not fit int64 nanoseconds and are no times of a log."""

LONGEST_SPAN_S = 400 * 86_400
"""Sensors cut flows after hours at the most; a flow of more than a year is a fault of a clock or made up, and would
fill a row for each of its days."""

MOST_COUNT = 10**15
"""Bytes or packets of a record, a petabyte: sums of many such records still fit int64."""

MOST_PORT = 65_535


@numba.njit(cache=True, nogil=True)
def _digits(data, at, stop):  # type: ignore[no-untyped-def]
    """The number that the digits from ``at`` make, how many they are; BAD above 18 digits."""
    value, count = 0, 0
    while at < stop and 48 <= data[at] <= 57:
        value = value * 10 + (data[at] - 48)
        at += 1
        count += 1
        if count > 18:
            return BAD, count
    return value, count


@numba.njit(cache=True, nogil=True)
def _billionths(data, at, stop):  # type: ignore[no-untyped-def]
    """The fraction that the digits from ``at`` make, in billionths, and how many digits there are."""
    value, unit, count = 0, 100_000_000, 0
    while at < stop and 48 <= data[at] <= 57:
        value += unit * (data[at] - 48)
        unit //= 10
        at += 1
        count += 1
    return value, count


@numba.njit(cache=True, nogil=True)
def _seconds(data, at, stop):  # type: ignore[no-untyped-def]
    """A decimal number as (whole, billionths); whole is BAD where it is none. An exponent is taken by floats."""
    whole, count = _digits(data, at, stop)
    at += count
    part, parts = 0, 0
    if at < stop and data[at] == 46:
        part, parts = _billionths(data, at + 1, stop)
        at += 1 + parts
    if count + parts == 0 or whole == BAD:
        return BAD, 0
    if at == stop:
        return whole, part
    if data[at] != 69 and data[at] != 101:
        return BAD, 0
    at += 1
    sign = 1
    if at < stop and (data[at] == 43 or data[at] == 45):
        sign = -1 if data[at] == 45 else 1
        at += 1
    power, count = _digits(data, at, stop)
    if count == 0 or count > 3 or at + count != stop:
        return BAD, 0
    value = (whole + part * 1e-9) * 10.0 ** (sign * power)
    if not value < 1e18:
        return BAD, 0
    return int(value), int((value - int(value)) * 1e9)


@numba.njit(cache=True, nogil=True)
def _epoch(data, at, stop):  # type: ignore[no-untyped-def]
    """Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size, in ns."""
    whole, part = _seconds(data, at, stop)
    if whole == BAD:
        return BAD
    if whole < 100_000_000_000:
        return whole * _SECOND + part if whole < _LAST_SECOND else BAD
    if whole < 100_000_000_000_000:
        return whole * 1_000_000 + part // 1000 if whole < _LAST_SECOND * 1000 else BAD
    if whole < 100_000_000_000_000_000:
        return whole * 1000 if whole < _LAST_SECOND * 1_000_000 else BAD
    return BAD


@numba.njit(cache=True, nogil=True)
def _pair(data, at):  # type: ignore[no-untyped-def]
    """The number of two digits; -1 where they are none."""
    tens, ones = data[at] - 48, data[at + 1] - 48
    return np.int64(tens * 10 + ones) if 0 <= tens < 10 and 0 <= ones < 10 else np.int64(-1)


@numba.njit(cache=True, nogil=True)
def _days(year, month, day):  # type: ignore[no-untyped-def]
    """Days since 1970 of a date of the Gregorian calendar, after H. Hinnant's days_from_civil; BAD where none."""
    lengths = (31, 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return BAD
    if (month == 2 and day > lengths[1]) or (day == 31 and (month in (4, 6, 9, 11))):
        return BAD
    shifted = year - 1 if month <= 2 else year
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


@numba.njit(cache=True, nogil=True)
def _zone(data, at, stop, otherwise):  # type: ignore[no-untyped-def]
    """Seconds east of Greenwich that ``Z``, ``+hhmm`` or ``+hh:mm`` say; ``otherwise`` where nothing stands."""
    left = stop - at
    if left == 0:
        return otherwise
    if left == 1 and (data[at] == 90 or data[at] == 122):
        return 0
    if (left != 5 and left != 6) or (data[at] != 43 and data[at] != 45) or (left == 6 and data[at + 3] != 58):
        return BAD
    hours, minutes = _pair(data, at + 1), _pair(data, stop - 2)
    if not (0 <= hours <= 15 and 0 <= minutes < 60):
        return BAD
    return (hours * 3600 + minutes * 60) * (1 if data[at] == 43 else -1)


@numba.njit(cache=True, nogil=True)
def time_of(data, at, stop, zone):  # type: ignore[no-untyped-def]
    """UTC [ns since 1970] of ``2026-11-23T10:01:34.322947+0000`` (a blank instead of T, a fraction and a zone as they
    please) or of a number since 1970; BAD where it is neither. zone: seconds east, where none is written."""
    if stop - at < 19 or data[at + 4] != 45:
        return _epoch(data, at, stop)
    if data[at + 7] != 45 or data[at + 13] != 58 or data[at + 16] != 58:
        return BAD
    if data[at + 10] != 84 and data[at + 10] != 32:
        return BAD
    century, year = _pair(data, at), _pair(data, at + 2)
    month, day, hour = _pair(data, at + 5), _pair(data, at + 8), _pair(data, at + 11)
    minute, second = _pair(data, at + 14), _pair(data, at + 17)
    if century < 0 or year < 0 or not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second <= 60):
        return BAD
    year += century * 100
    days = _days(year, month, day)
    if days == BAD or not 1970 <= year <= 2250:
        return BAD
    here, part = at + 19, 0
    if here < stop and (data[here] == 46 or data[here] == 44):
        part, count = _billionths(data, here + 1, stop)
        here += 1 + count
    east = _zone(data, here, stop, zone)
    if east == BAD:
        return BAD
    return (days * 86400 + hour * 3600 + minute * 60 + second - east) * _SECOND + part


@numba.njit(cache=True, nogil=True)
def times_of(data, start, stop, rows, zone):  # type: ignore[no-untyped-def]
    """Times of some rows of one column, UTC [ns since 1970], MISSING or BAD; see :func:`time_of`."""
    out = np.full(rows.size, MISSING, np.int64)
    for place in range(rows.size):
        row = rows[place]
        if start[row] >= 0:
            out[place] = time_of(data, start[row], stop[row], zone)
    return out


@numba.njit(cache=True, nogil=True)
def spans_of(data, start, stop, rows):  # type: ignore[no-untyped-def]
    """Lengths of time of some rows of one column, written in seconds, in [ns], MISSING or BAD."""
    out = np.full(rows.size, MISSING, np.int64)
    for place in range(rows.size):
        row = rows[place]
        if start[row] >= 0:
            whole, part = _seconds(data, start[row], stop[row])
            out[place] = whole * _SECOND + part if 0 <= whole < LONGEST_SPAN_S else BAD
    return out


@numba.njit(cache=True, nogil=True)
def counts_of(data, start, stop, rows, most):  # type: ignore[no-untyped-def]
    """Whole numbers of some rows of one column, from 0 to ``most``, MISSING or BAD."""
    out = np.full(rows.size, MISSING, np.int64)
    for place in range(rows.size):
        row = rows[place]
        if start[row] >= 0:
            at = start[row]
            while at < stop[row] and data[at] == 32:
                at += 1
            value, count = _digits(data, at, stop[row])
            out[place] = value if count and at + count == stop[row] and value <= most else BAD
    return out
