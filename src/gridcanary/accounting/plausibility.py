"""Do the stated energy, number of machines and hours fit each other?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gridcanary.accounting.calculation import CannotReckon, exact

LEAST_KW = Decimal("0.1")
"""Less than a machine with one graphics card draws."""

MOST_KW = Decimal(6)
"""More than an air-cooled ASIC draws; hydro-cooled ones reach it."""


@dataclass(frozen=True)
class Plausibility:
    """What the figures say of one machine.

    Args:
        kw_per_machine: mean power of a machine [kW].
        plausible: whether it lies between ``LEAST_KW`` and ``MOST_KW``.
        hint: ``ok``, ``too_little`` (fewer hours, fewer machines, or the meter missed some) or ``too_much``
            (more machines or hours, or other loads on the meter).
    """

    kw_per_machine: Decimal
    plausible: bool
    hint: str


def energy_plausibility(kwh: Decimal | int | str, machines: int, hours: Decimal | int | str) -> Plausibility:
    """Check stated figures against each other.

    Args:
        kwh: energy [kWh].
        machines: number of machines.
        hours: hours of running.

    Raises:
        CannotReckon: no machines or no hours.

    >>> energy_plausibility(370_000, 540, 1_300).kw_per_machine
    Decimal('0.527')
    """
    energy, count, running = exact("kwh", kwh), exact("machines", machines), exact("hours", hours)
    if not count or not running:
        raise CannotReckon("machines" if not count else "hours", 0, "more than none")
    power = (energy / (count * running)).quantize(Decimal("0.001"))
    hint = "too_little" if power < LEAST_KW else "too_much" if power > MOST_KW else "ok"
    return Plausibility(power, hint == "ok", hint)


def days_to_use(kwh: Decimal | int | str, power_kw: Decimal | int | str) -> Decimal:
    """Days in which a constant power uses an energy.

    Args:
        kwh: energy [kWh].
        power_kw: power [kW].

    Raises:
        CannotReckon: no power.

    >>> days_to_use(1_000_000, 975)
    Decimal('42.7')
    """
    power = exact("power_kw", power_kw)
    if not power:
        raise CannotReckon("power_kw", 0, "more than none")
    return (exact("kwh", kwh) / power / 24).quantize(Decimal("0.1"))
