"""The benchmark of reading blocks runs, on the recorded chain."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "chain_speed.py"


@pytest.mark.slow
def test_the_benchmark_prints_its_tables() -> None:
    run = subprocess.run([sys.executable, str(SCRIPT), "--quick"], capture_output=True, text=True, check=True)
    assert "652 blocks of regtest" in run.stdout
    for stage in ("memory read", "parse, no hashing", "parse and txids", "scan in memory", "one hop"):
        assert f"| {stage}" in run.stdout
