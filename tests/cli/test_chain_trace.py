from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridcanary.chain.addresses import address_of_script, shown_script
from gridcanary.chain.dossier import verify_dossier
from gridcanary.chain.findings import findings_of_dossier
from gridcanary.chain.kinds import KINDS
from gridcanary.chain.networks import NETWORKS
from gridcanary.chain.scripts import witness_script
from gridcanary.cli.main import app
from gridcanary.simulator.recorded_traces import REGTEST, deposits, labels, recorded_books, recorded_history
from tests.chain.conftest import plain_blocks

RUNNER = CliRunner()


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Blocks, two wallets and the labels of the exchanges' own wallets."""
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks" / "blk00000.dat").write_bytes(plain_blocks())
    wallets = [[recorded_books()["miners"][name], name] for name in ("miner1", "miner2")]
    _write(tmp_path / "wallets.csv", ["address", "name"], wallets)
    book = labels(slice(None))
    paid = {output.script for one in recorded_history() for output in one.transaction.outputs}
    known = ((script, book.service_of(script)) for script in sorted(paid))
    rows = [[str(shown_script(script, REGTEST)), one.name, one.category] for script, one in known if one]
    _write(tmp_path / "labels.csv", ["address", "label", "category"], rows)
    return tmp_path


def _write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def run(case: Path, *more: str):
    words = ["--blocks", str(case / "blocks"), "--wallets", str(case / "wallets.csv"), "--network", "regtest"]
    return RUNNER.invoke(app, ["chain", "trace", *words, "--out", str(case / "dossier"), *more])


def test_a_trace_of_two_wallets_names_their_deposit_addresses(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    told = run(case, "--labels", str(case / "labels.csv"))
    assert told.exit_code == 0, told.output
    assert "2 wallets, 360 receipts" in told.output
    assert "4 addresses to freeze, 4 of them deposit addresses" in told.output
    verdict = verify_dossier(case / "dossier", KINDS)
    assert verdict.holds, verdict.faults
    with (case / "dossier" / "tables" / "freeze.csv").open(encoding="utf-8") as stream:
        listed = {row["address"] for row in csv.DictReader(stream)}
    own = {script for script, (miner, _) in deposits().items() if miner in ("miner1", "miner2")}
    assert listed == {str(shown_script(script, REGTEST)) for script in own}
    again = run(case, "--labels", str(case / "labels.csv"))
    assert again.exit_code == 2
    assert "exists already" in again.output


def test_one_rule_without_labels_in_chinese(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    told = run(case, "--method", "fifo", "--hops", "1", "--until", "2025-02-01")
    assert told.exit_code == 0, told.output
    assert "未提供标签" in told.output
    assert "先进先出法" in told.output
    assert "全额污染法" not in told.output
    report = (case / "dossier" / "report.zh-CN.md").read_text(encoding="utf-8")
    assert "截止：层数上限" in report
    assert "截止：时间上限" in report


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        pytest.param(["--method", "fofi"], "'fofi' is no rule of taint", id="rule"),
        pytest.param(["--until", "31.5.2026"], "'31.5.2026' is no day", id="day"),
        pytest.param(["--income", "nowhere"], "nowhere", id="income dossier"),
    ],
)
def test_what_is_wrong_is_told_before_the_chain_is_read(case: Path, words: list[str], problem: str) -> None:
    told = run(case, *words)
    assert told.exit_code == 2
    assert problem in told.output
    assert not (case / "dossier").exists()


def test_wallets_of_another_network_or_without_receipts_are_told(case: Path) -> None:
    litecoin = address_of_script(witness_script(0, bytes(20)), NETWORKS["litecoin"])
    (case / "wallets.csv").write_text(f"address\n{litecoin}\n", encoding="utf-8")
    told = run(case)
    assert told.exit_code == 2
    assert "holds no wallet of regtest" in told.output
    (case / "wallets.csv").write_text("address\n0014" + 20 * "ab" + "\n", encoding="utf-8")
    told = run(case)
    assert told.exit_code == 2
    assert "none of the 1 wallets received anything up to height 651" in told.output
    assert not (case / "dossier").exists()


def test_a_trace_is_no_income_dossier(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(case, "--method", "fifo").exit_code == 0
    (case / "dossier").rename(case / "trace")
    told = run(case, "--income", str(case / "trace"))
    assert told.exit_code == 2
    assert "is a dossier of the kind 'trace', not of income" in told.output


@pytest.mark.slow
def test_from_income_to_findings_and_to_the_trace_of_what_was_mined(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    words = ["--blocks", str(case / "blocks"), "--wallets", str(case / "wallets.csv"), "--network", "regtest"]
    told = RUNNER.invoke(app, ["chain", "income", *words, "--out", str(case / "income")])
    assert told.exit_code == 0, told.output
    found = findings_of_dossier(case / "income")
    addresses = {recorded_books()["miners"][name] for name in ("miner1", "miner2")}
    assert {one.subject_id for one in found} == {f"regtest:{address}" for address in addresses}
    assert all(0 < one.kw[0] <= one.kw[1] <= one.kw[2] for one in found)
    told = run(case, "--labels", str(case / "labels.csv"), "--income", str(case / "income"))
    assert told.exit_code == 0, told.output
    assert "2 wallets, 360 receipts" in told.output
    with (case / "income" / "tables" / "receipts.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    again = run(case, "--income", str(case / "income"))
    assert again.exit_code == 2
