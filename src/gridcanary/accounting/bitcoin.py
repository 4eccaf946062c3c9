"""One bitcoin in household years: reckoned from a day's difficulty, never quoted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gridcanary.accounting.calculation import Calculation, CannotReckon, Citation, Line, exact
from gridcanary.accounting.equivalence import households
from gridcanary.accounting.rules import ConversionFactor

HALVING_BLOCKS = 210_000
FIRST_SUBSIDY_SATOSHI = 50 * 10**8
SATOSHI = Decimal("0.00000001")
HASHES_AT_DIFFICULTY_1 = Decimal(2**48) / 65535
"""Hashes that a block takes on average at difficulty 1, whose target is 65535 * 2**208."""

TERAHASH = Decimal(10**12)
JOULES_A_KWH = Decimal(3_600_000)


@dataclass(frozen=True, slots=True)
class Efficiency:
    """Energy that machines need for a terahash, with its source.

    Args:
        name: the machine or fleet.
        joules_per_terahash: energy [J/TH].
        as_of: day that the value describes.
        source: where it stands.
        verified: whether it was read there.
    """

    name: str
    joules_per_terahash: Decimal
    as_of: dt.date
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class ChainDay:
    """What the chain said on a day.

    Args:
        on: the day.
        difficulty: of the blocks of that day.
        height: of a block of that day; the subsidy follows from it.
        fees_btc: fees in a block on average [BTC]; none where only the subsidy is meant.
    """

    on: dt.date
    difficulty: Decimal
    height: int
    fees_btc: Decimal = Decimal()


def block_subsidy(height: int) -> Decimal:
    """New bitcoin in a block of this height [BTC].

    Raises:
        CannotReckon: a height below zero.
    """
    exact("height", height)
    return (FIRST_SUBSIDY_SATOSHI >> (height // HALVING_BLOCKS)) * SATOSHI


def bitcoin_energy(day: ChainDay, efficiency: Efficiency) -> Calculation:
    """Energy that the network needed on a day for one bitcoin [kWh].

    Args:
        day: difficulty, height and fees.
        efficiency: of the machines, cited.

    Raises:
        CannotReckon: no difficulty or no efficiency above zero, or a block without reward.
    """
    difficulty = _above_zero("difficulty", day.difficulty)
    joules = _above_zero("joules_per_terahash", efficiency.joules_per_terahash)
    subsidy, fees = block_subsidy(day.height), exact("fees_btc", day.fees_btc)
    reward = _above_zero("reward", subsidy + fees)
    terahashes = (difficulty * HASHES_AT_DIFFICULTY_1 / TERAHASH).quantize(Decimal(1), ROUND_HALF_UP)
    block_kwh = (terahashes * joules / JOULES_A_KWH).quantize(Decimal(1), ROUND_HALF_UP)
    each = (block_kwh / reward).quantize(Decimal(1), ROUND_HALF_UP)
    cited = Citation(efficiency.source, efficiency.name, efficiency.as_of, None, efficiency.verified)
    lines = (
        Line("bitcoin.work", terahashes, "TH", {"difficulty": difficulty, "on": day.on}),
        Line("bitcoin.block", block_kwh, "kWh", {"terahashes": terahashes, "joules": joules}, cited),
        Line("bitcoin.each", each, "kWh", {"kwh": block_kwh, "subsidy": subsidy, "fees": fees}),
    )
    return Calculation("bitcoin_energy", each, "kWh", lines)


def bitcoin_in_households(day: ChainDay, efficiency: Efficiency, factor: ConversionFactor) -> Calculation:
    """How many households use in a year what one bitcoin took on a day.

    Args:
        day: difficulty, height and fees.
        efficiency: of the machines, cited.
        factor: of kind household_kwh_per_year.

    Raises:
        CannotReckon: as :func:`bitcoin_energy`, or a factor of another kind.
    """
    energy = bitcoin_energy(day, efficiency)
    homes = households(energy.amount, factor)
    return Calculation("bitcoin_households", homes.amount, homes.unit, energy.lines + homes.lines)


def _above_zero(name: str, value: Decimal) -> Decimal:
    number = exact(name, value)
    if number <= 0:
        raise CannotReckon(name, number, "more than none")
    return number
