from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.power.detectors import together
from gridcanary.power.detectors.together import Step

FEEDERS = {f"F{i}": 100 for i in range(8)}


def background(seed: int = 0, count: int = 40, days: int = 140) -> list[Step]:
    rng = np.random.default_rng(seed)
    return [Step(f"B{i:03d}", int(rng.integers(0, days)), f"F{i % 8}") for i in range(count)]


def spread(day: int, members: int, place: str = "F3", jitter: int = 0) -> list[Step]:
    rng = np.random.default_rng(9)
    return [Step(f"S{i}", day + int(rng.integers(-jitter, jitter + 1)), place) for i in range(members)]


def test_one_operator_on_one_feeder_is_a_group() -> None:
    (group,) = together.groups(background() + spread(70, 7, jitter=1), FEEDERS)
    assert {f"S{i}" for i in range(7)} <= set(group.meters)
    assert group.group_id == "G001"
    assert 1 < group.llr <= together.CAP
    assert group.expected < 1


@pytest.mark.parametrize("seed", range(6))
def test_chance_makes_no_group(seed: int) -> None:
    assert together.groups(background(seed, count=80), FEEDERS) == []


def test_a_day_on_which_everybody_steps_makes_no_group() -> None:
    everybody = [step for place in FEEDERS for step in (
        Step(f"{place}-{i}", 70, place) for i in range(6))]  # fmt: skip
    assert together.groups(everybody, FEEDERS) == []


def test_without_places_a_busy_time_makes_no_group() -> None:
    rng = np.random.default_rng(1)
    steps = [Step(f"M{i}", int(rng.integers(0, 60)), "") for i in range(150)]
    assert together.groups(steps, {"": 2000}) == []


def test_without_places_a_quiet_time_makes_one() -> None:
    (group,) = together.groups(spread(70, 6, place=""), {"": 2000})
    assert len(group.meters) == 6


def test_a_season_is_no_operator() -> None:
    assert together.groups(spread(70, 60), FEEDERS) == []


def test_two_meters_are_chance() -> None:
    assert together.groups(spread(70, 2), FEEDERS) == []


def test_an_archive_that_lacks_the_place_still_counts_its_steps() -> None:
    assert [len(g.meters) for g in together.groups(spread(70, 4, place="unknown"), {})] == [4]


@pytest.mark.parametrize("steps", [pytest.param([], id="empty"), pytest.param(spread(70, 1), id="one row")])
def test_nothing_to_find(steps: list[Step]) -> None:
    assert together.groups(steps, FEEDERS) == []


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), shift=st.integers(-400, 400))
def test_neither_order_nor_the_calendar_matters(seed: int, shift: int) -> None:
    steps = background(seed) + spread(70, 5, jitter=1)
    mixed = [steps[i] for i in np.random.default_rng(seed).permutation(len(steps))]
    moved = [Step(s.meter_id, s.day + shift, s.place) for s in mixed]
    assert together.groups(moved, FEEDERS) == together.groups(steps, FEEDERS)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), members=st.integers(0, 25))
def test_no_meter_is_in_two_groups(seed: int, members: int) -> None:
    found = together.groups(background(seed, 120) + spread(70, members, jitter=4), FEEDERS)
    told = [meter for group in found for meter in group.meters]
    assert len(told) == len(set(told))
    assert all(len(group.meters) >= together.LEAST_MEMBERS for group in found)


@given(seen=st.integers(0, 200), expected=st.floats(0, 100))
def test_the_ratio_is_never_negative_and_none_without_excess(seen: int, expected: float) -> None:
    llr = together.poisson_llr(seen, expected)
    assert llr >= 0
    assert llr == 0 or seen > expected


def test_the_reason_counts_the_others() -> None:
    (group,) = together.groups(spread(70, 5), FEEDERS)
    told = together.reason(group, "2026-03-16")
    assert (told.params["others"], told.params["onset"]) == (4, "2026-03-16")
