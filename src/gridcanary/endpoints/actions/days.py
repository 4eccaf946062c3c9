"""Days of an endpoint, computed anew from its stored sessions: two sensors' files give one row a day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from gridcanary.contracts.network import NETWORK_FINDINGS
from gridcanary.endpoints.models import EndpointDay, EndpointSession
from gridcanary.network.endpoint_days import COLUMNS, endpoint_days

READ = tuple(name for name in COLUMNS if name not in ("client", "listed", "account"))
SCHEMA = pa.schema([NETWORK_FINDINGS.field(name) for name in COLUMNS])
LISTS = ("pools", "wallets", "methods", "synchronous_with")
CHUNK = 200
"""Endpoints whose sessions are in memory at once."""


def renew_days(keys: Sequence[int]) -> None:
    """Compute all days of endpoints anew, inside the caller's transaction.

    Args:
        keys: of the endpoints whose sessions have changed.
    """
    for at in range(0, len(keys), CHUNK):
        _renew(keys[at : at + CHUNK])


def _renew(keys: Sequence[int]) -> None:
    table = pa.Table.from_pylist(
        [_row(one) for one in EndpointSession.objects.filter(endpoint__in=keys).iterator(CHUNK)],
        schema=SCHEMA,
    )
    EndpointDay.objects.filter(endpoint__in=keys).delete()
    EndpointDay.objects.bulk_create(_day(row) for row in endpoint_days(table).to_pylist())


def _row(session: EndpointSession) -> dict[str, Any]:
    """A stored session in the columns that days are computed from; keys stand for ends and accounts."""
    return {
        **{name: getattr(session, name) for name in READ},
        "synchronous_with": json.dumps(session.synchronous_with),
        "client": str(session.endpoint_id),
        "account": str(session.account_id) if session.account_id else None,
        "listed": True,
    }


def _day(row: dict[str, Any]) -> EndpointDay:
    facts = {name: value for name, value in row.items() if name not in ("endpoint", "rank")}
    facts |= {name: json.loads(row[name]) for name in LISTS}
    return EndpointDay(endpoint_id=int(row["endpoint"]), **{**facts, "algorithm": row["algorithm"] or ""})
