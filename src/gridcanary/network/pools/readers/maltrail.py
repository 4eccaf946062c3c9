"""Maltrail's trails (stamparm/maltrail, MIT): a name or address a line, reports cited in comments above them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from gridcanary.network.ends import canonical
from gridcanary.network.pools.entry import POOL, REPORTED, SEED, STRATUM, WEBSITE, PoolEntry, is_address
from gridcanary.network.pools.host_names import clean_host, is_seed, is_web, own_labels

SOURCE, LICENCE = "stamparm/maltrail crypto_mining.txt", "MIT"
_STATUS = re.compile(r"(?:twitter|x)\.com/\w+/status/(\d{15,20})")
_SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
"""Twitter's status numbers count milliseconds since this moment in their upper 42 bits."""
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?\.[a-z0-9-]{2,}")
_POOL_WORDS = re.compile(
    r"pool|xmr|monero|hashvau|miners?\.|mining|minergate|minerrocks|nicehash|unmineable|suprnova|prohash"
)


def read_maltrail(text: str, day: date) -> Iterator[PoolEntry]:
    """Entries of a trail file.

    Args:
        text: the file. Paths and whatever else is neither a host nor an address are left out.
        day: when the file was last changed.
    """
    seen: date | None = None
    in_comment = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("#"):
            told = _reported_on(line)
            seen = told or (seen if in_comment else None)
            in_comment = True
        elif line:
            in_comment = False
            if place := _place(line):
                host, port = place
                yield PoolEntry(host, port, None, "", "", _role(host, port), SOURCE, day, LICENCE, seen)


def _reported_on(comment: str) -> date | None:
    cited = [int(number) for number in _STATUS.findall(comment)]
    if not cited:
        return None
    return datetime.fromtimestamp(((max(cited) >> 22) + _SNOWFLAKE_EPOCH_MS) / 1000, UTC).date()


def _place(line: str) -> tuple[str, int | None] | None:
    bare = line.partition(" ")[0].partition("#")[0].strip().lower()
    bare = bare.removeprefix("http://").removeprefix("https://").rstrip("/")
    host, _, tail = bare.partition(":")
    if tail and not (tail.isdigit() and 0 < int(tail) < 65536):
        return None
    port = int(tail) if tail else None
    if is_address(host):
        return canonical(host), port
    return (clean_host(host), port) if _HOST.fullmatch(host) else None


def _role(host: str, port: int | None) -> str:
    """What the name itself tells; the list doesn't say whether a row is a pool, a proxy or an infected site."""
    if is_address(host):
        return REPORTED
    if is_seed(host):
        return SEED
    labels = own_labels(host)
    if is_web(labels):
        return WEBSITE
    if _POOL_WORDS.search(host):
        return STRATUM if port or labels else POOL
    return REPORTED
