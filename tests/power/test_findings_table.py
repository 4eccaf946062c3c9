from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.contracts.findings import FINDINGS, Finding
from gridcanary.contracts.reasons import Reason, load_reasons
from gridcanary.power import findings_table as table
from gridcanary.power.assessment import Assessment
from gridcanary.power.detectors.load_pattern import LoadPattern

AS_OF = dt.date(2026, 4, 19)
REASONS = (Reason("load.step_sudden"), Reason("load.step_lasts", {"weeks": 8}))
INNOCENT = (Reason("innocent.new_equipment"),)


def made(meter: str = "M1", llr: float = 1.0, kw: float = 6.0) -> Assessment:
    pattern = LoadPattern(
        "flat", dt.date(2026, 2, 1), (0.9 * kw, kw, 1.1 * kw), 0.6, 0, 24, REASONS, INNOCENT
    )
    return Assessment(meter, llr, "A", pattern, REASONS, INNOCENT, ("gaps", "stuck"), "G001")


def test_a_row_says_what_was_assessed() -> None:
    row = table.row_of(made(), 0.08, AS_OF)
    assert (row["meter_id"], row["subject_kind"], row["mode"], row["group_id"]) == (
        "M1",
        "meter",
        "A",
        "G001",
    )
    assert row["quality"] == "gaps,stuck"
    assert row["reasons_zh"].count("\n") == 1
    assert "8" in row["reasons_en"]
    assert load_reasons(row["reasons"]) == list(REASONS)
    assert load_reasons(row["innocent"]) == list(INNOCENT)
    assert (row["machines_low"], row["machines_high"]) == (1, 3)


def test_kilowatts_are_rounded_to_ten_watts() -> None:
    row = table.row_of(made(kw=6.123456), 0.08, AS_OF)
    assert row["kw_mid"] == 6.12


def test_less_than_a_machine_is_counted_as_none() -> None:
    row = table.row_of(made(kw=0.3), 0.08, AS_OF)
    assert (row["kw_mid"], row["machines_low"], row["machines_high"]) == (0.3, None, None)


def test_a_finding_of_the_grid() -> None:
    finding = Finding("transformer", "T1", "C", 5.0, None, (9.0, 10.0, 11.0), REASONS, INNOCENT, "tap")
    row = table.row_of_finding(finding, 0.08, AS_OF)
    assert (row["meter_id"], row["subject_kind"], row["mode"], row["onset"]) == (
        "T1",
        "transformer",
        "C",
        None,
    )


def test_a_meter_of_which_nothing_is_told() -> None:
    row = table.row_unseen("M1", -3.0, 0.08, AS_OF)
    assert (row["mode"], row["kw_mid"], row["machines_low"], row["reasons_en"]) == ("none", None, None, "")
    assert row["innocent_en"] == "Nothing suspicious was seen."


def test_too_few_weeks_are_not_called_unsuspicious() -> None:
    row = table.row_unseen("M1", -3.0, 0.08, AS_OF, weeks_seen=2)
    assert "2 weeks" in row["innocent_en"]
    assert row["quality"] == "short_history"


@given(llr=st.floats(-1e6, 1e6), prior=st.floats(1e-6, 1 - 1e-6))
def test_a_score_lies_between_nought_and_one(llr: float, prior: float) -> None:
    assert 0 <= table.probability(llr, prior) <= 1


@given(low=st.floats(-20, 20), more=st.floats(0.01, 5), prior=st.floats(1e-3, 0.5))
def test_a_score_grows_with_the_evidence(low: float, more: float, prior: float) -> None:
    assert table.probability(low + more, prior) > table.probability(low, prior)


def test_without_evidence_the_score_is_the_prior() -> None:
    assert table.probability(0.0, 0.08) == pytest.approx(0.08)


def test_the_list_is_ordered_and_numbered() -> None:
    rows = [
        table.row_unseen("M9", -4.0, 0.08, AS_OF),
        table.row_of(made("M3", 1.0, 6.0), 0.08, AS_OF),
        table.row_of(made("M2", 1.0, 9.0), 0.08, AS_OF),
        table.row_of(made("M1", 1.0, 9.0), 0.08, AS_OF),
        table.row_of(made("M4", 5.0, 1.0), 0.08, AS_OF),
    ]
    ranked = table.ranked(rows, 0.2)
    assert ranked.schema.equals(FINDINGS)
    assert ranked["meter_id"].to_pylist() == ["M4", "M1", "M2", "M3", "M9"]
    assert ranked["rank"].to_pylist() == [1, 2, 3, 4, 5]
    assert ranked["listed"].to_pylist() == [s >= 0.2 for s in ranked["score"].to_pylist()]


def test_the_order_given_does_not_matter() -> None:
    rows = [table.row_of(made(f"M{i}", i % 3, i % 2 + 1.0), 0.08, AS_OF) for i in range(12)]
    mixed = [rows[i] for i in np.random.default_rng(0).permutation(12)]
    assert table.ranked([dict(r) for r in mixed], 0.3).equals(table.ranked([dict(r) for r in rows], 0.3))


def test_a_meter_without_a_story_is_never_listed() -> None:
    ranked = table.ranked([table.row_unseen("M1", 9.0, 0.5, AS_OF)], 0.01)
    assert ranked["listed"].to_pylist() == [False]


def test_a_story_comes_before_none_of_the_same_score() -> None:
    seen = table.row_of(replace(made("M2", 0.0)), 0.08, AS_OF)
    ranked = table.ranked([table.row_unseen("M1", 0.0, 0.08, AS_OF), seen], 0.3)
    assert ranked["meter_id"].to_pylist() == ["M2", "M1"]


def test_an_empty_list() -> None:
    assert table.ranked([], 0.3).equals(FINDINGS.empty_table())
