"""Daily frozen registers (日冻结示值) of the Chinese meter-data systems.

Two layouts are in use: a row per register kind (E_MP_DAY_READ with READTYPE, R, R1 to R4 and further rates),
and a row per day with PAP_R, PAP_R1 to PAP_R4 and the like. Values are what the meter shows [kWh], multiplied
by CT x PT here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.contracts.errors import SchemaMismatch
from gridcanary.power.lake import REGISTER_CHANNELS, REGISTERS
from gridcanary.power.readers.base import ReadOptions, Rejects, TableKind
from gridcanary.power.readers.days import parse_sane_day
from gridcanary.power.readers.numbers import NumberRows, read_numbers
from gridcanary.power.readers.text import TextTable, locate_columns, require_columns, sniffed_header

REGISTER_KWH_MAX = 1e9
"""No register has more digits: eight before and four behind the point are the most in use."""

RATES = 4
KINDS = {"1": "forward_wh", "2": "forward_varh", "5": "reverse_wh", "6": "reverse_varh"}
"""READTYPE; that 6 is reverse reactive is not confirmed by a published table."""
PREFIXES = {"forward_wh": "PAP_R", "reverse_wh": "RAP_R", "forward_varh": "PRP_R", "reverse_varh": "RRP_R"}

_COLUMNS: Mapping[str, Sequence[str]] = {
    "meter_id": ("ID", "MP_ID", "METER_ID", "测量点标识", "电能表标识"),
    "day": ("DATADATE", "DATA_DATE", "数据日期", "日期"),
    "kind": ("READTYPE", "READ_TYPE", "DATA_TYPE", "数据类型"),
}


class CnFrozen:
    """Both layouts of the daily frozen registers."""

    name = "cn-frozen"
    title_en = "Daily frozen registers of Chinese meter-data systems (E_MP_DAY_READ)"
    title_zh = "用电信息采集日冻结示值（E_MP_DAY_READ）"
    table: TableKind = "registers"
    whole_days = True

    def sniff(self, path: Path, head: bytes) -> float:
        """Certain with a register column, a date and a kind of register."""
        names = {item.upper() for item in sniffed_header(head)}
        if not names & {"DATADATE", "DATA_DATE"}:
            return 0.0
        by_kind = "R" in names and bool(names & {"READTYPE", "READ_TYPE"})
        return 0.95 if by_kind or "PAP_R" in names else 0.0

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Stream the registers; a batch holds one kind."""
        table = TextTable(path, options)
        texts = locate_columns(path, table.header, _COLUMNS, options.columns)
        require_columns(path, table.header, texts, ("meter_id", "day"))
        groups = _groups(path, table.header, by_kind="kind" in texts)
        numbers = sorted({place for places in groups.values() for place in places})
        for block in table.blocks():
            for rows in read_numbers(block, texts, numbers, rejects):
                yield from _batches(_Rows(table, texts, numbers, rows, options, rejects), groups)


def _groups(path: Path, header: Sequence[str], *, by_kind: bool) -> dict[str, list[int]]:
    """Register kind, or an empty name for all kinds, to the places of total and rates."""
    places = {name.upper(): i for i, name in enumerate(header)}
    prefixes = {"": "R"} if by_kind and "R" in places else PREFIXES
    groups = {
        kind: [
            places[name]
            for rate in range(RATES + 1)
            if (name := prefix + (str(rate) if rate else "")) in places
        ]
        for kind, prefix in prefixes.items()
        if prefix in places
    }
    if not groups:
        raise SchemaMismatch(path, "has no register column", row=1, remedy="R with READTYPE, or PAP_R")
    return groups


class _Rows:
    """Checked rows of a block."""

    def __init__(
        self,
        table: TextTable,
        texts: Mapping[str, int],
        numbers: Sequence[int],
        rows: NumberRows,
        options: ReadOptions,
        rejects: Rejects,
    ) -> None:
        self.table, self.texts, self.numbers = table, texts, numbers
        self.rows, self.options, self.rejects = rows, options, rejects
        self.keep = np.ones(rows.rows.size, np.bool_)
        self.days: list[dt.date] = []

    def refuse(self, row: int, column: int, reason: str, original: str) -> None:
        self.keep[row] = False
        self.rejects.add(
            self.table.path, int(self.rows.rows[row]), self.table.header[column], reason, original
        )

    def check(self) -> None:
        """Refuse rows without a meter, with a day or with a register out of range."""
        for row, text in enumerate(self.rows.texts["day"]):
            try:
                self.days.append(parse_sane_day(text, self.options))
            except ValueError as error:
                self.days.append(dt.date.min)
                self.refuse(row, self.texts["day"], str(error), text)
        for row, text in enumerate(self.rows.texts["meter_id"]):
            if self.keep[row] and not text:
                self.refuse(row, self.texts["meter_id"], "no meter id", "")
        with np.errstate(invalid="ignore"):
            excess = (self.rows.values < 0) | (self.rows.values > REGISTER_KWH_MAX)
        for row in np.flatnonzero(excess.any(axis=1) & self.keep).tolist():
            place = int(np.flatnonzero(excess[row])[0])
            value = f"{self.rows.values[row, place]:.12g}"
            self.refuse(row, self.numbers[place], "a register out of range", value)

    def kinds(self) -> list[str]:
        """The register kind of each row; one that nothing reads is skipped."""
        kinds = []
        for row, text in enumerate(self.rows.texts["kind"]):
            kind = KINDS.get(text.lstrip("0"), "")
            if not kind and self.keep[row]:
                self.keep[row] = False
                self.rejects.skip(f"{self.table.header[self.texts['kind']]} {text} is not used")
            kinds.append(kind)
        return kinds


def _batches(rows: _Rows, groups: Mapping[str, Sequence[int]]) -> Iterator[pa.RecordBatch]:
    rows.check()
    if "" in groups:
        kinds = np.array(rows.kinds(), "U16")
        for kind in sorted(set(kinds[rows.keep].tolist())):
            yield _batch(rows, kind, groups[""], np.flatnonzero(rows.keep & (kinds == kind)))
        return
    for kind, places in groups.items():
        yield _batch(rows, kind, places, np.flatnonzero(rows.keep))


def _batch(rows: _Rows, kind: str, places: Sequence[int], chosen: NDArray[np.int64]) -> pa.RecordBatch:
    source = [rows.rows.texts["meter_id"][i] for i in chosen]
    ratios = np.array([rows.options.factor_of(name).power for name in source])
    wh = np.full((chosen.size, RATES + 1), np.nan)
    columns = [rows.numbers.index(place) for place in places]
    wh[:, : len(columns)] = rows.rows.values[chosen][:, columns] * 1000 * ratios[:, None]
    # A register that is stamped at the start of its day stood so at the end of the day before.
    back = dt.timedelta(days=1 if rows.options.stamp == "start" else 0)
    missing = np.isnan(wh)
    flat = pa.array(np.where(missing, 0, np.rint(wh)).astype(np.int64).ravel(), mask=missing.ravel())
    lists = pa.ListArray.from_arrays(pa.array(np.arange(chosen.size + 1, dtype=np.int32) * (RATES + 1)), flat)
    assert kind in (REGISTERS.names[2], *REGISTER_CHANNELS)
    return pa.record_batch(
        {
            "meter_id": pa.array([rows.options.meter_of(name) for name in source], pa.string()),
            "day": pa.array([rows.days[i] - back for i in chosen], pa.date32()),
            kind: lists,
            "row": pa.array(rows.rows.rows[chosen], pa.int64()),
        }
    )
