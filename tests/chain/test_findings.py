from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from gridcanary.chain.explain import render
from gridcanary.chain.findings import findings_of_dossier, wallet_findings
from gridcanary.contracts.errors import InputError
from gridcanary.contracts.findings import MODES
from gridcanary.contracts.phrases import LANGUAGES


def wallet(address: str, receipts: int, kw: list[str] | None) -> dict:
    """A wallet of an income summary."""
    span = {"from": "2026-05-01T00:00:00Z", "to": "2026-05-31T12:00:00Z", "kw": kw}
    return {
        "address": address,
        "income": {"receipts": receipts, "satoshi": receipts, "coins": "0.5"},
        "power": [
            {"pool": "F2Pool", "month": "", **span, "kw": ["1", "2", "3"]},
            {"pool": "all", "month": "", **span},
            {"pool": "all", "month": "2026-05", **span, "kw": ["7", "8", "9"]},
        ]
        if receipts
        else [],
    }


def summary(*wallets: dict) -> dict:
    return {"network": "bitcoin", "wallets": list(wallets)}


def test_a_wallet_with_income_gives_its_power_and_weighs_nothing_alone() -> None:
    (found,) = wallet_findings(summary(wallet("1A", 12, ["10.5", "20", "80"]), wallet("1B", 0, None)))
    assert (found.subject_kind, found.subject_id) == ("wallet", "bitcoin:1A")
    assert found.kw == (10.5, 20.0, 80.0)
    assert found.onset == dt.date(2026, 5, 1)
    assert found.llr == 0
    assert found.mode in MODES
    assert [reason.code for reason in found.reasons] == ["chain.income", "chain.implied_power"]


def test_where_no_difficulty_is_known_no_power_is_told() -> None:
    (found,) = wallet_findings(summary(wallet("1A", 12, None)))
    assert found.kw == (0.0, 0.0, 0.0)
    assert [reason.code for reason in found.reasons] == ["chain.income"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_has_a_sentence_with_its_numbers(lang: str) -> None:
    (found,) = wallet_findings(summary(wallet("1A", 12, ["10.5", "20", "80"])))
    told = [render(reason, lang) for reason in (*found.reasons, *found.innocent)]
    assert len(told) == 5
    assert "F2Pool" in told[0]
    assert "20" in told[1]
    assert all("{" not in sentence for sentence in told)


def test_a_dossier_without_the_table_or_with_another_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read"):
        findings_of_dossier(tmp_path)
    (tmp_path / "tables").mkdir()
    table = tmp_path / "tables" / "income.json"
    table.write_text(json.dumps(summary(wallet("1A", 12, None))), encoding="utf-8")
    assert len(findings_of_dossier(tmp_path)) == 1
    for broken in ("{", "[]", '{"network": "bitcoin"}'):
        table.write_text(broken, encoding="utf-8")
        with pytest.raises(InputError, match="is no summary of income"):
            findings_of_dossier(tmp_path)
