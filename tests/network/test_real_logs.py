"""What a scan says of real sensors' logs."""

from __future__ import annotations

import pytest

from gridcanary import network
from tests.network.real_data import FORMATS, needs_network_data

pytestmark = [pytest.mark.data, needs_network_data]
EVE = FORMATS / "eve"


def test_of_a_browser_session_only_the_flow_that_mines_is_listed() -> None:
    findings = network.scan(EVE / "coinhive.pcap.eve.json").to_pylist()
    assert [(row["tls_name"], row["server_port"]) for row in findings] == [("ws027.authedmine.com", 443)]


def test_a_log_of_benign_flows_lists_nobody() -> None:
    assert network.scan(EVE / "benign-ndpi.eve.json").num_rows == 0


def test_flows_that_the_sensor_alerted_to_are_listed() -> None:
    findings = network.scan(EVE / "mining.pcapng.eve.json").to_pylist()
    assert {row["server_port"] for row in findings} == {3333, 9050}
