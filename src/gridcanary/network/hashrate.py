"""A hash rate out of shares: each accepted share stands for its difficulty's worth of hashes, found at random moments.

Shares of one machine are a Poisson process, so that n shares of h hashes in T seconds are n h / T hashes a second with
an interval from the gamma distribution (Garwood 1936). Four things would spoil this, and are dealt with here:

- A window that ends with whatever packet happens to be the last mostly ends with a share. The window therefore always
  closes with the last share, which is not counted: unbiased both where the share ended it and where chance did.
  Without the conversation's beginning it opens with the first share in the same way.
- A pool adapts the difficulty to the miner, by its luck too. Where it tells the difficulty for all, each share counts
  with the mean over the time of looking (share_waits.exposures): then the count alone is random, and the interval is
  exact. Where miners of one session have difficulties of their own, each share counts with its own, and the interval
  is that of Fay and Feuer (Statistics in Medicine 16, 1997).
- A miner that pauses is no slower miner. Waits that chance can't explain are taken out and told apart.
- A refused share counts nothing, though most were work: the rate is rather too low.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from gridcanary.network.dialogue import Dialogue
from gridcanary.network.share_waits import exposures, plausible, rough_exposures, working_parts

REJECTED = 0
CONFIDENCE = 0.95
LONGEST_TAIL = 5.0
"""Usual waits behind the last share that count as work when sessions are pooled; 1 in 150 would be longer by chance."""


@dataclass(frozen=True, slots=True)
class HashRate:
    """Work that a session's shares prove, over the time in which they were found.

    Args:
        shares: shares of the window, the closing one included.
        hashes, squares: expected hashes behind the shares that are counted, and the sum of their squares.
        open_hashes, open_squares: the same of the share that closes the window, or that is still being looked for.
        seconds: time of the window without pauses [s].
        closed: whether a share closes the window.
        session_s: time of the whole session without pauses, the tail behind the closing share included [s].
        paused_seconds: time of pauses [s].
        pauses: how many there were.
        rejected: submissions that the server refused; they count nothing.
        assumed: shares whose difficulty was told only later, counted with the first one told.
        algorithm: proof of work, None where nothing told it.
    """

    shares: int
    hashes: float
    squares: float
    open_hashes: float
    open_squares: float
    seconds: float
    closed: bool
    session_s: float
    paused_seconds: float = 0.0
    pauses: int = 0
    rejected: int = 0
    assumed: int = 0
    algorithm: str | None = None

    @property
    def rate_hs(self) -> float:
        """Hashes a second while working."""
        return self.hashes / self.seconds

    @property
    def mean_hs(self) -> float:
        """Hashes a second over the whole window, pauses included: what the energy goes by."""
        return self.hashes / (self.seconds + self.paused_seconds)

    def interval_hs(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """Lower and upper bound of :attr:`rate_hs`.

        Args:
            confidence: chance that the interval holds the true rate, 0 to 1 exclusive.
        """
        tail = (1 - confidence) / 2
        low = _gamma_quantile(tail, self.hashes, self.squares)
        high = _gamma_quantile(1 - tail, self.hashes + self.open_hashes, self.squares + self.open_squares)
        return low / self.seconds, high / self.seconds


def hash_rate(dialogue: Dialogue, first_ns: int, last_ns: int) -> HashRate | None:
    """The hash rate of one session.

    Args:
        dialogue: its messages.
        first_ns, last_ns: first and last packet of the session, UTC [ns since 1970].

    Returns:
        The rate; None where no difficulty was ever told, or where the window has no length.
    """
    counted = dialogue.shares.accepted != REJECTED
    rejected = int((~counted).sum())
    order = np.argsort(dialogue.shares.time_ns[counted], kind="stable")
    times = dialogue.shares.time_ns[counted][order].astype(np.float64) / 1e9
    hashes, assumed = _filled(dialogue.shares.hashes[counted][order], dialogue)
    if hashes is None:
        return None
    start = _start_s(dialogue, first_ns)
    if not dialogue.begun and len(times):
        start, times, hashes = float(times[0]), times[1:], hashes[1:]
    if len(times) < 2:
        seconds = last_ns / 1e9 - start
        return _without_closing_share(hashes, seconds, rejected, assumed, dialogue)
    waits = np.diff(times, prepend=start)
    exposure = exposures(start, times, hashes, dialogue.target_changes)
    working = working_parts(rough_exposures(waits, hashes) if exposure is None else exposure)
    seconds = float((waits * working).sum())
    if seconds <= 0:
        return None
    tail = max(last_ns / 1e9 - float(times[-1]), 0.0)
    if exposure is not None:
        hashes = np.full(len(hashes), seconds / float((exposure * working).sum()))
    return HashRate(
        shares=len(hashes),
        hashes=float(hashes[:-1].sum()),
        squares=float((hashes[:-1] ** 2).sum()),
        open_hashes=float(hashes[-1]),
        open_squares=float(hashes[-1] ** 2),
        seconds=seconds,
        closed=True,
        session_s=seconds + min(tail, LONGEST_TAIL * seconds / len(times)),
        paused_seconds=float(waits.sum()) - seconds,
        pauses=int((working < 1).sum()),
        rejected=rejected,
        assumed=assumed,
        algorithm=dialogue.algorithm,
    )


def pooled(rates: Iterable[HashRate]) -> HashRate | None:
    """One rate out of several sessions of one miner; None of none.

    Each session's rate has the weight of its whole length: by the time to its closing share, sessions whose last share
    came late by chance would weigh more. Sessions must not overlap: rates of machines that work at once are added.
    """
    given = [_over_whole_session(rate) for rate in rates]
    if not given:
        return None
    algorithms = {rate.algorithm for rate in given}
    closing = [rate for rate in given if rate.closed]
    looking = max((rate.open_hashes for rate in given if not rate.closed), default=0.0)
    return HashRate(
        shares=sum(rate.shares for rate in given),
        hashes=sum(rate.hashes for rate in given),
        squares=sum(rate.squares for rate in given),
        open_hashes=sum(rate.open_hashes for rate in closing) + looking,
        open_squares=sum(rate.open_squares for rate in closing) + looking**2,
        seconds=sum(rate.seconds for rate in given),
        closed=bool(closing),
        session_s=sum(rate.session_s for rate in given),
        paused_seconds=sum(rate.paused_seconds for rate in given),
        pauses=sum(rate.pauses for rate in given),
        rejected=sum(rate.rejected for rate in given),
        assumed=sum(rate.assumed for rate in given),
        algorithm=algorithms.pop() if len(algorithms) == 1 else None,
    )


def _over_whole_session(rate: HashRate) -> HashRate:
    """The same rate and interval, as if its window had been the whole session."""
    longer = rate.session_s / rate.seconds
    return replace(
        rate,
        hashes=rate.hashes * longer,
        squares=rate.squares * longer**2,
        open_hashes=rate.open_hashes * longer,
        open_squares=rate.open_squares * longer**2,
        seconds=rate.session_s,
    )


def _without_closing_share(
    hashes: NDArray[np.float64], seconds: float, rejected: int, assumed: int, dialogue: Dialogue
) -> HashRate | None:
    """One share or none: the window ends with the session, and the next share is still being looked for."""
    looked_for = _latest_hashes(hashes, dialogue)
    if seconds <= 0 or not plausible(np.array([looked_for])).all():
        return None
    return HashRate(
        shares=len(hashes),
        hashes=float(hashes.sum()),
        squares=float((hashes**2).sum()),
        open_hashes=looked_for,
        open_squares=looked_for**2,
        seconds=seconds,
        closed=False,
        session_s=seconds,
        rejected=rejected,
        assumed=assumed,
        algorithm=dialogue.algorithm,
    )


def _filled(
    hashes: NDArray[np.float64], dialogue: Dialogue
) -> tuple[NDArray[np.float64], int] | tuple[None, int]:
    """Hashes of each share, with the difficulty told first for those before it; None where none was ever told."""
    unknown = ~plausible(hashes)
    if not unknown.any():
        return hashes, 0
    known = hashes[~unknown]
    told = (
        known[0] if len(known) else (dialogue.target_changes[0][1] if dialogue.target_changes else math.nan)
    )
    if not plausible(np.array([told])).all():
        return None, int(unknown.sum())
    return np.where(unknown, told, hashes), int(unknown.sum())


def _start_s(dialogue: Dialogue, first_ns: int) -> float:
    """When the miner got its first work, as far as the session shows it [s since 1970]."""
    told = [int(dialogue.jobs_ns[0])] if len(dialogue.jobs_ns) else []
    told += [dialogue.target_changes[0][0]] if dialogue.target_changes else []
    first_share = int(dialogue.shares.time_ns[0]) if len(dialogue.shares) else None
    starts = [time for time in told if first_share is None or time <= first_share]
    return min(starts, default=first_ns) / 1e9


def _latest_hashes(hashes: NDArray[np.float64], dialogue: Dialogue) -> float:
    if dialogue.target_changes:
        return dialogue.target_changes[-1][1]
    return float(hashes[-1]) if len(hashes) else math.nan


def _gamma_quantile(chance: float, weights: float, squares: float) -> float:
    """Quantile of a gamma distribution with mean ``weights`` and variance ``squares``."""
    if weights <= 0:
        return 0.0
    return float(gammaincinv(weights**2 / squares, chance)) * squares / weights
