"""YAML as packs read it: words stay words, numbers stay exact, and every field knows its line."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from gridcanary.packs.faults import BrokenPack
from gridcanary.packs.yaml_source import read_yaml


def read(tmp_path: Path, text: str) -> dict[str, object]:
    path = tmp_path / "a.yaml"
    path.write_text(text, "utf-8")
    return read_yaml(path, "a.yaml").values


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param("no", "no", id="no is a word"),
        pytest.param("on", "on", id="on is a word"),
        pytest.param("Yes", "Yes", id="Yes is a word"),
        pytest.param("true", True, id="true"),
        pytest.param("false", False, id="false"),
        pytest.param("0.30", Decimal("0.30"), id="a price keeps its digits"),
        pytest.param("-0.1", Decimal("-0.1"), id="a negative number"),
        pytest.param("1.10.2", "1.10.2", id="a version of three parts"),
        pytest.param("1e3", "1e3", id="no powers of ten"),
        pytest.param("7", 7, id="a whole number"),
        pytest.param("2026-11-23", dt.date(2026, 11, 23), id="a day"),
        pytest.param("~", None, id="nothing"),
        pytest.param('"0.30"', "0.30", id="in quotes"),
        pytest.param(".5", ".5", id="a point alone"),
    ],
)
def test_values(tmp_path: Path, written: str, value: object) -> None:
    found = read(tmp_path, f"a: {written}\n")["a"]
    assert found == value
    assert type(found) is type(value)


def test_on_as_a_key_stays_on(tmp_path: Path) -> None:
    assert read(tmp_path, "on: 1\nno: 2\n") == {"on": 1, "no": 2}


def test_an_empty_file_has_no_entries(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing yet\n") == {}


def test_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("# head\na:\n  b: 1\n  c:\n    - x\n    - y\n", "utf-8")
    source = read_yaml(path, "a.yaml")
    assert [source.row(path) for path in (("a",), ("a", "b"), ("a", "c", 1), ("a", "z"), ("q",))] == [
        2,
        3,
        6,
        2,
        2,
    ]


def test_double_keys_are_all_told(tmp_path: Path) -> None:
    with pytest.raises(BrokenPack) as told:
        read(tmp_path, "a:\n  b: 1\n  b: 2\na: 3\n")
    assert [(fault.row, fault.field) for fault in told.value.faults] == [(3, "a.b"), (4, "a")]
