"""The environment of a bare machine: what is run, what is remembered, what is said when it fails."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def bootstrap(
    script: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    """scripts/bootstrap.py for an empty checkout, with commands written down instead of run."""
    module = script("bootstrap")
    (tmp_path / "requirements").mkdir()
    for kind in module.KINDS:
        (tmp_path / "requirements" / f"{kind}.txt").write_text(f"{kind}==1\n", "utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\n", "utf-8")
    module.commands = []

    def call(command: list[str]) -> int:
        module.commands.append(command)
        if "venv" in command:
            module.venv_python().parent.mkdir(parents=True)
            module.venv_python().touch()
        return 0

    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "call", call)
    monkeypatch.setattr(module.shutil, "which", lambda _: None)
    return module


def test_a_bare_machine_gets_environment_packages_and_project(bootstrap: ModuleType) -> None:
    assert bootstrap.main(["run"]) == 0
    venv, packages, project = bootstrap.commands
    assert venv[:3] == [sys.executable, "-m", "venv"]
    assert "--require-hashes" in packages
    assert packages[-1].endswith("run.txt")
    assert "--no-deps" in project


def test_a_second_run_does_nothing(bootstrap: ModuleType) -> None:
    bootstrap.main(["run"])
    bootstrap.commands.clear()
    assert bootstrap.main(["run"]) == 0
    assert bootstrap.commands == []


@pytest.mark.parametrize("changed", ["requirements/run.txt", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed_again(bootstrap: ModuleType, changed: str) -> None:
    bootstrap.main(["run"])
    bootstrap.commands.clear()
    (bootstrap.ROOT / changed).write_text("other\n", "utf-8")
    bootstrap.main(["run"])
    assert len(bootstrap.commands) == 2


def test_uv_is_used_where_it_is_there(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/opt/{name}")
    assert bootstrap.main(["dev"]) == 0
    assert {command[0] for command in bootstrap.commands} == {"/opt/uv"}


def test_a_failed_installation_leaves_no_stamp(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap.main(["run"])
    monkeypatch.setattr(bootstrap, "call", lambda _: 1)
    assert bootstrap.main(["dev"]) == 2
    assert not bootstrap.installed("dev")
    assert "installation failed" in capsys.readouterr().err


def test_a_python_without_ensurepip_gets_the_line_to_type(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert bootstrap.main(["run"]) == 2
    assert "sudo apt-get install python3-venv" in capsys.readouterr().err
    assert bootstrap.commands == []


def test_an_old_python_is_told_so(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    assert bootstrap.main(["run"]) == 2
    assert "Python 99.0 or later is needed" in capsys.readouterr().err


def test_an_unknown_kind_is_refused(bootstrap: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["fun"]) == 2
    assert "fun" in capsys.readouterr().err
