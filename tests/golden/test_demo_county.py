"""The list of one small simulated county, pinned row by row.

The county and the scan are deterministic, so any change of these rows is a change of what the product tells
people. If it is meant, look at the difference, then write the file anew with

    GRIDCANARY_REWRITE_GOLDEN=1 pytest tests/golden

and say in the commit why the list changed. Score and power are rounded: processors differ in the last bits.
"""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pyarrow as pa
import pytest

from gridcanary.contracts.findings import FINDINGS
from gridcanary.contracts.reasons import load_reasons
from gridcanary.power import scan
from gridcanary.simulator import CountyTruth, simulate_county
from gridcanary.simulator.scorecard import hits_by_length

GOLDEN = Path(__file__).with_name("demo_county.csv")
ROWS = 15
COLUMNS = ("rank", "subject", "mode", "score", "kw", "onset", "reasons", "truth")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountyTruth:
    """400 customers over 90 days with a Spring Festival among them."""
    return simulate_county(tmp_path_factory.mktemp("golden"), seed=7, customers=400, days=90)


@pytest.fixture(scope="module")
def findings(county: CountyTruth) -> pa.Table:
    """What the scan says of it."""
    return scan(
        readings=county.lake,
        customers=county.lake / "customers.parquet",
        balance=county.lake / "balance",
        weather=county.lake / "weather.parquet",
    )


def test_the_top_of_the_list_is_the_pinned_one(county: CountyTruth, findings: pa.Table) -> None:
    rows = top_rows(findings, county.mines)
    if os.environ.get("GRIDCANARY_REWRITE_GOLDEN"):
        GOLDEN.write_text(rows, encoding="utf-8")
    assert rows == GOLDEN.read_text(encoding="utf-8")


def test_most_rows_of_the_list_lead_to_a_mine(county: CountyTruth, findings: pa.Table) -> None:
    (hits,) = hits_by_length(findings, county.mines, (county.mines.num_rows,))
    assert hits.right >= hits.length / 2
    assert hits.mines >= 0.4 * hits.all_mines  # one spread mine takes several of the rows


def test_the_table_keeps_its_contract(findings: pa.Table) -> None:
    assert findings.schema.equals(FINDINGS)
    listed = findings.filter(findings["listed"])
    assert all(text for name in ("reasons_zh", "reasons_en") for text in listed[name].to_pylist())


def top_rows(findings: pa.Table, truth: pa.Table) -> str:
    """The first rows as CSV; truth names mode and hiding where the subject is a mine or stands before one."""
    rows = truth.to_pylist()
    mines = {row["transformer_id"]: f"behind it: {row['mode']} {row['hiding']}" for row in rows}
    mines |= {row["meter_id"]: f"{row['mode']} {row['hiding']}" for row in rows}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in findings.filter(findings["listed"]).sort_by("rank").slice(0, ROWS).to_pylist():
        codes = " ".join(reason.code for reason in load_reasons(row["reasons"]))
        kw = "" if row["kw_mid"] is None else f"{row['kw_mid']:.1f}"
        subject, onset = row["meter_id"], row["onset"] or ""
        score = f"{row['score']:.3f}"
        writer.writerow([row["rank"], subject, row["mode"], score, kw, onset, codes, mines.get(subject, "")])
    return text.getvalue()
