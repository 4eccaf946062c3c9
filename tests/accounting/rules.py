"""Rules of the shipped packs, and what mypy must accept as rules of accounting."""

from __future__ import annotations

import datetime as dt
from functools import cache

from gridcanary import packs
from gridcanary.packs.pack import Pack


@cache
def china() -> Pack:
    return packs.load("cn")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
