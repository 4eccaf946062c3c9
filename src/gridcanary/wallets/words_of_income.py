"""Codes of an income in the language of the page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STANDINGS: dict[str, str | Promise] = {
    "pool": _("From a pool"),
    "unresolved": _("From a pool, which one is unresolved"),
    "block_reward": _("A block's reward"),
    "unsure": _("Out of a pool's wallet, unsure"),
    "other": _("Not from a known pool"),
    "own": _("Change, or a move within the list"),
}
VIEWS: dict[str, str | Promise] = {
    "income": _("Mining income"),
    "conflicts": _("Conflicts"),
    "others": _("Unexplained and not counted"),
    "all": _("All receipts"),
}
CONVENTIONS: dict[str, str | Promise] = {
    "open": _("Open of the day (00:00 UTC)"),
    "high": _("High of the day"),
    "low": _("Low of the day"),
    "close": _("Close of the day (24:00 UTC)"),
    "vwap": _("Mean of the day, weighted by volume"),
}
ORIGINS: dict[str, str | Promise] = {
    "own": _("the day's own"),
    "next_open": _("the next day's open"),
    "previous_close": _("the previous day's close"),
    "missing": _("missing"),
}
RULES: dict[str, str | Promise] = {
    "coinbase": _("Reward of a block"),
    "own_script": _("Pays a known script of the pool"),
    "multi_input": _("Spent together"),
    "one_time_change": _("One-time change"),
    "pays_on": _("Pays on to known payees"),
    "consolidation": _("Consolidation"),
    "indirect": _("By an intermediate transaction"),
    "peeling": _("Peeling chain"),
}
COLUMNS: dict[str, str | Promise] = {
    "time": _("Time (UTC)"),
    "pool": _("Pool"),
    "coins": _("Amount of coins"),
    "cny": _("CNY"),
    "confidence": _("Confidence"),
}
UNITS: dict[str, str | Promise] = {"coins": _("Coins"), "cny": _("CNY"), "usd": _("USD")}
