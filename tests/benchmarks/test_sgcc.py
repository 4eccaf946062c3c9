"""The theft benchmark: its loader, its figures, and that it can't leak without saying so."""

from __future__ import annotations

import csv
import datetime as dt
import os
from pathlib import Path

import numpy as np
import pytest
from benchmarks.sgcc_features import customer_features
from benchmarks.sgcc_leak import leak_table, oversample, smote
from benchmarks.sgcc_metrics import Ranking, calibration, map_at, with_intervals
from benchmarks.sgcc_models import Effort, NestedBlend
from benchmarks.sgcc_table import TheftTable, identical_groups, load_published, load_slice
from sklearn.metrics import average_precision_score, roc_auc_score

from benchmarks import sgcc, sgcc_table
from gridcanary.contracts.errors import InputError, SchemaMismatch

DAYS = tuple(dt.date(2014, 1, 1) + dt.timedelta(days=place) for place in range(28))


def write_csv(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    return path


def made_table(customers: int = 400, seed: int = 0) -> TheftTable:
    """Thieves, one in eight, use less from the middle on; the rows are in label order, as published."""
    rng = np.random.default_rng(seed)
    theft = np.arange(customers) < customers // 8
    kwh = rng.gamma(8, rng.uniform(0.5, 2, (customers, 1)), (customers, len(DAYS)))
    kwh[theft, 14:] *= rng.uniform(0.2, 1.0, (theft.sum(), 1))
    kwh[rng.random(kwh.shape) < 0.02] = np.nan
    names = np.array([f"C{place:05d}" for place in range(customers)], dtype=object)
    return TheftTable(names, theft, DAYS, kwh.astype(np.float32), "0" * 64)


# -- the loader ----------------------------------------------------------------


def test_columns_come_out_in_the_order_of_days_whatever_their_spelling(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "a.csv",
        [["1/13/2014", "CONS_NO", "01/02/2014", "FLAG", "2014/1/10"], ["13", "A", "2", "1", ""]],
    )
    table = load_slice(file)
    assert table.days == (dt.date(2014, 1, 2), dt.date(2014, 1, 10), dt.date(2014, 1, 13))
    np.testing.assert_array_equal(table.kwh, np.array([[2, np.nan, 13]], dtype=np.float32))
    assert (list(table.customers), list(table.theft)) == (["A"], [True])
    assert table.sha256 == sgcc_table.file_sha256(file)


HEADER = ["CONS_NO", "FLAG", "1/1/2014", "1/2/2014"]


@pytest.mark.parametrize(
    ("rows", "error", "row", "column"),
    [
        pytest.param([HEADER, ["A", "2", "1", "1"]], InputError, 2, "FLAG", id="label-two"),
        pytest.param([HEADER, ["A", "", "1", "1"]], InputError, 2, "FLAG", id="label-missing"),
        pytest.param([HEADER, ["A", "0", "1", "x"]], InputError, 2, "1/2/2014", id="text-in-a-number"),
        pytest.param(
            [HEADER, ["A", "0", "1", "1"], ["A", "1", "2", "2"]],
            InputError,
            3,
            "CONS_NO",
            id="customer-twice",
        ),
        pytest.param([HEADER, ["", "0", "1", "1"]], InputError, 2, "CONS_NO", id="customer-empty"),
        pytest.param([HEADER, ["A", "0", "1"]], InputError, 2, None, id="short-row"),
        pytest.param([["CONS_NO", "1/1/2014"], ["A", "1"]], SchemaMismatch, 1, None, id="no-label-column"),
        pytest.param([["CONS_NO", "FLAG"], ["A", "1"]], SchemaMismatch, 1, None, id="no-day"),
        pytest.param(
            [["CONS_NO", "FLAG", "13/13/2014"], ["A", "0", "1"]],
            SchemaMismatch,
            1,
            "13/13/2014",
            id="no-such-month",
        ),
        pytest.param(
            [["CONS_NO", "FLAG", "1/1/2014", "01/01/2014"], ["A", "0", "1", "1"]],
            InputError,
            1,
            "1/1/2014",
            id="day-twice",
        ),
    ],
)
def test_a_malformed_table_is_refused_with_its_place(
    tmp_path: Path, rows: list[list[str]], error: type[InputError], row: int | None, column: str | None
) -> None:
    with pytest.raises(error) as caught:
        load_slice(write_csv(tmp_path / "bad.csv", rows))
    assert (caught.value.row, caught.value.column) == (row, column)


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gbk.csv"
    file.write_bytes("户号,FLAG,1/1/2014\n".encode("gbk"))
    with pytest.raises(InputError, match="UTF-8"):
        load_slice(file)


def test_the_published_file_is_known_by_size_then_by_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_csv(tmp_path / "data.csv", [HEADER, ["A", "0", "1", "2"]])
    with pytest.raises(InputError, match="175,194,613"):
        load_published(file)
    monkeypatch.setattr(sgcc_table, "PUBLISHED_BYTES", file.stat().st_size)
    with pytest.raises(InputError, match="SHA-256"):
        load_published(file)
    monkeypatch.setattr(sgcc_table, "PUBLISHED_SHA256", sgcc_table.file_sha256(file))
    with pytest.raises(InputError, match="1 customers x 2 days"):
        load_published(file)
    monkeypatch.setattr(sgcc_table, "PUBLISHED_CUSTOMERS", 1)
    monkeypatch.setattr(sgcc_table, "PUBLISHED_DAYS", 2)
    assert len(load_published(file)) == 1


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_published(tmp_path / "data.csv")
    assert sgcc.main(["--slice", str(tmp_path / "none.csv")]) == 2


def test_identical_curves_share_a_group_but_empty_ones_do_not() -> None:
    kwh = np.array([[0, 0], [1, 2], [0, 0], [1, 2], [1, np.nan], [1, np.nan]], dtype=np.float32)
    groups = identical_groups(kwh)
    assert groups[1] == groups[3]
    assert groups[4] == groups[5]
    assert len(set(groups.tolist())) == 4


# -- the figures ---------------------------------------------------------------


def test_areas_are_those_of_scikit_learn_even_with_ties_and_copies() -> None:
    rng = np.random.default_rng(1)
    theft, score = rng.random(300) < 0.1, np.round(rng.random(300), 1)
    copies = rng.integers(0, 4, 300)
    found = Ranking(theft, score, rng.random(300)).metrics(copies)
    again_theft, again_score = np.repeat(theft, copies), np.repeat(score, copies)
    assert found["auc"] == pytest.approx(roc_auc_score(again_theft, again_score))
    assert found["ap"] == pytest.approx(average_precision_score(again_theft, again_score))


@pytest.mark.parametrize(
    ("hits", "n", "expected"),
    [
        pytest.param([1, 1, 0], 3, 1.0, id="both-first"),
        pytest.param([0, 1, 0, 1], 4, (1 / 2 + 2 / 4) / 2, id="every-other"),
        pytest.param([0, 0, 1], 2, 0.0, id="none-within-n"),
        pytest.param([1, 0, 1], 2, 1.0, id="later-thieves-do-not-count"),
    ],
)
def test_map_at_n(hits: list[int], n: int, expected: float) -> None:
    assert map_at(np.array(hits), n) == pytest.approx(expected)


def test_equal_scores_are_not_listed_in_file_order() -> None:
    table = made_table()
    constant = Ranking(table.theft, np.zeros(len(table)), table.tie_keys()).metrics()
    assert constant["auc"] == pytest.approx(0.5)
    assert constant["hit50"] < 0.35  # thieves are the first rows: file order would give 1.0


def test_intervals_hold_the_figure_and_narrow_with_customers() -> None:
    widths = []
    for customers in (200, 5_000):
        rng = np.random.default_rng(0)
        theft = rng.random(customers) < 0.2
        ranking = Ranking(theft, theft + rng.normal(size=customers), rng.random(customers))
        auc = with_intervals([ranking], customers, 100, rng)["auc"]
        assert auc.low < auc.value < auc.high
        widths.append(auc.high - auc.low)
    assert widths[1] < widths[0] / 2


def test_calibration_tenths_cover_everybody_highest_first() -> None:
    rng = np.random.default_rng(0)
    probability = rng.random(1_005)
    tenths = calibration(rng.random(1_005) < probability, probability, np.arange(1_005))
    assert sum(tenth.customers for tenth in tenths) == 1_005
    promised = [tenth.promised for tenth in tenths]
    assert promised == sorted(promised, reverse=True)
    assert max(abs(tenth.promised - tenth.found) for tenth in tenths) < 0.15


# -- the features and the models -----------------------------------------------


def test_each_customer_stands_alone_in_the_features() -> None:
    table = made_table(60)
    names, together = customer_features(table.kwh, table.days)
    _, alone = customer_features(table.kwh[7:8], table.days)
    np.testing.assert_allclose(together[7:8], alone, rtol=1e-5)
    assert np.isfinite(together).all()
    assert len(set(names)) == together.shape[1]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(np.zeros(28), id="never-used"),
        pytest.param(np.full(28, np.nan), id="never-read"),
        pytest.param(np.full(28, 5.0), id="constant"),
        pytest.param(np.r_[np.full(27, np.nan), 3.0], id="one-day-read"),
    ],
)
def test_odd_customers_have_finite_features(row: np.ndarray) -> None:
    _, found = customer_features(row[None, :], DAYS)
    assert np.isfinite(found).all()


def test_features_say_what_their_names_say() -> None:
    weekday = np.array([day.weekday() < 5 for day in DAYS])
    dropping, resting = np.r_[np.full(14, 8.0), np.full(14, 2.0)], np.where(weekday, 6.0, 3.0)
    zeros = np.where(np.arange(28) % 7 < 2, 0.0, 4.0)
    names, found = customer_features(np.array([dropping, resting, zeros, np.full(28, 1.2)]), DAYS)
    column = dict(zip(names, found.T, strict=True))
    assert column["drop"].argmin() == 0
    assert column["step_place"][0] == pytest.approx(0.5)
    assert column["weekend"].argmin() == 1
    assert column["zero_longest"].tolist() == [0, 0, 2, 0]
    assert column["zero_runs"][2] == 4
    assert column["register_step"][3] == pytest.approx(np.log1p(120))


def test_a_long_history_gets_weeks_instead_of_days() -> None:
    days = [dt.date(2014, 1, 1) + dt.timedelta(days=place) for place in range(1_034)]
    kwh = np.random.default_rng(0).gamma(4, 1, (5, len(days)))
    kwh[0, :400] = np.nan
    names, found = customer_features(kwh, days)
    assert sum(name.startswith("log_") for name in names) == 148
    assert found[0, names.index("missing_longest")] == 400


def test_too_few_days_are_refused() -> None:
    with pytest.raises(ValueError, match="14 days"):
        customer_features(np.ones((3, 5)), DAYS[:5])


def test_the_blend_learns_and_takes_the_best_by_inner_folds() -> None:
    table = made_table(600)
    _, features = customer_features(table.kwh, table.days)
    order = np.random.default_rng(0).permutation(600)
    train, test = order[:400], order[400:]
    blend = NestedBlend(Effort.quick()).fit(
        features[train], table.theft[train], identical_groups(table.kwh)[train]
    )
    assert blend.choices[blend.members] == max(blend.choices.values())
    assert roc_auc_score(table.theft[test], blend.predict(features[test])) > 0.75


def test_noise_labels_score_like_chance_unless_the_split_leaks() -> None:
    rng = np.random.default_rng(0)
    features, theft = rng.normal(size=(800, 6)).astype(np.float32), rng.random(800) < 0.1
    rows = leak_table(features, theft, trees=30)
    honest = [row.auc for row in rows if row.honest]
    leaked = {row.way: row.auc for row in rows if not row.honest}
    assert all(auc < 0.68 for auc in honest)
    assert leaked["random oversampling BEFORE the split"] > 0.95
    assert leaked["SMOTE BEFORE the split"] > 0.8


@pytest.mark.parametrize("resample", [oversample, smote], ids=["oversample", "smote"])
def test_resampling_makes_the_classes_equal_and_keeps_the_originals(resample: object) -> None:
    rng = np.random.default_rng(0)
    features, theft = rng.normal(size=(100, 3)), np.arange(100) < 12
    more_features, more_theft = resample(features, theft, rng)  # type: ignore[operator]
    assert more_theft.mean() == 0.5
    np.testing.assert_array_equal(more_features[:100], features)


def test_locked_customers_share_no_curve_with_the_others() -> None:
    table = made_table(300)
    kwh = table.kwh.copy()
    kwh[150:] = kwh[:150]
    prepared = sgcc.Prepared.of(TheftTable(table.customers, table.theft, table.days, kwh, table.sha256))
    seen, locked = sgcc.locked_split(prepared)
    assert not set(prepared.groups[seen]) & set(prepared.groups[locked])
    assert len(locked) > 5


# -- the whole -----------------------------------------------------------------


@pytest.mark.slow
def test_the_report_of_a_made_slice_has_every_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyod", reason="the peers need the bench extra")
    table = made_table(1_200)
    cells = [["" if np.isnan(value) else f"{value:.2f}" for value in row] for row in table.kwh]
    rows = [
        [name, str(int(flag)), *row]
        for name, flag, row in zip(table.customers, table.theft, cells, strict=True)
    ]
    header = ["CONS_NO", "FLAG", *(f"{day.month}/{day.day}/{day.year}" for day in table.days)]
    file, out = write_csv(tmp_path / "made.csv", [header, *rows]), tmp_path / "report.md"
    assert sgcc.main(["--slice", str(file), "--quick", "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert text.strip() == out.read_text(encoding="utf-8").strip()
    for expected in (
        "these figures mean nothing",
        sgcc_table.file_sha256(file),
        "150 (12.50%)",
        "locked customers",
        "MAP@100",
        "Calibration",
        "Warning: figures of the leaking rows are worthless",
    ):
        assert expected in text


@pytest.fixture
def real_slice() -> Path:
    file = Path(os.environ.get("GRIDCANARY_DATA", "../shared/data")) / sgcc.SLICE
    if not file.is_file():
        pytest.skip(f"{file} is missing; set GRIDCANARY_DATA to the folder of the real data")
    return file


@pytest.mark.data
def test_the_real_slice_is_what_the_docs_say(real_slice: Path) -> None:
    table = load_slice(real_slice)
    assert (len(table), len(table.days), int(table.theft.sum())) == (15_696, 26, 1_273)
    assert (table.days[0], table.days[-1]) == (dt.date(2014, 1, 1), dt.date(2014, 1, 26))
    counts = np.bincount(identical_groups(table.kwh), minlength=1)
    assert counts[counts > 1].sum() == 67


@pytest.mark.data
@pytest.mark.slow
def test_features_beat_chance_on_unseen_real_customers(real_slice: Path) -> None:
    prepared = sgcc.Prepared.of(load_slice(real_slice))
    seen, locked = sgcc.locked_split(prepared)
    sides = prepared.sides(seen, locked, Effort(rounds=100, trees=50, jobs=1))
    score = sides.learner("trees").predict_proba(prepared.features[locked])[:, 1]
    found = prepared.ranking(locked, score).metrics()
    assert found["auc"] > 0.65
    assert found["ap"] > 2 * prepared.table.theft[locked].mean()
