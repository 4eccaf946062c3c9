"""``gridcanary user add`` on a workspace of its own, in a process of its own."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

RUN = "import sys; from gridcanary.cli.console import user_app; user_app(sys.argv[1:])"


def user_add(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "GRIDCANARY_"))}
    environment["GRIDCANARY_LANGUAGE"] = "en"
    return subprocess.run(
        [sys.executable, "-c", RUN, "add", *arguments, "--home", str(home)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


def users(home: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(home / "gridcanary.sqlite3") as database:
        rows = database.execute("select username, area_prefix from accounts_user").fetchall()
    database.close()
    return rows


@pytest.mark.slow
def test_adding_a_person_makes_database_and_key(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = user_add(home, "li.na", "--generate", "--area", "3701")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) >= 12
    assert users(home) == [("li.na", "3701")]
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600
    with sqlite3.connect(home / "gridcanary.sqlite3") as database:
        assert database.execute("pragma journal_mode").fetchone() == ("wal",)
    database.close()
    again = user_add(home, "li.na", "--generate")
    assert again.returncode == 2
    assert "already exists" in again.stderr


@pytest.mark.slow
def test_a_weak_password_is_refused_without_a_traceback(tmp_path: Path) -> None:
    done = user_add(tmp_path, "li.na", "--password", "12345")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert users(tmp_path) == []
