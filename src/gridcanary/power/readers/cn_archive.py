"""The customer archive: C_CONS of the Chinese marketing systems, or any table with its columns or ours.

C_CONS knows premises (CONS_NO, 户号) and not meters. Without a meter column the premises number stands in for
the meter, and a topology (readers/cn_topology.py) brings the meters later, or --meters does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from gridcanary.contracts.tables import CUSTOMERS, TARIFF_CLASSES
from gridcanary.power.readers.base import BATCH_ROWS, ReadOptions, Rejects, TableKind
from gridcanary.power.readers.days import parse_day
from gridcanary.power.readers.tariff_codes import TariffCodes, load_tariff_codes
from gridcanary.power.readers.text import (
    NULL_TEXTS,
    TextTable,
    locate_columns,
    parse_number,
    require_columns,
    sniffed_header,
)

COLUMNS: Mapping[str, Sequence[str]] = {
    "premises_id": ("premises_id", "CONS_NO", "户号", "用户编号", "CONS_ID"),
    "meter_id": ("meter_id", "METER_ID", "BAR_CODE", "METER_NO", "电能表编号", "表号", "资产编号"),
    "name": ("name", "CONS_NAME", "户名", "用户名称"),
    "address": ("address", "ELEC_ADDR", "用电地址"),
    "lat": ("lat", "latitude", "纬度"),
    "lon": ("lon", "longitude", "经度"),
    "admin_code": ("admin_code", "ADMIN_CODE", "行政区划", "行政区划代码"),
    "trade_code": ("trade_code", "TRADE_CODE", "行业分类"),
    "tariff_class": ("tariff_class",),
    "contract_kva": ("contract_kva", "CONTRACT_CAP", "合同容量"),
    "running_kva": ("running_kva", "RUN_CAP", "运行容量"),
    "volt_class": ("volt_class", "VOLT_CODE", "供电电压"),
    "connected_on": ("connected_on", "PS_DATE", "BUILD_DATE", "送电日期", "立户日期"),
    "last_inspected_on": ("last_inspected_on", "LAST_CHK_DATE", "上次检查日期"),
    "transformer_id": ("transformer_id", "TG_ID", "TG_NO", "台区编号", "台区标识"),
    "feeder_id": ("feeder_id", "LINE_ID", "LINE_NO", "线路编号", "线路标识"),
}
CODES: Mapping[str, Sequence[str]] = {
    "ELEC_TYPE_CODE": ("ELEC_TYPE_CODE", "用电类别"),
    "CONS_SORT_CODE": ("CONS_SORT_CODE", "用户分类"),
}
_NUMBERS = ("lat", "lon", "contract_kva", "running_kva")
_RANGES = {
    "lat": (-90.0, 90.0),
    "lon": (-180.0, 180.0),
    "contract_kva": (0.0, 5e6),
    "running_kva": (0.0, 5e6),
}
_DAYS = ("connected_on", "last_inspected_on")
_TELLING = ("name", "address", "trade_code", "tariff_class", "contract_kva", "volt_class", "connected_on")
EARLIEST_CONNECTION = dt.date(1900, 1, 1)


class CnArchive:
    """Customers as CSV."""

    name = "cn-archive"
    title_en = "Customer archive (C_CONS, or a table of customers)"
    title_zh = "用户档案（C_CONS 或用户清单）"
    table: TableKind = "customers"
    whole_days = True

    def sniff(self, path: Path, head: bytes) -> float:
        """Sure with a premises or meter and three facts that only an archive has."""
        names = {item.upper() for item in sniffed_header(head)}
        known = {
            ours for ours, aliases in {**COLUMNS, **CODES}.items() if names & {a.upper() for a in aliases}
        }
        facts = len(known & {*_TELLING, *CODES})
        return 0.9 if known & {"premises_id", "meter_id"} and facts >= 2 else 0.0

    def read(self, path: Path, options: ReadOptions, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        """Stream the archive in batches of CUSTOMERS."""
        codes = load_tariff_codes(options.codes)
        table = TextTable(path, options)
        places = locate_columns(path, table.header, {**COLUMNS, **CODES}, options.columns)
        if "meter_id" not in places:
            require_columns(path, table.header, places, ("premises_id",))
        yield from customer_batches(table, ArchiveRows(table, places, codes, options, rejects), rejects)


def customer_batches(table: TextTable, rows: ArchiveRows, rejects: Rejects) -> Iterator[pa.RecordBatch]:
    """Batches of CUSTOMERS from the rows of a text table; a second row of a meter is refused."""
    seen: dict[str, int] = {}
    waiting: list[dict[str, object]] = []
    for number, fields, line in table.rows(rejects):
        customer = rows.customer(number, fields)
        if customer is None:
            continue
        first = seen.setdefault(str(customer["meter_id"]), number)
        if first != number:
            rejects.add(table.path, number, None, "a second row for the same meter", line)
            continue
        waiting.append(customer)
        if len(waiting) == BATCH_ROWS:
            yield pa.RecordBatch.from_pylist(waiting, schema=CUSTOMERS)
            waiting = []
    if waiting:
        yield pa.RecordBatch.from_pylist(waiting, schema=CUSTOMERS)


class ArchiveRows:
    """Turns the fields of one row into a customer."""

    def __init__(
        self,
        table: TextTable,
        places: Mapping[str, int],
        codes: TariffCodes | None,
        options: ReadOptions,
        rejects: Rejects,
    ) -> None:
        self._table, self._places, self._codes = table, places, codes
        self._options, self._rejects = options, rejects

    def customer(self, row: int, fields: Sequence[str]) -> dict[str, object] | None:
        """The customer; None after refusing the row."""
        texts = {name: self._text(fields[place]) for name, place in self._places.items()}
        found: dict[str, object] = {name: texts.get(name) or None for name in CUSTOMERS.names}
        premises, meter = texts.get("premises_id", ""), texts.get("meter_id", "")
        meter = self._options.meter_of(meter or premises)
        if not meter:
            column = "meter_id" if "meter_id" in self._places else "premises_id"
            self._refuse(row, column, "no meter id", "")
            return None
        found["premises_id"], found["meter_id"] = premises or meter, meter
        for name in (*_NUMBERS, *_DAYS):
            if name not in texts:
                continue
            try:
                found[name] = self._value(name, texts[name])
            except ValueError as error:
                self._refuse(row, name, str(error), texts[name])
                return None
        if self._codes is not None:
            given = texts.get("tariff_class", "")
            if given and given not in TARIFF_CLASSES:
                self._refuse(row, "tariff_class", "no class of tariff", given)
                return None
            told = {**texts, "TRADE_CODE": texts.get("trade_code", "")}
            found["tariff_class"] = given or self._class_of(told)
            found["volt_class"] = self._codes.volt_class(texts.get("volt_class", ""))
        return found

    def _class_of(self, told: Mapping[str, str]) -> str | None:
        if self._codes is None or not any(told.get(name) for name in ("TRADE_CODE", *CODES)):
            return None
        return self._codes.tariff_class(told)

    def _value(self, name: str, text: str) -> float | dt.date | None:
        if name in _NUMBERS:
            value = parse_number(text)
            low, high = _RANGES[name]
            if value is not None and not low <= value <= high:
                raise ValueError("a value out of range")
            return value
        if not text:
            return None
        day = parse_day(text)
        if not EARLIEST_CONNECTION <= day <= self._options.last_day():
            raise ValueError("a day out of range")
        return day

    def _text(self, field: str) -> str:
        text = field.strip()
        return "" if text in NULL_TEXTS else text

    def _refuse(self, row: int, name: str, reason: str, original: str) -> None:
        column = self._table.header[self._places[name]]
        self._rejects.add(self._table.path, row, column, reason, original)
