from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridcanary.cli.main import app
from tests.chain.conftest import recorded

ENGLISH = {"LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8"}


def run(*words: object, **environment: str) -> tuple[int, str]:
    told = CliRunner().invoke(app, ["chain", *map(str, words)], env={**ENGLISH, **environment})
    return told.exit_code, told.output


@pytest.fixture(scope="module")
def truth() -> dict:
    """What the recording knows."""
    return json.loads(recorded("truth.json"))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory, truth: dict) -> Path:
    """A node's folder with the recorded chain, hidden as the node hides it, and what an investigator holds."""
    folder = tmp_path_factory.mktemp("case")
    node = folder / "blocks"
    node.mkdir()
    (node / "blk00000.dat").write_bytes(recorded("blk00000.dat"))
    key = resources.files("gridcanary.simulator") / "recorded_chain" / "xor.dat"
    (node / "xor.dat").write_bytes(key.read_bytes())
    rows = "".join(f"{address},{name},扣押设备 {name}\n" for name, address in truth["miners"].items())
    (folder / "wallets.csv").write_text("address,name,source\n" + rows)
    days = [f"2025-{month:02d}-{day:02d}" for month in (1, 2, 3, 4) for day in range(1, 32)]
    kept = [day for day in days if day not in ("2025-02-29", "2025-02-30", "2025-02-31", "2025-04-31")]
    (folder / "prices.csv").write_text(
        "Date,BTC_USD,BTC_CNY\n" + "".join(f"{day},94408.0,1\n" for day in kept)
    )
    (folder / "fx.csv").write_text("date,usdcny\n" + "".join(f"{day},7.29\n" for day in kept))
    return folder


@pytest.fixture(scope="module")
def dossier(case: Path) -> tuple[Path, str]:
    """A dossier by the command, and what it said."""
    out = case / "dossier"
    code, said = run(
        "income", "--network", "regtest", "--blocks", case / "blocks", "--wallets", case / "wallets.csv",
        "--prices", case / "prices.csv", "--fx", case / "fx.csv", "--out", out,
    )  # fmt: skip
    assert code == 0, said
    return out, said


def test_every_recorded_miner_is_exact_to_the_satoshi(dossier: tuple[Path, str], truth: dict) -> None:
    told: Counter[tuple[str, str]] = Counter()
    with (dossier[0] / "tables" / "receipts.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["standing"] == "pool":
                told[row["name"], row["pool"]] += int(row["satoshi"])
    meant: Counter[tuple[str, str]] = Counter()
    for _day, pool, miner, paid, _txid in truth["ledger"]:
        meant[miner, pool] += round(paid * 10**8)
    assert told == meant


def test_the_summary_names_sums_source_and_seal(dossier: tuple[Path, str]) -> None:
    out, said = dossier
    total = json.loads((out / "tables" / "income.json").read_text(encoding="utf-8"))["total"]
    assert total["coins"] in said
    assert f"{int(total['usd'].partition('.')[0]):,}" in said
    assert "Priced at the open (prices.csv); exchange rates: fx.csv" in said
    assert (out / "SHA256SUMS.sha256").read_text()[:64] in said
    assert "Looked at up to height 651" in said


def test_verify_holds_and_names_a_changed_byte(dossier: tuple[Path, str], tmp_path: Path) -> None:
    out, _ = dossier
    seal = (out / "SHA256SUMS.sha256").read_text()[:64]
    code, told = run("verify", out, "--seal", seal)
    assert (code, "The dossier holds" in told) == (0, True)
    changed = tmp_path / "changed"
    shutil.copytree(out, changed)
    table = changed / "tables" / "totals.csv"
    content = bytearray(table.read_bytes())
    content[-9] ^= 1
    table.write_bytes(bytes(content))
    code, told = run("verify", changed)
    assert code == 1
    assert "tables/totals.csv, line" in told
    code, told = run("verify", changed, LANG="zh_CN.UTF-8", LC_ALL="zh_CN.UTF-8")
    assert "卷宗不成立" in told


def test_a_dossier_is_not_overwritten_and_nothing_is_read_before(
    case: Path, dossier: tuple[Path, str]
) -> None:
    code, said = run(
        "income", "--blocks", case / "nowhere", "--wallets", case / "wallets.csv", "--out", dossier[0]
    )
    assert code == 2
    assert "never overwritten" in said


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        pytest.param(("--pool-fee", "5"), "--pool-fee", id="a fee of five hundred per cent"),
        pytest.param(("--pool-fee", "0.04-0.01"), "--pool-fee", id="a range upside down"),
        pytest.param(("--pool-fee", "nan-1"), "--pool-fee", id="a fee that is no number"),
        pytest.param(("--pay-lag", "soon"), "--pay-lag", id="no days"),
        pytest.param(("--price-column", "close"), "--price-column", id="no column"),
        pytest.param(("--convention", "noon"), "--convention", id="no convention"),
        pytest.param(("--time-zone", "Mars"), "--time-zone", id="no zone"),
        pytest.param(("--network", "monero"), "monero", id="no network"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(case: Path, tmp_path: Path, words, problem) -> None:
    code, said = run(
        "income", "--network", "regtest", "--blocks", case / "blocks", "--wallets", case / "wallets.csv",
        "--prices", case / "prices.csv", "--out", tmp_path / "out", *words,
    )  # fmt: skip
    assert code == 2
    assert problem in said
    assert not (tmp_path / "out").exists()


def test_days_without_a_price_are_counted_where_there_are_no_exchange_rates(
    case: Path, tmp_path: Path
) -> None:
    (tmp_path / "gaps.csv").write_text("date,close\n2025-01-05,94000\n")
    code, said = run(
        "income", "--network", "regtest", "--blocks", case / "blocks", "--wallets", case / "wallets.csv",
        "--prices", tmp_path / "gaps.csv", "--out", tmp_path / "out",
    )  # fmt: skip
    told = json.loads((tmp_path / "out" / "tables" / "income.json").read_text())["total"]
    assert code == 0
    assert 0 < told["without_usd"] < told["receipts"]
    assert f"{told['without_usd']} receipts have no price" in said


def test_a_folder_that_is_no_dossier_is_told(tmp_path: Path) -> None:
    code, said = run("verify", tmp_path)
    assert code == 2
    assert "dossier" in said
