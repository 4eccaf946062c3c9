"""The least work that a header must show before anything else of it is believed.

A made-up chain at difficulty 1 costs seconds; one above these floors costs about what honest mining costs. The
floors of Bitcoin lie below every difficulty that its chain ever had from those heights on.
"""

from __future__ import annotations

from bisect import bisect_right

from gridcanary.chain.networks import Network

LARGEST_TARGET = 0xFFFF << 208
"""The target of difficulty 1 on Bitcoin's main chain."""

_FLOORS: dict[str, tuple[tuple[int, float], ...]] = {
    "bitcoin": (
        (0, 1.0),
        (122_000, 1e5),
        (163_000, 1e6),
        (252_000, 2e7),
        (300_000, 5e9),
        (403_200, 1e11),
        (500_000, 1e12),
        (604_800, 5e12),
        (700_000, 1e13),
        (806_400, 4e13),
        (903_168, 8e13),
    ),
    "bitcoin-cash": ((0, 1.0), (300_000, 5e9)),
    "testnet3": ((0, 1.0),),
    "testnet4": ((0, 1.0),),
    "signet": ((0, 0.001),),
    "litecoin": ((0, 1 / 65_536), (1_000_000, 1e4), (2_000_000, 1e6)),
    "dogecoin": ((0, 1 / 65_536),),
    "regtest": ((0, 0.0),),
    "litecoin-regtest": ((0, 0.0),),
}
"""Height, and the least difficulty from there on."""


def least_difficulty(network: Network, height: int) -> float:
    """The least difficulty of a block of this height on a network."""
    floors = _FLOORS.get(network.name, ((0, 0.0),))
    return floors[bisect_right(floors, height, key=lambda floor: floor[0]) - 1][1]


def difficulty_of(target: int) -> float:
    """How many times harder than difficulty 1 a target is."""
    return LARGEST_TARGET / target
