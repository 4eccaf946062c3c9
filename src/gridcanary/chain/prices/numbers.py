"""Numbers and days as price tables write them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from gridcanary.contracts.errors import InputError

_EMPTY = ("", "-", "--", "na", "n/a", "null", "none")
"""Cells that say that there is no number; "nan" is what a failed computation leaves, so it is refused."""

_DAY = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ].*)?")
_CHINESE_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_FIRST, _LAST = date(1980, 1, 1), date(2100, 1, 1)
_MOST = Decimal(10**12)
"""No coin has had a price of more, in any currency; it keeps every product within the digits that are computed."""


def decimal_of(text: str, file: str | Path, row: int, column: str) -> Decimal | None:
    """A positive amount; None where the cell says that there is none.

    Raises:
        InputError: something else stands there, such as a decimal comma or a negative price.
    """
    text = text.strip()
    if text.lower() in _EMPTY:
        return None
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or not 0 < value < _MOST:
        raise InputError(file, f"{text[:40]!r} is no positive number below {_MOST:,}", row=row, column=column)
    return value


def day_of(text: str, file: str | Path, row: int, column: str) -> date:
    """A calendar day written year first; InputError where it could mean two days or none."""
    match = _DAY.fullmatch(text.strip()) or _CHINESE_DAY.fullmatch(text.strip())
    problem = f"{text!r} is no day written year, month, day"
    if match is None:
        raise InputError(file, problem, row=row, column=column, remedy="2026-05-01")
    numbers = [int(part) for part in match.groups() if part is not None and part.isdigit()]
    try:
        day = date(*numbers)
    except ValueError as error:
        raise InputError(file, problem, row=row, column=column) from error
    if not _FIRST <= day < _LAST:
        raise InputError(file, f"{text!r} lies outside 1980 to 2099", row=row, column=column)
    return day
