"""The written reasons for dependencies can't fall behind pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DECISIONS = ROOT / "docs" / "decisions"


def requirement_name(requirement: str) -> str:
    """The normalised package name of a requirement such as ``psycopg[binary,pool]>=3.2``."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match.group()).lower()


def declared() -> dict[str, set[str]]:
    """Package names that pyproject.toml asks for, each with its extras (``base`` without one)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"base": project["dependencies"], **project["optional-dependencies"]}
    found: dict[str, set[str]] = {}
    for group, requirements in groups.items():
        for requirement in requirements:
            name = requirement_name(requirement)
            if name != "gridcanary":  # an extra may name other extras of our own
                found.setdefault(name, set()).add(group)
    return found


def rows(heading: str) -> dict[str, list[str]]:
    """Cells of the table under a heading, by package name."""
    text = (DECISIONS / "0005-dependencies.md").read_text(encoding="utf-8")
    section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    matches = re.findall(r"^\| `([^`]+)` \|(.+)\|$", section, flags=re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in matches}


def test_every_base_dependency_has_its_reason() -> None:
    assert set(rows("Base")) == {name for name, groups in declared().items() if "base" in groups}


def test_every_extra_dependency_has_its_reason_and_names_its_extras() -> None:
    written = {name: set(cells[0].split(", ")) for name, cells in rows("Extras").items()}
    wanted = {name: groups - {"base"} for name, groups in declared().items() if "base" not in groups}
    assert written == wanted


@pytest.mark.parametrize("heading", ["Base", "Extras"])
def test_no_cell_is_empty(heading: str) -> None:
    for name, cells in rows(heading).items():
        assert all(cells), f"{name} has an empty cell"


def test_decisions_are_numbered_without_gaps_and_say_what_and_why() -> None:
    files = sorted(DECISIONS.glob("[0-9]*.md"))
    assert [file.name[:4] for file in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert text.startswith(f"# {file.name[:4]} "), file.name
        assert "**Decided.**" in text, file.name
