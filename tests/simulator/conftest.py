from __future__ import annotations

import pytest

from gridcanary.simulator import CountyTruth, simulate_county


@pytest.fixture(scope="session")
def small_county(tmp_path_factory: pytest.TempPathFactory) -> CountyTruth:
    """A county of 150 customers over 45 days, once a session; tests read it and never write to it."""
    return simulate_county(tmp_path_factory.mktemp("county"), customers=150, days=45)
