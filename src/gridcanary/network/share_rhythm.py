"""Whether a client speaks out of silence as miners do: at random, seldom, and always much the same."""

from __future__ import annotations

from gridcanary.network.sessions import Timing

LEAST_ASKS = 20
LEAST_MEAN_S, MOST_MEAN_S = 1.5, 180.0
"""Pools aim at a share every 5 to 60 s; below, answers and asks run into each other."""

LEAST_SPREAD, MOST_SPREAD = 0.6, 1.8
"""Standard deviation through mean of the gaps: 1 for a Poisson process, 0 for heartbeats, above 2 for people. Silences
under 0.3 s are not counted, which lowers it; a difficulty that changes raises it."""

LEAST_ALIKE = 0.6
"""Share of the two commonest sizes: a share's text or frame is always the same but for a digit of its number."""


def spread_of(timing: Timing) -> float:
    """Standard deviation through mean of the time between asks; 0 where nothing was counted."""
    return timing.ask_gap_sd_s / timing.ask_gap_mean_s if timing.ask_gap_mean_s else 0.0


def asks_like_a_miner(timing: Timing) -> bool:
    """Whether the client's asks come as shares do."""
    return (
        timing.asks >= LEAST_ASKS
        and LEAST_MEAN_S <= timing.ask_gap_mean_s <= MOST_MEAN_S
        and LEAST_SPREAD <= spread_of(timing) <= MOST_SPREAD
        and timing.top_asks_share >= LEAST_ALIKE
    )
