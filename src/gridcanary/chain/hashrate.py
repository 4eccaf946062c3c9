"""Between coins and machines: what a hash rate earns, and what hash rate stands behind receipts, always as an interval.

Expected income of one TH/s in a day, in satoshi::

    86,400 s x 10^12 / (difficulty x 2^32) x (subsidy + fees) x (1 - pool's fee)

Difficulty and subsidy come from the blocks of the days in which the work was done. Turned round, receipts give a hash
rate, with everything that a chain can't tell kept in the interval: how long the pool waits before it pays, what it
takes, whether it hands on the blocks' fees, and the luck of a pool that pays only for blocks it found (Poisson).
Electric power follows by the machines' joules per terahash, which no chain tells: a band over the classes of machines.

Everything is Decimal, so that every computer writes the same digits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from gridcanary.chain.networks import Network
from gridcanary.chain.work import target_of

DAY_SECONDS = 86_400
_TERA = Decimal(10**12)
_HASHES_OF_DIFFICULTY_1 = Decimal(2**32)
_TARGET_OF_DIFFICULTY_1 = Decimal(0xFFFF << 208)
_ENOUGH = Context(prec=28, rounding=ROUND_HALF_EVEN)
TWO_SIDED_95 = Decimal("1.959964")
"""Standard deviations that hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a chain can't tell, as ranges; the middle of the estimate takes their middles.

    Args:
        lag_days: how long after the work a pool pays, shortest and longest [d].
        pool_fee: share that the pool keeps, least and most.
        fees_handed_on: share of the blocks' fees that the miners get, least and most; plain pay per share hands on
            none, FPPS and PPLNS all.
        overhead: power for fans, pumps and supplies beside the machines' nameplates, as a factor, least and most.
        z: standard deviations of the interval for luck.
    """

    lag_days: tuple[Decimal, Decimal] = (Decimal(0), Decimal(2))
    pool_fee: tuple[Decimal, Decimal] = (Decimal(0), Decimal("0.04"))
    fees_handed_on: tuple[Decimal, Decimal] = (Decimal(0), Decimal(1))
    overhead: tuple[Decimal, Decimal] = (Decimal("1.02"), Decimal("1.12"))
    z: Decimal = TWO_SIDED_95


@dataclass(frozen=True, slots=True)
class Interval:
    """A low, a middle and a high value of one quantity."""

    low: Decimal
    mid: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class WorkedBlock:
    """What one block says about mining at its time.

    Args:
        time: the block's own time [s since 1970].
        bits: its target in compact form.
        subsidy: satoshi that it may create.
        fees: satoshi of fees in it; None where its coinbase isn't known.
    """

    time: int
    bits: int
    subsidy: int
    fees: int | None = None


def difficulty(bits: int) -> Decimal:
    """How many times harder than the easiest target of Bitcoin's main chain; ValueError for bits without a target."""
    target = target_of(bits)
    if not target:
        raise ValueError(f"bits {bits:#x} are no target")
    return _ENOUGH.divide(_TARGET_OF_DIFFICULTY_1, Decimal(target))


def satoshi_per_terahash_day(
    at_difficulty: Decimal, reward: Decimal, pool_fee: Decimal = Decimal(0)
) -> Decimal:
    """Expected income of one TH/s in a day.

    Args:
        at_difficulty: of the blocks at the time of the work.
        reward: satoshi of subsidy and fees that a block gives.
        pool_fee: share that the pool keeps, 0 to 1.

    >>> satoshi_per_terahash_day(Decimal("13912524048945.94"), Decimal(1250000000)).quantize(Decimal("0.1"))
    Decimal('1807.4')
    """
    shares = _ENOUGH.divide(DAY_SECONDS * _TERA, _ENOUGH.multiply(at_difficulty, _HASHES_OF_DIFFICULTY_1))
    return _ENOUGH.multiply(_ENOUGH.multiply(shares, reward), 1 - pool_fee)


class MiningYield:
    """What one TH/s earned between two times, from the blocks themselves.

    Args:
        blocks: of the chain, in any order; the more, the better.
    """

    def __init__(self, blocks: Iterable[WorkedBlock]) -> None:
        self._blocks = sorted(blocks, key=lambda block: block.time)
        self._times = [block.time for block in self._blocks]
        self._mean_fees = self._fees(self._blocks)

    def covers(self, start: int, end: int) -> bool:
        """Whether blocks stand at or around the whole time, so that its difficulty is known."""
        return bool(self._blocks) and self._times[0] <= end and start <= self._times[-1] + DAY_SECONDS

    def satoshi_per_terahash(self, start: int, end: int, fees_share: Decimal) -> Decimal:
        """Expected income of one TH/s that ran all the time, before the pool's fee.

        Args:
            start, end: the time of the work [s since 1970].
            fees_share: share of the blocks' fees that is handed on.

        Raises:
            ValueError: no time lies between, or no block tells its difficulty.
        """
        if end <= start or not self.covers(start, end):
            raise ValueError("no block tells the difficulty of this time")
        low, high = bisect_left(self._times, start), bisect_left(self._times, end)
        blocks = self._blocks[low:high] or [self._blocks[min(low, len(self._blocks) - 1)]]
        known = self._fees(blocks)
        fees = self._mean_fees if known is None else known
        days = _ENOUGH.divide(Decimal(end - start), Decimal(DAY_SECONDS))
        handed_on = Decimal(0) if fees is None else fees * fees_share
        alike = Counter((block.bits, block.subsidy) for block in blocks)
        daily = (
            count * satoshi_per_terahash_day(difficulty(bits), subsidy + handed_on)
            for (bits, subsidy), count in alike.items()
        )
        return _ENOUGH.multiply(days, _ENOUGH.divide(sum(daily, Decimal(0)), Decimal(len(blocks))))

    @staticmethod
    def _fees(blocks: Sequence[WorkedBlock]) -> Decimal | None:
        """Mean fees of the blocks whose coinbase is known; None without any."""
        told = [block.fees for block in blocks if block.fees is not None]
        return _ENOUGH.divide(Decimal(sum(told)), Decimal(len(told))) if told else None


def luck_interval(found: int, z: Decimal = TWO_SIDED_95) -> tuple[Decimal, Decimal]:
    """How far the expected number of blocks may lie from the number found, as factors.

    The exact Poisson interval in Wilson and Hilferty's approximation (Breslow and Day, Statistical Methods in Cancer
    Research II, 1987): within a per cent from ten blocks on; of fewer its lower limit errs to the wide side.

    Args:
        found: blocks that the pool found in the time; ValueError below one, when nothing can be said.
        z: standard deviations.
    """
    if found < 1:
        raise ValueError("without a block found nothing can be said about luck")
    low = _cubed(1 - 1 / (9 * Decimal(found)) - z / (3 * _ENOUGH.sqrt(Decimal(found))))
    more = Decimal(found + 1)
    high = more / found * _cubed(1 - 1 / (9 * more) + z / (3 * _ENOUGH.sqrt(more)))
    return max(low, Decimal(0)), high


def implied_terahash(
    receipts: Sequence[tuple[int, int]],
    worked: MiningYield,
    start: int,
    end: int,
    assumptions: Assumptions,
    pool_blocks: int | None = None,
) -> Interval:
    """The hash rate that receipts imply [TH/s].

    Args:
        receipts: time [s since 1970] and satoshi of each.
        worked: what a TH/s earned.
        start, end: the time that the receipts pay for, before the pool's delay is taken off.
        assumptions: what the chain can't tell.
        pool_blocks: blocks that the pool found in that time; None leaves luck out, as for a pool that carries it.

    Raises:
        ValueError: the difficulty of that time isn't known.
    """
    paid = Decimal(sum(satoshi for _, satoshi in receipts))
    least_lag, most_lag = assumptions.lag_days
    lags = sorted({least_lag, (least_lag + most_lag) / 2, most_lag})
    yields = {
        (lag, share): worked.satoshi_per_terahash(
            start - int(lag * DAY_SECONDS), end - int(lag * DAY_SECONDS), share
        )
        for lag in lags
        for share in {*assumptions.fees_handed_on, Decimal(1)}
    }
    most = max(yields.values()) * (1 - assumptions.pool_fee[0])
    least = min(yields.values()) * (1 - assumptions.pool_fee[1])
    mid = yields[lags[len(lags) // 2], Decimal(1)] * (1 - sum(assumptions.pool_fee, Decimal(0)) / 2)
    low_luck, high_luck = (
        luck_interval(pool_blocks, assumptions.z) if pool_blocks else (Decimal(1), Decimal(1))
    )
    return Interval(
        _ENOUGH.divide(paid, most) * low_luck,
        _ENOUGH.divide(paid, mid),
        _ENOUGH.divide(paid, least) * high_luck,
    )


def kilowatts(terahash: Interval, joules_per_terahash: Decimal, assumptions: Assumptions) -> Interval:
    """Electric power of machines of one class that give a hash rate [kW].

    Args:
        terahash: [TH/s].
        joules_per_terahash: nameplate watts for one TH/s.
        assumptions: their overhead.
    """
    least, most = assumptions.overhead
    each = joules_per_terahash / 1000
    return Interval(
        terahash.low * each * least, terahash.mid * each * (least + most) / 2, terahash.high * each * most
    )


def significant(value: Decimal, digits: int = 4) -> str:
    """A number with so many significant digits, without an exponent."""
    rounded = Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(value)
    return f"{rounded:f}" if rounded else "0"


def subsidy_or_zero(network: Network, height: int) -> int:
    """A block's subsidy; 0 where the network follows no halving rule or the height isn't known."""
    return network.subsidy_at(height) if network.halving and height >= 0 else 0


def _cubed(value: Decimal) -> Decimal:
    return value * value * value
