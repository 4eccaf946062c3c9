"""Transformers with a known truth: honest ones, ones with an innocent fault, ones with a mine of mode B or
C."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from gridcanary.contracts.tables import BALANCE, CUSTOMERS, READINGS
from gridcanary.power import balance
from gridcanary.power.topology import read_topology
from low_voltage_network import Network, supplied_w

HOURS = 24
FIRST_DAY = 18262
"""Day 0 is 1 January 2020."""
INNOCENT = ("none", "moved_customer", "dead_meter", "master_ct", "street_lights", "growth")
HIDING = ("always", "off_office", "night", "ramp", "evening_off", "before_data")
KINDS = ("tap", "bypass_hidden", "bypass_moved", "bypass_fraction")
"""Mode C; mode B with the mine alone past the meter, with a metered mine that is moved past it, and with a
share of all current past the meter."""
NAMEPLATE_W = (1350.0, 3250.0, 3500.0)
METER_CLASS_SPREAD = 0.004
"""Standard deviation of a meter's gain: class 1 meters stay within one percent."""
MISSING_HOUR_SHARE, MISSING_DAY_SHARE = 0.01, 0.01


@dataclass
class Transformer:
    """One transformer over some weeks.

    Args:
        name: its id.
        supplied_w: (days, 24) [W].
        metered_w: (customers, days, 24) [W], NaN where missing.
        listed: (customers,) False where the archive has the customer under another transformer.
        kind: one of KINDS, or "innocent".
        hiding: one of HIDING, or one of INNOCENT.
        thief: row of the customer with a by-passed meter, -1 for none.
        onset: day of the start, -1 before the data or none.
        mine_w: power of the mine [W].
    """

    name: str
    supplied_w: np.ndarray
    metered_w: np.ndarray
    listed: np.ndarray
    kind: str
    hiding: str
    thief: int
    onset: int
    mine_w: float


def individual_load(network: Network, days: int, rng: np.random.Generator) -> np.ndarray:
    """(customers, hours): the SimBench profiles, moved by whole weeks and roughened, for they are shared by
    many."""
    customers, hours = len(network.load_w), days * HOURS
    start = int(rng.integers(0, 364 - days)) * HOURS
    load = np.empty((customers, hours))
    for row in range(customers):
        shift = 7 * HOURS * int(rng.integers(-3, 4))
        load[row] = np.roll(network.load_w[row], shift)[start : start + hours]
    daily = np.repeat(np.exp(rng.normal(0, 0.2, (customers, days))), HOURS, axis=1)
    hourly = np.exp(0.35 * _persistent(rng, customers, hours, 0.7))
    load *= daily * hourly
    for row in range(customers):
        for _ in range(rng.poisson(1.0 * days / 60)):
            begin = int(rng.integers(0, hours - 8))
            load[row, begin : begin + int(rng.integers(3, 10))] = 0.0
    return load


def _persistent(rng: np.random.Generator, rows: int, hours: int, memory: float) -> np.ndarray:
    noise = rng.normal(0, np.sqrt(1 - memory**2), (rows, hours))
    for hour in range(1, hours):
        noise[:, hour] += memory * noise[:, hour - 1]
    return noise


def mine_load(
    hiding: str, target_w: float, days: int, onset: int, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    """(hours,) of a mine and its power: machines of one type, fans, restarts, and one way of hiding."""
    nameplate = float(rng.choice(NAMEPLATE_W))
    machines = max(1, round(target_w / nameplate / 1.05))
    power = machines * nameplate * 1.05
    hour = np.tile(np.arange(HOURS), days)
    day = np.repeat(np.arange(days), HOURS)
    runs = (day >= onset).astype(float)
    if hiding == "off_office":
        runs *= (hour < 8) | (hour >= 18)
    if hiding == "night":
        runs *= (hour < 6) | (hour >= 22)
    if hiding == "evening_off":
        runs *= (hour < 17) | (hour >= 22)
    if hiding == "ramp":
        length = int(rng.integers(14, 43))
        runs *= np.round(machines * np.clip((day - onset + 1) / length, 0, 1)) / machines
    available = 1 - 0.04 * rng.random(len(hour))
    for _ in range(rng.poisson(days / 30)):
        begin = int(rng.integers(0, len(hour) - 6))
        available[begin : begin + int(rng.integers(1, 6))] *= rng.random()
    return power * runs * available, power


def make(
    name: str, network: Network, kind: str, hiding: str, days: int, rng: np.random.Generator
) -> Transformer:
    """One transformer with one story."""
    use = individual_load(network, days, rng)
    customers, hours = use.shape
    onset = int(rng.integers(days // 3, days - 14)) if hiding != "before_data" else -1
    thief = int(rng.integers(customers)) if kind.startswith("bypass") else -1
    target = float(np.exp(rng.uniform(np.log(0.05), np.log(0.6)))) * use.sum(axis=0).mean()
    mine, power = mine_load(hiding, target, days, max(onset, 0), rng)
    if kind == "innocent":
        mine, power = np.zeros(hours), 0.0
    since = np.repeat(np.arange(days), HOURS) >= onset
    past_meter = np.zeros(hours)
    real = use.copy()
    if thief >= 0:
        mine = np.where(use[thief] == 0, 0.0, mine)
        if kind == "bypass_moved":
            mine = np.where(since | (use[thief] == 0), mine, power * (1 - 0.04 * rng.random(hours)))
            past_meter = np.where(since, mine, 0.0)
            real[thief] += mine
        elif kind == "bypass_hidden":
            past_meter, real[thief] = mine, use[thief] + mine
        else:
            real[thief] += mine
            share = rng.uniform(0.3, 0.8) * since
            past_meter = share * real[thief]
    metered = real.copy()
    if thief >= 0:
        metered[thief] -= past_meter
    tap = mine if kind == "tap" else np.zeros(hours)
    listed = np.ones(customers, dtype=bool)
    factor = np.ones(hours)
    if kind == "innocent":
        tap, listed, factor, metered = _faults(hiding, real, since, rng)
    bus = int(rng.integers(customers)) if tap.any() else None
    supplied = supplied_w(network, real, bus, tap) * factor * rng.normal(1, 0.002)
    seen = _read(metered, rng)
    shape = (days, HOURS)
    return Transformer(
        name,
        supplied.reshape(shape),
        seen.reshape(customers, *shape),
        listed,
        kind,
        hiding,
        thief,
        onset,
        power,
    )


def _faults(
    fault: str, real: np.ndarray, since: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(unmetered lawful load, customers in the archive, factor of the master meter, metered) of an innocent
    story.

    ``real`` is changed in place where the story changes what is used.
    """
    customers, hours = real.shape
    hour = np.tile(np.arange(HOURS), hours // HOURS)
    tap, listed, factor = np.zeros(hours), np.ones(customers, dtype=bool), np.ones(hours)
    means = real.mean(axis=1)
    larger = int(rng.choice(np.flatnonzero(means >= np.quantile(means, 0.7))))
    if fault == "moved_customer":
        # Connected here since then, while the archive still has the customer under the old transformer.
        real[larger] *= since
        listed[larger] = False
    if fault == "master_ct":
        factor = np.where(since, rng.uniform(1.03, 1.15), 1.0)
    if fault == "street_lights":
        tap = np.where(since & ((hour < 6) | (hour >= 18)), rng.uniform(500, 3000), 0.0)
    if fault == "growth":
        ramp = np.clip(np.cumsum(since) / (60 * HOURS), 0, 1)
        real *= 1 + 0.6 * ramp
    metered = real.copy()
    if fault == "dead_meter":
        metered[larger] = np.where(since, 0.0, metered[larger])
    return tap, listed, factor, metered


def _read(metered: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What the meters show: gain errors, whole watts, missing hours and days."""
    customers, hours = metered.shape
    seen = np.rint(metered * rng.normal(1, METER_CLASS_SPREAD, (customers, 1)))
    seen[rng.random(seen.shape) < MISSING_HOUR_SHARE] = np.nan
    days = rng.random((customers, hours // HOURS)) < MISSING_DAY_SHARE
    seen[np.repeat(days, HOURS, axis=1)] = np.nan
    return seen


def archive_of(transformers: list[Transformer]) -> pa.Table:
    """CUSTOMERS of all transformers, without the customers that the archive has elsewhere."""
    rows = [
        {"premises_id": f"P-{t.name}-{c:03d}", "meter_id": meter_of(t, c), "transformer_id": t.name}
        for t in transformers
        for c in np.flatnonzero(t.listed)
    ]
    return pa.Table.from_pylist(rows, schema=CUSTOMERS)


def meter_of(transformer: Transformer, customer: int) -> str:
    """Meter id of a customer."""
    return f"{transformer.name}-{customer:03d}"


def readings_of(transformer: Transformer, day: int | slice) -> pa.Table:
    """READINGS of one transformer's listed meters for one day or several."""
    rows = np.flatnonzero(transformer.listed)
    days = np.arange(transformer.supplied_w.shape[0])[day if isinstance(day, slice) else slice(day, day + 1)]
    values = transformer.metered_w[rows][:, days].reshape(-1, HOURS)
    names = np.repeat([meter_of(transformer, c) for c in rows], len(days))
    dates = np.tile(days, len(rows)).astype(np.int32) + FIRST_DAY
    return pa.Table.from_arrays(
        [pa.array(names), pa.array(dates, pa.int32()).cast(pa.date32()), curve_lists(values)], schema=READINGS
    )


def curve_lists(values: np.ndarray) -> pa.Array:
    """list<int32> of (rows, 24) watts, null where NaN."""
    known = np.isfinite(values).ravel()
    flat = pa.array(np.where(known, values.ravel(), 0).astype(np.int32), mask=~known)
    return pa.ListArray.from_arrays(pa.array(np.arange(len(values) + 1, dtype=np.int32) * HOURS), flat)


def losses_of(transformers: list[Transformer]) -> pa.Table:
    """LOSSES by the product's own way: day by day from readings and balance."""
    topology = read_topology(archive_of(transformers))
    usual, tables = balance.unknown_levels(topology), []
    names = pa.array([t.name for t in transformers])
    for day in range(transformers[0].supplied_w.shape[0]):
        date = dt.date(1970, 1, 1) + dt.timedelta(days=FIRST_DAY + day)
        supply = curve_lists(np.array([np.rint(t.supplied_w[day]) for t in transformers]))
        table = pa.Table.from_arrays([names, pa.array([date] * len(names)), supply], schema=BALANCE)
        batches = [b for t in transformers for b in readings_of(t, day).to_batches()]
        losses, usual = balance.day_losses(date, batches, table, topology, usual)
        tables.append(losses)
    return pa.concat_tables(tables)
