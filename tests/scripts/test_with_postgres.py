"""The server for tests starts, serves, carries the exit code and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "with_postgres.sh"
PROGRAM = """
import os, sys
import psycopg
with psycopg.connect(os.environ["GRIDCANARY_DATABASE_URL"]) as connection:
    print(connection.execute("select 6 * 7").fetchone()[0], os.environ["GRIDCANARY_DATABASE_URL"])
sys.exit(7)
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")), reason="no PostgreSQL is installed"
    ),
]


def test_a_command_gets_a_server_and_its_exit_code_comes_back(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents[:3]:
        folder.chmod(0o755)  # the server's owner must reach its folder
    ran = subprocess.run(
        ["sh", str(SCRIPT), sys.executable, "-c", PROGRAM],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 7, ran.stderr
    answer, url = ran.stdout.split()
    assert answer == "42"
    assert url.startswith("postgresql://gridcanary:")
    assert list(tmp_path.iterdir()) == []


def test_without_a_command_it_says_how_to_call_it() -> None:
    ran = subprocess.run(["sh", str(SCRIPT)], capture_output=True, text=True, timeout=30)
    assert (ran.returncode, "usage:" in ran.stderr) == (2, True)
