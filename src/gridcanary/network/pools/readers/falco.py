"""Falco's lists of miners' domains (falcosecurity/rules, Apache-2.0)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from gridcanary.network.pools.entry import STRATUM, PoolEntry
from gridcanary.network.pools.host_names import clean_host

SOURCE, LICENCE = "falcosecurity/rules miner_domains", "Apache-2.0"
_DOMAINS = re.compile(r"^- list:\s*(?:https?_)?miner_domains\s+items:\s*\[([^\]]*)\]", re.MULTILINE)
_NAME = re.compile(r"""["']?([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)["']?""")


def is_falco(text: str) -> bool:
    """Whether the text holds such lists."""
    return _DOMAINS.search(text) is not None


def read_falco(text: str, day: date) -> Iterator[PoolEntry]:
    """Every domain of the lists, once.

    Args:
        text: a rules file, or a piece of one.
        day: when it was last changed.
    """
    found = {clean_host(name) for items in _DOMAINS.findall(text) for name in _NAME.findall(items)}
    for host in sorted(found):
        yield PoolEntry(host, None, None, "", "", STRATUM, SOURCE, day, LICENCE)
