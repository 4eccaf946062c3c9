"""Makes small exports in the layout of the Chinese meter-data systems."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path

POWER, VOLTAGE, CURRENT = "E_MP_POWER_CURVE", "E_MP_VOL_CURVE", "E_MP_CUR_CURVE"
LETTERS = {POWER: "P", VOLTAGE: "U", CURRENT: "I"}
FLAGS = {POWER: "DATA_TYPE", VOLTAGE: "PHASE_FLAG", CURRENT: "PHASE_FLAG"}


def header(table: str = POWER, points: int = 96) -> list[str]:
    names = ["ID", "DATA_DATE", FLAGS[table], "DATA_POINT_FLAG", "DATA_WHOLE_FLAG"]
    return [*names, *(f"{LETTERS[table]}{i + 1}" for i in range(points)), "AREA_CODE"]


def curve_row(
    meter: str,
    values: Sequence[object],
    *,
    day: str = "2024-03-01",
    kind: str = "1",
    whole: str | None = None,
    area: str = "320100",
) -> list[str]:
    flag = "1" * len(values) if whole is None else whole
    return [meter, day, kind, "1", flag, *(str(value) for value in values), area]


def write_table(
    path: Path,
    rows: Iterable[Sequence[str]],
    names: Sequence[str] | None = None,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> Path:
    lines = [delimiter.join(row) for row in [names if names is not None else header(), *rows]]
    raw = ("\n".join(lines) + "\n").encode(encoding)
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path
