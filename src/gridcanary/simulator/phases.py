"""Phase currents and voltages as three-phase meters record them, with the oddities of a by-passed meter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridcanary.contracts.tables import CHANNELS
from gridcanary.simulator.seeds import stream

PHASE_VOLTS = 231.0
CHANNEL_NAMES = tuple(name for name in CHANNELS if name != "reactive_var")


def phase_channels(
    metered_kw: NDArray[np.float32],
    drawn_kw: NDArray[np.float32],
    lost_phases: int,
    tampered: NDArray[np.bool_],
    seed: int,
    customer: int,
) -> dict[str, NDArray[np.int32]]:
    """The channels of one three-phase meter.

    Args:
        metered_kw: power that the meter counts, shape (days, slots).
        drawn_kw: power that the premises draw, which is what pulls the voltage down.
        lost_phases: phases whose current the meter no longer sees while tampered with, 0 to 2; 0 also where a
            second line goes past the whole meter.
        tampered: slots at which the meter is tampered with, shape (days, slots).
        seed: the county's seed.
        customer: position of the customer.

    Returns:
        Integer channels by name, as in contracts.tables.CHANNELS, each of shape (days, slots).
    """
    rng = stream(seed, "phases", customer)
    shape = metered_kw.shape
    factor = np.clip(rng.uniform(0.86, 0.98) + rng.normal(0, 0.008, shape), 0.5, 1.0)
    shares = _phase_shares(rng, shape, lost_phases, tampered)
    amps = np.abs(metered_kw)[None] * 1000 * shares / (PHASE_VOLTS * factor[None])
    ohms = rng.uniform(0.03, 0.12)
    county_swing = 2.5 * np.cos((np.arange(shape[1]) / shape[1] - 0.15) * 2 * np.pi)[None, None, :]
    sag = np.abs(drawn_kw)[None] * 1000 / 3 / PHASE_VOLTS * ohms
    volts = PHASE_VOLTS + county_swing - sag + rng.normal(0, 0.5, (3, *shape)) + rng.normal(0, 0.6, (3, 1, 1))
    neutral = amps.max(axis=0) - amps.min(axis=0)
    values = [factor, *(amps), neutral, *(volts)]
    return {
        name: np.rint(value * 1000).astype(np.int32)
        for name, value in zip(CHANNEL_NAMES, values, strict=True)
    }


def _phase_shares(
    rng: np.random.Generator, shape: tuple[int, int], lost_phases: int, tampered: NDArray[np.bool_]
) -> NDArray[np.float64]:
    balanced = rng.dirichlet([60, 60, 60])[:, None, None] * (1 + rng.normal(0, 0.03, (3, *shape)))
    seen = np.ones((3, *shape))
    seen[:lost_phases] = np.where(tampered, 0.004, 1.0)[None]
    shares = balanced * seen
    return shares / shares.sum(axis=0, keepdims=True)
