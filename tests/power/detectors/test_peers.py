from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from gridcanary.power.detectors import peers

PONDS = [f"P{i}" for i in range(20)]
HOMES = [f"H{i}" for i in range(500)]
KINDS = {**dict.fromkeys(PONDS, "agricultural 0412"), **dict.fromkeys(HOMES, "residential ")}
SIZES = Counter(KINDS.values())
SEASON = {meter: (100 + i % 8, 2.0) for i, meter in enumerate(PONDS[:15])}


def test_a_season_is_common_among_its_trade() -> None:
    found = peers.common_shares(SEASON, KINDS, SIZES)
    assert set(found) == set(SEASON)
    assert found["P0"] == (pytest.approx(14 / 19), 19)


def test_a_mine_at_another_time_or_of_another_size_is_not_excused() -> None:
    mines = {"P15": (40, 3.0), "P16": (103, 40.0)}
    found = peers.common_shares({**SEASON, **mines}, KINDS, SIZES)
    assert not set(mines) & set(found)


def test_a_mine_as_large_as_the_pumps_hides_among_them() -> None:
    assert "P16" in peers.common_shares({**SEASON, "P16": (103, 3.0)}, KINDS, SIZES)


def test_another_trade_does_not_excuse() -> None:
    found = peers.common_shares({**SEASON, "H1": (103, 2.0)}, KINDS, SIZES)
    assert "H1" not in found


def test_a_few_of_many_are_not_common() -> None:
    assert peers.common_shares(dict.fromkeys(HOMES[:40], (100, 2.0)), KINDS, SIZES) == {}


@pytest.mark.parametrize(
    ("steps", "kinds"),
    [
        pytest.param({}, KINDS, id="empty"),
        pytest.param({"P0": (100, 2.0)}, KINDS, id="one row"),
        pytest.param(SEASON, {}, id="no archive"),
        pytest.param(SEASON, dict.fromkeys(PONDS[:5], "rare"), id="too few of the trade"),
        pytest.param({"P0": (100, 0.0)}, KINDS, id="a step of nothing"),
    ],
)
def test_nothing_to_compare(steps: dict[str, tuple[int, float]], kinds: dict[str, str]) -> None:
    assert peers.common_shares(steps, kinds, Counter(kinds.values())) == {}


def test_the_fast_count_is_the_plain_one() -> None:
    rng = np.random.default_rng(2)
    steps = {m: (int(rng.integers(0, 60)), float(rng.choice([0.25, 0.5, 1.0, 4.0]))) for m in PONDS}
    found = peers.common_shares(steps, KINDS, SIZES)
    for meter, (day, kw) in steps.items():
        near = sum(
            abs(other_day - day) <= peers.DAYS_APART and np.log2(other_kw) >= np.log2(kw) - 1
            for other, (other_day, other_kw) in steps.items()
            if other != meter
        )
        assert (meter in found) == (near / 19 >= peers.COMMON_SHARE)


def test_the_reason_says_how_many() -> None:
    assert peers.reason(0.734, 19).params == {"share_pct": 73, "peers": 19}
