"""Clocks that run on findings: what names somebody goes first, the rows later, and nothing is left half-deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

EXPIRED = "expired"
"""Stands in columns that may not be empty once their clock has run out."""


NAMING_FIELDS = (
    "client", "client_port", "account", "worker", "rack_position", "wallet", "agent", "tls_name", "ja3", "ja4",
    "synchronous_with",
)  # fmt: skip
"""Columns that lead to somebody. Reasons may quote them and go with the first of them."""

QUOTING_FIELDS = ("reasons", "innocent", "reasons_zh", "reasons_en", "innocent_zh", "innocent_en")
DEFAULT_FIELD_DAYS = dict.fromkeys(NAMING_FIELDS, 180)
"""Half a year, the time for which operators must keep logs at least (Cybersecurity Law of the PRC, article 21, from
memory; unverified). A case that needs longer holds its own sealed copy as evidence."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long findings are kept, counted from the day on which a session was last seen.

    Args:
        row_days: whole rows.
        field_days: column -> days; at most row_days.

    Raises:
        ValueError: less than a day, or a field that would outlive its row.
    """

    row_days: int = 365
    field_days: Mapping[str, int] = field(default_factory=lambda: dict(DEFAULT_FIELD_DAYS))

    def __post_init__(self) -> None:
        for name, days in {"rows": self.row_days, **self.field_days}.items():
            if not 1 <= days <= self.row_days:
                raise ValueError(f"{name}: {days} days, expected 1 to {self.row_days}")


@dataclass(frozen=True, slots=True)
class Expiry:
    """What a run deleted.

    Args:
        table: what is left.
        rows: rows deleted.
        cells: column -> values deleted in rows that stay.
    """

    table: pa.Table
    rows: int
    cells: Mapping[str, int]


def expired(findings: pa.Table, policy: Retention, now: dt.datetime) -> Expiry:
    """Findings without what has outlived its clock; running it again changes nothing.

    Args:
        findings: with the columns of contracts.network.NETWORK_FINDINGS.
        policy: how long.
        now: UTC.
    """
    age_limit = pa.scalar(now - dt.timedelta(days=policy.row_days), findings.schema.field("last_seen").type)
    left = findings.filter(pc.greater_equal(findings["last_seen"], age_limit))
    clocks = dict(policy.field_days)
    quoted = min((days for name, days in clocks.items() if name in NAMING_FIELDS), default=policy.row_days)
    clocks |= {name: min(quoted, clocks.get(name, quoted)) for name in QUOTING_FIELDS}
    cells: dict[str, int] = {}
    for name, days in clocks.items():
        if name not in left.schema.names:
            continue
        old = pc.less(left["last_seen"], pa.scalar(now - dt.timedelta(days=days), left["last_seen"].type))
        left, count = _emptied(left, name, old)
        if count:
            cells[name] = count
    return Expiry(left, findings.num_rows - left.num_rows, cells)


def _emptied(table: pa.Table, name: str, old: pa.ChunkedArray) -> tuple[pa.Table, int]:
    column, at = table[name], table.schema.get_field_index(name)
    blank = _blank(table.schema.field(name))
    kept = pc.if_else(old, blank, column)
    changed = pc.fill_null(
        pc.and_(old, pc.fill_null(pc.not_equal(column, blank), blank.as_py() is not None)), False
    )
    if blank.as_py() is None:
        changed = pc.and_(old, pc.is_valid(column))
    count = pc.sum(changed).as_py() or 0
    return table.set_column(at, table.schema.field(at), kept.cast(table.schema.field(at).type)), count


def _blank(column: pa.Field) -> pa.Scalar:
    if column.nullable:
        return pa.scalar(None, column.type)
    if column.name in {"reasons", "innocent", "synchronous_with"}:
        return pa.scalar("[]", column.type)
    if pa.types.is_string(column.type):
        return pa.scalar(EXPIRED if column.name == "client" else "", column.type)
    return pa.scalar(0, column.type)
