"""Template filters for numbers, dates and names as people say them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template

from gridcanary.console import spoken, vocabulary
from gridcanary.console.findings import ListedFinding

register = template.Library()


@register.filter
def kw(value: float | None) -> str:
    """A power without its unit."""
    return "" if value is None else spoken.spoken_kw(value)


@register.filter
def kwh(value: float) -> str:
    """An energy with its unit."""
    return spoken.spoken_energy(value)


@register.filter
def percent(value: float | None) -> str:
    """A share as a percentage."""
    return "" if value is None else spoken.spoken_percent(value)


@register.filter
def day(value: dt.date | None) -> str:
    """A date."""
    return "" if value is None else spoken.spoken_date(value)


@register.filter
def kw_range(finding: ListedFinding) -> str:
    """The low and the high estimate."""
    return spoken.spoken_kw_range(finding.kw_low, finding.kw_high)


@register.filter
def machines(finding: ListedFinding) -> str:
    """The number of machines."""
    return spoken.spoken_machines(finding.machines_low, finding.machines_high)


@register.filter
def mode_name(code: str) -> Any:
    """What a mode letter stands for."""
    return vocabulary.MODE_NAMES.get(code, code)


@register.filter
def class_name(code: str) -> Any:
    """The name of a class of use."""
    return vocabulary.CLASS_NAMES.get(code, code)


@register.filter
def state_name(code: str) -> Any:
    """The name of a state."""
    return vocabulary.STATE_NAMES.get(code, code)


@register.filter
def strength(score: float) -> str:
    """A score in words."""
    return vocabulary.strength(score)


@register.filter
def times100(share: float) -> int:
    """A share in whole per cent, for the width of a bar."""
    return round(100 * share)


@register.filter
def unlocalize_number(value: object) -> str:
    """A number as machines write it: attributes of SVG and forms take no thousands separators."""
    return str(value)
