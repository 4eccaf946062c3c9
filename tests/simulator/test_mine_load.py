from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from gridcanary.simulator.climate import hourly_temperature_c, slot_temperature_c
from gridcanary.simulator.county_calendar import CountyCalendar
from gridcanary.simulator.mine_load import Rig, hiding_schedule, rig_power_kw, spell_of_running
from gridcanary.simulator.shapes.scene import Scene

DAYS = 60


@pytest.fixture(scope="module")
def scene() -> Scene:
    calendar = CountyCalendar(dt.date(2026, 3, 2), DAYS, 96)
    return Scene(calendar, slot_temperature_c(hourly_temperature_c(calendar, 1), 96))


def test_power_stays_near_machines_times_nameplate(scene: Scene) -> None:
    rig = Rig(machines=20, watts=3250, fan_share=0.06, availability=0.98)
    power = rig_power_kw(np.random.default_rng(1), rig, scene)
    assert np.median(power) == pytest.approx(rig.kw, rel=0.06)
    assert power.max() < rig.machines * rig.watts / 1000 * 1.25
    assert power.min() >= 0


def test_a_mine_is_flat_but_its_noise_is_there(scene: Scene) -> None:
    rig = Rig(machines=20, watts=3250, fan_share=0.06, availability=0.98)
    power = rig_power_kw(np.random.default_rng(1), rig, scene)
    by_day = power.std(axis=1) / power.mean(axis=1)
    assert 0.003 < np.median(by_day) < 0.05


@pytest.mark.parametrize(
    ("hiding", "noon", "late_evening", "midnight"),
    [
        pytest.param("none", 1, 1, 1, id="steady"),
        pytest.param("off_in_office_hours", 0, 1, 1, id="off in office hours"),
        pytest.param("only_at_night", 0, 0, 1, id="only at night"),
        pytest.param("off_in_evening_peak", 1, 0, 1, id="off in the evening peak"),
        pytest.param("before_data", 1, 1, 1, id="before the data"),
    ],
)
def test_schedule_on_a_workday(
    scene: Scene, hiding: str, noon: int, late_evening: int, midnight: int
) -> None:
    level = hiding_schedule(np.random.default_rng(3), hiding, scene)
    workday = int(np.flatnonzero(scene.calendar.workday)[0])
    assert level[workday, 48] == noon
    assert (level[workday, 80] > 0.5) == bool(late_evening)
    assert level[workday, 4] == midnight


def test_spread_parts_stand_still_on_whole_days(scene: Scene) -> None:
    level = hiding_schedule(np.random.default_rng(3), "spread", scene)
    assert set(np.unique(level)) == {0.0, 1.0}
    assert (level.min(axis=1) == level.max(axis=1)).all()


def test_a_ramp_rises_in_lots_over_weeks(scene: Scene) -> None:
    daily = spell_of_running(scene, first=10, last=DAYS, ramp_days=28, lots=4)[:, 0]
    assert daily[9] == 0
    assert daily[10] == 0.25
    assert list(np.unique(daily)) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert (np.diff(daily) >= 0).all()
    assert daily[38] == 1


def test_a_mine_that_moves_away_leaves_nothing(scene: Scene) -> None:
    daily = spell_of_running(scene, first=-30, last=20, ramp_days=0, lots=1)[:, 0]
    assert daily[0] == 1
    assert daily[20] == 1
    assert daily[21] == 0
