"""Writes a county as the lake that the power lens reads."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.contracts.errors import LakeError
from gridcanary.contracts.tables import BALANCE, READINGS, WEATHER
from gridcanary.power import lake as lakes
from gridcanary.simulator.county_calendar import CountyCalendar
from gridcanary.simulator.layout import Layout
from gridcanary.simulator.metering import Metering
from gridcanary.simulator.phases import CHANNEL_NAMES
from gridcanary.simulator.seeds import stream

TIMEZONE = "Asia/Shanghai"
BALANCE_MISSING = 0.002

_LIST = pa.list_(pa.int32())


def write_county(
    home: Path,
    calendar: CountyCalendar,
    layout: Layout,
    metering: Metering,
    channels: dict[int, dict[str, NDArray[np.int32]]],
    archive: pa.Table,
    supplied_kw: NDArray[np.float32],
    hourly_c: NDArray[np.float32],
    seed: int,
    report: Callable[[str, int, int], None],
) -> Path:
    """Writes readings, balance, archive and weather below ``home/lake``.

    Args:
        home: workspace; a lake that an earlier simulation left there is replaced.
        calendar: days and slots.
        layout: ids.
        metering: readings as collected.
        channels: phase channels by customer.
        archive: CUSTOMERS table.
        supplied_kw: balance, shape (transformers, days, slots).
        hourly_c: temperature, shape (days, 24).
        seed: the county's seed.
        report: progress callback.

    Returns:
        The lake's folder.

    Raises:
        LakeError: the folder holds readings that no simulation wrote.
    """
    lake = home / "lake"
    check_room(home)
    if lake.exists():
        shutil.rmtree(lake)
    lakes.create_lake(lake, TIMEZONE)
    lakes.write_customers(lake, archive)
    lakes.write_weather(lake, _weather_table(calendar, hourly_c))
    supplied_w = np.rint(supplied_kw * 1000).astype(np.int32)
    unread = stream(seed, "balance gaps").random(supplied_w.shape) < BALANCE_MISSING
    meters, transformers = pa.array(layout.meter_ids), pa.array(layout.transformer_ids)
    for d, day in enumerate(calendar.dates):
        lakes.write_day(lake, day, _day_table(meters, metering, channels, d, day))
        columns = [transformers, _days(day, len(transformers)), _curves(supplied_w[:, d], unread[:, d])]
        lakes.write_balance(lake, day, pa.table(columns, schema=BALANCE))
        report("writing days", d + 1, calendar.days)
    return lake


def check_room(home: Path) -> None:
    """Refuses a workspace whose readings are somebody's own.

    Args:
        home: workspace.

    Raises:
        LakeError: it has a lake, and no simulation wrote it.
    """
    if (home / "lake").exists() and not (home / "population.parquet").exists():
        problem = "holds readings that no simulation wrote; choose another folder for the simulated county"
        raise LakeError(home / "lake", problem)


def _day_table(
    meters: pa.Array,
    metering: Metering,
    channels: dict[int, dict[str, NDArray[np.int32]]],
    d: int,
    day: dt.date,
) -> pa.Table:
    arrived = np.flatnonzero(~metering.missing[:, d].all(axis=1))
    fields = list(READINGS)
    columns = [
        meters.take(pa.array(arrived)),
        _days(day, arrived.size),
        _curves(metering.load_w[arrived, d], metering.missing[arrived, d]),
    ]
    if channels:
        for name in CHANNEL_NAMES:
            fields.append(pa.field(name, _LIST))
            columns.append(_channel(channels, name, d, arrived))
    return pa.table(columns, schema=pa.schema(fields))


def _channel(
    channels: dict[int, dict[str, NDArray[np.int32]]], name: str, d: int, arrived: NDArray[np.int64]
) -> pa.Array:
    present = [i for i in arrived if int(i) in channels]
    lengths = np.zeros(arrived.size + 1, dtype=np.int32)
    slots = next(iter(channels.values()))[name].shape[1]
    lengths[1:] = np.where(np.isin(arrived, present), slots, 0)
    values = (
        np.concatenate([channels[int(i)][name][d] for i in present]) if present else np.empty(0, np.int32)
    )
    absent = pa.array(lengths[1:] == 0)
    return pa.ListArray.from_arrays(
        pa.array(np.cumsum(lengths, dtype=np.int32)), pa.array(values), _LIST, mask=absent
    )


def _curves(watts: NDArray[np.int32], missing: NDArray[np.bool_]) -> pa.Array:
    offsets = np.arange(watts.shape[0] + 1, dtype=np.int32) * watts.shape[1]
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(watts.ravel(), mask=missing.ravel()))


def _days(day: dt.date, count: int) -> pa.Array:
    return pa.array(np.full(count, np.datetime64(day)))


def _weather_table(calendar: CountyCalendar, hourly_c: NDArray[np.float32]) -> pa.Table:
    centi = np.rint(hourly_c * 100).astype(np.int32)
    dates = pa.array(calendar.dates, pa.date32())
    return pa.table([dates, _curves(centi, np.zeros(centi.shape, dtype=bool))], schema=WEATHER)
