"""Amounts of money in pages."""

from __future__ import annotations

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def amount(value: Decimal | None) -> str:
    """``12,000.00``: threes and two places in every language, as bills and decisions write it."""
    return "–" if value is None else f"{value:,.2f}"
