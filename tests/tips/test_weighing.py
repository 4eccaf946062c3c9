"""What tips are worth: bounded, never more for repetition, moved by outcomes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.tips.weighing import (
    INNOCENT,
    MOST_OF_A_TIP,
    MOST_TOGETHER,
    PRIOR_RATIOS,
    Told,
    llr_of,
    measured,
    weigh,
)

CODES = st.sampled_from([*PRIOR_RATIOS, "strange"])


def told(cues: list[str], group: int, kept: int) -> Told:
    """A tip; the bits of ``kept`` say what came with it."""
    return Told(tuple(cues), group, *(bool(kept >> bit & 1) for bit in range(4)))


TIPS = st.lists(st.tuples(st.lists(CODES, max_size=4), st.integers(0, 5), st.integers(0, 15)), max_size=6)


@given(TIPS)
def test_weight_is_bounded_and_the_order_doesnt_matter(drawn: list[tuple[list[str], int, int]]) -> None:
    tips = [told(*one) for one in drawn]
    weight = weigh(tips)
    assert 0.0 <= weight.llr <= MOST_TOGETHER
    assert weigh(tips[::-1]).llr == pytest.approx(weight.llr)
    assert weight.independent == len({tip.group for tip in tips})


@given(st.lists(CODES, max_size=4), st.integers(0, 15), st.integers(2, 30))
def test_repeating_a_tip_adds_nothing(cues: list[str], kept: int, times: int) -> None:
    tip = told(cues, 0, kept)
    assert weigh([tip] * times).llr == weigh([tip]).llr


@given(st.lists(CODES, max_size=8), st.integers(0, 15))
def test_a_tip_alone_is_bounded(cues: list[str], kept: int) -> None:
    assert 0.0 <= llr_of(told(cues, 0, kept)) <= MOST_OF_A_TIP


def test_independent_reporters_weigh_more_than_repeated_ones() -> None:
    one = Told(("fan_roar", "hot_exhaust"), 0, exact_place=True)
    other = Told(("fan_roar", "hot_exhaust"), 1, exact_place=True)
    assert weigh([one, other]).llr == pytest.approx(1.5 * weigh([one]).llr)
    assert weigh([one, one, one]).llr == weigh([one]).llr


def test_a_worked_example() -> None:
    """Roar (2.5) and hot air (2.5, half), a picture, an exact place, dated: quality 1.10."""
    tip = Told(("fan_roar", "hot_exhaust"), 0, has_files=True, exact_place=True, dated=True)
    assert tip.quality == pytest.approx(1.10)
    assert llr_of(tip) == pytest.approx(1.10 * 1.5 * math.log(2.5))


def test_every_cue_has_a_prior_and_but_for_other_an_innocent_explanation() -> None:
    from gridcanary.tips.models import Cue

    assert set(PRIOR_RATIOS) == set(Cue.values)
    assert set(INNOCENT) == set(Cue.values) - {"other"}


def test_few_outcomes_leave_the_priors() -> None:
    assert measured([(("machines",), True)] * 10 + [((), False)] * 10) == dict(PRIOR_RATIOS)
    assert measured([(("machines",), True)] * 100) == dict(PRIOR_RATIOS)


def test_outcomes_move_a_ratio_towards_what_was_found() -> None:
    outcomes = (
        [(("lights",), True)] * 80 + [((), True)] * 20 + [(("lights",), False)] * 10 + [((), False)] * 90
    )
    found = measured(outcomes)
    assert PRIOR_RATIOS["lights"] < found["lights"] < 8.0
    assert found["machines"] == pytest.approx(PRIOR_RATIOS["machines"], rel=0.05)
    useless = [(("fan_roar",), index % 2 == 0) for index in range(400)]
    assert 1.0 < measured(useless)["fan_roar"] < 1.2
