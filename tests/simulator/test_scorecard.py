from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from gridcanary.simulator.scorecard import Hits, hits_by_length
from gridcanary.simulator.truth import TRUTH


def truth_of(*mines: tuple[str, str, str | None]) -> pa.Table:
    """A truth table from (subject, mode, group); the transformer of subject M1 is T1."""
    rows = [
        {
            "meter_id": subject,
            "subject_kind": "transformer" if mode == "C" else "meter",
            "premises_id": None,
            "premises": subject,
            "mode": mode,
            "hiding": "none",
            "onset": dt.date(2026, 1, 1),
            "end": None,
            "kw": 10.0,
            "machines": 3,
            "machine_model": "Antminer S19",
            "metered_share": 1.0,
            "host": "home",
            "transformer_id": subject.replace("M", "T"),
            "group_id": group,
        }
        for subject, mode, group in mines
    ]
    return pa.Table.from_pylist(rows, schema=TRUTH)


def list_of(*subjects: str, unlisted: tuple[str, ...] = ()) -> pa.Table:
    """A findings table with the subjects at ranks 1, 2, …"""
    everybody = [*subjects, *unlisted]
    listed = [True] * len(subjects) + [False] * len(unlisted)
    schema = pa.schema([("meter_id", pa.string()), ("rank", pa.int32()), ("listed", pa.bool_())])
    return pa.table([everybody, list(range(1, len(everybody) + 1)), listed], schema=schema)


@pytest.mark.parametrize(
    ("findings", "hits"),
    [
        pytest.param(list_of("M1", "M9"), Hits(2, 1, 1, 4), id="one of two rows"),
        pytest.param(list_of("M9", "M8"), Hits(2, 0, 0, 4), id="none"),
        pytest.param(
            list_of("M2", "T2"), Hits(2, 2, 1, 4), id="a by-passed meter and its transformer are one mine"
        ),
        pytest.param(
            list_of("T3", "T1"), Hits(2, 1, 1, 4), id="a tap counts, an honest mine's transformer does not"
        ),
        pytest.param(list_of("M4", "M5"), Hits(2, 2, 1, 4), id="the parts of a spread mine are one mine"),
        pytest.param(list_of("M9", "M8", unlisted=("M1",)), Hits(2, 0, 0, 4), id="a row that is not listed"),
    ],
)
def test_hits(findings: pa.Table, hits: Hits) -> None:
    truth = truth_of(
        ("M1", "A", None), ("M2", "B", None), ("T3", "C", None), ("M4", "A", "G1"), ("M5", "A", "G1")
    )
    assert hits_by_length(findings, truth, (2,)) == [hits]


def test_lengths_past_the_end_are_left_out() -> None:
    truth = truth_of(("M1", "A", None))
    hits = hits_by_length(list_of("M9", "M1", "M8"), truth, (1, 2, 10))
    assert hits == [Hits(1, 0, 0, 1), Hits(2, 1, 1, 1)]


def test_a_list_shorter_than_every_length_is_counted_whole() -> None:
    assert hits_by_length(list_of("M1"), truth_of(("M1", "A", None)), (10, 20)) == [Hits(1, 1, 1, 1)]


def test_an_empty_list_finds_nothing() -> None:
    assert hits_by_length(list_of(), truth_of(("M1", "A", None)), (10,)) == [Hits(0, 0, 0, 1)]
