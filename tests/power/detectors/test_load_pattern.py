from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from gridcanary.power import outline as ol
from gridcanary.power.assessment import Surroundings, assess
from gridcanary.power.detectors import load_pattern
from gridcanary.power.explain import sentences
from tests.power.records import HOURS, MONDAY, outline_of, record_of, traits_of, working_day

DAYS = 140
ONSET = 70
ALONE = Surroundings({}, None)


def mine(kw: float, hours: range | None = None, onset: int = ONSET, days: int = DAYS) -> np.ndarray:
    """(days, 24) of a constant load from a day on, in some hours."""
    load = np.zeros((days, HOURS))
    load[onset:, [h % HOURS for h in (hours or range(HOURS))]] = 1000 * kw
    return load


def pattern_of(watts: np.ndarray) -> load_pattern.LoadPattern:
    records = record_of(watts)
    row, mean_w = traits_of(records)
    return assess("M", 0.0, row, mean_w, records[0], ALONE).pattern


def codes(pattern: load_pattern.LoadPattern) -> list[str]:
    return [reason.code for reason in pattern.reasons]


def test_a_load_that_runs_all_day_is_found_with_day_and_power() -> None:
    found = pattern_of(working_day(DAYS) + mine(6))
    assert (found.pattern, found.hours) == ("flat", 24)
    assert found.onset is not None
    assert abs((found.onset - MONDAY).days - ONSET) <= 3
    assert found.kw[0] < 6 < found.kw[2]
    assert found.kw[1] == pytest.approx(6, rel=0.1)
    assert found.share == pytest.approx(6 / 7.86, abs=0.03)
    assert codes(found)[0] == "load.step_all_day"
    assert {"load.step_even", "load.step_lasts", "load.step_sudden"} <= set(codes(found))


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        pytest.param(range(21, 30), "load.off_duty_only", id="at night"),
        pytest.param(range(18, 33), "load.off_duty_only", id="off in office hours"),
        pytest.param(range(21, 39), "load.pauses_at_peak", id="off in the evening"),
        pytest.param(range(9, 18), "load.others_unchanged", id="in office hours only"),
    ],
)
def test_hours_are_told_and_never_called_hidden_by_day(hours: range, told: str) -> None:
    found = pattern_of(working_day(DAYS) + mine(6, hours))
    assert codes(found)[:2] == ["load.step_in_hours", told]
    assert found.start_hour == hours.start
    assert found.hours == len(hours)


def test_hours_past_midnight_are_those_of_the_next_day() -> None:
    found = pattern_of(working_day(DAYS) + mine(6, range(21, 30)))
    assert "21:00 至次日 6:00，" in sentences(found.reasons, "zh")
    assert "21:00 to 6:00 the next day" in sentences(found.reasons, "en")


def test_what_was_there_before_is_what_the_meter_showed() -> None:
    found = pattern_of(working_day(DAYS) + mine(6))
    (told,) = (reason.params for reason in found.reasons if reason.code == "load.step_all_day")
    assert told["before_kw"] == pytest.approx(working_day(DAYS).mean() / 1000, rel=0.03)


def test_weeks_since_the_step_are_weeks_of_readings() -> None:
    found = pattern_of(working_day(DAYS) + mine(6))
    (told,) = (reason.params for reason in found.reasons if reason.code == "load.step_lasts")
    assert told["weeks"] == pytest.approx((DAYS - ONSET) / 7, abs=2)


@pytest.mark.parametrize("kw", [1.5, 6.0, 60.0, 600.0])
def test_a_change_of_unit_scales_the_power_alone(kw: float) -> None:
    factor = kw / 6
    found = pattern_of(np.rint(factor * (working_day(DAYS) + mine(6))))
    plain = pattern_of(working_day(DAYS) + mine(6))
    assert (found.pattern, found.onset) == (plain.pattern, plain.onset)
    assert found.kw[1] == pytest.approx(factor * plain.kw[1], rel=0.02)


def test_a_load_older_than_the_data_has_no_onset() -> None:
    found = pattern_of(working_day(DAYS) + 6000)
    assert (found.pattern, found.onset) == ("level", None)
    assert codes(found)[0] == "load.flat_level"
    assert 3 < found.kw[1] < 8


def test_a_scaled_meter_is_explained_by_its_ratio() -> None:
    watts = working_day(DAYS) * np.where(np.arange(DAYS) < ONSET, 1, 2.0)[:, None]
    records = record_of(watts)
    row, mean_w = traits_of(records)
    found = assess("M", 0.0, row, mean_w, records[0], ALONE)
    (told,) = (reason for reason in found.innocent if reason.code == "innocent.ct_changed")
    assert told.params["ratio"] == pytest.approx(2.0, rel=0.02)
    assert found.faults == ("ct_error",)


def test_sentences_do_not_contradict_each_other() -> None:
    apart = (
        {"load.step_sudden", "innocent.season"},
        {"load.others_unchanged", "load.off_duty_only"},
        {"load.off_duty_only", "innocent.ct_changed"},
        {"load.step_all_day", "load.flat_level"},
    )
    for seed in range(12):
        rng = np.random.default_rng(seed)
        start = int(rng.integers(0, 24))
        hours = range(start, start + int(rng.integers(6, 25)))
        found = pattern_of(working_day(DAYS, seed=seed) + mine(rng.uniform(0.5, 8), hours))
        told = set(codes(found)) | {reason.code for reason in found.innocent}
        assert not any(pair <= told for pair in apart), told


@pytest.mark.parametrize(
    "watts",
    [
        pytest.param(np.full((DAYS, HOURS), 900.0), id="constant curve"),
        pytest.param(np.zeros((DAYS, HOURS)), id="noughts"),
        pytest.param(working_day(21), id="short history"),
        pytest.param(working_day(1), id="one day"),
        pytest.param(np.full((DAYS, HOURS), np.nan), id="all missing"),
        pytest.param(
            np.vstack([working_day(50), np.full((40, HOURS), np.nan), working_day(50)]), id="long gap"
        ),
        pytest.param(-working_day(DAYS), id="feeding in"),
    ],
)
def test_anything_can_be_described(watts: np.ndarray) -> None:
    records = record_of(watts)
    row, mean_w = traits_of(records)
    first_monday, weeks = outline_of(records)
    found = load_pattern.describe(load_pattern.TraitRow(row), mean_w, first_monday, None, weeks)
    assert found.pattern == "level"
    assert np.isfinite(found.kw).all()
    for lang in ("zh", "en"):
        assert "nan" not in sentences([*found.reasons, *found.innocent], lang)


def test_the_step_is_the_same_in_batches_of_any_size() -> None:
    records = np.vstack([record_of(working_day(DAYS, seed=s) + mine(4 + s)) for s in range(3)])
    row, mean_w = traits_of(records[1:2])
    alone = assess("M", 0.0, row, mean_w, records[1], ALONE)
    from gridcanary.power import traits as tr

    matrix, means = tr.traits(records)
    assert assess("M", 0.0, matrix[1], float(means[1]), records[1], ALONE) == alone


def test_a_week_without_readings_after_the_step_is_not_counted() -> None:
    watts = working_day(DAYS) + mine(6)
    watts[105:119] = np.nan
    (told,) = (r.params for r in pattern_of(watts).reasons if r.code == "load.step_lasts")
    assert told["weeks"] == pytest.approx((DAYS - ONSET) / 7 - 2, abs=2)
    assert told["weeks"] < ol.WEEKS_SHOWN


def test_the_first_day_is_a_date() -> None:
    found = pattern_of(working_day(DAYS) + mine(6))
    assert isinstance(found.onset, dt.date)
