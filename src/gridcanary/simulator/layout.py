"""The county on paper: feeders, transformers, premises, and what the archive knows of each customer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from gridcanary.contracts.tables import CUSTOMERS
from gridcanary.simulator.archetypes import ARCHETYPES, DEDICATED, SETTING_SHARES, SETTINGS
from gridcanary.simulator.names import TOWNS, address, premises_name
from gridcanary.simulator.seeds import stream

COUNTY_NAME = "云河县"
ADMIN_CODE = "990127"
"""A code that GB/T 2260 gives to no place: the county is fictional."""

STANDARD_KVA = np.array(
    [
        8,
        10,
        15,
        20,
        30,
        40,
        50,
        63,
        80,
        100,
        125,
        160,
        200,
        250,
        315,
        400,
        500,
        630,
        800,
        1000,
        1250,
        1600,
        2000,
    ]
)


@dataclass(frozen=True)
class Layout:
    """Who is connected where.

    Args:
        archetype: key into ARCHETYPES per customer.
        transformer: index into transformer_ids per customer; ascending.
        transformer_ids: id of every transformer.
        feeder_ids: feeder of every transformer.
        setting: village, town, works or dedicated, per transformer.
        meter_ids: id of every customer's meter; ascending.
    """

    archetype: list[str]
    transformer: np.ndarray
    transformer_ids: list[str]
    feeder_ids: list[str]
    setting: list[str]
    meter_ids: list[str]

    @property
    def customers(self) -> int:
        """Number of customers."""
        return len(self.archetype)

    def of_kind(self, *names: str) -> np.ndarray:
        """Positions of the customers of the given kinds."""
        return np.flatnonzero(np.isin(np.array(self.archetype), names))


def lay_out(customers: int, seed: int) -> Layout:
    """Spreads customers over public and dedicated transformers on up to eight feeders.

    Args:
        customers: number of customers, at least 60.
        seed: the county's seed.
    """
    rng = stream(seed, "layout")
    dedicated = max(10, round(0.018 * customers))
    behind_public = customers - dedicated
    public = max(4, round(behind_public / 31))
    settings = list(rng.choice(list(SETTING_SHARES), size=public, p=list(SETTING_SHARES.values())))
    settings[:3] = list(SETTING_SHARES)
    places = np.array_split(np.arange(behind_public), public)
    kinds: list[list[str]] = [
        list(rng.choice(list(SETTINGS[setting]), size=len(place), p=_shares(setting)))
        for setting, place in zip(settings, places, strict=True)
    ]
    kinds += [[DEDICATED[i % len(DEDICATED)]] for i in range(dedicated)]
    settings += ["dedicated"] * dedicated
    order = rng.permutation(len(kinds))
    feeders = min(8, max(2, len(kinds) // 8))
    archetype = [str(kind) for t in order for kind in kinds[t]]
    return Layout(
        archetype=archetype,
        transformer=np.repeat(np.arange(len(order)), [len(kinds[t]) for t in order]),
        transformer_ids=[f"T{i + 1:04d}" for i in range(len(order))],
        feeder_ids=[f"F{i * feeders // len(order) + 1:02d}" for i in range(len(order))],
        setting=[str(settings[t]) for t in order],
        meter_ids=[f"{ADMIN_CODE}{i + 1:06d}" for i in range(len(archetype))],
    )


def customer_table(layout: Layout, peak_kw: np.ndarray, first_day: dt.date, seed: int) -> pa.Table:
    """The archive of the county, CUSTOMERS schema.

    Args:
        layout: who is where.
        peak_kw: highest lawful load of each customer, for a contract that fits it, shape (customers,).
        first_day: start of the readings; customers were connected before it, a few shortly before.
        seed: the county's seed.
    """
    rng = stream(seed, "archive")
    kinds = [ARCHETYPES[name] for name in layout.archetype]
    n = layout.customers
    wanted = np.maximum(peak_kw * rng.uniform(1.15, 2.0, n), [kind.min_kva for kind in kinds])
    contract = STANDARD_KVA[np.minimum(np.searchsorted(STANDARD_KVA, wanted), STANDARD_KVA.size - 1)].astype(
        float
    )
    running = np.where(rng.random(n) < 0.93, contract, np.round(contract * 0.75))
    trade = [kind.trades[rng.integers(len(kind.trades))] for kind in kinds]
    connected = [first_day - dt.timedelta(days=int(age)) for age in rng.gamma(2.2, 1300, n) + 40]
    checked = [_inspection(first_day, age, rng.random()) for age in rng.integers(10, 1500, n)]
    town = [TOWNS[int(layout.feeder_ids[t][1:]) - 1] for t in layout.transformer]
    columns = {
        "premises_id": [f"P{meter[-6:]}" for meter in layout.meter_ids],
        "meter_id": layout.meter_ids,
        "name": [premises_name(COUNTY_NAME, town[i], words, i, rng) for i, (_, words) in enumerate(trade)],
        "address": [address(COUNTY_NAME, town[i], int(layout.transformer[i]), i, rng) for i in range(n)],
        "lat": [None] * n,
        "lon": [None] * n,
        "admin_code": [ADMIN_CODE] * n,
        "trade_code": [code for code, _ in trade],
        "tariff_class": [kind.tariff_class for kind in kinds],
        "contract_kva": contract,
        "running_kva": running,
        "volt_class": [kind.volt_class for kind in kinds],
        "connected_on": connected,
        "last_inspected_on": checked,
        "transformer_id": [layout.transformer_ids[t] for t in layout.transformer],
        "feeder_id": [layout.feeder_ids[t] for t in layout.transformer],
    }
    return pa.table(columns, schema=CUSTOMERS)


def _shares(setting: str) -> np.ndarray:
    shares = np.array(list(SETTINGS[setting].values()))
    return shares / shares.sum()


def _inspection(first_day: dt.date, age_days: int, luck: float) -> dt.date | None:
    return None if luck < 0.3 else first_day - dt.timedelta(days=int(age_days))
