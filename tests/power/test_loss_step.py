from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.power.loss_history import LossHistory, histories
from gridcanary.power.loss_step import effective_share, find_steps
from tests.power.transformers import losses_of, make_transformer, since


def history(**story: object) -> LossHistory:
    return next(histories(losses_of(make_transformer(**story))))  # type: ignore[arg-type]


@pytest.mark.parametrize("onset", [8, 30, 50])
def test_the_day_of_a_step_is_found(onset: int) -> None:
    rise, _ = find_steps(history(extra_w=since(60, onset, 4_000)))
    assert rise is not None
    assert rise.row == onset
    assert rise.llr > 10
    assert rise.change_w == pytest.approx(4_000, rel=0.1)


def test_a_ramp_is_found_as_a_ramp() -> None:
    ramp = np.repeat(np.clip((np.arange(90) - 30) / 28, 0, 1)[:, None], 24, axis=1) * 5_000
    rise, _ = find_steps(history(days=90, extra_w=ramp))
    assert rise is not None
    assert rise.ramp_days == 28
    assert abs(rise.row - 30) <= 4


def test_an_end_is_a_fall() -> None:
    load = 4_000 - since(60, 30, 4_000)
    _, fall = find_steps(history(extra_w=load))
    assert fall is not None
    assert fall.row == 30
    assert fall.change_w == pytest.approx(-4_000, rel=0.1)


@pytest.mark.parametrize("seed", range(6))
def test_honest_transformers_show_no_step(seed: int) -> None:
    rise, _ = find_steps(history(seed=seed))
    assert rise is None or rise.llr < 2


def test_one_wild_day_is_no_step() -> None:
    load = np.zeros((60, 24))
    load[40] = 30_000
    rise, _ = find_steps(history(extra_w=load))
    assert rise is None or rise.llr < 2


@cache
def stepped() -> LossHistory:
    return history(extra_w=since(60, 30, 4_000))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 30_000))
def test_a_time_shift_shifts_the_day_alone(days: int) -> None:
    made = stepped()
    later = LossHistory(
        "X", made.first_day + days, made.supplied_w, made.metered_w, made.loss_w, made.missing_meters
    )
    assert find_steps(later)[0] == find_steps(made)[0]
    assert (later.date(30) - made.date(30)).days == days


def test_missing_days_do_not_move_the_step() -> None:
    made = history(extra_w=since(60, 30, 4_000))
    loss = made.loss_w.copy()
    loss[[3, 4, 17, 40, 41]] = np.nan
    thinned = LossHistory("X", 0, made.supplied_w, made.metered_w, loss, made.missing_meters)
    rise, _ = find_steps(thinned)
    assert rise is not None
    assert rise.row == 30


@pytest.mark.parametrize(
    "loss",
    [
        pytest.param(np.full((40, 24), np.nan), id="all missing"),
        pytest.param(np.full((3, 24), 5.0), id="short"),
        pytest.param(np.full((1, 24), 5.0), id="one day"),
    ],
)
def test_too_little_shows_nothing(loss: np.ndarray) -> None:
    power = np.full(loss.shape, 1000.0)
    assert find_steps(LossHistory("X", 0, power, power, loss, np.zeros(len(loss)))) == (None, None)


def test_constant_loss_shows_nothing_sure() -> None:
    power = np.full((60, 24), 1000.0)
    steps = find_steps(LossHistory("X", 0, power, power, power * 0.02, np.zeros(60)))
    assert all(step is None or step.llr < 2 for step in steps)


def test_days_that_resemble_each_other_count_less() -> None:
    rng = np.random.default_rng(0)
    white = rng.normal(size=400)
    slow = np.convolve(white, np.ones(10) / 10, mode="same")
    rows = np.arange(400)
    assert effective_share(white, rows) > 0.8
    assert effective_share(slow, rows) < 0.2
