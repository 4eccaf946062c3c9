"""The only writer of events."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from gridcanary.accounts.models import User
from gridcanary.contracts.errors import GridcanaryError
from gridcanary.custody.events import Event, StoredHashes, TreeNode
from gridcanary.evidence.leaf import Entry, chained
from gridcanary.evidence.merkle import TILE_LEVELS, TILE_WIDTH, fold, leaf_hash

LOG_LOCK = 0x6763_6C6F_67
"""Number of PostgreSQL's advisory lock that one writer of the log holds at a time."""

_KIND = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


class EventRefused(GridcanaryError):
    """An event that cannot be recorded; a fault of the calling code."""


@transaction.atomic
def record(
    kind: str,
    *,
    actor: User | None,
    body: Mapping[str, Any],
    unit_code: str = "",
    case_ref: str = "",
    at: dt.datetime | None = None,
) -> Event:
    """Append an event in the caller's transaction: it stands if, and only if, what it tells of stands.

    One writer at a time appends. PostgreSQL holds the others back until the transaction ends, so call this late,
    after rows have been locked and changed.

    Args:
        kind: what happened, ``area.verb`` in lower case: ``case.opened``.
        actor: who did it; None where the system itself acted.
        body: the facts, as ``gridcanary.evidence.canonical`` takes them. Personal data does not belong here,
            because nothing in the log can ever be deleted: name people by their keys in other tables.
        unit_code: unit that the actor acted for.
        case_ref: case it belongs to.
        at: the time that the event bears, where the exact one could give somebody away: the day of an anonymous
            tip. Now, where None. The order of events is that of their numbers.

    Returns:
        The stored event.

    Raises:
        EventRefused: the kind has another form.
        NotCanonical: the body holds what JSON cannot.
    """
    if not _KIND.fullmatch(kind):
        raise EventRefused(f"{kind!r} is no kind of event; write area.verb in lower case")
    lock_log()
    last = Event.objects.order_by("-seq").values_list("seq", "entry").first()
    entry = Entry(
        seq=last[0] + 1 if last else 0,
        at=at or timezone.now(),
        actor=actor.get_username() if actor else "",
        unit=unit_code,
        case=case_ref,
        kind=kind,
        body=body,
        prev_sm3=chained(last[1].encode() if last else None),
    )
    content = entry.to_bytes()
    event = Event(
        seq=entry.seq,
        occurred_at=entry.at,
        actor=actor,
        unit_code=unit_code,
        case_ref=case_ref,
        kind=kind,
        entry=content.decode(),
        leaf_hash=leaf_hash(content),
    )
    event.save()
    _grow_tree(entry.seq + 1)
    return event


def lock_log() -> None:
    """Let nobody else append until the transaction ends.

    SQLite's transactions begin by taking the one write lock (``transaction_mode`` IMMEDIATE).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOG_LOCK])


def _grow_tree(size: int) -> None:
    """Keep the root of each subtree of 256, 65,536, … events that has just become complete."""
    level, count = 0, size
    while count and count % TILE_WIDTH == 0:
        row = StoredHashes().hashes(level, count - TILE_WIDTH, TILE_WIDTH)
        level, count = level + TILE_LEVELS, count // TILE_WIDTH
        TreeNode(level=level, number=count - 1, node_hash=fold(row)).save()
