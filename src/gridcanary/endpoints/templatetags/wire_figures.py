"""Template filters for hash rates and powers."""

from __future__ import annotations

from django import template

from gridcanary.endpoints import figures
from gridcanary.endpoints.models import EndpointDay, EndpointSession

register = template.Library()


@register.filter
def hashrate(rate_hs: float | None) -> str:
    """A hash rate with its unit."""
    return figures.spoken_hashrate(rate_hs)


@register.filter
def hashrate_interval(session: EndpointSession) -> str:
    """The 95 % interval of a session's hash rate."""
    return figures.spoken_interval(session.hashrate_low_hs, session.hashrate_high_hs)


@register.filter
def wire_kw(kw: float | None) -> str:
    """A power [kW] without its unit."""
    return figures.spoken_kw(kw)


@register.filter
def wire_kw_range(row: EndpointDay | EndpointSession) -> str:
    """Low and high estimate of a power [kW] without its unit."""
    return figures.spoken_kw_range(row.kw_low, row.kw_high)


@register.filter
def plain(value: float) -> str:
    """A number as machines write it: attributes of SVG take no thousands separators."""
    return f"{value:g}"


@register.filter
def abridged(text: str) -> str:
    """A wallet or pseudonym that is too long for a table, its middle left out."""
    return text if len(text) <= 22 else f"{text[:10]}…{text[-8:]}"
