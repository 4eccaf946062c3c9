"""Boundary files: one that is right is drawn with its review number, malformed twins of it are refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from typer.testing import CliRunner

from gridcanary.cli.main import app
from gridcanary.contracts.errors import InputError
from gridcanary.portal import boundaries
from gridcanary.portal.cartogram import own_cities
from gridcanary.tips.areas import own_divisions

NUMBER = "GS（2024）0650号"
Whole = dict[str, Any]


def square(x: float, y: float) -> list[list[float]]:
    """A closed ring of half a degree."""
    return [[x, y], [x + 0.5, y], [x + 0.5, y + 0.5], [x, y + 0.5], [x, y]]


def collection() -> Whole:
    """Invented squares, one a city: no boundary of a real place."""
    features = [
        {
            "type": "Feature",
            "properties": {"adcode": int(code)},
            "geometry": {"type": "Polygon", "coordinates": [square(115 + number % 4, 34 + number // 4)]},
        }
        for number, code in enumerate(own_cities())
    ]
    return {"type": "FeatureCollection", "features": features}


def geometry(whole: Whole) -> Whole:
    """Geometry of the first feature."""
    found: Whole = whole["features"][0]["geometry"]
    return found


def written(folder: Path, whole: object) -> Path:
    """The collection as a file."""
    file = folder / "cities.json"
    file.write_text(whole if isinstance(whole, str) else json.dumps(whole), encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """The workspace."""
    settings.GRIDCANARY_HOME = tmp_path / "home"
    return tmp_path / "home"


def test_what_was_installed_is_read_back_and_can_be_taken_away(tmp_path: Path) -> None:
    assert boundaries.installed() is None
    kept = boundaries.install(written(tmp_path, collection()), "GS （2024） 0650号", own_divisions())
    assert kept.review_number == NUMBER
    assert boundaries.installed() == kept
    assert set(own_cities()) == kept.areas.keys()
    assert boundaries.remove()
    assert boundaries.installed() is None
    assert not boundaries.remove()


def test_counties_holes_islands_and_a_byte_order_mark_are_taken(tmp_path: Path) -> None:
    whole = collection()
    whole["features"][0]["properties"] = {"code": "370100"}
    outline, hole = square(115, 34), [[115.1, 34.1], [115.1, 34.2], [115.2, 34.2], [115.1, 34.1]]
    whole["features"][0]["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [[outline, hole], [square(120, 36)]],
    }
    county = copy.deepcopy(whole["features"][1]) | {"properties": {"gb": "370102"}}
    whole["features"].append(county)
    file = written(tmp_path, "\ufeff" + json.dumps(whole))
    kept = boundaries.install(file, NUMBER, own_divisions())
    assert [len(rings) for rings in kept.areas["370100"]] == [2, 1]
    assert "370102" in kept.areas


@pytest.mark.parametrize(
    "number",
    ["GS（2024）0650号", "GS(2024)650号", "GS京（2024）0650号", "鲁SG（2024）026号", "国审字（2011）第号"],
)
def test_review_numbers_as_they_are_written(number: str) -> None:
    if "第" in number:
        with pytest.raises(InputError, match="no map review number"):
            boundaries.checked_number(number)
    else:
        assert boundaries.checked_number(number) == number


@pytest.mark.parametrize(
    "number", ["", "  ", "none", "2024-0650", "GS（2024）号", "GS（24）0650号", "<b>（2024）0650号"]
)
def test_without_review_number_nothing_is_installed(tmp_path: Path, number: str) -> None:
    with pytest.raises(InputError, match="审图号"):
        boundaries.install(written(tmp_path, collection()), number, own_divisions())
    assert boundaries.installed() is None


def _first(**changed: object) -> Callable[[Whole], None]:
    return lambda whole: geometry(whole).update(changed)


def _ring(ring: object) -> Callable[[Whole], None]:
    return _first(coordinates=[ring])


def _corner(position: object) -> Callable[[Whole], None]:
    return _ring([position, [116, 34], [116, 35], position])


def _code(code: object) -> Callable[[Whole], None]:
    return lambda whole: whole["features"][0].update(properties={"adcode": code})


MALFORMED = [
    pytest.param(_code("110000"), "row 1: 110000 is no division of this pack", id="another province"),
    pytest.param(
        _code("370199"), "row 1: 370199 is no division of this pack", id="a code that does not exist"
    ),
    pytest.param(_code("370200"), "row 2: 370200 is there twice", id="a code twice"),
    pytest.param(_code("3701"), "no six-digit code", id="a short code"),
    pytest.param(_code("３７０１００"), "no six-digit code", id="full-width digits"),
    pytest.param(_code(True), "no six-digit code", id="a truth value for a code"),
    pytest.param(lambda w: w["features"][0].pop("properties"), "no six-digit code", id="no properties"),
    pytest.param(lambda w: w["features"].pop(0), "1 cities are missing: 370100 济南市", id="a city missing"),
    pytest.param(lambda w: w["features"].append(7), "no feature", id="a number for a feature"),
    pytest.param(lambda w: w.update(features={}), "no FeatureCollection", id="features no list"),
    pytest.param(lambda w: w.update(type="Topology"), "no FeatureCollection", id="another format"),
    pytest.param(_first(type="LineString"), "a LineString has no boundary", id="a line"),
    pytest.param(_first(coordinates=[]), "no ring", id="no polygon"),
    pytest.param(_first(type="MultiPolygon", coordinates=None), "no coordinates", id="no coordinates"),
    pytest.param(_first(coordinates=[[]]), "fewer than four", id="an empty ring"),
    pytest.param(_first(coordinates={"a": 1}), "no ring", id="coordinates no list"),
    pytest.param(_first(type="MultiPolygon", coordinates=[[]]), "no ring", id="a polygon without rings"),
    pytest.param(_ring([[115, 34], [116, 34], [115, 34]]), "fewer than four", id="three positions"),
    pytest.param(_ring(square(115, 34)[:-1]), "doesn't end where it begins", id="an open ring"),
    pytest.param(
        _ring([[115, 34], [116, 34], [117, 34], [115, 34]]), "encloses nothing", id="a line for a ring"
    ),
    pytest.param(_corner([115]), "no position", id="one number"),
    pytest.param(_corner(["115", "34"]), "no position", id="numbers as text"),
    pytest.param(_corner([None, 34]), "no position", id="nothing for a number"),
    pytest.param(_corner([True, 34]), "no position", id="a truth value for a number"),
    pytest.param(_corner([34, 115]), "outside the earth", id="latitude first"),
    pytest.param(_corner([13000000, 4300000]), "outside the earth", id="metres"),
    pytest.param(_corner([10**400, 34]), "outside the earth", id="a number of 400 digits"),
    pytest.param(_corner([float("nan"), 34]), "outside the earth", id="not a number"),
    pytest.param(_corner([float("inf"), 34]), "outside the earth", id="infinity"),
]


@pytest.mark.parametrize(("spoil", "said"), MALFORMED)
def test_a_malformed_twin_is_refused_and_the_old_file_stays(
    tmp_path: Path, spoil: Callable[[Whole], None], said: str
) -> None:
    old = boundaries.install(written(tmp_path, collection()), NUMBER, own_divisions())
    whole = collection()
    spoil(whole)
    with pytest.raises(InputError, match=said):
        boundaries.install(written(tmp_path, whole), NUMBER, own_divisions())
    assert boundaries.installed() == old


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="cut off"),
        pytest.param("[" * 100_000, id="nested without end"),
        pytest.param('{"type": ' + "9" * 5000 + "}", id="a number of 5000 digits"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="cannot be read as JSON"):
        boundaries.read_areas(written(tmp_path, text), own_divisions())


def test_other_characters_and_large_files_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "gbk.json"
    file.write_bytes('{"名": 1}'.encode("gbk"))
    with pytest.raises(InputError, match="cannot be read as JSON"):
        boundaries.read_areas(file, own_divisions())
    with pytest.raises(InputError, match="no such file"):
        boundaries.read_areas(tmp_path / "none.json", own_divisions())
    monkeypatch.setattr(boundaries, "MOST_CORNERS", 10)
    with pytest.raises(InputError, match="at most 10"):
        boundaries.read_areas(written(tmp_path, collection()), own_divisions())
    monkeypatch.setattr(boundaries, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="larger than"):
        boundaries.read_areas(written(tmp_path, collection()), own_divisions())


def test_the_command_installs_refuses_and_removes(tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["boundaries", *words, "--home", str(tmp_path / "home")])
        return done.exit_code, done.output

    file = str(written(tmp_path, collection()))
    code, said = run("install", file)
    assert code == 2
    assert "the map review number is missing" in said
    assert run("install", file, "--review-number", NUMBER) == (0, f"16 areas, {NUMBER} / 个区域\n")
    assert run("remove")[1].startswith("removed")
    assert run("remove")[1].startswith("none was installed")
