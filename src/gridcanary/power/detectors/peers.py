"""Steps that customers of the same trade make at the same time: a season or a rule, and no mine.

Ponds are aerated from the same warm week on, heating starts on one date, a trade works to one calendar.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from gridcanary.contracts.reasons import Reason

NAME = "peers"
LLR = -2.0
LEAST_PEERS = 7
"""With fewer customers of the same trade nothing is usual for it."""

DAYS_APART = 10
"""Steps within this many days count as the same time: seasons spread over a week, and onsets blur."""

COMMON_SHARE = 0.3
"""Part of the peers from which a step is common among them; mines are a few in a hundred."""


def common_shares(
    steps: Mapping[str, tuple[int, float]], kinds: Mapping[str, str], sizes: Mapping[str, int]
) -> dict[str, tuple[float, int]]:
    """Part of a meter's peers that stepped when it did, for meters whose step is common among them.

    Peers with a far smaller step do not count: pumps that start in a mine's week do not excuse it.

    Args:
        steps: day (days since 1970-01-01) and size [kW] of the step by meter; meters without one left out.
        kinds: what a meter is compared within (tariff class and trade); unknown ones left out.
        sizes: meters scanned of each kind.

    Returns:
        Share [COMMON_SHARE..1] and number of peers by meter.
    """
    members: dict[str, list[str]] = {}
    for meter in steps:
        if meter in kinds:
            members.setdefault(kinds[meter], []).append(meter)
    found: dict[str, tuple[float, int]] = {}
    for kind, stepped in members.items():
        peers = max(sizes.get(kind, 0), len(stepped)) - 1
        if peers < LEAST_PEERS:
            continue
        days = np.array([steps[meter][0] for meter in stepped])
        scale = np.floor(np.log2(np.maximum([steps[meter][1] for meter in stepped], 1e-3))).astype(int)
        for meter, near in zip(stepped, _near(days, scale), strict=True):
            share = (int(near) - 1) / peers
            if share >= COMMON_SHARE:
                found[meter] = (share, peers)
    return found


def _near(days: NDArray[np.int64], scale: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each step, itself included, the steps near in time that are not smaller by over a power of two."""
    near = np.zeros(len(days), np.int64)
    for one in np.unique(scale):
        chosen = scale == one
        as_large = np.sort(days[scale >= one - 1])
        last = np.searchsorted(as_large, days[chosen] + DAYS_APART, "right")
        near[chosen] = last - np.searchsorted(as_large, days[chosen] - DAYS_APART, "left")
    return near


def reason(share: float, peers: int) -> Reason:
    """The innocent explanation told on each of them."""
    return Reason("innocent.peers_alike", {"share_pct": round(100 * share), "peers": peers})
