"""Real load curves for the injection benchmark: building-years of hourly readings, by building and use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

HOURS = 8760
"""A year without 29 February, as the sources have it."""

RESOLUTIONS_KWH = (
    *(step * ten for ten in (10, 1, 0.1, 0.01) for step in (10, 5, 2.5, 2, 1)),
    0.005,
    0.002,
    0.001,
)


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves of a year.

    Args:
        kw: float32 [curves, HOURS], NaN where missing.
        building: the building of each curve; nothing is fitted and tested on one building.
        use: class of use.
        year: calendar year.
        resolution_kw: the step of the meter's readings.
    """

    kw: NDArray[np.float32]
    building: NDArray[np.str_]
    use: NDArray[np.str_]
    year: NDArray[np.int64]
    resolution_kw: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.kw)

    def take(self, rows: NDArray[np.int64]) -> Curves:
        """Some of the curves."""
        return Curves(
            self.kw[rows], self.building[rows], self.use[rows], self.year[rows], self.resolution_kw[rows]
        )


def data_folder() -> Path:
    """Where the real data is: GRIDCANARY_DATA, default ../shared/data."""
    return Path(os.environ.get("GRIDCANARY_DATA", Path(__file__).parents[2] / "shared" / "data"))


def load_curves(folder: Path | None = None) -> Curves:
    """The Cambridge and BDG2 building-years."""
    power = (folder or data_folder()) / "power"
    parts = [_years_of(power / f"{name}_hourly.parquet") for name in ("cambridge", "bdg2")]
    kw = np.concatenate([part[0] for part in parts])
    building, use, year = (np.concatenate([part[i] for part in parts]) for i in (1, 2, 3))
    return Curves(kw, building, use, year, np.array([resolution(curve) for curve in kw]))


def _years_of(path: Path) -> tuple[NDArray[np.float32], NDArray, NDArray, NDArray]:
    table = pq.read_table(path)
    meter, names = _codes(table["meter_id"])
    use, uses = _codes(table["use_class"])
    moment = table["ts"].to_numpy().astype("datetime64[h]")
    year = moment.astype("datetime64[Y]").astype(int) + 1970
    hour = (moment - moment.astype("datetime64[Y]")).astype(int)
    month_day = moment.astype("datetime64[D]") - moment.astype("datetime64[M]")
    month = moment.astype("datetime64[M]").astype(int) % 12
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    extra = leap & (month == 1) & (month_day.astype(int) == 28)
    hour = hour - 24 * (leap & (hour >= 60 * 24))
    keys, first, row = np.unique(meter * 10_000 + year, return_index=True, return_inverse=True)
    kw = np.full((len(keys), HOURS), np.nan, np.float32)
    kw[row[~extra], hour[~extra]] = table["kwh"].to_numpy()[~extra]
    return kw, names[meter[first]], uses[use[first]], year[first]


def _codes(column) -> tuple[NDArray[np.int64], NDArray[np.str_]]:
    """Codes of a text column, and the texts."""
    coded = column.combine_chunks()
    coded = coded if isinstance(coded, pa.DictionaryArray) else coded.dictionary_encode()
    return coded.indices.to_numpy().astype(np.int64), np.array(coded.dictionary.to_pylist())


def resolution(kw: NDArray[np.float32]) -> float:
    """The largest usual step that nearly all readings of a meter are multiples of [kWh per hour]."""
    values = kw[np.isfinite(kw) & (kw > 0)][:4000].astype(float)
    for step in RESOLUTIONS_KWH:
        if len(values) and np.mean(np.abs(values / step - np.round(values / step)) < 0.02) > 0.99:
            return float(step)
    return RESOLUTIONS_KWH[-1]


def hard_negatives(folder: Path | None = None) -> dict[str, NDArray[np.float32]]:
    """Curves that must not be called mines, hourly kW: a data centre, its office, a steel plant, a 5-minute site."""
    power = (folder or data_folder()) / "power"
    rsf = pa_csv.read_csv(power / "nrel_rsf" / "rsfmeasureddata2011.csv")
    found = {
        "nrel_rsf data centre": _column(rsf, "Total Data Center (kW)"),
        "nrel_rsf building": _column(rsf, "Total Building (kW)"),
    }
    steel = pa_csv.read_csv(power / "steel_industry_korea" / "Steel_industry_data.csv")
    found["steel plant"] = steel["Usage_kWh"].to_numpy().reshape(-1, 4).sum(axis=1).astype(np.float32)
    site = pa_csv.read_csv(power / "enernoc_one_site_5min" / "rawdata.csv")
    rows = np.array(site["Units"].to_pylist()) == "kWh"
    values = np.column_stack([site[name].to_numpy() for name in site.column_names[4:292]])[rows]
    found["5-minute commercial site"] = values.reshape(-1, 12).sum(axis=1).astype(np.float32)
    return {name: _year(curve) for name, curve in found.items()}


def _column(table, name: str) -> NDArray[np.float32]:
    return np.array(
        [float(v) if v not in (None, "") else np.nan for v in table[name].to_pylist()], np.float32
    )


def _year(curve: NDArray[np.float32]) -> NDArray[np.float32]:
    out = np.full(HOURS, np.nan, np.float32)
    out[: min(HOURS, len(curve))] = curve[:HOURS]
    return out
