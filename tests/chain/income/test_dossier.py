from __future__ import annotations

import csv
import html
import io
import json
import random
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal, getcontext, localcontext
from pathlib import Path

import pytest

from gridcanary.chain.dossier import Draft, dossier_files, verify_dossier
from gridcanary.chain.dossier.layout import SEAL, SHEET, SUMS, TRANSACTIONS
from gridcanary.chain.dossier.seal import sealed
from gridcanary.chain.income.evidence import draft_income
from gridcanary.chain.income.kind import INCOME
from gridcanary.chain.income.preparing import CaseFiles, prepare
from gridcanary.chain.income.report import _texts
from gridcanary.chain.kinds import KINDS
from gridcanary.chain.payouts.error_rates import published_rates
from gridcanary.contracts.errors import InputError
from tests.chain.conftest import REGTEST
from tests.chain.income.conftest import Town, lay


def rows(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"tables/{name}.csv"].decode())))


def resealed(files: dict[str, bytes]) -> dict[str, bytes]:
    return sealed({path: content for path, content in files.items() if path not in (SUMS, SEAL)})


def test_the_dossier_holds_offline(tmp_path: Path, income_files) -> None:
    verdict = verify_dossier(lay(tmp_path / "d", income_files), KINDS)
    assert verdict.faults == ()
    assert verdict.kind == "income"
    assert verdict.recomputed == 9


def test_the_same_case_gives_the_same_bytes(town: Town, case_files: CaseFiles, income_files) -> None:
    case, _ = prepare(REGTEST, case_files)
    again = draft_income(town.history, case, scanned=lambda: {"blocks": 400})
    assert dossier_files(again, INCOME) == income_files


def test_settings_of_decimal_numbers_change_nothing(income_draft: Draft, income_files) -> None:
    with localcontext() as context:
        context.prec = 7
        assert dossier_files(income_draft, INCOME) == income_files
    assert getcontext().prec == 28


def test_totals_add_up_and_are_those_of_the_receipts(town: Town, income_files) -> None:
    counted = [one for one in rows(income_files, "receipts") if one["standing"] in ("pool", "unresolved")]
    totals = rows(income_files, "totals")
    whole = totals[-1]
    assert int(whole["satoshi"]) == town.paid_by_pool + town.paid_in_coinbase + town.paid_by_either
    for unit in ("usd", "cny"):
        months = [one for one in totals if one["month"] != "all"]
        pools = [one for one in totals if one["wallet"] == "all" and one["pool"] != "all"]
        for parts in (counted, months, pools):
            assert sum(Decimal(one[unit]) for one in parts) == Decimal(whole[unit])


def test_each_receipt_tells_price_source_and_the_rates_own_day(income_files) -> None:
    for one in rows(income_files, "receipts"):
        assert (one["price"], one["price_convention"], one["price_origin"]) == ("10.5", "open", "own")
        assert one["price_day"] == one["time_utc"][:10]
        assert one["rate_day"] <= one["price_day"]
        usd = (Decimal(one["coins"]) * Decimal("10.5")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        assert Decimal(one["usd"]) == usd
        cny = Decimal(one["coins"]) * Decimal("10.5") * Decimal(one["cny_per_usd"])
        assert Decimal(one["cny"]) == cny.quantize(Decimal("0.01"), "ROUND_HALF_UP")


def test_other_conventions_stand_beside_the_one_in_use(income_files) -> None:
    told = {one["convention"]: one for one in rows(income_files, "sensitivity") if one["wallet"] == "all"}
    assert told["open"]["used"] == "yes"
    ratio = Decimal(told["close"]["usd"]) / Decimal(told["open"]["usd"])
    assert abs(ratio - Decimal(11) / Decimal("10.5")) < Decimal("1e-4")
    assert (told["high"]["usd"], told["high"]["prices_come_from"]) == ("", "missing 14")


def test_the_hash_rate_has_an_interval_and_every_class_of_machines_a_power(income_files) -> None:
    told = [one for one in rows(income_files, "hash_rate") if one["pool"] == "all" and not one["month"]]
    assert len(told) == 1, "the other wallet was paid once, which tells no rate"
    low, mid, high = (Decimal(told[0][f"th_s_{part}"]) for part in ("low", "mid", "high"))
    assert 0 < low < mid < high
    power = rows(income_files, "power")
    efficiencies = [Decimal(one["joules_per_th"]) for one in power]
    assert efficiencies == sorted(efficiencies)
    assert all(one["source"] and one["as_of"] for one in power)
    months = [one for one in rows(income_files, "hash_rate") if one["month"]]
    assert sum(int(one["satoshi"]) for one in months) == int(told[0]["satoshi"])


def test_texts_from_strangers_run_nowhere(income_files) -> None:
    assert b"\n=cmd" not in income_files["tables/receipts.csv"]
    assert b",=cmd" not in income_files["tables/receipts.csv"]
    assert b",'=cmd" in income_files["tables/receipts.csv"]
    for name in ("report.en.html", "report.zh-CN.html"):
        text = income_files[name].decode()
        assert "<script" not in text
        assert not re.search(r"(src|href)=", text), "a report loads nothing"
        assert "&#39; /C calc" in text


def test_both_reports_say_what_counts_and_what_is_needed(town: Town, income_files) -> None:
    english, chinese = income_files["report.en.html"].decode(), income_files["report.zh-CN.html"].decode()
    for text in (english, chinese):
        assert town.address(town.suspect) in text
        assert "矿机钱包" in text
        assert "AntPool ? F2Pool" in text or "F2Pool ? AntPool" in text
        assert "4AdUnd" in text
    assert "view key" in english
    assert "查看密钥" in chinese
    assert '<html lang="zh-CN">' in chinese


def test_the_error_rates_of_the_rules_stand_in_the_dossier_itself(income_files) -> None:
    told = published_rates()
    assert json.loads(income_files["sources/error_rates.json"])["date"] == told.date
    texts = _texts()
    for name in ("report.en.html", "report.zh-CN.html"):
        text = html.unescape(income_files[name].decode())
        for one in told.scenarios:
            assert texts[f"truth_{one.name}"]["zh" if "zh" in name else "en"] in text
        for rule in told.rules:
            assert f"{rule.count:,}" in text
            assert f"{rule.wrong:,}" in text


def test_labels_and_pools_are_cut_down_to_what_is_touched_and_the_files_kept(income_files) -> None:
    pools = json.loads(income_files["sources/pools.json"])
    assert len(pools["scripts"]) == 1
    assert {one["name"] for one in pools["lists"]} >= {"pools-v2.json", "own-pools.json"}
    assert "sources/pools/own-pools.json" in income_files
    assert "sources/wallets/钱包.csv" in income_files


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(25))
def test_any_changed_byte_is_refused_and_named(tmp_path, income_files, seed) -> None:
    chance = random.Random(seed)
    path = chance.choice(sorted(income_files))
    content = bytearray(income_files[path])
    content[chance.randrange(len(content))] ^= chance.randint(1, 255)
    verdict = verify_dossier(lay(tmp_path / "d", {**income_files, path: bytes(content)}), KINDS)
    assert path in {fault.file for fault in verdict.faults}


@pytest.mark.parametrize(
    ("path", "old", "new", "named"),
    [
        pytest.param("tables/totals.csv", b",13,", b",14,", "tables/totals.csv", id="a total"),
        pytest.param("report.en.html", b"10.5 USD", b"20.5 USD", "report.en.html", id="a price in the report"),
        pytest.param("sources/prices.csv", b",10.5,", b",20.5,", "tables/receipts.csv", id="a price in the table"),
        pytest.param("sources/exchange_rates.csv", b"6.6\n", b"7.6\n", "tables/receipts.csv", id="a rate"),
        pytest.param("sources/pools.json", b"OCEAN.XYZ", b"OCEAN.ZYX", "sources/pools.json", id="a pool's tag"),
        pytest.param(SHEET, b'"convention": "open"', b'"convention": "close"', "tables/receipts.csv", id="convention"),
        pytest.param(SHEET, b'"0.04"', b'"0.05"', "tables/hash_rate.csv", id="an assumption"),
        pytest.param("sources/machines.csv", b"1323", b"1324", "tables/power.csv", id="a machine"),
        pytest.param(SHEET, b'"time_zone": "UTC"', b'"time_zone": "Mars"', SHEET, id="an unknown time zone"),
        pytest.param(SHEET, b'"least_recipients": 3', b'"least_recipients": "3"', SHEET, id="a rule that is none"),
    ],
)  # fmt: skip
def test_whoever_seals_a_forgery_anew_is_found_by_computing(
    tmp_path, income_files, path, old, new, named
) -> None:
    assert old in income_files[path]
    forged = resealed({**income_files, path: income_files[path].replace(old, new)})
    verdict = verify_dossier(lay(tmp_path / "d", forged), KINDS)
    assert named in {fault.file for fault in verdict.faults}


@pytest.mark.parametrize("forgery", ["address", "twice"])
def test_a_wallet_under_anothers_address_is_refused_by_name(tmp_path: Path, income_files, forgery) -> None:
    sheet = json.loads(income_files[SHEET])
    wallets = sheet["parameters"]["wallets"]
    if forgery == "address":
        wallets[0]["address"] = wallets[1]["address"]
    else:
        wallets.append(wallets[0])
    files = resealed(
        {**income_files, SHEET: json.dumps(sheet, ensure_ascii=False, indent=1).encode() + b"\n"}
    )
    verdict = verify_dossier(lay(tmp_path / "d", files), KINDS)
    assert [fault.file for fault in verdict.faults] == [SHEET]
    assert ("the address of its script is" if forgery == "address" else "named twice") in str(
        verdict.faults[0]
    )


def test_a_receipt_left_out_of_the_evidence_changes_the_tables(tmp_path, income_files) -> None:
    lines = income_files[TRANSACTIONS].splitlines(keepends=True)
    first = rows(income_files, "receipts")[0]["txid"]
    kept = [line for line in lines if json.loads(line)["txid"] != first]
    assert len(kept) == len(lines) - 1
    forged = resealed({**income_files, TRANSACTIONS: b"".join(kept)})
    verdict = verify_dossier(lay(tmp_path / "d", forged), KINDS)
    assert "tables/receipts.csv" in {fault.file for fault in verdict.faults}


def test_the_evidence_is_less_than_all_that_was_seen(town: Town, income_draft: Draft) -> None:
    held = {one.txid for one in income_draft.transactions}
    everything = {one.transaction.txid for one in town.history}
    assert held < everything
    assert not income_draft.told


def test_without_prices_nothing_is_valued_and_nothing_breaks(town: Town, case_files: CaseFiles) -> None:
    case, _ = prepare(REGTEST, replace(case_files, prices=None, fx=None, convention=""))
    files = dossier_files(draft_income(town.history, case), INCOME)
    assert {one["usd"] for one in rows(files, "receipts")} == {""}
    assert rows(files, "sensitivity") == []
    assert json.loads(files["tables/income.json"])["total"]["usd"] is None


def test_months_are_those_of_the_zone(town: Town, case_files: CaseFiles) -> None:
    case, _ = prepare(REGTEST, replace(case_files, time_zone="Asia/Shanghai"))
    files = dossier_files(draft_income(town.history, case), INCOME)
    assert "Months are those of Asia/Shanghai" in files["report.en.html"].decode()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"convention": "noon"}, "noon", id="convention"),
        pytest.param({"time_zone": "Mars/Olympus"}, "Mars", id="time zone"),
        pytest.param({"price_currency": "EUR"}, "EUR", id="currency"),
    ],
)
def test_what_is_not_known_is_refused(case_files: CaseFiles, changes, problem) -> None:
    with pytest.raises(InputError, match=problem):
        prepare(REGTEST, replace(case_files, **changes))


def test_a_list_of_monero_alone_says_what_would_be_needed(tmp_path: Path) -> None:
    wallets = tmp_path / "w.txt"
    wallets.write_text(
        "4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge\n"
    )
    with pytest.raises(InputError, match="view key"):
        prepare(REGTEST, CaseFiles(wallets=wallets))


def test_the_check_by_hand_in_the_docs_holds_and_finds_a_forgery(tmp_path: Path, income_files) -> None:
    """What docs/formats-chain.md gives an expert who trusts none of our software."""
    page = (Path(__file__).parents[3] / "docs" / "formats-chain.md").read_text(encoding="utf-8")
    script = re.search(r"python3 - <<'EOF'\n(.*?)EOF\n", page, re.DOTALL).group(1)
    folder = lay(tmp_path / "d", income_files)
    by_hand = [sys.executable, "-c", script]
    done = subprocess.run(by_hand, cwd=folder, capture_output=True, text=True)
    assert (done.returncode, "headers hold" in done.stdout) == (0, True), done.stderr
    lines = income_files[TRANSACTIONS].splitlines(keepends=True)
    told = json.loads(lines[9])
    told["branch"] = ["00" * 32, *told["branch"][1:]] if told["branch"] else ["00" * 32]
    lines[9] = json.dumps(told).encode() + b"\n"
    (folder / TRANSACTIONS).write_bytes(b"".join(lines))
    assert subprocess.run(by_hand, cwd=folder, capture_output=True).returncode != 0


def _junk(chance: random.Random, depth: int = 2) -> object:
    """Any JSON, numbers of thousands of digits among it."""
    kind = chance.randrange(8 if depth else 6)
    if kind < 6:
        return (None, chance.random() < 0.5, chance.randint(-(10**20), 10**20), "", "某x\0", "9" * 5000)[kind]
    parts = [_junk(chance, depth - 1) for _ in range(chance.randrange(4))]
    return parts if kind == 6 else {f"k{at}": part for at, part in enumerate(parts)}


def _spots(told: object, way: tuple = ()) -> list[tuple]:
    """The way to every value in a JSON document."""
    items = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    return [spot for key, inner in items for spot in ((*way, key), *_spots(inner, (*way, key)))]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_whatever_stands_in_the_sheet_verifying_tells_and_never_crashes(tmp_path, income_files, seed) -> None:
    chance = random.Random(seed)
    path = chance.choice([SHEET, "sources/pools.json", "sources/labels.json", "sources/error_rates.json"])
    told, value = json.loads(income_files[path]), _junk(chance)
    spots = _spots(told)
    if spots:
        *way, last = chance.choice(spots)
        holder = told
        for key in way:
            holder = holder[key]
        holder[last] = value
    else:
        told = value
    forged = resealed({**income_files, path: json.dumps(told).encode()})
    verdict = verify_dossier(lay(tmp_path / "d", forged), KINDS)
    assert all(fault.file and fault.problem for fault in verdict.faults)
