"""One meter's assessment: the forest's log-odds, archive, season and neighbours, and what is told of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.contracts.reasons import Reason
from gridcanary.power import outline as ol
from gridcanary.power import quality
from gridcanary.power import state as st
from gridcanary.power.detectors import archive_fit, fresh_load, load_pattern, peers, season, together
from gridcanary.power.machine_classes import LEAST_KW
from gridcanary.power.onset import onset_day
from gridcanary.power.population import Population, kind_of, place_of

EPOCH = dt.date(1970, 1, 1)
BIG_LOAD_SHARE = 0.5
"""A found load below this part of the load in its hours is hidden inside it (mode D); above, it is the
customer (mode A)."""

TOO_SMALL_LLR = -4.0
"""A load smaller than any machine is hardly a mine, whatever its shape."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is held of one meter.

    Args:
        meter_id: the meter.
        llr: natural-log likelihood ratio of a mine, all parts added.
        mode: A or D.
        pattern: what the curve shows.
        reasons, innocent: as told.
        faults: quality codes.
        group_id: meters that stepped together; None alone.
    """

    meter_id: str
    llr: float
    mode: str
    pattern: load_pattern.LoadPattern
    reasons: tuple[Reason, ...]
    innocent: tuple[Reason, ...]
    faults: tuple[str, ...]
    group_id: str | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside the curves.

    Args:
        customers: rows of CUSTOMERS by meter_id; empty without an archive.
        weather: WEATHER table; None without.
    """

    customers: Mapping[str, Mapping[str, Any]]
    weather: pa.Table | None
    _by_week: dict[tuple[int, int], NDArray[np.float64] | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    def weekly_temperature(self, first_monday: int, weeks: int) -> NDArray[np.float64] | None:
        """Mean temperature of each week [degrees C], worked out once for meters whose weeks are the same."""
        if (first_monday, weeks) not in self._by_week:
            told = season.weekly_temperature(self.weather, first_monday, weeks)
            self._by_week[first_monday, weeks] = told
        return self._by_week[first_monday, weeks]


def assess(
    meter_id: str,
    shape_llr: float,
    row: NDArray[np.float32],
    mean_w: float,
    record: NDArray[np.uint8],
    around: Surroundings,
    fresh: NDArray[np.float32] | None = None,
) -> Assessment:
    """Assess one meter from its record.

    Args:
        meter_id: the meter.
        shape_llr: the forest's log-likelihood ratio.
        row: traits.
        mean_w: mean load [W].
        record: uint8 [1024].
        around: archive and weather.
        fresh: traits of the step of the last days where that is an early alert; None where the weeks tell.
    """
    weeks = np.empty((ol.WEEKS_SHOWN, ol.FIELDS))
    first_monday = int(ol.read_outline(record, weeks))
    pattern, week = _read_weeks(row, mean_w, record, weeks, first_monday)
    if fresh is not None:
        # the weeks of the outline hold nothing yet that could be said of it
        pattern, week = fresh_load.describe(fresh, st.read_i32(record, st.AS_OF)), len(weeks) - 1
    customer = around.customers.get(meter_id)
    archive_llr, told, doubts = archive_fit.weigh(customer, pattern.kw[1])
    level = weeks[:, : ol.BLOCKS].mean(axis=1)
    temperature = around.weekly_temperature(first_monday, len(weeks))
    tariff = customer.get("tariff_class") if customer else None
    found_w = 1000 * pattern.kw[1] * pattern.hours / 24
    season_llr, seasonal, excuses = season.weigh(level, first_monday, week, temperature, tariff, found_w)
    faults = quality.faults(row, weeks)
    llr = shape_llr + archive_llr + season_llr
    innocent = [*doubts, *excuses, *pattern.innocent]
    if "stuck" in faults:
        llr += quality.STUCK_LLR
        innocent.insert(0, quality.stuck_reason(row))
    if "ct_error" in faults and (ratio := quality.changed_ratio(weeks)) is not None:
        innocent.insert(0, Reason("innocent.ct_changed", {"ratio": round(ratio, 2)}))
    if pattern.kw[2] < LEAST_KW:
        llr += TOO_SMALL_LLR
        innocent.insert(0, Reason("innocent.below_one_machine", {"kw": round(pattern.kw[1], 2)}))
    mode = "D" if pattern.share < BIG_LOAD_SHARE else "A"
    reasons = (*pattern.reasons, *told, *seasonal)
    return Assessment(
        meter_id,
        llr,
        mode,
        pattern,
        reasons,
        tuple({one.code: one for one in innocent}.values()),
        tuple(faults),
    )


def _read_weeks(
    row: NDArray[np.float32],
    mean_w: float,
    record: NDArray[np.uint8],
    weeks: NDArray[np.float64],
    first_monday: int,
) -> tuple[load_pattern.LoadPattern, int | None]:
    """What the weeks show, and the week of the step; None where there is none."""
    named = load_pattern.TraitRow(row)
    chosen = load_pattern.best_pattern(named)
    week = int(named.step(chosen, "week")) if chosen else None
    onset = None
    if chosen and week is not None:
        start, blocks = (int(named.step(chosen, trait)) for trait in ("start_block", "blocks_on"))
        onset = onset_day(week, start, blocks, weeks, first_monday, record)
    return load_pattern.describe(named, mean_w, first_monday, onset, weeks), week


def with_groups(
    assessments: list[Assessment], around: Surroundings, population: Population
) -> list[Assessment]:
    """Tell the meters that stepped together of each other, and raise their log-odds.

    Args:
        assessments: of some of the meters.
        around: the archive, for which meter hangs where.
        population: of every meter scanned, so that the rate of chance is known.
    """
    steps = [
        together.Step(a.meter_id, (a.pattern.onset - EPOCH).days, place_of(around.customers.get(a.meter_id)))
        for a in assessments
        if a.pattern.onset is not None and a.pattern.kw[2] >= LEAST_KW
    ]
    found = {meter: group for group in together.groups(steps, population.places) for meter in group.meters}
    return [_joined(a, found[a.meter_id]) if a.meter_id in found else a for a in assessments]


def with_peers(
    assessments: list[Assessment], around: Surroundings, population: Population
) -> list[Assessment]:
    """Lower the log-odds of steps that are common among customers of the same trade.

    Args:
        assessments: of some of the meters.
        around: the archive, for class and trade.
        population: of every meter scanned.
    """
    steps = {
        a.meter_id: ((a.pattern.onset - EPOCH).days, a.pattern.kw[1])
        for a in assessments
        if a.pattern.onset is not None
    }
    kinds = {meter: kind_of(around.customers[meter]) for meter in steps if meter in around.customers}
    found = peers.common_shares(steps, kinds, population.kinds)
    return [
        replace(a, llr=a.llr + peers.LLR, innocent=(peers.reason(*found[a.meter_id]), *a.innocent))
        if a.meter_id in found
        else a
        for a in assessments
    ]


def _joined(one: Assessment, group: together.Group) -> Assessment:
    onset = one.pattern.onset.isoformat() if one.pattern.onset else ""
    return replace(
        one,
        llr=one.llr + group.llr,
        reasons=(*one.reasons, together.reason(group, onset)),
        group_id=group.group_id,
    )
