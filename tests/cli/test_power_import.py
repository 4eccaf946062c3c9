from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from gridcanary.cli import power_import
from gridcanary.contracts.errors import InputError
from gridcanary.power import lake as lakes
from tests.power.readers.cn_tables import curve_row, write_table


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    power_import.register(made)
    return made


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def run(app: typer.Typer, *words: str | Path) -> str:
    result = CliRunner().invoke(app, ["import", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_file_is_imported_and_summed_up(app: typer.Typer, tmp_path: Path) -> None:
    rows = [
        curve_row("mp1", ["1"] * 96),
        curve_row("mp2", ["x"] * 96),
        curve_row("mp3", ["1"] * 96, kind="6"),
    ]
    path = write_table(tmp_path / "p.csv", rows)
    points = tmp_path / "points.csv"
    points.write_text("ID,METER_ID,T_FACTOR\nmp1,meter-1,60\n")
    words = (path, "--lake", tmp_path / "lake", "--factors", points, "--rejects", tmp_path / "r.csv")
    assert run(app, *words).splitlines() == [
        "p.csv: cn-power-curve, 1 rows, 1 new, 0 corrected (on 0 days), 1 rejected",
        "  1 rejected: text where a number should be",
        f"  the rejected rows and why: {tmp_path / 'r.csv'}",
        "  1 not used: DATA_TYPE 6 is not used",
    ]
    (day,) = lakes.days(tmp_path / "lake")
    (batch,) = lakes.read_day(tmp_path / "lake", day)
    assert batch["meter_id"].to_pylist() == ["meter-1"]
    assert batch["load_w"].to_pylist() == [[60_000] * 96]
    assert run(app, *words).splitlines() == ["p.csv: imported before with the same options, nothing changed"]


def test_corrections_are_reported_in_chinese(
    app: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    run(app, write_table(tmp_path / "p.csv", [curve_row("m", ["1"] * 96)]), "--lake", tmp_path / "lake")
    text = run(
        app, write_table(tmp_path / "q.csv", [curve_row("m", ["2"] * 96)]), "--lake", tmp_path / "lake"
    )
    assert "更正 1（涉及 1 天），剔除 0 行" in text
    assert "有更正的日期：2024-03-01" in text


def test_columns_units_and_points_are_options(app: typer.Typer, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    header = ["号", "日", "类", *(f"P{i + 1}" for i in range(24))]
    path.write_bytes(
        "\n".join([",".join(header), ",".join(["m", "2024-03-01", "1", *["5"] * 24])]).encode("gbk")
    )
    maps = [word for item in ("号=meter_id", "日=day", "类=flag") for word in ("--map", item)]
    run(
        app, path, "--lake", tmp_path / "lake", "--format", "cn-power-curve", *maps,
        "--unit", "W", "--points", "24", "--encoding", "gbk", "--factor", "10x2",
    )  # fmt: skip
    (day,) = lakes.days(tmp_path / "lake")
    (batch,) = lakes.read_day(tmp_path / "lake", day)
    assert batch["load_w"].to_pylist() == [[100] * 24]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        pytest.param(["--timezone", "Mars/Base"], "no time zone", id="timezone"),
        pytest.param(["--first-point", "noon"], "no clock time", id="first point"),
        pytest.param(["--stamp", "middle"], "--stamp", id="stamp"),
        pytest.param(["--points", "100"], "100 values a day", id="points"),
        pytest.param(["--factor", "many"], "no ratio", id="factor"),
        pytest.param(["--factor", "-1"], "no ratio", id="negative factor"),
        pytest.param(["--map", "户号"], "is not COLUMN=NAME", id="map"),
        pytest.param(["--format", "magic"], "no format 'magic'", id="format"),
        pytest.param(["--encoding", "klingon"], "unknown encoding", id="encoding"),
        pytest.param(["--strict"], "row 2, column P1: text where a number should be: 'x'", id="strict"),
    ],
)
def test_a_wrong_option_is_one_clear_error(
    app: typer.Typer, tmp_path: Path, words: list[str], problem: str
) -> None:
    path = write_table(tmp_path / "p.csv", [curve_row("m", ["x"] * 96), curve_row("n", ["1"] * 96)])
    with pytest.raises(InputError, match=problem):
        run(app, path, "--lake", tmp_path / "lake", *words)


def test_formats_are_listed(app: typer.Typer) -> None:
    text = CliRunner().invoke(app, ["formats"]).stdout
    assert all(name in text for name in ("cn-power-curve", "green-button", "nem12"))


def test_help_names_every_option(app: typer.Typer) -> None:
    text = CliRunner().invoke(app, ["import", "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).stdout
    for option in (
        "--lake",
        "--first-point",
        "--factor",
        "--factors",
        "--points",
        "--encoding",
        "--map",
        "--timezone",
    ):
        assert option in text
    assert "Example: gridcanary power import" in text
