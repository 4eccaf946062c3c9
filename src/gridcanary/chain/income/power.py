"""The hash rate that a wallet's income implies, and the electric power of machines that give it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from statistics import median_low

from gridcanary.chain.dossier import HeaderRuns
from gridcanary.chain.hashrate import (
    DAY_SECONDS,
    Interval,
    MiningYield,
    WorkedBlock,
    implied_terahash,
    kilowatts,
    subsidy_or_zero,
)
from gridcanary.chain.history import Confirmed, History
from gridcanary.chain.income.case import IncomeCase, WatchedWallet
from gridcanary.chain.income.receipts import Receipt
from gridcanary.chain.income.totals import pool_name
from gridcanary.contracts.machines import MachineModel

ALL_POOLS = "all"


@dataclass(frozen=True, slots=True)
class Period:
    """The time that some receipts pay for [s since 1970]; the pool's delay isn't taken off yet."""

    start: int
    end: int

    @property
    def days(self) -> Decimal:
        """How long it is [d]."""
        return Decimal(self.end - self.start) / DAY_SECONDS


@dataclass(frozen=True, slots=True)
class ImpliedPower:
    """What receipts of a wallet say about the machines behind it.

    Args:
        wallet: whose.
        pool: from whom; :data:`ALL_POOLS` for all together.
        month: ``2026-05``, empty for the whole time.
        period: what the receipts pay for.
        receipts, satoshi: how many, and their sum.
        pool_blocks: blocks that the pools found meanwhile, for the interval of luck.
        terahash: hash rate [TH/s]; None where the chain tells no difficulty.
        kw: electric power over all classes of machines [kW]: the frugal ones at the low end, the greedy at the high.
    """

    wallet: WatchedWallet
    pool: str
    month: str
    period: Period
    receipts: int
    satoshi: int
    pool_blocks: int
    terahash: Interval | None
    kw: Interval | None


class PowerBehind:
    """Turns receipts into hash rates and power.

    Args:
        history: for coinbases, whose fees and pools count.
        headers: for difficulties.
        case: machines and assumptions.
    """

    def __init__(self, history: History, headers: HeaderRuns, case: IncomeCase) -> None:
        self._case = case
        coinbases = list(history.coinbases())
        self._found = [(one.place.time, set(case.pools.of(one))) for one in coinbases]
        self._yield = MiningYield(_worked(coinbases, headers, case))

    def of(self, wallet: WatchedWallet, income: Sequence[Receipt]) -> list[ImpliedPower]:
        """The wallet's estimates: by pool, for all pools, and for each month of all pools.

        Args:
            wallet: whose.
            income: its income, in the order of the chain.
        """
        pools: dict[str, list[Receipt]] = {}
        for one in income:
            pools.setdefault(pool_name(one), []).append(one)
        periods = {name: period for name, of in pools.items() if (period := period_of(of)) is not None}
        if not periods:
            return []
        whole = Period(min(one.start for one in periods.values()), max(one.place.time for one in income))
        told = [self._implied(wallet, name, "", periods[name], pools[name]) for name in sorted(periods)]
        for month, within in [("", whole), *_months(whole, self._case)]:
            paid = [one for one in income if within.start < one.place.time <= within.end]
            told.append(self._implied(wallet, ALL_POOLS, month, within, paid))
        return told

    def classes(self, implied: ImpliedPower) -> Iterator[tuple[MachineModel, Decimal, Interval]]:
        """Machine, joules per terahash and power [kW] of every class with a hash rate, frugal ones first."""
        if implied.terahash is None:
            return
        for machine, joules in self._efficiencies():
            yield machine, joules, kilowatts(implied.terahash, joules, self._case.assumptions)

    def _implied(
        self, wallet: WatchedWallet, pool: str, month: str, period: Period, paid: Sequence[Receipt]
    ) -> ImpliedPower:
        pools = {name for one in paid for name in one.pools}
        blocks = sum(period.start < time <= period.end and bool(pools & of) for time, of in self._found)
        receipts = [(one.place.time, one.satoshi) for one in paid]
        try:
            terahash = implied_terahash(
                receipts, self._yield, period.start, period.end, self._case.assumptions, blocks or None
            )
        except ValueError:
            terahash = None
        satoshi = sum(one.satoshi for one in paid)
        return ImpliedPower(
            wallet, pool, month, period, len(paid), satoshi, blocks, terahash, self._band(terahash)
        )

    def _band(self, terahash: Interval | None) -> Interval | None:
        """Power from the most frugal class at the low hash rate to the greediest at the high one [kW]."""
        efficiencies = [joules for _, joules in self._efficiencies()]
        if terahash is None or not efficiencies:
            return None
        assumed = self._case.assumptions
        middle = median_low(efficiencies)
        return Interval(
            kilowatts(terahash, efficiencies[0], assumed).low,
            kilowatts(terahash, middle, assumed).mid,
            kilowatts(terahash, efficiencies[-1], assumed).high,
        )

    def _efficiencies(self) -> list[tuple[MachineModel, Decimal]]:
        """Machines with a hash rate by joules per terahash."""
        told = [
            (machine, Decimal(machine.watts) / Decimal(str(machine.terahash)))
            for machine in self._case.machines
            if machine.terahash
        ]
        return sorted(told, key=lambda one: (one[1], one[0].model))


def period_of(receipts: Sequence[Receipt]) -> Period | None:
    """The time that receipts pay for: from one usual gap before the first to the last.

    Args:
        receipts: of one pool, in the order of the chain.

    Returns:
        None where they are too few to know the gap, or all stand at one time.
    """
    times = sorted({one.place.time for one in receipts})
    if len(times) < 2:
        return None
    gap = median_low(later - earlier for earlier, later in pairwise(times))
    return Period(times[0] - gap, times[-1])


def earliest_work(income: Mapping[str, Sequence[Receipt]], case: IncomeCase) -> int | None:
    """When the work behind a case's income began at the earliest [s since 1970]; None without income.

    Args:
        income: by anything, each in the order of the chain.
        case: for the longest delay of a pool.
    """
    starts = [
        period.start if (period := period_of(of)) is not None else of[0].place.time
        for of in income.values()
        if of
    ]
    most_lag = int(case.assumptions.lag_days[1] * DAY_SECONDS)
    return min(starts) - most_lag if starts else None


def _months(whole: Period, case: IncomeCase) -> Iterator[tuple[str, Period]]:
    """The months of the case's zone, cut to the whole time."""
    zone = case.zone
    at = datetime.fromtimestamp(whole.start, UTC).astimezone(zone)
    while int(at.timestamp()) < whole.end:
        first = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        following = first.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
        start, end = max(int(first.timestamp()), whole.start), min(int(following.timestamp()), whole.end)
        yield at.strftime("%Y-%m"), Period(start, end)
        at = following


def _worked(coinbases: Iterable[Confirmed], headers: HeaderRuns, case: IncomeCase) -> Iterator[WorkedBlock]:
    """What every header says about mining; its fees where its coinbase is known."""
    created = {
        one.place.block_hash: sum(output.value for output in one.transaction.outputs) for one in coinbases
    }
    for row, (height, _) in enumerate(headers):
        header = headers.header(row)
        subsidy = subsidy_or_zero(case.network, height)
        total = created.get(header.hash)
        if not subsidy and total is not None:
            subsidy, total = total, None
        fees = max(total - subsidy, 0) if total is not None else None
        if subsidy:
            yield WorkedBlock(header.time, header.bits, subsidy, fees)
