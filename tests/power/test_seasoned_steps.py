"""Seasoned steps: against plain least squares, and not taken in by a winter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from gridcanary.power import outline as ol
from gridcanary.power import seasoned_steps as ss

AT = {name.removeprefix("seasoned_"): i for i, name in enumerate(ss.NAMES)}
WEEKS = ol.WEEKS_SHOWN
SHAPE = np.array([0.6, 0.6, 0.8, 1.4, 1.5, 1.3, 1.0, 0.8])


def outline(
    seed: int = 1, noise: float = 0.03, wave: float = 0.0, peak_week: float = 0.0
) -> NDArray[np.float64]:
    """Weeks of an ordinary customer, with a season if wanted, as parts of its mean load."""
    rng = np.random.default_rng(seed)
    season = wave * np.cos(2 * np.pi * 7 / 365.25 * (np.arange(WEEKS) - peak_week))
    weeks = np.full((WEEKS, ol.FIELDS), np.nan)
    weeks[:, : ol.BLOCKS] = SHAPE + season[:, None] + rng.normal(0, noise, (WEEKS, ol.BLOCKS))
    weeks[:, ol.FLOOR] = weeks[:, : ol.BLOCKS].min(axis=1) - 0.05
    return weeks


def told(weeks: NDArray[np.float64]) -> NDArray[np.float32]:
    out = np.empty(ss.COUNT, np.float32)
    ss.describe_seasoned_steps(weeks, out)
    return out


def by_least_squares(weeks: NDArray[np.float64], pattern: int) -> dict[str, float]:
    """A pattern's traits by solving one least-squares problem for each week a step may begin at."""
    index = np.flatnonzero(np.isfinite(weeks[:, : ol.BLOCKS + 1]).all(axis=1))
    level, n = weeks[index][:, : ol.BLOCKS + 1], len(index)
    angle = 2 * np.pi * 7 / 365.25 * index
    basis = [np.ones(n)] + ([np.cos(angle), np.sin(angle)] if n >= ss.WAVE_WEEKS else [])
    start, count = ((0, 8), (6, 5), (7, 3), (7, 6), (0, 6))[pattern]
    on = [(start + j) % 8 for j in range(count)]
    off = [b for b in range(8) if b not in on]
    best: dict[str, float] = {}
    clear = {}
    for w in range(ss.FIRST_STEP, n - 1):
        step = (np.arange(n) >= w).astype(float)
        design = np.column_stack([*basis, step])
        solved, *_ = np.linalg.lstsq(design, level, rcond=None)
        plain, *_ = np.linalg.lstsq(design[:, :-1], step, rcond=None)
        left = ((step - design[:, :-1] @ plain) ** 2).sum()
        scatter = np.sqrt(((level - design @ solved) ** 2).sum(axis=0) / max(n - design.shape[1], 1))
        change = solved[-1]
        low = np.sort(change[on])[1 if count > 4 else 0]
        elsewhere = abs(change[off].mean()) if off else 0.0
        clear[w] = (low - elsewhere) / (0.01 + scatter[on].mean() / np.sqrt(left)) if left >= 0.3 else -9.0
        if not best or clear[w] > best["clear"]:
            size = float(np.median(change[on]))
            best = {
                "clear": clear[w],
                "at": w,
                "week": index[w],
                "size": size,
                "unevenness": change[on].std() / max(abs(size), 0.02),
                "elsewhere": elsewhere / max(abs(size), 0.02),
                "noise": scatter[on].mean(),
                "floor_step": change[-1] / max(abs(size), 0.02),
            }
    others = [value for w, value in clear.items() if abs(w - best["at"]) > ss.RIVAL_WEEKS]
    for name, value in (("clarity", best["clear"]), ("rival", max(others) if others else np.nan)):
        best[name] = np.sign(value) * np.log1p(abs(value))
    return best


@settings(max_examples=30, deadline=None)
@given(
    seed=some.integers(0, 10_000),
    missing=some.sets(some.integers(0, WEEKS - 1), max_size=42),
    noise=some.sampled_from([0.01, 0.1]),
)
def test_every_trait_is_that_of_least_squares(seed: int, missing: set[int], noise: float) -> None:
    weeks = outline(seed, noise, wave=0.2, peak_week=seed % 52)
    weeks[sorted(missing)] = np.nan
    row = told(weeks)
    for p, pattern in enumerate(ss.PATTERNS):
        wanted = by_least_squares(weeks, p)
        for name in ("clarity", "rival", "size", "unevenness", "elsewhere", "noise", "floor_step", "week"):
            assert row[AT[f"{pattern}_{name}"]] == pytest.approx(
                wanted[name], rel=1e-3, abs=1e-4, nan_ok=True
            ), f"{pattern} {name}"


def test_a_winter_is_no_step_but_a_load_in_it_is() -> None:
    winter = outline(wave=0.3, peak_week=50)
    quiet = told(winter)
    assert abs(quiet[AT["flat_size"]]) < 0.05
    mined = winter.copy()
    mined[30:, : ol.BLOCKS + 1] += 0.25
    row = told(mined)
    assert row[AT["flat_week"]] == 30
    assert row[AT["flat_size"]] == pytest.approx(0.25, abs=0.05)
    assert row[AT["flat_clarity"]] > quiet[AT["flat_clarity"]] + 1


@pytest.mark.parametrize(
    ("pattern", "blocks"),
    [
        ("flat", range(8)),
        ("office", [6, 7, 0, 1, 2]),
        ("night", [7, 0, 1]),
        ("evening", [7, 0, 1, 2, 3, 4]),
        ("afternoon", range(6)),
    ],
)
def test_the_pattern_that_the_load_follows_is_the_clearest(pattern: str, blocks: list[int]) -> None:
    weeks = outline()
    weeks[20:, list(blocks)] += 0.4
    row = told(weeks)
    clarity = {name: row[AT[f"{name}_clarity"]] for name in ss.PATTERNS}
    assert max(clarity, key=lambda name: clarity[name]) == pattern
    assert row[AT[f"{pattern}_week"]] == 20
    assert row[AT[f"{pattern}_elsewhere"]] < 0.1


def test_fewer_weeks_than_tell_anything_give_nothing() -> None:
    weeks = outline()
    weeks[ss.LEAST_WEEKS - 1 :] = np.nan
    assert np.isnan(told(weeks)).all()
