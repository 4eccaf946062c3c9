from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.power import technical_loss


def supply(hours: int = 1440, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(2_000, 20_000, hours)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 200), st.floats(0, 0.05), st.integers(0, 5))
def test_finds_what_made_the_loss(constant: float, share: float, seed: int) -> None:
    supplied = supply(seed=seed)
    square = share / 20_000
    noise = np.random.default_rng(seed + 99).normal(0, 20, len(supplied))
    model = technical_loss.fit(supplied, constant + square * supplied**2 + noise, meters=20)
    assert model is not None
    assert model.constant_w == pytest.approx(constant, abs=15)
    assert model.square_per_w * 20_000 == pytest.approx(share, abs=0.003)


def test_one_tenth_of_wild_hours_changes_little() -> None:
    supplied = supply()
    loss = 100 + 1e-6 * supplied**2
    wild = loss.copy()
    wild[::10] += 5_000
    model = technical_loss.fit(supplied, wild, meters=20)
    assert model is not None
    assert np.allclose(model.expected_w(supplied), loss, atol=60)


@pytest.mark.parametrize("excess_w", [2_000.0, 8_000.0])
def test_bounds_hold_against_a_flat_excess(excess_w: float) -> None:
    supplied = supply()
    model = technical_loss.fit(supplied, np.full(len(supplied), excess_w), meters=20)
    assert model is not None
    assert model.constant_w <= model.constant_bound_w
    assert model.square_per_w * model.peak_w <= technical_loss.PEAK_LOSS_SHARE + 1e-9


def test_unit_change_scales_the_constant_and_the_square() -> None:
    supplied = supply()
    loss = 50 + 1e-6 * supplied**2
    small = technical_loss.fit(supplied, loss)
    large = technical_loss.fit(supplied * 10, loss * 10)
    assert small is not None
    assert large is not None
    assert large.constant_w == pytest.approx(10 * small.constant_w, rel=0.05)
    assert large.square_per_w == pytest.approx(small.square_per_w / 10, rel=0.05)


def test_feed_in_loses_too() -> None:
    supplied = supply() - 11_000
    model = technical_loss.fit(supplied, 20 + 2e-6 * supplied**2, meters=10)
    assert model is not None
    assert model.expected_w(np.array([-5_000.0]))[0] == pytest.approx(
        model.expected_w(np.array([5_000.0]))[0]
    )


@pytest.mark.parametrize(
    ("supplied", "loss"),
    [
        pytest.param(np.array([]), np.array([]), id="empty"),
        pytest.param(np.full(500, np.nan), np.full(500, np.nan), id="all missing"),
        pytest.param(np.full(24, 1000.0), np.full(24, 10.0), id="one day"),
        pytest.param(np.zeros(500), np.zeros(500), id="nothing supplied"),
    ],
)
def test_too_little_fits_nothing(supplied: np.ndarray, loss: np.ndarray) -> None:
    assert technical_loss.fit(supplied, loss) is None


def test_constant_supply_is_split_somehow_within_bounds() -> None:
    model = technical_loss.fit(np.full(500, 10_000.0), np.full(500, 300.0), meters=10)
    assert model is not None
    assert model.expected_w(np.array([10_000.0]))[0] == pytest.approx(300, abs=5)
