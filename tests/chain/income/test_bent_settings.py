from __future__ import annotations

import html
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gridcanary.chain.dossier import Draft, Reference, dossier_files, verify_dossier
from gridcanary.chain.dossier.basis import Kind, basis_of
from gridcanary.chain.dossier.layout import SHEET
from gridcanary.chain.hashrate import Assumptions
from gridcanary.chain.income.evidence import draft_income
from gridcanary.chain.income.kind import INCOME
from gridcanary.chain.income.preparing import CaseFiles, prepare
from gridcanary.chain.kinds import KINDS
from gridcanary.contracts.errors import InputError
from tests.chain.conftest import REGTEST
from tests.chain.income.conftest import Town, lay

POOLS = "sources/pools.json"


def faults(folder: Path, draft: Draft) -> list[tuple[str, str]]:
    """File and field of what a verification finds in a forged draft, sealed by whoever forged it."""
    with pytest.raises(InputError):
        INCOME.derive(basis_of(draft, "0.1.0"))
    forged = dossier_files(draft, Kind(INCOME.name, lambda basis: {}))
    return [(one.file, one.place) for one in verify_dossier(lay(folder, forged), KINDS).faults]


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        pytest.param("rules", "least_confidence", 0, id="no confidence"),
        pytest.param("assumptions", "overhead", ["100", "200"], id="a hundredfold overhead"),
        pytest.param("assumptions", "pool_fee", ["-1", "0"], id="a negative fee"),
        pytest.param("assumptions", "pool_fee", ["0.04", "0"], id="a reversed fee"),
        pytest.param("assumptions", "lag_days", ["NaN", "2"], id="no number"),
        pytest.param("assumptions", "z", "0", id="no luck"),
    ],
)
def test_a_bent_setting_is_refused_by_name(tmp_path, income_draft: Draft, part, name, value) -> None:
    told = json.loads(json.dumps(income_draft.parameters))
    told[part][name] = value
    assert faults(tmp_path / "d", replace(income_draft, parameters=told)) == [(SHEET, f"{part}.{name}")]


@pytest.mark.parametrize("field", ["owner", "name", "source"])
def test_what_the_list_of_wallets_does_not_say_is_refused(tmp_path, income_draft: Draft, field) -> None:
    told = json.loads(json.dumps(income_draft.parameters))
    told["wallets"][0][field] = "某乙"
    forged = replace(income_draft, parameters=told)
    assert faults(tmp_path / "d", forged) == [(SHEET, "parameters.wallets")]


def test_a_pool_renamed_beside_its_list_is_refused(tmp_path: Path, income_draft: Draft) -> None:
    kept = income_draft.sources["pools.json"]
    told = json.loads(kept)
    script = next(iter(told["scripts"]))
    for field, content in (
        ("tags", kept.replace(b"F2Pool", b"F3Pool")),
        ("scripts", json.dumps({**told, "scripts": {script: ["F3Pool"]}}).encode()),
        ("lists", json.dumps({**told, "lists": []}).encode()),
    ):
        forged = replace(income_draft, sources={**income_draft.sources, "pools.json": content})
        assert faults(tmp_path / field, forged) == [(POOLS, field)]


@pytest.mark.parametrize("size", [2_000_000, "2000001", -1])
def test_a_list_that_was_small_enough_to_copy_is_not_left_out(tmp_path, income_draft: Draft, size) -> None:
    kept = {path: one for path, one in income_draft.sources.items() if not path.startswith("wallets/")}
    claim = Reference("钱包.csv", "0" * 64, size, "sources/")
    forged = replace(income_draft, sources=kept, references=[claim])
    assert faults(tmp_path / "d", forged) == [(SHEET, "references")]


@pytest.mark.parametrize("told", [{"guilt": "proven"}, {"blocks": "all"}, {"missing_heights": ["none"]}])
def test_a_search_tells_nothing_else(tmp_path: Path, income_draft: Draft, told) -> None:
    assert faults(tmp_path / "d", replace(income_draft, scanned=told)) == [
        (SHEET, f"scanned.{next(iter(told))}")
    ]


def test_a_version_is_no_free_text(tmp_path: Path, income_files) -> None:
    sheet = json.loads(income_files[SHEET])
    sheet["gridcanary"] = "certified by the court"
    folder = lay(tmp_path / "d", {**income_files, SHEET: json.dumps(sheet).encode()})
    assert any("no version" in one.problem for one in verify_dossier(folder, KINDS).faults)


def test_settings_that_are_not_the_default_stand_in_both_reports(
    town: Town, case_files: CaseFiles, income_files
) -> None:
    assumed = Assumptions(pool_fee=(Decimal("0.01"), Decimal("0.02")))
    case, _ = prepare(REGTEST, replace(case_files, assumptions=assumed))
    files = dossier_files(draft_income(town.history, case), INCOME)
    for name, title in (("en", "Settings that aren't the default"), ("zh-CN", "与默认值不同的设置")):
        report = html.unescape(files[f"report.{name}.html"].decode())
        assert title in report
        assert "0.01–0.02" in report
        assert title not in html.unescape(income_files[f"report.{name}.html"].decode())


def test_the_report_says_that_the_search_is_told_and_not_proven(income_files) -> None:
    assert "nothing in the dossier proves it" in income_files["report.en.html"].decode()
    assert "由制作卷宗者陈述" in income_files["report.zh-CN.html"].decode()
