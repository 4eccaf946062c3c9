"""``gridcanary poster``."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridcanary.cli.main import app


def run(home: Path, *words: str) -> tuple[int, str]:
    """Exit code and what was said."""
    done = CliRunner().invoke(app, ["poster", *words, "--out", str(home / "out"), "--home", str(home)])
    return done.exit_code, done.output


def test_a_county_gives_eight_files(tmp_path: Path) -> None:
    code, said = run(tmp_path, "370102", "--url", "https://report.example.org")
    assert (code, "8 files" in said, "without QR code" in said) == (0, True, False)
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert {"poster-370102-zh.pdf", "card-370102-en.png"} <= names
    assert len(names) == 8


def test_a_city_gives_all_its_counties_and_one_language(tmp_path: Path) -> None:
    code, _said = run(tmp_path, "371600", "--language", "zh")
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert code == 0
    assert "poster-371602-zh.pdf" in names
    assert not any("-en." in name for name in names)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["110101"], id="another province"),
        pytest.param(["370102", "--language", "fr"], id="another language"),
        pytest.param(["370102", "--url", "ftp://x"], id="no web address"),
    ],
)
def test_what_cannot_be_made_leaves_no_file(tmp_path: Path, words: list[str]) -> None:
    assert run(tmp_path, *words)[0] == 2
    assert not (tmp_path / "out").exists()
