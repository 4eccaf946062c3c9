from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gridcanary.cli.main import app
from gridcanary.cli.power_fit import read_labels
from gridcanary.contracts.errors import InputError
from gridcanary.power import forest, scan
from gridcanary.simulator import CountyTruth, simulate_county


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountyTruth:
    """200 customers over 60 days; tests read it and never write to it."""
    return simulate_county(tmp_path_factory.mktemp("county"), customers=200, days=60)


def labels_of(county: CountyTruth) -> list[tuple[str, int]]:
    """A label that curves can tell: the homes, against all others."""
    kinds = county.population
    return [
        (meter, int(kind in ("home", "empty_house")))
        for meter, kind in zip(*(kinds[n].to_pylist() for n in ("meter_id", "archetype")), strict=True)
    ]


def write_labels(path: Path, rows: list[tuple[str, int]]) -> Path:
    path.write_text("meter_id,is_mine\n" + "".join(f"{m},{mine}\n" for m, mine in rows), "utf-8")
    return path


def run(county: CountyTruth, labels: Path, out: Path, *more: str) -> Result:
    given = [
        "power",
        "fit",
        "--readings",
        str(county.lake),
        "--labels",
        str(labels),
        "--out",
        str(out),
        *more,
    ]
    return CliRunner().invoke(app, given, env={"LANG": "en_US.UTF-8", "LC_ALL": "en_US.UTF-8"})


@pytest.mark.slow
def test_a_fitted_model_scans_and_says_what_it_was_fitted_on(county: CountyTruth, tmp_path: Path) -> None:
    rows = labels_of(county)
    out = tmp_path / "models" / "mine.npz"
    result = run(county, write_labels(tmp_path / "labels.csv", rows), out, "--prevalence", "0.2")
    assert result.exit_code == 0, result.output
    about = json.loads(out.with_suffix(".json").read_text("utf-8"))
    assert about["mines"] == sum(mine for _, mine in rows)
    assert about["mines"] + about["others"] == 200
    assert about["average_precision"] > 0.5
    assert forest.load(out).prevalence == 0.2
    assert scan(county.lake, model=out).num_rows == 200


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        pytest.param([], "0 groups hold mines", id="no labels"),
        pytest.param(["one"], "1 groups hold mines", id="one mine"),
        pytest.param(["stranger"], "meter 42 has no readings", id="a meter that is not there"),
    ],
)
def test_labels_that_cannot_be_fitted_on(
    county: CountyTruth, tmp_path: Path, rows: list[str], told: str
) -> None:
    known = labels_of(county)
    chosen = {"one": (known[0][0], 1), "stranger": ("42", 1)}
    path = write_labels(tmp_path / "labels.csv", [chosen[name] for name in rows])
    result = run(county, path, tmp_path / "mine.npz")
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "mine.npz").exists()


@pytest.mark.parametrize(
    ("out", "more", "told"),
    [
        pytest.param("mine.pkl", (), "expected .npz", id="other ending"),
        pytest.param("mine.npz", ("--prevalence", "1"), "--prevalence: is 1.0", id="all mines"),
    ],
)
def test_a_mistake_is_told_before_anything_is_read(
    county: CountyTruth, tmp_path: Path, out: str, more: tuple[str, ...], told: str
) -> None:
    result = run(county, tmp_path / "gone.csv", tmp_path / out, *more)
    assert result.exit_code == 2
    assert told in result.stderr


def read(tmp_path: Path, text: str | bytes) -> dict[str, tuple[bool, str]]:
    path = tmp_path / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_labels(path)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        pytest.param(
            "meter_id,is_mine\n007,1\n7,0\n", {"007": (True, "007"), "7": (False, "7")}, id="leading zeros"
        ),
        pytest.param("is_mine,meter_id\n是,a\n否,b\n", {"a": (True, "a"), "b": (False, "b")}, id="Chinese"),
        pytest.param("meter_id,is_mine\na, TRUE \nb,No\n", {"a": (True, "a"), "b": (False, "b")}, id="words"),
        pytest.param(
            "meter_id,is_mine,group\na,1,X\nb,0,\n", {"a": (True, "X"), "b": (False, "b")}, id="groups"
        ),
        pytest.param("\ufeffmeter_id,is_mine\na,1\n", {"a": (True, "a")}, id="byte order mark"),
        pytest.param("meter_id,is_mine\n", {}, id="no row"),
    ],
)
def test_labels_are_read(tmp_path: Path, text: str, known: dict[str, tuple[bool, str]]) -> None:
    assert read(tmp_path, text) == known


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        pytest.param("meter_id,is_mine\na,1\nb,perhaps\n", 3, "is_mine", id="no label"),
        pytest.param("meter_id,is_mine\na,\n", 2, "is_mine", id="empty label"),
        pytest.param("meter_id,is_mine\n,1\n", 2, "meter_id", id="empty meter"),
        pytest.param("meter_id,is_mine\na,1\nb,0\na,1\n", 4, "meter_id", id="meter twice"),
        pytest.param("meter,is_mine\na,1\n", None, "meter_id", id="no column of meters"),
        pytest.param("meter_id,mine\na,1\n", None, "is_mine", id="no column of labels"),
        pytest.param("meter_id,is_mine\na,1,2\n", None, None, id="long row"),
        pytest.param("", None, None, id="empty file"),
        pytest.param("meter_id,is_mine\n张三,1\n".encode("gbk"), None, None, id="other encoding"),
    ],
)
def test_malformed_labels_are_located(
    tmp_path: Path, text: str | bytes, row: int | None, column: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert (caught.value.row, caught.value.column) == (row, column)
    assert "labels.csv" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.csv"):
        read_labels(tmp_path / "gone.csv")
