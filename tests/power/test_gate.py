import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gridcanary.power import gate
from gridcanary.power.features import WIDTH, day_features
from gridcanary.power.fold import empty_records, fold

FIRST_DAY = 19723


def records_of(load_w: np.ndarray) -> np.ndarray:
    """Records of meters from hourly power [W], float [meters, days, 24]; NaN is missing."""
    meters, days, _ = load_w.shape
    records, slots = empty_records(meters), np.full(meters, 24, np.int32)
    starts, lengths = np.arange(meters, dtype=np.int64) * 24, np.full(meters, 24, np.int64)
    for day in range(days):
        valid = ~np.isnan(load_w[:, day]).ravel()
        values = np.nan_to_num(load_w[:, day]).ravel().astype(np.int32)
        matrix = np.empty((meters, WIDTH), np.int32)
        day_features(values, valid, starts, lengths, matrix)
        fold(records, np.full(meters, FIRST_DAY + day, np.int32), matrix, slots)
    return records


def homes(meters: int, days: int, seed: int = 1) -> np.ndarray:
    """Homes whose days differ: a little at night, evenings that come and go."""
    random = np.random.default_rng(seed)
    load = 80 * random.gamma(20, 1 / 20, (meters, days, 24))
    use = random.random((meters, days, 24)) < 0.25 * np.exp(-(((np.arange(24) - 18) / 5) ** 2))
    return load + use * random.gamma(2, 900, (meters, days, 24))


def mine_from(onset: int, hours: range, days: int, kw: float = 6.6) -> np.ndarray:
    """A mine's power [W], [1, days, 24]."""
    load = np.zeros((1, days, 24))
    load[:, onset:, [hour % 24 for hour in hours]] = kw * 1000
    return load


@pytest.mark.parametrize(
    ("onset", "hours", "days"),
    [
        pytest.param(100, range(24), 300, id="always on"),
        pytest.param(100, range(18, 33), 300, id="off in office hours"),
        pytest.param(100, range(21, 30), 300, id="only at night"),
        pytest.param(100, range(22, 42), 300, id="off in the evening"),
        pytest.param(293, range(24), 300, id="a week old"),
        pytest.param(0, range(24), 300, id="older than the data"),
        pytest.param(30, range(24), 600, id="a year old"),
    ],
)
def test_homes_with_a_mine_pass(onset: int, hours: range, days: int) -> None:
    assert gate.passes(records_of(homes(20, days) + mine_from(onset, hours, days))).mean() >= 0.95


def test_homes_without_a_mine_mostly_do_not() -> None:
    assert gate.passes(records_of(homes(300, 300))).mean() <= 0.05


@pytest.mark.parametrize(
    "records",
    [
        pytest.param(empty_records(3), id="nothing is known"),
        pytest.param(records_of(np.full((1, 40, 24), np.nan)), id="all missing"),
        pytest.param(records_of(np.zeros((1, 100, 24))), id="zeros"),
        pytest.param(records_of(np.full((1, 12, 24), 900.0)), id="too short"),
        pytest.param(empty_records(0), id="no meter"),
    ],
)
def test_what_tells_nothing_does_not_pass(records: np.ndarray) -> None:
    assert not gate.passes(records).any()


@settings(max_examples=40, deadline=None)
@given(days=some.integers(1, 500), seed=some.integers(0, 1000), cut=some.integers(0, 6))
def test_a_record_is_judged_alone(days: int, seed: int, cut: int) -> None:
    mines = mine_from(days // 2, range(24), days) * (np.arange(6) % 2)[:, None, None]
    records = records_of(homes(6, days, seed) + mines)
    whole = gate.passes(records)
    assert (np.concatenate([gate.passes(records[:cut]), gate.passes(records[cut:])]) == whole).all()
    assert (gate.passes(records[::-1].copy())[::-1] == whole).all()
