"""The shipped list holds what its sources hold, where these are at hand."""

from __future__ import annotations

from datetime import date

import pytest

from gridcanary.network.pools.pool_list import shipped
from gridcanary.network.pools.reading import entries_of
from tests.network.real_data import POOLS, needs_network_data


@pytest.mark.data
@needs_network_data
@pytest.mark.parametrize(
    ("file", "day", "least"),
    [
        ("maltrail/crypto_mining.txt", date(2026, 8, 16), 1100),
        ("mempool/pools-v2.json", date(2026, 2, 24), 140),
        ("falco/miner_lists.yaml", date(2026, 6, 18), 60),
        ("et-rules/osorito_2025-08_emerging-coinminer.rules", date(2025, 8, 1), 5),
    ],
)
def test_every_row_of_a_source_is_shipped(file: str, day: date, least: int) -> None:
    path = POOLS / file
    entries = entries_of(path.read_bytes(), file, day)
    assert len(entries) >= least
    places = {(entry.host, entry.port, entry.source) for entry in shipped().entries}
    assert {(entry.host, entry.port, entry.source) for entry in entries} <= places


@pytest.mark.data
@needs_network_data
def test_vendors_own_rules_are_never_taken() -> None:
    rules = b"".join(path.read_bytes() for path in sorted((POOLS / "et-rules").glob("*.rules")))
    assert all(entry.licence == "BSD-3-Clause" for entry in entries_of(rules, "rules", date(2025, 8, 1)))
