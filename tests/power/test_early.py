"""The early score: fresh loads are raised, weak and old ones are left to the weeks."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.power import early
from gridcanary.power import forest as forests
from gridcanary.power import fresh_traits as ft
from tests.power.records import record_of, working_day
from tests.power.test_fresh_traits import DAYS, mine


@pytest.fixture(scope="module")
def shipped() -> early.EarlyScore:
    return early.load()


@pytest.mark.parametrize("age", [3, 5, 7, 10])
@pytest.mark.parametrize(
    "hours",
    [
        pytest.param(range(24), id="always on"),
        pytest.param(range(18, 33), id="off in office hours"),
        pytest.param(range(21, 30), id="only at night"),
    ],
)
def test_a_fresh_mine_is_an_alert(shipped: early.EarlyScore, age: int, hours: range) -> None:
    llr, _ = shipped.look(record_of(working_day(DAYS) + mine(age, hours)))
    assert shipped.with_early(np.array([-3.0]), llr)[1][0]


@pytest.mark.parametrize(
    "watts",
    [
        pytest.param(working_day(DAYS), id="as ever"),
        pytest.param(working_day(DAYS) + mine(40), id="a load that is old"),
        pytest.param(working_day(DAYS) + mine(5, kw=0.1), id="a lamp"),
        pytest.param(working_day(DAYS) + mine(5, range(9, 18)), id="in office hours"),
        pytest.param(working_day(20), id="too short"),
    ],
)
def test_others_are_not(shipped: early.EarlyScore, watts: np.ndarray) -> None:
    llr, _ = shipped.look(record_of(watts))
    score, alert = shipped.with_early(np.array([-3.0]), llr)
    assert not alert[0]
    assert score[0] == -3.0


def test_the_greater_score_counts_where_there_is_an_alert() -> None:
    zero = np.zeros(1, np.int32)
    leaf = forests.Forest(
        early.NAMES, zero, -np.ones(1, np.int16), np.full(1, 0.5, np.float32), zero, zero,
        slope=1.0, offset=0.0, prevalence=0.08,
    )  # fmt: skip
    one = early.EarlyScore(leaf, alert_llr=2.0)
    llr = np.array([-1.0, -1.0, 5.0, 5.0, 0.0])
    score, alert = one.with_early(llr, np.array([3.0, 1.9, 3.0, -9.0, early.UNSEEN]))
    assert score.tolist() == [3.0, -1.0, 5.0, 5.0, 0.0]
    assert alert.tolist() == [True, False, True, False, False]


def test_steps_that_are_not_worth_asking_about_have_no_score(shipped: early.EarlyScore) -> None:
    matrix = np.full((3, ft.COUNT), np.nan, np.float32)
    matrix[1:, [ft.NAMES.index(f"fresh_{n}") for n in ("size", "explained", "clarity")]] = [
        [0.5, 0.9, 2.0],
        [0.5, 0.1, 2.0],
    ]
    assert np.isfinite(shipped.of_traits(matrix)).tolist() == [False, True, False]


def test_no_unit_is_asked(shipped: early.EarlyScore) -> None:
    assert shipped.forest.names == early.NAMES
    assert not set(ft.TOLD_ONLY) & set(early.NAMES)
    records = np.concatenate([record_of(working_day(DAYS) + mine(a)) for a in (3, 9)])
    llr, matrix = shipped.look(records)
    matrix[:, [ft.NAMES.index(name) for name in ft.TOLD_ONLY]] *= 1000
    assert shipped.of_traits(matrix).tolist() == llr.tolist()


@pytest.mark.parametrize(
    ("about", "told"),
    [
        pytest.param("{", "no level of alerts", id="no JSON"),
        pytest.param("{}", "no level of alerts", id="no level"),
        pytest.param('{"alert_llr": "high"}', "no level of alerts", id="no number"),
        pytest.param(None, "no level of alerts", id="no file"),
        pytest.param('{"alert_llr": 2}', "other traits", id="another version"),
    ],
)
def test_damaged_files_are_named(
    shipped: early.EarlyScore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    about: str | None,
    told: str,
) -> None:
    path = tmp_path / "fresh_step.npz"
    names = ("moon_phase", *early.NAMES[1:]) if told == "other traits" else early.NAMES
    forests.save(dataclasses.replace(shipped.forest, names=names), path, {})
    if about is None:
        path.with_suffix(".json").unlink()
    else:
        path.with_suffix(".json").write_text(about, encoding="utf-8")
    monkeypatch.setattr(early, "shipped_path", lambda: path)
    with pytest.raises(InputError, match=told):
        early.load()


def test_what_is_known_of_the_forest_stands_beside_it() -> None:
    about = json.loads(early.shipped_path().with_suffix(".json").read_text(encoding="utf-8"))
    assert about["false_alarms_per_customer_and_month"] == 0.001
    assert "by building" in about["split"]
