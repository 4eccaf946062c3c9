"""What a transformer supplies: its customers, unmetered taps, and losses that follow the laws of physics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridcanary.simulator.layout import Layout
from gridcanary.simulator.seeds import stream

LINE_LOSS_AT_MEAN = (0.02, 0.05)
"""I²R loss at mean load as a share of it: long village lines lose more than a short cable."""
DEDICATED_LOSS_AT_MEAN = (0.004, 0.01)
IRON_LOSS_SHARE_OF_PEAK = (0.0015, 0.004)
"""No-load loss of a distribution transformer against its rating, which is near its peak load."""
METER_ERROR = 0.004
"""The transformer's own meter with its current transformers, class 0.5."""


def transformer_load_kw(layout: Layout, load_kw: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sum of the customers of each transformer [kW].

    Args:
        layout: who is where; customers of one transformer stand together.
        load_kw: what the customers really take, shape (customers, days, slots).

    Returns:
        Shape (transformers, days, slots).
    """
    starts = np.searchsorted(layout.transformer, np.arange(len(layout.transformer_ids)))
    return np.add.reduceat(load_kw, starts, axis=0)


def supplied_kw(
    layout: Layout, lawful_kw: NDArray[np.float32], delivered_kw: NDArray[np.float32], seed: int
) -> NDArray[np.float32]:
    """What the transformers' own meters show [kW].

    Args:
        layout: settings of the transformers.
        lawful_kw: customers without mines, for which the network was built, shape as delivered_kw.
        delivered_kw: customers, mines and taps together, shape (transformers, days, slots).
        seed: the county's seed.
    """
    rng = stream(seed, "losses")
    dedicated = np.array([setting == "dedicated" for setting in layout.setting])
    low = np.where(dedicated, DEDICATED_LOSS_AT_MEAN[0], LINE_LOSS_AT_MEAN[0])
    high = np.where(dedicated, DEDICATED_LOSS_AT_MEAN[1], LINE_LOSS_AT_MEAN[1])
    mean = np.maximum(lawful_kw.mean(axis=(1, 2)), 0.5)
    resistance = rng.uniform(low, high) / mean
    iron = rng.uniform(*IRON_LOSS_SHARE_OF_PEAK, mean.size) * np.abs(lawful_kw).max(axis=(1, 2))
    loss = resistance[:, None, None] * np.square(delivered_kw) + iron[:, None, None]
    gain = 1 + rng.normal(0.0, METER_ERROR / 2, mean.size)
    noise = 1 + rng.standard_normal(delivered_kw.shape, dtype=np.float32) * np.float32(METER_ERROR / 4)
    return ((delivered_kw + loss) * gain[:, None, None] * noise).astype(np.float32)
