"""Encrypted mining of a simulated wire with real TLS bytes: names and handshakes are found from the capture on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gridcanary.network.scan import scan
from gridcanary.simulator.mining_wire import Mining, WireWorld
from gridcanary.simulator.mining_wire.conversation import Line

LISTED = "xmr-eu1.nanopool.org"


@pytest.fixture(scope="module")
def votes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[tuple[str, str]]]:
    """Detectors with the strength of their votes, by disguise."""
    folder: Path = tmp_path_factory.mktemp("wire")
    world = WireWorld(17, 0.1)
    site = world.site("XMR", LISTED)
    for disguise in ("tls", "wss", "sv2", "relay"):
        world.mine(site, Mining(disguise, line=Line(loss=0.02, jitter_s=0.004)))
    world.run()
    world.write(folder)
    kinds = {(one.client.address, one.client.port): one.kind for one in world.truth}
    rows = scan(folder / "capture.pcap", every=True).to_pylist()
    return {
        kinds[row["client"], row["client_port"]]: {(vote[0], vote[1]) for vote in json.loads(row["votes"])}
        for row in rows
    }


@pytest.mark.parametrize(
    ("disguise", "detector"), [("tls", "pool_name"), ("wss", "pool_name"), ("sv2", "stratum_v2")]
)
def test_a_disguise_is_seen_through(
    votes: dict[str, set[tuple[str, str]]], disguise: str, detector: str
) -> None:
    assert (detector, "strong") in votes[disguise]


def test_names_and_lengths_tell_nothing_of_a_relay(votes: dict[str, set[tuple[str, str]]]) -> None:
    assert not {"pool_name", "pool_address", "website", "stratum_v2", "nodes"} & {
        name for name, _ in votes["relay"]
    }
