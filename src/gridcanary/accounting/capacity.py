"""What a closed mine gives back: energy that was not used, and room on the transformer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from gridcanary.accounting.calculation import Calculation, CannotReckon, Input, Line, exact
from gridcanary.accounting.equivalence import COUNTERFACTUAL_DAYS, HOURS_A_DAY

KVA_STEP = Decimal("0.1")
POWER_FACTOR = Decimal("0.95")
"""Power factor of mining machines where none was measured; their power supplies correct it, most to 0.95 or more."""

RESERVE = Decimal("0.2")
"""Share of freed capacity that is kept back when it is offered to somebody else."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A mine that stopped.

    Args:
        mining_kw: measured power of the mine [kW].
        stopped_on: first whole day without it.
        running_again_on: day on which it was found running again; None where it was not.
    """

    mining_kw: Decimal
    stopped_on: dt.date
    running_again_on: dt.date | None = None


def energy_stopped(stop: Stop, until: dt.date, window_days: int = COUNTERFACTUAL_DAYS) -> Calculation:
    """Energy that was not used between the stop and a day, at the latest the end of the window [kWh].

    Args:
        stop: the mine that stopped.
        until: day up to which it is reckoned, itself not counted.
        window_days: how long the mine is assumed to have run on had nobody stopped it.

    Returns:
        Nothing before the stop; no more after the window, or after the day on which the mine ran again.

    Raises:
        CannotReckon: power below zero, no window, or a mine that ran again before it stopped.
    """
    power = exact("mining_kw", stop.mining_kw)
    window = int(exact("window_days", window_days, least=1))
    ends = [until, stop.stopped_on + dt.timedelta(days=window)]
    if stop.running_again_on is not None:
        if stop.running_again_on < stop.stopped_on:
            needed = f"a day not before {stop.stopped_on}"
            raise CannotReckon("running_again_on", stop.running_again_on, needed)
        ends.append(stop.running_again_on)
    last = max(min(ends), stop.stopped_on)
    days = (last - stop.stopped_on).days
    kwh = power * HOURS_A_DAY * days
    inputs: dict[str, Input] = {
        "power_kw": power,
        "days": days,
        "first": stop.stopped_on,
        "end": last,
        "window_days": window,
    }
    return Calculation("energy_stopped", kwh, "kWh", (Line("energy_stopped.energy", kwh, "kWh", inputs),))


def freed_capacity(
    mining_kw: Decimal | int | str, power_factor: Decimal | int | str = POWER_FACTOR
) -> Calculation:
    """Capacity of a transformer that a stopped mine gives back [kVA], to a tenth.

    Args:
        mining_kw: measured power of the mine [kW].
        power_factor: active over apparent power, above 0 and at most 1.

    Raises:
        CannotReckon: power below zero, or no power factor.
    """
    power, factor = exact("mining_kw", mining_kw), exact("power_factor", power_factor)
    if not 0 < factor <= 1:
        raise CannotReckon("power_factor", factor, "a number above 0 and at most 1")
    kva = (power / factor).quantize(KVA_STEP, ROUND_HALF_UP)
    line = Line("freed_capacity.kva", kva, "kVA", {"power_kw": power, "power_factor": factor})
    return Calculation("freed_capacity", kva, "kVA", (line,))


def free_to_offer(
    freed_kva: Iterable[Decimal | int | str],
    taken_kva: Iterable[Decimal | int | str] = (),
    reserve: Decimal | int | str = RESERVE,
) -> Calculation:
    """What of freed capacity can be offered after a reserve and what was given away already [kVA].

    Args:
        freed_kva: what each closed site gave back [kVA].
        taken_kva: what is offered or connected already [kVA].
        reserve: share of the freed capacity that is kept back, at least 0 and below 1.

    Returns:
        At least nothing, to a tenth, rounded down so that the reserve is never touched.

    Raises:
        CannotReckon: a capacity below zero or no such share.
    """
    freed = sum((exact("freed_kva", one) for one in freed_kva), Decimal())
    taken = sum((exact("taken_kva", one) for one in taken_kva), Decimal())
    kept = exact("reserve", reserve)
    if kept >= 1:
        raise CannotReckon("reserve", kept, "a share of at least 0 and below 1")
    left = max(Decimal(), freed * (1 - kept) - taken).quantize(KVA_STEP, ROUND_DOWN)
    inputs: dict[str, Input] = {"freed_kva": freed, "taken_kva": taken, "reserve": kept}
    return Calculation("free_to_offer", left, "kVA", (Line("free_to_offer.kva", left, "kVA", inputs),))
