from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from gridcanary.power import fresh_traits as ft
from gridcanary.power.assessment import Surroundings, assess
from gridcanary.power.detectors import load_pattern
from gridcanary.power.explain import sentences
from tests.power.records import MONDAY, record_of, traits_of, working_day
from tests.power.test_fresh_traits import DAYS, mine


def pattern_of(watts: np.ndarray) -> load_pattern.LoadPattern:
    records = record_of(watts)
    row, mean_w = traits_of(records)
    fresh, _ = ft.fresh_traits(records)
    return assess("M", 3.0, row, mean_w, records[0], Surroundings({}, None), fresh[0]).pattern


def codes(pattern: load_pattern.LoadPattern) -> list[str]:
    return [reason.code for reason in pattern.reasons]


@pytest.mark.parametrize("age", [3, 6, 11])
def test_day_and_power_are_told(age: int) -> None:
    found = pattern_of(working_day(DAYS) + mine(age, kw=6))
    assert found.onset == MONDAY + dt.timedelta(days=DAYS - age)
    assert found.kw[0] < 6 < found.kw[2]
    assert found.kw[1] == pytest.approx(6, rel=0.1)
    assert found.share == pytest.approx(6 / 7.86, abs=0.03)
    assert codes(found)[:2] == ["load.step_all_day", "load.fresh"]
    assert "load.step_even" in codes(found)
    assert found.innocent[0].code == "innocent.fresh"
    assert f"the last {age} days" in sentences(found.reasons, "en")
    assert f"最近 {age} 天" in sentences(found.reasons, "zh")


@pytest.mark.parametrize(
    ("hours", "pattern", "told", "excuse"),
    [
        pytest.param(range(21, 30), "night", "load.off_duty_only", "innocent.night_tariff", id="at night"),
        pytest.param(range(18, 33), "office", "load.off_duty_only", "innocent.night_tariff", id="off duty"),
        pytest.param(
            range(21, 39), "evening", "load.pauses_at_peak", "innocent.peak_tariff", id="off at peak"
        ),
    ],
)
def test_hours_are_told(hours: range, pattern: str, told: str, excuse: str) -> None:
    found = pattern_of(working_day(DAYS) + mine(6, hours))
    assert found.pattern == pattern
    assert (found.start_hour, found.hours) == (hours.start, len(hours))
    assert codes(found)[:3] == ["load.step_in_hours", "load.fresh", told]
    assert excuse in [reason.code for reason in found.innocent]
