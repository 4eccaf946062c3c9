"""Encrypted mining among services that send to many, without names: synchrony with a miner's rhythm, and shape."""

from __future__ import annotations

import pytest

from gridcanary.network.captured_sessions import sessions_of_captures
from gridcanary.network.detectors.shape import Shape
from gridcanary.network.detectors.synchrony import SynchronyDetector
from gridcanary.network.votes import STRONG, WEAK
from gridcanary.simulator.mining_wire import Mining, ServiceHost, SessionTap, WireWorld
from gridcanary.simulator.mining_wire.conversation import Line

BENIGN = ("slow_ticker", "chat", "event_reports", "telecontrol", "wallet_blocks")
HIDDEN = ("tls", "wss", "sv2", "relay")


@pytest.fixture(scope="module")
def votes():
    """Kind to the strengths of its sessions' votes, two lines of each kind."""
    tap = SessionTap()
    world = WireWorld(21, 1.5, tap, sealed=False)
    site = world.site("BTC", "pool.example")
    for disguise in HIDDEN:
        for far_s in (0.02, 0.09):
            world.mine(site, Mining(disguise, named=False, line=Line(far_s=far_s, loss=0.005), begin_s=20))
    for kind in BENIGN:
        host = ServiceHost(world, kind, world.stream())
        host.join(Line(), 5)
        host.join(Line(far_s=0.08), 9)
    world.run()
    sessions, detector = tap.sessions(), SynchronyDetector()
    wanted = [at for at, session in enumerate(sessions) if detector.wants(session)]
    told = {wanted[at]: vote for at, vote in detector.votes([sessions[at] for at in wanted]).items()}
    kinds = {str(row.client): row.kind for row in world.truth}
    found = {}
    for at, session in enumerate(sessions):
        pair = (told[at].strength if at in told else None, Shape().vote(session))
        found.setdefault(kinds[str(session.client)], []).append(pair)
    return found


@pytest.mark.parametrize("kind", HIDDEN)
def test_hidden_mining_on_two_lines_is_found(votes, kind):
    assert [strength for strength, _ in votes[kind]] == [STRONG, STRONG]
    assert all(shape is not None and shape.strength == WEAK for _, shape in votes[kind])


@pytest.mark.parametrize("kind", BENIGN)
def test_services_that_send_to_many_are_not_named(votes, kind):
    assert all(strength != STRONG for strength, _ in votes[kind])
    assert all(shape is None or shape.strength == WEAK for _, shape in votes[kind])


def test_a_single_hidden_line_has_no_partner():
    tap = SessionTap()
    world = WireWorld(22, 1.0, tap, sealed=False)
    world.mine(world.site("BTC", "pool.example"), Mining("tls", named=False))
    world.run()
    assert SynchronyDetector().votes(tap.sessions()) == {}


def test_two_sessions_of_one_line_prove_nothing():
    tap = SessionTap()
    world = WireWorld(23, 1.0, tap, sealed=False)
    site = world.site("BTC", "pool.example")
    for _ in range(2):
        world.mine(site, Mining("tls", named=False))
    world.run()
    sessions = tap.sessions()
    for session in sessions:
        session.client = type(session.client)("192.0.2.1", session.client.port)
    assert SynchronyDetector().votes(sessions) == {}


def test_the_tap_without_frames_tells_what_the_capture_reader_tells(tmp_path):
    told = []
    for tap in (None, SessionTap()):
        world = WireWorld(24, 0.4, tap)
        site = world.site("XMR", "pool.example")
        for disguise in ("plain", "sv2"):
            world.mine(site, Mining(disguise, line=Line(loss=0.01)))
        world.run()
        if tap is None:
            world.write(tmp_path)
            told.append(sorted(sessions_of_captures([tmp_path / "capture.pcap"]), key=lambda one: one.client))
        else:
            told.append(sorted(tap.sessions(), key=lambda one: one.client))
    for real, twin in zip(*told, strict=True):
        assert real.counts.packets == twin.counts.packets
        assert real.counts.bytes_up == pytest.approx(
            twin.counts.bytes_up, rel=0.05
        )  # it counts repeated segments
        assert real.timing.active_minutes == twin.timing.active_minutes
        assert len(real.timing.pushes_ns) == pytest.approx(len(twin.timing.pushes_ns), abs=2)
        assert real.timing.asks == pytest.approx(twin.timing.asks, abs=2)
        assert real.timing.top_sizes_share == pytest.approx(twin.timing.top_sizes_share, abs=0.1)
