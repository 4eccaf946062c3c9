"""Made transformers for tests of the balance: customers with daily rhythms, technical loss, and a story."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from gridcanary.contracts.tables import BALANCE, CUSTOMERS, READINGS
from gridcanary.power import balance, lake
from gridcanary.power.topology import read_topology

FIRST = dt.date(2024, 1, 1)
HOURS = 24


@dataclass
class MadeTransformer:
    """Supply (days, 24) and meters (customers, days, 24) of one transformer [W]; NaN where missing."""

    name: str
    supplied_w: np.ndarray
    metered_w: np.ndarray

    @property
    def days(self) -> int:
        return len(self.supplied_w)

    def meter(self, customer: int) -> str:
        return f"{self.name}-{customer:02d}"


def make_transformer(
    name: str = "T1",
    *,
    seed: int = 0,
    customers: int = 12,
    days: int = 60,
    extra_w: np.ndarray | None = None,
    metered_change_w: np.ndarray | None = None,
    factor: np.ndarray | float = 1.0,
) -> MadeTransformer:
    """A transformer whose customers vary by hour and day, with 100 W of constant and 1 % of square loss.

    Args:
        extra_w: (days, 24) real use beside the customers' own; no meter sees it unless the next adds it.
        metered_change_w: (days, 24) added to customer 0's meter (and not to the real use).
        factor: of the master meter, (days, 1) or a number.
    """
    rng = np.random.default_rng(seed)
    phase = rng.normal(0, 0.7, (customers, 1, 1))
    rhythm = 1.0 + 0.6 * np.sin(2 * np.pi * (np.arange(HOURS) - 9) / HOURS + phase)
    size = rng.uniform(300, 1500, (customers, 1, 1))
    daily = np.exp(rng.normal(0, 0.25, (customers, days, 1)))
    use = size * rhythm * daily * np.exp(rng.normal(0, 0.3, (customers, days, HOURS)))
    extra = np.zeros((days, HOURS)) if extra_w is None else extra_w
    real = use.sum(axis=0) + extra
    peak = float(np.quantile(real, 0.995))
    supplied = (real + 100.0 + 0.01 * real**2 / peak) * factor
    metered = use.copy()
    if metered_change_w is not None:
        metered[0] += metered_change_w
    return MadeTransformer(name, np.rint(supplied), np.rint(metered))


def lists(values: np.ndarray) -> pa.Array:
    """list<int32> of (rows, n), null where NaN."""
    known = np.isfinite(values).ravel()
    flat = pa.array(np.where(known, values.ravel(), 0).astype(np.int32), mask=~known)
    offsets = np.arange(len(values) + 1, dtype=np.int32) * values.shape[1]
    return pa.ListArray.from_arrays(pa.array(offsets), flat)


def readings_of(made: MadeTransformer, day: int | None = None) -> pa.Table:
    """READINGS of one day or of all."""
    days = range(made.days) if day is None else [day]
    names = [made.meter(c) for c in range(len(made.metered_w)) for _ in days]
    dates = [FIRST + dt.timedelta(days=d) for _ in made.metered_w for d in days]
    curves = made.metered_w[:, list(days)].reshape(-1, HOURS)
    return pa.Table.from_arrays([pa.array(names), pa.array(dates), lists(curves)], schema=READINGS)


def archive_of(*made: MadeTransformer, feeder: str | None = None) -> pa.Table:
    """CUSTOMERS of some transformers."""
    rows = [
        {
            "premises_id": f"P{t.meter(c)}",
            "meter_id": t.meter(c),
            "transformer_id": t.name,
            "feeder_id": feeder,
        }
        for t in made
        for c in range(len(t.metered_w))
    ]
    return pa.Table.from_pylist(rows, schema=CUSTOMERS)


def balance_of(made: MadeTransformer, day: int) -> pa.Table:
    """BALANCE of one day."""
    date = pa.array([FIRST + dt.timedelta(days=day)])
    return pa.Table.from_arrays([pa.array([made.name]), date, lists(made.supplied_w[[day]])], schema=BALANCE)


def losses_of(*made: MadeTransformer) -> pa.Table:
    """LOSSES as the product computes them, day by day."""
    topology = read_topology(archive_of(*made))
    usual, tables = balance.unknown_levels(topology), []
    for day in range(made[0].days):
        batches = [b for t in made for b in readings_of(t, day).to_batches()]
        supply = pa.concat_tables([balance_of(t, day) for t in made])
        table, usual = balance.day_losses(FIRST + dt.timedelta(days=day), batches, supply, topology, usual)
        tables.append(table)
    return pa.concat_tables(tables)


def write_lake(folder: Path, *made: MadeTransformer) -> None:
    """A lake with the readings and the balance of some transformers."""
    lake.create_lake(folder)
    for day in range(made[0].days):
        date = FIRST + dt.timedelta(days=day)
        lake.write_day(folder, date, pa.concat_tables([readings_of(t, day) for t in made]))
        lake.write_balance(folder, date, pa.concat_tables([balance_of(t, day) for t in made]))


def since(days: int, onset: int, watts: float, hours: slice = slice(0, 24)) -> np.ndarray:
    """(days, 24) of a flat load from a day on."""
    load = np.zeros((days, HOURS))
    load[onset:, hours] = watts
    return load
