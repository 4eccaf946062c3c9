"""Curve tables of the Chinese meter-data systems (用电信息采集): a row per measuring point, day and quantity.

E_MP_POWER_CURVE (DATA_TYPE 1 active total, 2 to 4 active per phase, 5 reactive total, 6 to 8 reactive per
phase), E_MP_VOL_CURVE, E_MP_CUR_CURVE and E_MP_FACTOR_CURVE (PHASE_FLAG). Values are secondary-side in many
deployments: the ratios are an option. What P1 stands for differs by province: an option too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.contracts.errors import InputError, SchemaMismatch
from gridcanary.contracts.tables import SLOTS_PER_DAY
from gridcanary.power.readers.base import INT32_MAX, Factor, ReadOptions, Rejects, TableKind, readings_batch
from gridcanary.power.readers.days import parse_sane_day
from gridcanary.power.readers.numbers import NumberRows, read_numbers
from gridcanary.power.readers.text import TextTable, locate_columns, require_columns, sniffed_header

COLUMNS: Mapping[str, Sequence[str]] = {
    "meter_id": ("ID", "MP_ID", "DATA_ID", "METER_ID", "测量点标识", "测量点ID", "电能表标识"),
    "day": ("DATA_DATE", "DATADATE", "数据日期", "日期"),
    "whole_flag": ("DATA_WHOLE_FLAG", "WHOLE_FLAG", "数据完整标志"),
}
POWER_SCALE = {"w": 1.0, "kw": 1e3, "mw": 1e6}
_POINT = re.compile(r"([A-Za-z]{1,3})_?(\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class CnCurve:
    """One of the curve tables.

    Args:
        name, title_en, title_zh: as in Reader.
        letters: what precedes the number of a point's column, upper case.
        file_word: a word of the table's name that files are called after.
        flags: names of the column that tells the quantity.
        curves: value of that column to the curve; an empty name is known and of no use here.
        scale: what a value is multiplied by to come to the curve's unit; None takes options.unit.
        ratio: which transformer ratio applies.
        low, high: what a meter can measure, in the table's own unit.
    """

    name: str
    title_en: str
    title_zh: str
    letters: tuple[str, ...]
    file_word: str
    flags: tuple[str, ...]
    curves: Mapping[str, str]
    scale: float | None = None
    ratio: Literal["power", "ct", "pt", "none"] = "none"
    low: float = -np.inf
    high: float = np.inf
    table: TableKind = field(default="readings", init=False)
    whole_days: bool = field(default=True, init=False)

    def sniff(self, path: Path, head: bytes) -> float:
        """Certain where the points and the flag column are there, and the file's name does not contradict."""
        header = sniffed_header(head)
        names = {item.upper() for item in header}
        if len(_points(header, self.letters)) < min(SLOTS_PER_DAY) or not names & {"DATA_DATE", "DATADATE"}:
            return 0.0
        if not names & set(self.flags):
            return 0.0
        return 1.0 if self.file_word in path.name.upper() else 0.9

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Stream the table; a batch holds one curve."""
        table = TextTable(path, options)
        layout = _layout(self, path, table.header, options)
        piece = _Piece(self, table, layout, options, rejects)
        for block in table.blocks():
            for rows in read_numbers(block, layout.texts, layout.points, rejects):
                yield from piece.batches(rows)


@dataclass(frozen=True, slots=True)
class _Layout:
    texts: Mapping[str, int]
    points: Sequence[int]
    scale: float


def _points(header: Sequence[str], letters: Sequence[str]) -> list[int]:
    """Positions of the columns X1, X2, ... in their order, as far as they go without a gap."""
    places = {
        (found[1].upper(), int(found[2])): i
        for i, name in enumerate(header)
        if (found := _POINT.fullmatch(name))
    }
    runs = []
    for letter in letters:
        count = 0
        while (letter, count + 1) in places:
            count += 1
        runs.append([places[letter, i + 1] for i in range(count)])
    return max(runs, key=len, default=[])


def _layout(curve: CnCurve, path: Path, header: Sequence[str], options: ReadOptions) -> _Layout:
    wanted = {**COLUMNS, "flag": curve.flags}
    texts = locate_columns(path, header, wanted, options.columns)
    require_columns(path, header, texts, ("meter_id", "day", "flag"))
    points = _points(header, curve.letters)
    if len(points) not in SLOTS_PER_DAY:
        expected = f"{curve.letters[0]}1 to {curve.letters[0]}{options.points or 96}"
        raise SchemaMismatch(path, f"has {len(points)} points a day where {expected} should be", row=1)
    scale = curve.scale
    if scale is None:
        unit = options.unit or "kw"
        if unit not in POWER_SCALE:
            raise InputError(path, f"{unit} is no unit of power", remedy="w, kw or mw")
        scale = POWER_SCALE[unit]
    try:
        options.slot_shift(options.points or len(points))
    except ValueError as error:
        raise InputError(path, str(error)) from error
    return _Layout(texts, points, scale)


class _Piece:
    """Rows that are numbers already, on their way to batches; a row that is refused leaves ``keep``."""

    def __init__(
        self, curve: CnCurve, table: TextTable, layout: _Layout, options: ReadOptions, rejects: Rejects
    ) -> None:
        self.curve, self.table, self.layout = curve, table, layout
        self.options, self.rejects = options, rejects

    def batches(self, rows: NumberRows) -> Iterator[pa.RecordBatch]:
        self.rows, self.keep = rows, np.ones(rows.rows.size, np.bool_)
        days = self._days()
        names = self._names()
        slots = self._slots()
        values = self._scaled(slots)
        groups = {(str(names[i]), int(slots[i])) for i in np.flatnonzero(self.keep)}
        for name, width in sorted(groups):
            chosen = np.flatnonzero(self.keep & (names == name) & (slots == width))
            yield from self._emit(name, days[chosen], chosen, values[chosen, :width])

    def _refuse(self, row: int, column: str | None, reason: str, original: str) -> None:
        self.keep[row] = False
        self.rejects.add(self.table.path, int(self.rows.rows[row]), column, reason, original)

    def _column(self, name: str) -> str:
        return self.table.header[self.layout.texts[name]]

    def _days(self) -> NDArray[np.datetime64]:
        known: dict[str, tuple[dt.date | None, str]] = {}
        days = np.full(self.keep.size, np.datetime64("NaT"), "datetime64[D]")
        for row, text in enumerate(self.rows.texts["day"]):
            day, fault = known.get(text) or known.setdefault(text, _checked_day(text, self.options))
            if day is None:
                self._refuse(row, self._column("day"), fault, text)
            else:
                days[row] = day
        return days

    def _names(self) -> NDArray[np.str_]:
        """The curve of each row, and the check that it has a meter at all."""
        names = np.full(self.keep.size, "", "U32")
        for row, flag in enumerate(self.rows.texts["flag"]):
            name = self.curve.curves.get(flag.removesuffix(".0").lstrip("0") or flag[:1])
            if name is None:
                self._refuse(row, self._column("flag"), "an unknown kind of data", flag)
            elif not self.rows.texts["meter_id"][row]:
                self._refuse(row, self._column("meter_id"), "no meter id", "")
            elif not name:
                self.keep[row] = False
                self.rejects.skip(f"{self._column('flag')} {flag} is not used")
            else:
                names[row] = name
        return names

    def _slots(self) -> NDArray[np.int64]:
        """Values a day of each row, with the points that DATA_WHOLE_FLAG calls missing taken out."""
        values = self.rows.values
        width = values.shape[1]
        slots = np.full(self.keep.size, self.options.points or width, np.int64)
        flags = self.rows.texts.get("whole_flag", [""] * self.keep.size)
        marks = {text: _flag_marks(text) for text in set(flags)}
        for row in np.flatnonzero(self.keep).tolist():
            mark = marks[flags[row]]
            if mark is None:
                self._refuse(row, self._column("whole_flag"), "not a string of 0 and 1", flags[row])
                continue
            if self.options.points is None and mark.size in SLOTS_PER_DAY:
                slots[row] = mark.size
            if mark.size > 1 and mark.size != slots[row]:
                reason = f"{mark.size} marks for {slots[row]} points"
                self._refuse(row, self._column("whole_flag"), reason, flags[row])
            elif slots[row] > width or not np.isnan(values[row, slots[row] :]).all():
                reason = f"values for other than {slots[row]} points a day"
                self._refuse(row, None, reason, "")
            elif mark.size > 1:
                values[row, : mark.size][~mark] = np.nan
        return slots

    def _scaled(self, slots: NDArray[np.int64]) -> NDArray[np.float64]:
        """Values in the unit of the curve, rows with one that no meter measures refused."""
        ratios = np.array([self._ratio(text) for text in self.rows.texts["meter_id"]])
        values = self.rows.values
        scaled = values * (self.layout.scale * ratios)[:, None]
        with np.errstate(invalid="ignore"):
            excess = (values < self.curve.low) | (values > self.curve.high) | (np.abs(scaled) > INT32_MAX)
        for row in np.flatnonzero(excess.any(axis=1) & self.keep).tolist():
            place = int(np.flatnonzero(excess[row])[0])
            column = self.table.header[self.layout.points[place]]
            self._refuse(row, column, "a value out of range", f"{values[row, place]:.12g}")
        return scaled

    def _ratio(self, source_id: str) -> float:
        factor: Factor = self.options.factor_of(source_id)
        return {"power": factor.power, "ct": factor.ct, "pt": factor.pt, "none": 1.0}[self.curve.ratio]

    def _emit(
        self, name: str, days: NDArray[np.datetime64], chosen: NDArray[np.int64], values: NDArray[np.float64]
    ) -> Iterator[pa.RecordBatch]:
        source = self.rows.texts["meter_id"]
        meters = [self.options.meter_of(source[i]) for i in chosen]
        rows = self.rows.rows[chosen]
        for days_later, part in shifted(values, self.options.slot_shift(values.shape[1])):
            yield readings_batch(meters, days + np.timedelta64(days_later, "D"), {name: part}, rows)


def shifted(values: NDArray[np.float64], shift: int) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """A day's values moved by a slot, and what thereby falls into the day before or after.

    Args:
        values: shape (rows, slots).
        shift: -1, 0 or 1 slots later.

    Returns:
        Days later, and values of shape (rows, slots) with NaN where that day gets nothing.
    """
    if shift == 0:
        yield 0, values
        return
    own, other = np.roll(values, shift, axis=1), np.full_like(values, np.nan)
    edge = 0 if shift > 0 else values.shape[1] - 1
    other[:, edge] = own[:, edge]
    own[:, edge] = np.nan
    yield 0, own
    yield shift, other


def _checked_day(text: str, options: ReadOptions) -> tuple[dt.date | None, str]:
    try:
        return parse_sane_day(text, options), ""
    except ValueError as error:
        return None, str(error)


def _flag_marks(text: str) -> NDArray[np.bool_] | None:
    """Which points are there; empty where the flag says nothing, None where it is none."""
    if set(text) - {"0", "1"} and text.upper() != "NULL":
        return None
    # A single digit tells whether the day is complete, not which point is missing.
    return np.array(
        [mark == "1" for mark in text] if len(text) > 1 and text.upper() != "NULL" else [], np.bool_
    )


POWER_CURVE = CnCurve(
    name="cn-power-curve",
    title_en="Power curves of Chinese meter-data systems (E_MP_POWER_CURVE)",
    title_zh="用电信息采集功率曲线（E_MP_POWER_CURVE）",
    letters=("P",),
    file_word="POWER",
    flags=("DATA_TYPE", "数据类型"),
    curves={
        "1": "load_w",
        "2": "load_a_w",
        "3": "load_b_w",
        "4": "load_c_w",
        "5": "reactive_var",
        "6": "",
        "7": "",
        "8": "",
    },
    ratio="power",
)
VOLTAGE_CURVE = CnCurve(
    name="cn-voltage-curve",
    title_en="Voltage curves of Chinese meter-data systems (E_MP_VOL_CURVE)",
    title_zh="用电信息采集电压曲线（E_MP_VOL_CURVE）",
    letters=("U", "V"),
    file_word="VOL",
    flags=("PHASE_FLAG", "DATA_TYPE", "相别"),
    curves={"1": "volt_a_mv", "2": "volt_b_mv", "3": "volt_c_mv"},
    scale=1e3,
    ratio="pt",
    low=0.0,
)
CURRENT_CURVE = CnCurve(
    name="cn-current-curve",
    title_en="Current curves of Chinese meter-data systems (E_MP_CUR_CURVE)",
    title_zh="用电信息采集电流曲线（E_MP_CUR_CURVE）",
    letters=("I",),
    file_word="CUR",
    flags=("PHASE_FLAG", "DATA_TYPE", "相别"),
    # That 0 is the neutral is not confirmed by a published table.
    curves={"0": "amp_n_ma", "1": "amp_a_ma", "2": "amp_b_ma", "3": "amp_c_ma"},
    scale=1e3,
    ratio="ct",
)
FACTOR_CURVE = CnCurve(
    name="cn-factor-curve",
    title_en="Power-factor curves of Chinese meter-data systems (E_MP_FACTOR_CURVE)",
    title_zh="用电信息采集功率因数曲线（E_MP_FACTOR_CURVE）",
    letters=("F", "C", "PF", "COS", "P"),
    file_word="FACTOR",
    flags=("PHASE_FLAG",),
    curves={"0": "power_factor_permille", "1": "", "2": "", "3": ""},
    scale=1e3,
    low=-1.0,
    high=1.0,
)
CURVES = (POWER_CURVE, VOLTAGE_CURVE, CURRENT_CURVE, FACTOR_CURVE)
