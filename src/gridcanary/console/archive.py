"""The customer archive, looked up by meter, premises or transformer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gridcanary.console.home import Stamp, file_stamp, workspace


@dataclass(frozen=True, slots=True)
class Customer:
    """One row of contracts.tables.CUSTOMERS."""

    premises_id: str
    meter_id: str
    name: str | None = None
    address: str | None = None
    admin_code: str | None = None
    trade_code: str | None = None
    tariff_class: str | None = None
    contract_kva: float | None = None
    running_kva: float | None = None
    volt_class: str | None = None
    connected_on: dt.date | None = None
    last_inspected_on: dt.date | None = None
    transformer_id: str | None = None
    feeder_id: str | None = None


_COLUMNS = [field.name for field in fields(Customer)]
_LOOKUP_COLUMNS = ("meter_id", "transformer_id", "premises_id")


@lru_cache(maxsize=2)
def _table(stamp: Stamp) -> pa.Table:
    file = Path(stamp[0][0])
    if stamp[0][1] < 0:
        return pa.table({name: pa.array([], pa.string()) for name in _COLUMNS})
    present = set(pq.read_schema(file).names)
    return pq.read_table(file, columns=[name for name in _COLUMNS if name in present])


def archive_table() -> pa.Table:
    """The whole archive as Arrow; read again only when the file changes."""
    return _table(file_stamp(workspace().customers))


@lru_cache(maxsize=4096)
def _lookup(stamp: Stamp, column: str, values: tuple[str, ...]) -> tuple[Customer, ...]:
    table = _table(stamp)
    mask = pc.is_in(table[column], pa.array(values, pa.string()))
    return tuple(Customer(**row) for row in table.filter(mask).to_pylist())


def customers_where(column: str, values: Iterable[str]) -> tuple[Customer, ...]:
    """Archive rows with one of these values.

    Args:
        column: ``meter_id``, ``transformer_id`` or ``premises_id``.
        values: what to look for.

    Returns:
        Rows in the order of the archive.
    """
    if column not in _LOOKUP_COLUMNS:
        raise ValueError(f"column must be one of {_LOOKUP_COLUMNS}, got {column!r}")
    return _lookup(file_stamp(workspace().customers), column, tuple(sorted(values)))


def customer_of(meter_id: str) -> Customer | None:
    """The archive row of a meter; None where the archive lacks it."""
    rows = customers_where("meter_id", [meter_id])
    return rows[0] if rows else None
