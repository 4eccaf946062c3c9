from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.network_recall import Capture, flow_of, flows_of_eve, judge, tcp_flows

from tests.network.test_scan import LOGIN, MINER, POOL, TALK, capture

FLOW = flow_of(MINER, 40_001, POOL, 3333)


@pytest.fixture
def captures(tmp_path: Path) -> list[Capture]:
    """A mining flow of eleven packets and a benign one."""
    said = [(at % 2 == 0, text) for at, text in enumerate(LOGIN)] * 3
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    return [
        Capture(capture(tmp_path / "one" / "a.pcap", *said), "mining"),
        Capture(capture(tmp_path / "other" / "b.pcap", *TALK), "benign"),
    ]


def test_the_truth_is_read_from_payload(captures: list[Capture]) -> None:
    assert {flow: seen.mines for flow, seen in tcp_flows(captures[0].path).items()} == {FLOW: True}
    assert {flow: seen.mines for flow, seen in tcp_flows(captures[1].path).items()} == {FLOW: False}


@pytest.mark.parametrize("says", [True, False])
def test_a_source_is_scored_by_what_a_program_says(captures: list[Capture], says: bool) -> None:
    scores = judge(captures, lambda path: {FLOW: says})
    one, other = scores["one"], scores["other"]
    assert (one.mining, one.found, one.accused) == (1, int(says), 0)
    assert (other.mining, other.others, other.accused) == (0, 1, int(says))


def test_a_flow_that_a_program_does_not_know_is_missed(captures: list[Capture]) -> None:
    assert judge(captures, lambda path: {})["one"].found == 0


def test_an_alert_of_suricata_marks_its_flow() -> None:
    ends = f'"src_ip":"{POOL}","src_port":3333,"dest_ip":"{MINER}","dest_port":40001'
    assert flows_of_eve(f'{{"event_type":"flow",{ends}}}') == {FLOW: False}
    assert flows_of_eve(f'{{"event_type":"flow",{ends}}}\n{{"event_type":"alert",{ends}}}') == {FLOW: True}
