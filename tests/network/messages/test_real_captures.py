"""Real captures, flow by flow: what mines is read, whatever the capture missed; what doesn't is let be."""

from __future__ import annotations

import pytest

from gridcanary.network.dialogue import Dialogue
from gridcanary.network.messages import MessageReader
from tests.network.pieces_of_pcap import Flow, pieces_of
from tests.network.real_data import CAPTURES, RealCapture, needs_network_data, real_captures

pytestmark = [pytest.mark.data, needs_network_data]

FEWEST_PACKETS = 10
RECALL = 0.97


def flows_of(capture: RealCapture) -> list[tuple[Flow, Dialogue | None]]:
    """Flows of at least ten packets that carry payload, and their dialogues."""
    found, flows = pieces_of(capture.path)
    reader = MessageReader()
    reader.read(found)
    talking = set(found.flow.tolist())
    return [(flow, reader.close(flow.number)) for flow in flows.values() if flow.number in talking]


def test_flows_of_pool_mining_are_recognised():
    mining = [
        one for one in real_captures() if one.label == "mining" and one.source in ("cj-sniffer", "ndpi")
    ]
    small = [one for one in mining if one.told["packets"] < 2500]
    read = [one for capture in small for one in flows_of(capture) if one[0].packets >= FEWEST_PACKETS]
    recognised = sum(dialogue is not None for _, dialogue in read)
    assert len(read) > 20
    assert recognised >= RECALL * len(read)


def test_benign_captures_hold_no_mining():
    benign = [one for one in real_captures() if one.label == "benign"]
    told = {
        capture.path.name for capture in benign for _, dialogue in flows_of(capture) if dialogue is not None
    }
    assert told == set()


def test_shares_agree_with_the_manifest():
    capture = next(one for one in real_captures() if one.path.name == "1588049082_Dn6z5.pcap")
    ((_, dialogue),) = flows_of(capture)
    assert len(dialogue.shares) == pytest.approx(
        int(capture.told["truth"]["submissions"].partition("/")[0]), abs=4
    )
    assert dialogue.algorithm == "randomx"
    assert [login.network for login in dialogue.logins] == ["monero"]


def test_zcash_counts_solutions_by_its_own_target():
    capture = next(one for one in real_captures() if one.path == CAPTURES / "peafowl" / "stratum.pcap")
    found = [dialogue for _, dialogue in flows_of(capture)]
    assert {dialogue.algorithm for dialogue in found} == {"equihash"}
    assert found[0].shares.hashes.tolist() == pytest.approx([16_000.0] * len(found[0].shares))
