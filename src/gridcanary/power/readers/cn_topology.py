"""Which meter hangs on which transformer and feeder, and what each transformer supplied.

The topology is a table of pairs (C_METER_MP_RELA joined with G_TG, 户变关系): a meter or premises and its
TG_NO and LINE_NO. The balance comes a row per day (台区线损 with 供电量) or a row per interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from gridcanary.power.readers.base import INT32_MAX, ReadOptions, Rejects, TableKind, curve_array
from gridcanary.power.readers.cn_archive import COLUMNS, ArchiveRows, CnArchive, customer_batches
from gridcanary.power.readers.columnar import column_names
from gridcanary.power.readers.days import parse_sane_day
from gridcanary.power.readers.key_columns import STAMP_NAMES
from gridcanary.power.readers.long_table import LongTable
from gridcanary.power.readers.numbers import NumberRows, read_numbers
from gridcanary.power.readers.text import (
    TextTable,
    locate_columns,
    read_head,
    require_columns,
    sniffed_header,
)

TRANSFORMER_NAMES = (
    "transformer_id",
    "TG_NO",
    "TG_ID",
    "台区编号",
    "台区标识",
    "feeder_id",
    "LINE_NO",
    "线路编号",
)
SUPPLIED_NAMES = ("supplied_kwh", "PPQ", "SUPPLY_PQ", "供电量", "供电量(kWh)", "供入电量")
DAY_NAMES = ("date", "day", "DATA_DATE", "STAT_DATE", "日期", "数据日期", "统计日期")
HOURS_PER_DAY = 24
_INTERVALS: Mapping[str, Sequence[str]] = {
    "transformer_id": TRANSFORMER_NAMES,
    "supplied_kwh": SUPPLIED_NAMES,
}
_ROWS: Mapping[str, Sequence[str]] = {"transformer_id": TRANSFORMER_NAMES, "day": DAY_NAMES}


class CnTopology:
    """Pairs of meter and transformer, as CSV."""

    name = "cn-topology"
    title_en = "Which meter hangs on which transformer and feeder"
    title_zh = "户变关系、线变关系（电能表—台区—线路）"
    table: TableKind = "customers"
    whole_days = True
    _wanted: Mapping[str, Sequence[str]] = {
        **{name: COLUMNS[name] for name in ("premises_id", "transformer_id", "feeder_id", "admin_code")},
        "meter_id": (*COLUMNS["meter_id"], "MP_ID", "MP_NO", "ID", "计量点编号"),
    }

    def sniff(self, path: Path, head: bytes) -> float:
        """Sure with a meter, a transformer or feeder, and nothing that an archive or a curve has."""
        header = sniffed_header(head)
        names = {item.upper() for item in header}
        known = {ours for ours, aliases in self._wanted.items() if names & {a.upper() for a in aliases}}
        if not known & {"meter_id", "premises_id"} or not known & {"transformer_id", "feeder_id"}:
            return 0.0
        if names & {item.upper() for item in (*SUPPLIED_NAMES, *DAY_NAMES, *STAMP_NAMES)}:
            return 0.0
        return 0.0 if CnArchive().sniff(path, head) else 0.85

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Stream the pairs as CUSTOMERS of which nothing else is known."""
        table = TextTable(path, options)
        places = locate_columns(path, table.header, self._wanted, options.columns)
        if "meter_id" not in places:
            require_columns(path, table.header, places, ("premises_id",))
        if "feeder_id" not in places:
            require_columns(path, table.header, places, ("transformer_id",))
        yield from customer_batches(table, ArchiveRows(table, places, None, options, rejects), rejects)


class DailyBalance:
    """What each transformer supplied, a row per day."""

    name = "balance-daily"
    title_en = "Transformer balance, a row per day (transformer_id, date, supplied_kwh, billed_kwh)"
    title_zh = "台区日线损表（台区编号、日期、供电量、售电量）"
    table: TableKind = "balance"
    whole_days = True

    def sniff(self, path: Path, head: bytes) -> float:
        """Sure with transformer, day and supplied energy, and no time of day."""
        names = {item.upper() for item in sniffed_header(head)}
        wanted = (TRANSFORMER_NAMES, DAY_NAMES, SUPPLIED_NAMES)
        return 0.9 if all(names & {item.upper() for item in known} for known in wanted) else 0.0

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Stream the days as BALANCE of one value; billed energy follows from the readings."""
        table = TextTable(path, options)
        wanted = {**_ROWS, "supplied_kwh": SUPPLIED_NAMES}
        places = locate_columns(path, table.header, wanted, options.columns)
        require_columns(path, table.header, places, ("transformer_id", "day", "supplied_kwh"))
        supplied = places.pop("supplied_kwh")
        for block in table.blocks():
            for rows in read_numbers(block, places, [supplied], rejects):
                yield _daily(table, places, supplied, rows, options, rejects)


def _daily(
    table: TextTable,
    places: Mapping[str, int],
    supplied: int,
    rows: NumberRows,
    options: ReadOptions,
    rejects: Rejects,
) -> pa.RecordBatch:
    days, kept = [], []
    for row, (name, text) in enumerate(zip(rows.texts["transformer_id"], rows.texts["day"], strict=True)):
        number, kwh = int(rows.rows[row]), float(rows.values[row, 0])
        try:
            day = parse_sane_day(text, options)
        except ValueError as error:
            rejects.add(table.path, number, table.header[places["day"]], str(error), text)
            continue
        mean_w = kwh * 1000 / HOURS_PER_DAY
        if not name:
            rejects.add(table.path, number, table.header[places["transformer_id"]], "no transformer id", "")
        elif np.isnan(kwh) or abs(mean_w) > INT32_MAX:
            reason = "no value" if np.isnan(kwh) else "a value out of range"
            rejects.add(
                table.path, number, table.header[supplied], reason, "" if np.isnan(kwh) else f"{kwh:.12g}"
            )
        else:
            days.append(day)
            kept.append(row)
    watts = rows.values[kept] * 1000 / HOURS_PER_DAY
    return pa.record_batch(
        {
            "transformer_id": pa.array([rows.texts["transformer_id"][row] for row in kept], pa.string()),
            "day": pa.array(days, pa.date32()),
            "supplied_w": curve_array(watts),
            "row": pa.array(rows.rows[kept], pa.int64()),
        }
    )


class LongBalance:
    """What each transformer supplied, a row per interval."""

    name = "balance-long"
    title_en = "Transformer balance, a row per interval (transformer_id, ts, supplied_kwh)"
    title_zh = "台区供电量曲线长表（台区编号、时间、供电量）"
    table: TableKind = "balance"
    whole_days = False

    def sniff(self, path: Path, head: bytes) -> float:
        """Sure with transformer, time stamp and supplied energy."""
        names = {item.upper() for item in column_names(path, head) or sniffed_header(head)}
        wanted = (TRANSFORMER_NAMES, STAMP_NAMES, SUPPLIED_NAMES)
        return 0.95 if all(names & {item.upper() for item in known} for known in wanted) else 0.0

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Stream the intervals as days of BALANCE."""
        header = column_names(path, read_head(path)) or TextTable(path, options).header
        given = dict(options.columns)
        found = locate_columns(path, header, _INTERVALS, given)
        require_columns(path, header, found, tuple(_INTERVALS))
        # To the long table a transformer is a meter that measures what it supplies.
        given |= {"meter_id": header[found["transformer_id"]], "kwh": header[found["supplied_kwh"]]}
        for batch in LongTable().read(path, replace(options, columns=given), rejects):
            yield pa.record_batch(
                {"transformer_id": batch["meter_id"], "day": batch["day"], "supplied_w": batch["load_w"]}
            )
