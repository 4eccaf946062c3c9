"""What a scan says of real captures, held against their manifest."""

from __future__ import annotations

import pytest

from gridcanary import network
from tests.network.real_data import needs_network_data, real_captures

pytestmark = [pytest.mark.data, needs_network_data]


def of_label(*labels: str) -> list[str]:
    return [str(one.path) for one in real_captures() if one.label in labels]


def test_captures_of_mining_have_a_listed_session_each() -> None:
    findings = network.scan(*of_label("mining"))
    assert set(of_label("mining")) - set(findings["source"].to_pylist()) == set()


def test_benign_captures_have_none_and_nodes_are_no_miners() -> None:
    findings = network.scan(*of_label("benign"))
    assert findings.select(["source", "client", "server", "votes"]).to_pylist() == []
