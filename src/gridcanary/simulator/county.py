"""Builds the county step by step and writes it as a workspace: lake, truth, population."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gridcanary.power.lake import written_whole
from gridcanary.simulator import lake_writing
from gridcanary.simulator.archetypes import ARCHETYPES
from gridcanary.simulator.climate import hourly_temperature_c, slot_temperature_c
from gridcanary.simulator.county_calendar import CountyCalendar
from gridcanary.simulator.layout import Layout, customer_table, lay_out
from gridcanary.simulator.losses import supplied_kw, transformer_load_kw
from gridcanary.simulator.metering import read_meters
from gridcanary.simulator.mines import Mine, lay_mines
from gridcanary.simulator.phases import phase_channels
from gridcanary.simulator.seeds import stream
from gridcanary.simulator.shapes.scene import Scene
from gridcanary.simulator.truth import POPULATION, TRUTH, CountyTruth

FIRST_DAY = dt.date(2025, 12, 1)
CHUNK = 256
"""Customers whose curves are drawn at once: keeps the intermediate arrays of a big county near 15 MB each."""
WITH_PHASES_EXTRA = 24
"""Innocent meters that record phase channels too, beside the tampered ones."""

Progress = Callable[[str, int, int], None]
"""Called as (what, done, total)."""


def simulate_county(
    home: Path,
    *,
    seed: int = 1,
    customers: int = 2400,
    days: int = 140,
    slots: int = 96,
    first_day: dt.date = FIRST_DAY,
    progress: Progress | None = None,
) -> CountyTruth:
    """Simulates a county and writes it to a workspace.

    Args:
        home: workspace; gets ``lake/``, ``truth.parquet`` and ``population.parquet``, which replace those of
            an earlier simulation.
        seed: the same seed and sizes give the same county.
        customers: number of customers, at least 60; 150 with 45 days make a small one for tests.
        days: length of the readings.
        slots: readings a day, one of SLOTS_PER_DAY.
        first_day: first day of the readings; the default spans a Spring Festival.
        progress: told of each stage as (what, done, total).

    Returns:
        Where it is and what is true in it.

    Raises:
        LakeError: the workspace holds readings that no simulation wrote.
        ValueError: fewer than 60 customers or 20 days, for which no county can be laid out.
    """
    if customers < 60 or days < 20:
        raise ValueError(f"a county needs at least 60 customers and 20 days, not {customers} and {days}")
    lake_writing.check_room(home)
    report = progress or _silent
    calendar = CountyCalendar(first_day, days, slots)
    hourly_c = hourly_temperature_c(calendar, seed)
    scene = Scene(calendar, slot_temperature_c(hourly_c, slots))
    layout = lay_out(customers, seed)
    load_kw = _lawful_load(layout, scene, seed, report)
    mines = lay_mines(layout, load_kw.mean(axis=(1, 2)), scene, seed)
    archive = customer_table(layout, _contracted_peak_kw(load_kw, mines), first_day, seed)
    report("mines", len(mines), len(mines))
    lawful_kw = transformer_load_kw(layout, load_kw)
    delivered, channels = _lay_under_load(load_kw, lawful_kw, mines, layout, scene, seed)
    supplied = supplied_kw(layout, lawful_kw, delivered, seed)
    metering = read_meters(load_kw, {m.customer for m in mines if m.customer is not None}, seed)
    truth = _truth_table(mines, layout, archive, calendar)
    population = pa.table([layout.meter_ids, layout.archetype, metering.fault], schema=POPULATION)
    lake = lake_writing.write_county(
        home, calendar, layout, metering, channels, archive, supplied, hourly_c, seed, report
    )
    _write_table(truth, home / "truth.parquet")
    _write_table(population, home / "population.parquet")
    return CountyTruth(home, lake, truth, population, readings=customers * days * slots)


def _lawful_load(layout: Layout, scene: Scene, seed: int, report: Progress) -> NDArray[np.float32]:
    load_kw = np.empty(scene.shape(layout.customers), dtype=np.float32)
    done = 0
    for name, kind in ARCHETYPES.items():
        members = layout.of_kind(name)
        for start in range(0, members.size, CHUNK):
            part = members[start : start + CHUNK]
            load_kw[part] = kind.curves(stream(seed, "load", name, start), part.size, scene)
            done += part.size
            report("load curves", done, layout.customers)
    return load_kw


def _contracted_peak_kw(lawful_kw: NDArray[np.float32], mines: list[Mine]) -> NDArray[np.float32]:
    """What contracts are made for: the lawful peak, and most of a mine that an honest meter has to carry."""
    peak: NDArray[np.float32] = lawful_kw.max(axis=(1, 2))
    for mine in mines:
        if mine.customer is not None and mine.metered_share == 1.0:
            peak[mine.customer] = max(peak[mine.customer], 0.7 * (peak[mine.customer] + mine.rig.kw))
    return peak


def _lay_under_load(
    load_kw: NDArray[np.float32],
    lawful_kw: NDArray[np.float32],
    mines: list[Mine],
    layout: Layout,
    scene: Scene,
    seed: int,
) -> tuple[NDArray[np.float32], dict[int, dict[str, NDArray[np.int32]]]]:
    """Adds mines to load_kw in place, as meters see them; returns what transformers deliver, and channels."""
    delivered = lawful_kw.copy()
    channels: dict[int, dict[str, NDArray[np.int32]]] = {}
    for mine in mines:
        delivered[mine.transformer] += mine.power_kw
        if mine.customer is None:
            continue
        drawn = load_kw[mine.customer] + mine.power_kw
        tampered = _tampered(mine, scene)
        load_kw[mine.customer] = _as_metered(load_kw[mine.customer], mine, tampered)
        if mine.recipe.mode == "B":
            lost = round(3 * (1 - mine.metered_share)) if mine.metered_share else 0
            channels[mine.customer] = phase_channels(
                load_kw[mine.customer], drawn, lost, tampered, seed, mine.customer
            )
    for customer in _innocents_with_phases(layout, channels, seed):
        curve = load_kw[customer]
        channels[customer] = phase_channels(
            curve, curve, 0, np.zeros(curve.shape, dtype=bool), seed, customer
        )
    return delivered, channels


def _tampered(mine: Mine, scene: Scene) -> NDArray[np.bool_]:
    day = np.arange(scene.calendar.days)
    on = (day >= mine.first) & (day <= mine.last) & (mine.recipe.mode == "B")
    return np.repeat(on[:, None], scene.calendar.slots, axis=1)


def _as_metered(
    lawful_kw: NDArray[np.float32], mine: Mine, tampered: NDArray[np.bool_]
) -> NDArray[np.float32]:
    if mine.recipe.mode != "B":
        return lawful_kw + mine.power_kw
    if mine.metered_share == 0.0:
        return lawful_kw
    shown = (lawful_kw + mine.power_kw) * np.float32(mine.metered_share)
    return np.where(tampered, shown, lawful_kw).astype(np.float32)


def _innocents_with_phases(
    layout: Layout, channels: dict[int, dict[str, NDArray[np.int32]]], seed: int
) -> list[int]:
    candidates = [i for i in layout.of_kind("workshop", "shop", "restaurant") if i not in channels]
    chosen = stream(seed, "phase meters").permutation(candidates)[:WITH_PHASES_EXTRA]
    return [int(i) for i in chosen]


def _truth_table(mines: list[Mine], layout: Layout, archive: pa.Table, calendar: CountyCalendar) -> pa.Table:
    names = archive["name"].to_pylist()
    premises = archive["premises_id"].to_pylist()
    rows = []
    for mine in mines:
        who, transformer = mine.customer, layout.transformer_ids[mine.transformer]
        running = mine.last >= calendar.days
        rows.append(
            {
                "meter_id": transformer if who is None else layout.meter_ids[who],
                "subject_kind": "transformer" if who is None else "meter",
                "premises_id": None if who is None else premises[who],
                "premises": f"{transformer} 台区私接点" if who is None else names[who],
                "mode": mine.recipe.mode,
                "hiding": mine.recipe.hiding,
                "onset": calendar.first_day + dt.timedelta(days=mine.first),
                "end": None if running else calendar.first_day + dt.timedelta(days=mine.last),
                "kw": round(mine.rig.kw, 3),
                "machines": mine.rig.machines,
                "machine_model": mine.recipe.model,
                "metered_share": mine.metered_share,
                "host": layout.setting[mine.transformer] if who is None else layout.archetype[who],
                "transformer_id": transformer,
                "group_id": mine.group,
            }
        )
    return pa.Table.from_pylist(rows, schema=TRUTH)


def _write_table(table: pa.Table, path: Path) -> None:
    with written_whole(path) as partial:
        pq.write_table(table, partial, compression="zstd")


def _silent(what: str, done: int, total: int) -> None:
    """Nobody watches."""
