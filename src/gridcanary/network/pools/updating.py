"""Bringing a list up to date: new rows come in, known ones get the later date, none is thrown away but ages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gridcanary.network.pools.entry import PoolEntry

Key = tuple[str, int | None, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """What an update did.

    Args:
        added: rows that are new.
        renewed: rows that got a later date.
        unchanged: rows of the new lists that were known with that date or a later one.
        kept: rows that the new lists don't have; they age on.
    """

    added: int
    renewed: int
    unchanged: int
    kept: int


def updated(current: Iterable[PoolEntry], news: Iterable[PoolEntry]) -> tuple[list[PoolEntry], Changes]:
    """The list with other lists' entries in it.

    A row is known by host, port and source, so that two sources may each vouch for one place.

    Args:
        current: the list as it is.
        news: entries of other lists, or of later editions of the same ones.

    Returns:
        Rows in their fixed order, and what changed.
    """
    rows: dict[Key, PoolEntry] = {_key(entry): entry for entry in current}
    known, met, later = frozenset(rows), set[Key](), set[Key]()
    for entry in news:
        key = _key(entry)
        met.add(key)
        old = rows.get(key)
        if old is None:
            rows[key] = entry
        elif _later(entry, old):
            later.add(key)
            rows[key] = _joined(entry, old)
    changes = Changes(len(met - known), len(later & known), len((met & known) - later), len(known - met))
    return sorted(rows.values(), key=lambda entry: entry.order), changes


def _key(entry: PoolEntry) -> Key:
    return (entry.host, entry.port, entry.source)


def _later(new: PoolEntry, old: PoolEntry) -> bool:
    return (new.source_date, new.seen or new.source_date) > (old.source_date, old.seen or old.source_date)


def _joined(new: PoolEntry, old: PoolEntry) -> PoolEntry:
    """The later row, with what only the earlier one tells."""
    return replace(
        new,
        tls=old.tls if new.tls is None else new.tls,
        pool=new.pool or old.pool,
        coin=new.coin or old.coin,
        seen=max(filter(None, (new.seen, old.seen)), default=None),
    )
