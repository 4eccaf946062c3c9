"""``gridcanary packs`` as somebody types it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridcanary import packs
from gridcanary.cli.main import app
from gridcanary.packs.folders import SHIPPED
from gridcanary.packs.references import facts


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("COLUMNS", "200")


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["packs", *words])
    return result.exit_code, result.stdout, result.stderr


def test_list_names_version_and_folder() -> None:
    code, out, _ = run("list")
    assert code == 0
    assert [line.split("\t")[0] for line in out.splitlines()] == [
        "cn@2026.1",
        "cn_sd@2026.1",
        "kz@2026.1",
        "my@2026.1",
    ]


def test_check_of_all_that_ship() -> None:
    code, out, err = run("check")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == 4
    assert out.splitlines()[0].startswith("cn@2026.1: ")
    assert all(line.endswith("clocks, no fault") for line in out.splitlines())


def test_check_speaks_chinese_where_the_shell_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "无错误" in run("check", "cn")[1]


def test_check_of_a_broken_folder_tells_every_fault_and_goes_on(tmp_path: Path) -> None:
    broken = Path(shutil.copytree(SHIPPED / "cn", tmp_path / "cn"))
    path = broken / "money.yaml"
    path.write_text(path.read_text("utf-8").replace("collector: utility", "collector: grid"), "utf-8")
    code, out, err = run("check", str(broken), "my")
    assert code == 1
    assert len(err.splitlines()) == 3
    assert err.startswith("cn/money.yaml, row 4: surcharge.collector: found 'grid', expected one of 'energy'")
    assert out.startswith("my@2026.1: ")


def test_a_name_that_is_not_there_is_told_in_a_line() -> None:
    code, _, err = run("check", "atlantis")
    assert code == 2
    assert err == (
        "gridcanary: there is no pack atlantis; there are cn@2026.1, cn_sd@2026.1, kz@2026.1, my@2026.1\n"
    )


def test_diff_shows_what_was_added_removed_and_changed() -> None:
    code, out, _ = run("diff", "cn", "cn_sd")
    assert code == 0
    assert "added prices.shandong_draft" in out
    assert "changed departments.energy.short.zh\n  - 发改/能源\n  + 能源局\n" in out
    assert run("diff", "cn_sd", "cn")[1].count("removed ") > 0
    assert run("diff", "cn", "cn")[1] == "no difference\n"


def test_diff_as_json() -> None:
    found = json.loads(run("diff", "cn", "cn_sd", "--json")[1])
    assert {"path": "pack.id", "kind": "changed", "before": "cn", "after": "cn_sd"} in found


def test_show_lists_what_is_unverified_and_what_was_replaced() -> None:
    code, out, _ = run("show", "cn_sd")
    assert code == 0
    assert (
        "laid over cn; replaced or removed: departments.energy, departments.utility, money.surcharge" in out
    )
    assert "prices.shandong_draft" in out
    assert "bases.ecl_71_stop" not in out
    told = [fact for _, _, fact in facts(packs.load("cn_sd").content) if not fact.verified]
    assert f"Unverified provisions ({len(told)} of " in out
