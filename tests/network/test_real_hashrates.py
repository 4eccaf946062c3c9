"""Hash rates of real captures by the product's own path, against what the mining software itself showed."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from gridcanary.network.captured_sessions import PayloadReaders, sessions_of_captures
from gridcanary.network.hashrate import hash_rate, pooled
from gridcanary.network.messages.reader import MessageReader
from tests.network.real_data import CAPTURES, needs_network_data

LABELS = Path(__file__).parents[2] / "benchmarks" / "network_hashrate_labels.csv"
FEWEST_SHARES = 40


def told_rates() -> dict[str, float]:
    """The figure of the longest time that the software showed, by capture."""
    with LABELS.open(encoding="utf-8") as lines:
        return {
            row["capture"]: float(row["rate_15min_hs"] or row["rate_60s_hs"]) for row in csv.DictReader(lines)
        }


@needs_network_data
@pytest.mark.data
def test_measured_rates_are_those_that_the_miners_told() -> None:
    told, ratios = told_rates(), []
    for path in sorted((CAPTURES / "cj-sniffer").glob("*.pcap")):
        sessions = sessions_of_captures([path], PayloadReaders(messages=MessageReader()))
        rates = [
            hash_rate(session.dialogue, session.first_ns, session.last_ns)
            for session in sessions
            if session.dialogue is not None
        ]
        rate = pooled(one for one in rates if one is not None)
        if rate is not None and rate.shares >= FEWEST_SHARES and path.stem in told:
            ratios.append(rate.rate_hs / told[path.stem])
    assert len(ratios) > 20
    assert np.median(ratios) == pytest.approx(1.0, abs=0.03)
    assert np.mean(np.abs(np.array(ratios) - 1) < 0.3) >= 0.9
