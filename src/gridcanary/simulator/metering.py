"""What the meters show: class errors, missing points, and the faults that every utility has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridcanary.simulator.seeds import stream

METER_CLASS_ERROR = 0.006
"""Gain error of a class 1 meter, one standard deviation below half the class."""
MISSING_POINTS = 0.003
MISSING_DAYS = 0.004
FAULT_SHARES = {"stuck": 0.006, "gaps": 0.012, "clock": 0.005, "ct": 0.004}
CT_RATIOS = (0.5, 0.667, 1.5, 2.0, 10.0)
"""A current transformer entered wrongly: half or twice, one phase lost, or a factor of ten in the archive."""


@dataclass(frozen=True)
class Metering:
    """Readings as collected.

    Args:
        load_w: active power [W], shape (customers, days, slots).
        missing: True where the point never arrived, same shape.
        fault: name of the fault per customer, ``none`` where the meter is well.
    """

    load_w: NDArray[np.int32]
    missing: NDArray[np.bool_]
    fault: list[str]


def read_meters(metered_kw: NDArray[np.float32], spared: set[int], seed: int) -> Metering:
    """Turns what passes through the meters into what the utility collects.

    Args:
        metered_kw: true power through each meter, shape (customers, days, slots); changed in place.
        spared: customers whose meters get no fault, so that the truth stays readable.
        seed: the county's seed.
    """
    rng = stream(seed, "metering")
    customers, days = metered_kw.shape[:2]
    metered_kw *= (1000 * (1 + rng.normal(0, METER_CLASS_ERROR, (customers, 1, 1)))).astype(np.float32)
    missing = rng.random(metered_kw.shape, dtype=np.float32) < MISSING_POINTS
    missing |= (rng.random((customers, days, 1)) < MISSING_DAYS) & (rng.random((1, days, 1)) < 0.5)
    fault = _assign_faults(rng, customers, spared)
    for i in np.flatnonzero(np.array(fault) != "none"):
        _break(rng, fault[i], metered_kw[i], missing[i])
    return Metering(np.rint(metered_kw).astype(np.int32), missing, fault)


def _assign_faults(rng: np.random.Generator, customers: int, spared: set[int]) -> list[str]:
    luck = rng.random(customers)
    edges = np.cumsum(list(FAULT_SHARES.values()))
    names = [*FAULT_SHARES, "none"]
    drawn = [names[k] for k in np.searchsorted(edges, luck, side="right")]
    return ["none" if i in spared else name for i, name in enumerate(drawn)]


def _break(
    rng: np.random.Generator, fault: str, curve: NDArray[np.float32], missing: NDArray[np.bool_]
) -> None:
    days, slots = curve.shape
    flat, gone = curve.reshape(-1), missing.reshape(-1)
    begin = int(rng.integers(0, max(1, days - 10))) * slots + int(rng.integers(slots))
    if fault == "stuck":
        length = int(rng.integers(2 * slots, 25 * slots))
        flat[begin : begin + length] = flat[begin]
    elif fault == "gaps":
        gone |= rng.random(gone.size) < rng.uniform(0.1, 0.5)
        gone[begin : begin + int(rng.integers(slots, 12 * slots))] = True
    elif fault == "clock":
        shift = int(rng.integers(1, max(2, slots // 4)))
        flat[begin:] = np.roll(flat[begin:], shift)
    elif fault == "ct":
        flat[begin:] *= rng.choice(CT_RATIOS)
