from __future__ import annotations

import numpy as np
import pytest

from gridcanary.power.loss_excess import (
    MAX_PEER_LLR,
    MAX_PHYSICS_LLR,
    daily_only,
    excess_since_start,
    running_window,
    weigh_levels,
)
from gridcanary.power.loss_history import LossHistory, histories
from gridcanary.power.loss_step import WINDOWS
from tests.power.transformers import losses_of, make_transformer, since


@pytest.mark.parametrize("window", WINDOWS)
def test_the_running_hours_are_recognised(window: str) -> None:
    noise = np.random.default_rng(0).normal(0, 300, (30, 24))
    assert running_window(np.where(WINDOWS[window], 4_000.0, 0.0) + noise) == window


def test_hours_without_a_value_do_not_matter() -> None:
    excess = np.where(WINDOWS["night"], 4_000.0, 0.0) * np.ones((30, 1))
    excess[:, 3] = np.nan
    assert running_window(excess) == "night"


def test_peers_make_an_old_excess_surer_than_physics_alone() -> None:
    made = [make_transformer(f"T{i}", seed=i) for i in range(9)]
    made.append(make_transformer("TX", seed=50, extra_w=since(60, 0, 15_000)))
    levels = [excess_since_start(h, 12) for h in histories(losses_of(*made))]
    assert all(level is not None for level in levels)
    together = weigh_levels([level for level in levels if level is not None])
    odd = next(level for level in together if level.history.transformer_id == "TX")
    (alone,) = weigh_levels([odd])
    assert alone.llr <= MAX_PHYSICS_LLR < odd.llr <= MAX_PEER_LLR
    assert (alone.peers, odd.peers) == (0, 9)
    assert all(level.llr < 2 for level in together if level is not odd)


def test_daily_energy_alone_is_recognised() -> None:
    power = np.full((20, 24), 1000.0)
    rough = power + np.random.default_rng(0).normal(0, 50, power.shape)
    assert daily_only(LossHistory("T", 0, power, power, power * 0.02, np.zeros(20)))
    assert not daily_only(LossHistory("T", 0, power, power, rough, np.zeros(20)))


def test_a_flat_rise_is_seen_in_daily_energy_alone() -> None:
    from gridcanary.power.detectors import tap
    from tests.power.transformers import archive_of

    made = make_transformer(extra_w=since(60, 30, 6_000))
    losses = losses_of(made)
    rows = losses.to_pylist()
    for row in rows:
        mean = round(sum(row["loss_w"]) / 24)
        row["loss_w"] = [mean] * 24
        row["supplied_w"] = [m + mean for m in row["metered_w"]]
    (finding,) = tap.detect(type(losses).from_pylist(rows, schema=losses.schema), archive_of(made))
    assert finding.kw[1] == pytest.approx(6.0, rel=0.1)
