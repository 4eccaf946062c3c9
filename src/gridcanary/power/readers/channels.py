"""Import and export, active and reactive, interval and register: several channels of a meter made one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.power.readers.base import ReadOptions, Rejects
from gridcanary.power.readers.clock import LocalClock
from gridcanary.power.readers.intervals import RESOLUTIONS_S, Intervals, day_batches
from gridcanary.power.readers.meter_spill import MeterSpill
from gridcanary.power.readers.quantities import scale_to_primary

NET_CURVES = {"load_w": ("import_w", "export_w"), "reactive_var": ("import_var", "export_var")}
"""A curve of the readings and the two channels whose difference it is."""
REGISTERS = {
    "import_wh": "import_w",
    "export_wh": "export_w",
    "import_varh": "import_var",
    "export_varh": "export_var",
}
"""Ever-growing registers [Wh, varh] and the mean power that their differences give."""


class ChannelRows:
    """Single values of any channel on their way to days of readings.

    Args:
        file: named in rejects.
        parts: into how many parts to set them aside, see :class:`MeterSpill`.
        aware: whether stamps are instants of UTC.
        at_end: whether a stamp marks the end of its interval.
        others: further curves that pass through as they are (volt_a_mv and so on).
    """

    FLUSH = 100_000

    def __init__(
        self, file: Path, *, parts: int, aware: bool, at_end: bool, others: Iterable[str] = ()
    ) -> None:
        self._file, self._aware, self._at_end = file, aware, at_end
        nets = [channel for pair in NET_CURVES.values() for channel in pair]
        self._names = [*nets, *REGISTERS, *others]
        self._places = {name: place for place, name in enumerate(self._names)}
        self._spill = MeterSpill(parts)
        self._rows: list[tuple[str, int, int, int, float]] = []

    def __enter__(self) -> ChannelRows:
        self._spill.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._spill.__exit__(None, None, None)

    def add(self, meter_id: str, stamp: int, line: int, channel: str, value: float) -> None:
        """One value.

        Args:
            meter_id: whose.
            stamp: when [s].
            line: where it stands in the file.
            channel: of NET_CURVES, REGISTERS or ``others``.
            value: W, var, Wh or varh as the channel says; NaN where missing.
        """
        self._rows.append((meter_id, stamp, line, self._places[channel], value))
        if len(self._rows) >= self.FLUSH:
            self._flush()

    def batches(self, clock: LocalClock, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Days of readings of everything that was added."""
        self._flush()
        for part in self._spill.parts():
            ids, curves = scale_to_primary(part.meter_ids, part.curves, options)
            one_each = _one_row_a_stamp(self._file, replace(part, meter_ids=ids, curves=curves), rejects)
            yield from day_batches(self._file, _net(one_each), clock, options, rejects)

    def _flush(self) -> None:
        if not self._rows:
            return
        meters, stamps, lines, places, values = zip(*self._rows, strict=True)
        self._rows.clear()
        place = np.array(places)
        value = np.array(values, dtype=np.float64)
        curves = {name: np.where(place == index, value, np.nan) for name, index in self._places.items()}
        self._spill.add(
            Intervals(
                pa.array(meters, pa.string()),
                np.array(stamps, dtype=np.int64),
                np.array(lines, dtype=np.int64),
                curves,
                aware=self._aware,
                at_end=self._at_end,
            )
        )


def _one_row_a_stamp(file: Path, many: Intervals, rejects: Rejects) -> Intervals:
    """A row per meter and stamp with every channel's value; second values of one channel are refused."""
    encoded = many.meter_ids.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    order = np.lexsort((many.rows, many.stamps, codes))
    codes, held = codes[order], many.take(order)
    begins = np.ones(codes.size, dtype=np.bool_)
    begins[1:] = (np.diff(codes) != 0) | (np.diff(held.stamps) != 0)
    group = np.cumsum(begins) - 1
    curves = {}
    for name, values in held.curves.items():
        here = np.flatnonzero(~np.isnan(values))
        again = np.zeros(here.size, dtype=np.bool_)
        again[1:] = np.diff(group[here]) == 0
        for index in here[again]:
            original = f"{held.meter_ids[int(index)]} {held.stamps[index]}"
            rejects.add(file, int(held.rows[index]), None, "duplicate meter and time", original)
        merged = np.full(int(group[-1]) + 1 if group.size else 0, np.nan)
        merged[group[here[~again]]] = values[here[~again]]
        curves[name] = merged
    first = np.flatnonzero(begins)
    keys = held.take(first)
    return replace(keys, curves=curves)


def _net(one_each: Intervals) -> Intervals:
    """Curves of the readings from channels; those without any value are left out."""
    channels = dict(one_each.curves)
    for register, power in REGISTERS.items():
        total = channels.pop(register)
        if not np.isnan(total).all():
            found = _differences(one_each, total)
            channels[power] = np.where(np.isnan(channels[power]), found, channels[power])
    curves: dict[str, NDArray[np.float64]] = {}
    for curve, (imported, exported) in NET_CURVES.items():
        taken, fed = channels.pop(imported), channels.pop(exported)
        none = np.isnan(taken) & np.isnan(fed)
        curves[curve] = np.where(none, np.nan, np.nan_to_num(taken) - np.nan_to_num(fed))
    curves.update(channels)
    held = {name: values for name, values in curves.items() if not np.isnan(values).all()}
    return replace(one_each, curves=held or {"load_w": curves["load_w"]})


def _differences(one_each: Intervals, total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean power between register values one interval apart, at the later one; NaN at a reset or after a
    gap."""
    found = np.full(total.size, np.nan)
    filled = np.flatnonzero(~np.isnan(total))
    meters = one_each.meter_ids.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    seconds = np.diff(one_each.stamps[filled])
    energy = np.diff(total[filled])
    sound = (np.diff(meters[filled]) == 0) & np.isin(seconds, RESOLUTIONS_S) & (energy >= 0)
    later = filled[1:][sound]
    found[later] = energy[sound] * 3600 / seconds[sound]
    return found
