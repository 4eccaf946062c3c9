"""The pages and the command line say the same: no command, option, link or picture that one alone knows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from gridcanary.cli.main import app

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
README_ZH = ROOT / "README.zh-CN.md"
REFERENCE = ROOT / "docs" / "operations.md"
PAGES = (README, README_ZH, *sorted((ROOT / "docs").rglob("*.md")))

GIVEN_BY_TYPER = {"--help", "--install-completion", "--show-completion"}

Command = Any
"""A click command; typer brings a click of its own, whose classes are not public."""


def walk(command: Command, name: str = "gridcanary") -> Iterator[tuple[str, Command]]:
    """The command and everything below it, each with the words that call it."""
    yield name, command
    for word, inner in getattr(command, "commands", {}).items():
        yield from walk(inner, f"{name} {word}")


COMMANDS = dict(walk(typer.main.get_command(app)))
DOING = [name for name, command in COMMANDS.items() if command.params or not hasattr(command, "commands")]
"""Commands that do something or take an option; bare groups only hold others."""


def options_of(command: Command) -> set[str]:
    """Long names of the command's own options."""
    found: set[str] = set()
    for parameter in command.params:
        if parameter.param_type_name == "option":
            found |= {word for word in (*parameter.opts, *parameter.secondary_opts) if word.startswith("--")}
    return found - GIVEN_BY_TYPER


@cache
def sections() -> dict[str, str]:
    """Text of each ``### `command` `` section of the reference."""
    text = REFERENCE.read_text(encoding="utf-8")
    parts = re.findall(r"^### `(gridcanary[^`]*)`\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    return dict(parts)


def code_lines(page: Path) -> list[str]:
    """Lines of the page's code blocks, those that end in a backslash joined with the next."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]


def calls(page: Path) -> list[str]:
    """Calls of gridcanary in the page's code blocks."""
    return [line for line in code_lines(page) if line.startswith("gridcanary ")]


def split_call(call: str) -> tuple[str, set[str]]:
    """The words of a call that name a command, and the options it gives."""
    words = shlex.split(call, comments=True)
    name = "gridcanary"
    for word in words[1:]:
        if f"{name} {word}" not in COMMANDS:
            break
        name += f" {word}"
    return name, {word.partition("=")[0] for word in words if word.startswith("--")}


def relative_targets(page: Path) -> set[str]:
    """Targets of the page's links and images that lie in the repository."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"`[^`\n]*`", "", text)
    targets = re.findall(r"\]\(([^)\s]+)[^)]*\)", text) + re.findall(r"(?:src|href)=\"([^\"]+)\"", text)
    return {target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)}


@pytest.mark.parametrize("name", DOING)
def test_every_command_and_option_is_documented(name: str) -> None:
    assert name in sections(), f"docs/operations.md has no section ### `{name}`"
    missing = sorted(option for option in options_of(COMMANDS[name]) if f"`{option}" not in sections()[name])
    assert missing == []


@pytest.mark.parametrize("name", sorted(sections()))
def test_no_documented_command_or_option_is_gone(name: str) -> None:
    assert name in COMMANDS
    written = set(re.findall(r"^\| `(--[a-z-]+)", sections()[name], re.MULTILINE))
    assert written - options_of(COMMANDS[name]) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_calls_in_the_pages_can_be_typed(page: Path) -> None:
    for call in calls(page):
        name, given = split_call(call)
        assert name != "gridcanary" or given, f"{call!r} names no command"
        assert given - options_of(COMMANDS[name]) - GIVEN_BY_TYPER == set(), call


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_exist(page: Path) -> None:
    broken = sorted(target for target in relative_targets(page) if not (page.parent / target).exists())
    assert broken == []


def test_the_readme_shows_a_picture_the_two_commands_and_each_power_command() -> None:
    text = README.read_text(encoding="utf-8")
    assert "docs/images/premises.png" in relative_targets(README)
    assert {"make demo", "make test"} <= {
        shlex.join(shlex.split(line, comments=True)) for line in code_lines(README)
    }
    for name in ("import", "scan", "fit"):
        assert f"gridcanary power {name}" in text


def test_the_chinese_readme_mirrors_the_english_one() -> None:
    assert calls(README_ZH) == calls(README)
    pages = {
        target for target in relative_targets(README) if target.startswith("docs/") and target.endswith(".md")
    }
    assert pages <= relative_targets(README_ZH)


def test_the_index_leads_to_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / target).resolve() for target in relative_targets(index)}
    missing = [page for page in PAGES if page.is_relative_to(index.parent) and page != index]
    assert [str(page.relative_to(ROOT)) for page in missing if page.resolve() not in linked] == []
