"""What a measured column may be, in which unit, and into which curve of the readings it goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.power.readers.base import ReadOptions


@dataclass(frozen=True, slots=True)
class Quantity:
    """One kind of measured value.

    Args:
        curve: column of the readings, or load_a_w and so on for one phase.
        scale: what a value is multiplied by to reach the curve's unit (W, var, permille, mA, mV), or Wh and
            varh.
        energy: whether a value is the energy of its interval and not its mean power.
    """

    curve: str
    scale: float
    energy: bool = False


QUANTITIES: dict[str, Quantity] = {
    "kw": Quantity("load_w", 1e3),
    "kwh": Quantity("load_w", 1e3, energy=True),
    "w": Quantity("load_w", 1.0),
    "wh": Quantity("load_w", 1.0, energy=True),
    "mw": Quantity("load_w", 1e6),
    "mwh": Quantity("load_w", 1e6, energy=True),
    "kvar": Quantity("reactive_var", 1e3),
    "kvarh": Quantity("reactive_var", 1e3, energy=True),
    "var": Quantity("reactive_var", 1.0),
    "varh": Quantity("reactive_var", 1.0, energy=True),
    "power_factor": Quantity("power_factor_permille", 1e3),
    "power_factor_pct": Quantity("power_factor_permille", 10.0),
    "amp_a": Quantity("amp_a_ma", 1e3),
    "amp_b": Quantity("amp_b_ma", 1e3),
    "amp_c": Quantity("amp_c_ma", 1e3),
    "amp_n": Quantity("amp_n_ma", 1e3),
    "volt_a": Quantity("volt_a_mv", 1e3),
    "volt_b": Quantity("volt_b_mv", 1e3),
    "volt_c": Quantity("volt_c_mv", 1e3),
}
"""The names that a column map takes for values, with their units."""

ALIASES: dict[str, tuple[str, ...]] = {
    "kw": ("power_kw", "load_kw", "功率", "有功功率", "有功功率(kW)"),
    "kwh": (
        "energy_kwh",
        "usage_kwh",
        "consumption_kwh",
        "kwh_del",
        "电量",
        "用电量",
        "电量(kWh)",
        "KWH/hh (per half hour)",
    ),
    "kvar": ("无功功率",),
    "kvarh": ("无功电量",),
    "power_factor": ("power factor", "pf", "cosphi", "功率因数"),
}


def quantity_names() -> dict[str, tuple[str, ...]]:
    """Every value name with the column names it is known by."""
    return {name: (name, *ALIASES.get(name, ())) for name in QUANTITIES}


def quantity_called(text: str) -> Quantity | None:
    """The quantity that a channel's or unit's name stands for; None where it is none of ours.

    Example:
        >>> quantity_called("kVARh").curve
        'reactive_var'
    """
    wanted = text.strip().casefold()
    for name, known in quantity_names().items():
        if wanted in {alias.casefold() for alias in known}:
            return QUANTITIES[name]
    return None


def scale_to_primary(
    meter_ids: pa.Array, curves: dict[str, NDArray[np.float64]], options: ReadOptions
) -> tuple[pa.Array, dict[str, NDArray[np.float64]]]:
    """Secondary values times the transformer ratios, and measuring points renamed to their meters.

    Args:
        meter_ids: one a row, as in the file.
        curves: values, shape (rows,) or (rows, slots).
        options: factor, factors and meters are used.

    Returns:
        Meter ids and curves.
    """
    encoded = meter_ids.dictionary_encode()
    sources = encoded.dictionary.to_pylist()
    places = encoded.indices.to_numpy(zero_copy_only=False)
    if options.meters:
        names = pa.array([options.meter_of(source) for source in sources], pa.string())
        meter_ids = names.take(encoded.indices)
    factors = [options.factor_of(source) for source in sources]
    if all(factor.power == 1.0 and factor.ct == 1.0 for factor in factors):
        return meter_ids, curves

    def ratio_of(curve: str) -> Iterable[float]:
        if curve.startswith("amp_"):
            return (factor.ct for factor in factors)
        if curve.startswith("volt_"):
            return (factor.pt for factor in factors)
        return (1.0 if curve == "power_factor_permille" else factor.power for factor in factors)

    scaled = {}
    for name, values in curves.items():
        ratios = np.array(list(ratio_of(name)), dtype=np.float64)[places]
        scaled[name] = values * (ratios if values.ndim == 1 else ratios[:, None])
    return meter_ids, scaled
