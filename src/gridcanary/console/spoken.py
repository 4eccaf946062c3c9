"""Numbers and dates as people say them, in the language of the page."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def _number(value: float, decimals: int) -> str:
    # Rounded first, because Django's number_format cuts digits off.
    return number_format(round(value, decimals), decimal_pos=decimals, use_l10n=True, force_grouping=True)


def spoken_date(day: dt.date, *, now: dt.date | None = None) -> str:
    """12 March 2025, 2025年3月12日; without the year where it is that of ``now``."""
    if now is not None and now.year == day.year:
        return date_format(day, pgettext("date format", "j F"))
    return date_format(day, pgettext("date format", "j F Y"))


def spoken_kw(kw: float) -> str:
    """A power with the digits that an estimate deserves: 3.4, 85, 1,250."""
    return _number(kw, 1 if abs(kw) < 9.95 else 0)


def spoken_kw_range(low: float | None, high: float | None) -> str:
    """70–98 kW; one figure where both ends round to the same."""
    if low is None or high is None:
        return ""
    first, last = spoken_kw(low), spoken_kw(high)
    return _("%(kw)s kW") % {"kw": first if first == last else f"{first}–{last}"}


def spoken_count(low: int | None, high: int | None) -> str:
    """24–28; one number where both are the same, empty where unknown."""
    if low is None or high is None:
        return ""
    return str(low) if low == high else f"{low}–{high}"


def spoken_machines(low: int | None, high: int | None) -> str:
    """≈ 24–28 machines; empty where unknown."""
    count = spoken_count(low, high)
    return _("≈ %(count)s machines") % {"count": count} if count else ""


def spoken_energy(kwh: float) -> str:
    """An energy in kWh, in MWh above 10,000 kWh."""
    if abs(kwh) >= 10_000:
        return _("%(amount)s MWh") % {"amount": _number(kwh / 1000, 0)}
    return _("%(amount)s kWh") % {"amount": _number(kwh, 0)}


def spoken_percent(share: float) -> str:
    """87 % of 0.87; one decimal below 10 %."""
    percent = 100 * share
    return _("%(number)s%%") % {"number": _number(percent, 1 if abs(percent) < 9.95 else 0)}
