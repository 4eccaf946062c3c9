"""Energy in other words: carbon, households, and what was not used because mining stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from gridcanary.accounting.calculation import Calculation, CannotReckon, Citation, Input, Line, exact
from gridcanary.accounting.rules import ConversionFactor

HOURS_A_DAY = 24

COUNTERFACTUAL_DAYS = 90
"""How long a mine is assumed to have run on had nobody stopped it, unless the caller says otherwise."""

FactorT = TypeVar("FactorT", bound=ConversionFactor)


def factor_for(factors: Iterable[FactorT], kind: str, region: str, on: dt.date) -> FactorT:
    """The factor of a table that fits best.

    Args:
        factors: the table.
        kind: household_kwh_per_year or co2_kg_per_kwh.
        region: such as CN-SD; a wider one (CN) counts where it has none of its own.
        on: day on which it must be in force.

    Returns:
        The one with the narrowest region, of these the latest year.

    Raises:
        CannotReckon: the table has none.
    """
    fitting = [
        one
        for one in factors
        if one.kind == kind
        and (region == one.region or region.startswith(one.region + "-"))
        and one.valid_from <= on
        and (one.valid_to is None or on <= one.valid_to)
    ]
    if not fitting:
        raise CannotReckon("factor", "nothing", f"a factor {kind} for {region} on {on}")
    return max(fitting, key=lambda one: (len(one.region), one.year))


def carbon(kwh: Decimal | int | str, factor: ConversionFactor) -> Calculation:
    """Carbon dioxide of an energy from the grid [kg].

    Args:
        kwh: energy [kWh].
        factor: of kind co2_kg_per_kwh.

    Raises:
        CannotReckon: a factor of another kind.
    """
    energy = exact("kwh", kwh)
    mass = (energy * _value(factor, "co2_kg_per_kwh")).quantize(Decimal(1), ROUND_HALF_UP)
    return Calculation("carbon", mass, "kg", (_line("carbon.mass", mass, "kg", energy, factor),))


def households(kwh: Decimal | int | str, factor: ConversionFactor) -> Calculation:
    """How many households use this energy in a year.

    Args:
        kwh: energy [kWh].
        factor: of kind household_kwh_per_year.

    Raises:
        CannotReckon: a factor of another kind.
    """
    energy = exact("kwh", kwh)
    count = (energy / _value(factor, "household_kwh_per_year")).quantize(Decimal(1), ROUND_HALF_UP)
    line = _line("households.count", count, "households", energy, factor)
    return Calculation("households", count, "households", (line,))


def energy_avoided(mining_kw: Decimal | int | str, days: int = COUNTERFACTUAL_DAYS) -> Calculation:
    """Energy that was not used because mining stopped, within a window that is shown [kWh].

    Args:
        mining_kw: measured power of the mine [kW].
        days: how long it is assumed to have run on.
    """
    power = exact("mining_kw", mining_kw)
    kwh = power * HOURS_A_DAY * exact("days", days)
    line = Line("energy_avoided.energy", kwh, "kWh", {"power_kw": power, "days": days})
    return Calculation("energy_avoided", kwh, "kWh", (line,))


def _value(factor: ConversionFactor, kind: str) -> Decimal:
    if factor.kind != kind or factor.value <= 0:
        raise CannotReckon("factor", f"{factor.kind} {factor.value}", f"a {kind} above zero")
    return factor.value


def _line(code: str, value: Decimal, unit: str, kwh: Decimal, factor: ConversionFactor) -> Line:
    inputs: dict[str, Input] = {
        "kwh": kwh,
        "factor": factor.value,
        "region": factor.region,
        "year": factor.year,
    }
    return Line(code, value, unit, inputs, Citation.of(factor))
