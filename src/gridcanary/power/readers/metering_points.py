"""The table that joins measuring points to meters and ratios (E_DATA_MP, C_METER)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from gridcanary.contracts.errors import InputError
from gridcanary.power.readers.base import Factor, ReadOptions, Rejects
from gridcanary.power.readers.text import TextTable, locate_columns, parse_number, require_columns

COLUMNS: Mapping[str, Sequence[str]] = {
    "id": ("ID", "MP_ID", "DATA_ID", "测量点标识", "meter_id", "METER_ID", "电能表编号", "表号"),
    "meter_id": ("meter_id", "METER_ID", "BAR_CODE", "METER_NO", "电能表编号", "表号", "资产编号"),
    "factor": ("factor", "T_FACTOR", "综合倍率", "倍率"),
    "ct": ("ct", "CT_RATIO", "CT", "电流互感器变比"),
    "pt": ("pt", "PT_RATIO", "PT", "电压互感器变比"),
}


def load_metering_points(path: Path, options: ReadOptions) -> tuple[dict[str, str], dict[str, Factor]]:
    """Meters and ratios by measuring point.

    A bare T_FACTOR counts as a current ratio, as it is on low voltage; give ct and pt where voltages come
    from a transformer too.

    Args:
        path: a delimited file with an id and a meter_id, a factor, or ct and pt.
        options: encoding and delimiter are used.

    Returns:
        Point to meter, and point (and meter) to ratios.

    Raises:
        InputError: a column is missing, a row is short, or a ratio is no positive number.
    """
    table = TextTable(path, options)
    places = locate_columns(path, table.header, COLUMNS, {})
    require_columns(path, table.header, places, ("id",))
    if not places.keys() & {"factor", "ct", "pt"} and places.get("meter_id", places["id"]) == places["id"]:
        raise InputError(
            path, "has neither a meter nor a ratio beside the id", row=1, remedy="meter_id, factor, ct, pt"
        )
    meters: dict[str, str] = {}
    factors: dict[str, Factor] = {}
    for row, fields, _ in table.rows(Rejects(strict=True)):
        point = fields[places["id"]].strip()
        meter = fields[places.get("meter_id", places["id"])].strip() or point
        if meter != point:
            meters[point] = meter
        ratios = {
            name: _ratio(table, row, fields, places, name)
            for name in ("factor", "ct", "pt")
            if name in places
        }
        if any(value is not None for value in ratios.values()):
            ct, pt = ratios.get("ct"), ratios.get("pt")
            whole = ratios.get("factor")
            factors[point] = Factor(ct or (whole or 1.0) / (pt or 1.0), pt or 1.0)
    return meters, factors


def _ratio(
    table: TextTable, row: int, fields: Sequence[str], places: Mapping[str, int], name: str
) -> float | None:
    text = fields[places[name]]
    try:
        value = parse_number(text)
    except ValueError as error:
        raise InputError(
            table.path, f"{error}: {text!r}", row=row, column=table.header[places[name]]
        ) from error
    if value is not None and not 0 < value < 1e7:
        raise InputError(table.path, f"no ratio: {text!r}", row=row, column=table.header[places[name]])
    return value
