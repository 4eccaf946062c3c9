"""Hash rates and powers as people say them."""

from __future__ import annotations

from django.utils.formats import number_format

PREFIXES = ("", "k", "M", "G", "T", "P", "E")


def spoken_hashrate(rate_hs: float | None) -> str:
    """A hash rate with three digits and its unit: 12.3 kH/s, 110 TH/s.

    Args:
        rate_hs: hashes per second; None where unknown.
    """
    if rate_hs is None:
        return ""
    value, step = float(rate_hs), 0
    while value >= 999.5 and step < len(PREFIXES) - 1:
        value, step = value / 1000, step + 1
    return f"{_three_digits(value)} {PREFIXES[step]}H/s"


def spoken_interval(low_hs: float | None, high_hs: float | None) -> str:
    """The 95 % interval of a hash rate."""
    if low_hs is None or high_hs is None:
        return ""
    return f"{spoken_hashrate(low_hs)} – {spoken_hashrate(high_hs)}"


def spoken_kw(kw: float | None) -> str:
    """A power [kW] with the digits that an estimate deserves; below 1 kW two, as one machine may take."""
    if kw is None:
        return ""
    decimals = 2 if abs(kw) < 0.995 else 1 if abs(kw) < 9.95 else 0
    return number_format(round(kw, decimals), decimal_pos=decimals, use_l10n=True, force_grouping=True)


def spoken_kw_range(low: float | None, high: float | None) -> str:
    """Both ends of an estimate; one where they read the same."""
    if low is None or high is None:
        return ""
    first, last = spoken_kw(low), spoken_kw(high)
    return first if first == last else f"{first}–{last}"


def _three_digits(value: float) -> str:
    decimals = 0 if value >= 99.95 else 1 if value >= 9.995 else 2
    return number_format(round(value, decimals), decimal_pos=decimals, use_l10n=True, force_grouping=True)
