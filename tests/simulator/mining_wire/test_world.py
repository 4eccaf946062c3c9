"""A simulated wire: real bytes, true figures, the same world from the same seed."""

from __future__ import annotations

import ipaddress
import json

import pytest

from gridcanary.simulator.mining_wire import DISGUISES, Mining, WireWorld
from gridcanary.simulator.mining_wire.conversation import Line
from gridcanary.simulator.mining_wire.pools import PoolHabits
from tests.simulator.mining_wire.streams import packets_of, streams_of

NAME = "xmr.pool.example"


def world_of(seed: int, *minings: Mining, coin: str = "XMR", hours: float = 0.5) -> WireWorld:
    """A world of one pool."""
    world = WireWorld(seed, hours)
    site = world.site(coin, NAME)
    for mining in minings:
        world.mine(site, mining)
    world.run()
    return world


@pytest.fixture(scope="module")
def all_disguises(tmp_path_factory):
    """A line of each disguise with loss and jitter."""
    line = Line(loss=0.02, jitter_s=0.004)
    world = world_of(3, *(Mining(disguise, line=line) for disguise in DISGUISES))
    folder = tmp_path_factory.mktemp("wire")
    world.write(folder)
    return world, folder / "capture.pcap"


def _streams(world, path, disguise):
    [truth] = [row for row in world.truth if row.kind == disguise]
    near, far = (ipaddress.ip_address(end.address).packed for end in (truth.client, truth.server))
    streams = streams_of(path)
    ports = truth.client.port, truth.server.port
    return truth, streams[near, ports[0], far, ports[1]], streams[far, ports[1], near, ports[0]]


def test_plain_stream_tells_each_share_although_segments_are_lost(all_disguises):
    truth, up, down = _streams(*all_disguises, "plain")
    methods = [json.loads(line)["method"] for line in up.splitlines()]
    assert methods[0] == "login"
    assert methods.count("submit") == truth.shares > 50
    assert json.loads(up.splitlines()[0])["params"]["login"] == truth.user
    assert b'"method":"job"' in down


def test_tls_streams_are_real_and_named(all_disguises):
    _, up, down = _streams(*all_disguises, "tls")
    assert up[:2] == b"\x16\x03"
    assert down[:2] == b"\x16\x03"
    assert NAME.encode() in up[:600]
    assert b"submit" not in up


def test_relay_names_the_rented_server_only(all_disguises):
    truth, up, _ = _streams(*all_disguises, "relay")
    assert b"cloud.example" in up[:600]
    assert NAME.encode() not in up
    assert truth.server.address != next(
        row.server.address for row in all_disguises[0].truth if row.kind == "tls"
    )


def test_stratum_v2_has_the_reference_lengths_of_its_handshake(all_disguises):
    world, path = all_disguises
    [truth] = [row for row in world.truth if row.kind == "sv2"]
    sizes = [
        (tcp.sport == truth.client.port, len(tcp.data))
        for _, packet in packets_of(path)
        if truth.client.port in ((tcp := packet.data).sport, tcp.dport) and tcp.data
    ]
    assert sizes[0] == (True, 64)
    assert sizes[1] == (False, 234)


def test_hidden_name_is_not_in_the_hello(tmp_path):
    world = world_of(4, Mining("tls", named=False), hours=0.02)
    world.write(tmp_path)
    _, up, _ = _streams(world, tmp_path / "capture.pcap", "tls")
    assert NAME.encode() not in up[:600]


@pytest.mark.parametrize("coin", ["BTC", "LTC", "XMR"])
def test_hashes_behind_the_shares_are_the_hash_rate_times_the_time(coin):
    world = world_of(5, *(Mining() for _ in range(20)), coin=coin, hours=1.5)
    ratios = [row.hashes / (row.rate_hs * 5400) for row in world.truth]
    assert sum(ratios) / 20 == pytest.approx(1, abs=0.04)


def test_same_seed_gives_the_same_capture(tmp_path):
    for folder in ("a", "b"):
        world_of(6, Mining("plain"), Mining("sv2"), hours=0.1).write(tmp_path / folder)
    assert (tmp_path / "a/capture.pcap").read_bytes() == (tmp_path / "b/capture.pcap").read_bytes()


def test_same_seed_gives_the_same_lengths_under_tls(tmp_path):
    told = []
    for folder in ("a", "b"):
        world_of(7, Mining("tls"), Mining("wss"), hours=0.1).write(tmp_path / folder)
        told.append(
            [(time, len(ip.data.data)) for time, ip in packets_of(tmp_path / folder / "capture.pcap")]
        )
    assert told[0] == told[1]


def test_pools_with_timers_of_their_own_push_apart():
    world = WireWorld(8, 1.0)
    site = world.site("BTC", NAME, PoolHabits(own_timer=1.0))
    for _ in range(2):
        world.mine(site, Mining())
    world.run()
    assert all(row.shares > 100 for row in world.truth)


def test_unknown_disguise_is_refused():
    world = WireWorld(9, 0.1)
    with pytest.raises(ValueError, match="pigeon"):
        world.mine(world.site("BTC", NAME), Mining("pigeon"))
