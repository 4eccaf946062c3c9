"""The mempool project's list of pools (mempool/mining-pools, MIT): their web sites."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from gridcanary.contracts.errors import InputError
from gridcanary.network.pools.entry import WEBSITE, PoolEntry, is_address
from gridcanary.network.pools.host_names import clean_host

SOURCE, LICENCE = "mempool/mining-pools pools-v2.json", "MIT"
OTHERS_SITES = frozenset(
    {
        "github.com",
        "twitter.com",
        "x.com",
        "bitcointalk.org",
        "reddit.com",
        "medium.com",
        "t.me",
        "facebook.com",
    }
)
"""A link there leads to a page about the pool on somebody else's site."""


def read_mempool(text: str, day: date, file: str) -> Iterator[PoolEntry]:
    """The site of each pool.

    Args:
        text: the JSON file.
        day: when it was last changed.
        file: its name for messages.

    Raises:
        InputError: it is no list of pools.
    """
    try:
        pools = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise InputError(file, f"is no JSON: {fault}") from fault
    if not isinstance(pools, list) or not all(isinstance(pool, dict) for pool in pools):
        raise InputError(file, "is no list of pools", remedy="pools-v2.json of mempool/mining-pools")
    for pool in pools:
        host = _site(str(pool.get("link") or ""))
        if host:
            yield PoolEntry(host, None, None, str(pool.get("name", "")), "BTC", WEBSITE, SOURCE, day, LICENCE)


def _site(link: str) -> str | None:
    try:
        host = clean_host(urlsplit(link if "//" in link else f"//{link}").hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return None if "." not in host or is_address(host) or host in OTHERS_SITES else host
