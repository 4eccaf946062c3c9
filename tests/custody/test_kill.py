"""A writer that is killed in the middle loses nothing that it acknowledged, and leaves a log that verifies."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = 50


def run_and_kill(forking: subprocess.Popen[str], name: str, seconds: float) -> list[str]:
    """Lines that a writer acknowledged before it was killed."""
    assert forking.stdin is not None
    assert forking.stdout is not None
    forking.stdin.write(name + "\n")
    forking.stdin.flush()
    ready, number = forking.stdout.readline().split()
    assert ready == "ready"
    time.sleep(seconds)
    os.kill(int(number), signal.SIGKILL)
    told = "".join(iter(forking.stdout.readline, "dead\n"))
    return told.rpartition("\n")[0].splitlines()


@pytest.mark.slow
def test_no_acknowledged_event_is_lost_and_the_log_verifies(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        **os.environ,
        "GRIDCANARY_HOME": str(home),
        "GRIDCANARY_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "gridcanary.console.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
    }
    chosen, told = random.Random(1), dict[int, tuple[str, str]]()
    signed = 0
    command = [sys.executable, str(ROOT / "tests" / "custody" / "writer.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as forking:
        for kill in range(KILLS):
            for line in run_and_kill(forking, f"case{kill}", chosen.uniform(0, 0.2)):
                first, second = line.split()
                if first == "checkpoint":
                    signed = max(signed, int(second))
                else:
                    assert int(first) not in told
                    told[int(first)] = (f"case{kill}", second)
    assert len(told) > KILLS
    with sqlite3.connect(home / "gridcanary.sqlite3") as database:
        rows = dict(database.execute("SELECT seq, entry FROM custody_event ORDER BY seq"))
    assert list(rows) == list(range(len(rows)))
    for seq, (case, fact) in told.items():
        entry = json.loads(rows[seq])
        assert (entry["case"], str(entry["body"].get("sha256") or entry["body"].get("number"))) == (
            case,
            fact,
        )
    assert signed <= len(rows)
    verify = f"from gridcanary.cli.main import app; app(['evidence', 'verify', '--home', {str(home)!r}])"
    done = subprocess.run(
        [sys.executable, "-c", verify], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
