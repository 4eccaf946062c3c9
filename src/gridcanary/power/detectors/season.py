"""Whether weather or the holiday calendar explains a step: heating follows temperature, factories stop at
Spring Festival, mines do neither.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridcanary.contracts.reasons import Reason
from gridcanary.power.spring_festival import festival_weeks

NAME = "season"
BASE_HEATING_C, BASE_COOLING_C = 15.0, 22.0
"""Balance temperatures of buildings [degrees C]: below heating, above cooling begins (usual values)."""

EXPLAINED = 0.6
"""Part of a step from which weather is told as its likelier cause."""

WEATHER_LLR, PAUSE_LLR, NO_PAUSE_LLR = -2.0, -1.5, 0.5
PAUSED, RAN_ON = 0.6, 0.9
LEAST_AROUND = 3
LEAST_RUNNING = 0.8
"""A mine that runs on in a closed factory leaves at least this part of itself on the meter."""

WORKING_CLASSES = ("general_industrial", "large_industrial", "commercial")
PAUSING_CLASSES = ("general_industrial", "large_industrial")
"""Most works close over Spring Festival; shops, hotels and restaurants may as well be busiest then."""


def weekly_temperature(weather: pa.Table | None, first_monday: int, weeks: int) -> NDArray[np.float64] | None:
    """Mean temperature [degrees C] of each week; None without weather."""
    if weather is None or weather.num_rows == 0:
        return None
    day = weather["day"].cast(pa.int32()).to_numpy()
    degrees = np.array([_mean(curve) for curve in weather["temp_centi_c"].to_pylist()]) / 100
    out = np.full(weeks, np.nan)
    index = (day - first_monday) // 7
    for week in range(weeks):
        chosen = degrees[(index == week) & np.isfinite(degrees)]
        if len(chosen) >= 3:
            out[week] = chosen.mean()
    return out


def _mean(curve: list[int | None]) -> float:
    known = [value for value in curve if value is not None]
    return sum(known) / len(known) if known else float("nan")


def weather_share(level: NDArray[np.float64], temperature: NDArray[np.float64], week: int) -> float:
    """Part of the step at ``week`` that temperature explains, 0 to 1.

    Level is regressed on heating and cooling degrees together with the step itself: what the step loses by
    letting the weather in is the weather's part.
    """
    known = np.isfinite(level) & np.isfinite(temperature)
    known[week] = False
    after = (np.arange(len(level)) > week).astype(float)
    if known.sum() < 12 or after[known].sum() < 3 or (1 - after[known]).sum() < 3:
        return 0.0
    heating = np.maximum(0, BASE_HEATING_C - temperature)
    cooling = np.maximum(0, temperature - BASE_COOLING_C)
    ones = np.ones(len(level))
    plain = _coefficients(np.column_stack([ones, after])[known], level[known])[1]
    adjusted = _coefficients(np.column_stack([ones, after, heating, cooling])[known], level[known])[1]
    if plain <= 1e-3 * np.abs(level[known]).mean():
        return 0.0
    return float(np.clip(1 - adjusted / plain, 0, 1))


def _coefficients(design: NDArray[np.float64], level: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.lstsq(design, level, rcond=None)[0], np.float64)


def holiday_level(level: NDArray[np.float64], first_monday: int, since: int) -> tuple[float, float]:
    """Level of the Spring Festival week, as it is and over the three weeks on either side.

    Args:
        level: weekly mean level, NaN where missing.
        first_monday: day of its first week (days since 1970-01-01).
        since: first week that counts; what was before a load began tells nothing of it.

    Returns:
        Means over the festivals that the data hold; NaN where they hold none.
    """
    start = dt.date(1970, 1, 1) + dt.timedelta(days=first_monday)
    found = []
    for week in festival_weeks(start, len(level)):
        around = np.r_[level[max(since, week - 4) : max(since, week - 1)], level[week + 2 : week + 5]]
        around = around[np.isfinite(around)]
        if week < since or len(around) < LEAST_AROUND or not np.isfinite(level[week]):
            continue
        usual = float(np.median(around))
        if usual > 0:
            found.append((float(level[week]), float(level[week]) / usual))
    if not found:
        return float("nan"), float("nan")
    return float(np.mean([one for one, _ in found])), float(np.mean([ratio for _, ratio in found]))


def weigh(
    level: NDArray[np.float64],
    first_monday: int,
    week: int | None,
    temperature: NDArray[np.float64] | None,
    tariff_class: str | None,
    found_w: float,
) -> tuple[float, list[Reason], list[Reason]]:
    """Log-odds of season and holiday, with reasons and innocent explanations.

    Args:
        level: weekly mean level over the outline, NaN where missing.
        first_monday: first day of the outline (days since 1970-01-01).
        week: index of the step; None where there is none.
        temperature: of each week [degrees C]; None without weather.
        tariff_class: from the archive; None without (the holiday is told of customers of a known class only).
        found_w: mean power of the load that was found, over the whole day [W].
    """
    llr, reasons, innocent = 0.0, [], []
    if week is not None and temperature is not None:
        part = weather_share(level, temperature, week)
        if part >= EXPLAINED:
            llr += WEATHER_LLR
            innocent.append(Reason("innocent.weather", {"explained_pct": round(100 * part)}))
    if tariff_class in WORKING_CLASSES:
        left_w, ratio = holiday_level(level, first_monday, 0 if week is None else week + 1)
        if ratio < PAUSED and left_w < LEAST_RUNNING * found_w:
            llr += PAUSE_LLR
            innocent.append(Reason("innocent.holiday_pause", {"ratio_pct": round(100 * ratio)}))
        elif ratio > RAN_ON and tariff_class in PAUSING_CLASSES:
            llr += NO_PAUSE_LLR
            reasons.append(Reason("load.no_holiday", {"ratio_pct": round(100 * ratio)}))
    return llr, reasons, innocent
