"""What is mined in the simulated world: algorithm, time between blocks, and what difficulty one means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coin:
    """A coin as its pools serve it.

    Args:
        name: ticker.
        algorithm: as hash-rate tables name it.
        dialect: ``stratum_v1`` or ``cryptonote``.
        block_s: mean time between blocks [s].
        job_s: time between refreshed jobs of one block [s].
        hashes: expected hashes of a share of difficulty 1.
        rate_hs: usual hash rates of one machine, from and to [hashes/s].
        power_w: what these machines take, from and to [W].
    """

    name: str
    algorithm: str
    dialect: str
    block_s: float
    job_s: float
    hashes: float
    rate_hs: tuple[float, float]
    power_w: tuple[float, float]


COINS = {
    "BTC": Coin("BTC", "sha256d", "stratum_v1", 600.0, 30.0, 2.0**32, (95e12, 270e12), (3250.0, 5670.0)),
    "LTC": Coin("LTC", "scrypt", "stratum_v1", 150.0, 30.0, 2.0**16, (9e9, 16e9), (3425.0, 3500.0)),
    "XMR": Coin("XMR", "randomx", "cryptonote", 120.0, 60.0, 1.0, (3e3, 22e3), (90.0, 350.0)),
}
"""Machines from makers' sheets (S19, S21, L7, L9) and usual processors. Pools refresh jobs every half minute (ckpool's
``update_interval`` is 30 s) or as a block's transactions change; a share of difficulty 1 is 2^32 hashes of sha256d,
2^16 of scrypt (its difficulty is counted 65,536 times finer), one of RandomX."""
