"""The benchmark of checks and of the lake runs, on the recorded chain."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "chain_lake.py"


@pytest.mark.slow
def test_the_benchmark_prints_its_table() -> None:
    run = subprocess.run([sys.executable, str(SCRIPT), "--quick"], capture_output=True, text=True, check=True)
    assert "652 blocks of regtest" in run.stdout
    for stage in ("check a block", "rows, spent outputs", "rows, spent scripts", "write the rows"):
        assert f"| {stage}" in run.stdout
    assert "tree of 9,600 headers" in run.stdout
